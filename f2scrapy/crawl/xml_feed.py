"""Write items as XML, and find the end of the last whole one in a file of a killed run."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any
from xml.parsers import expat

from scrapy.exporters import BaseItemExporter

from f2scrapy.crawl.exporters import choose_fields, is_begun
from f2scrapy.text import NOT_XML

if TYPE_CHECKING:
    from lxml.etree import _Element

# Letters that names may begin with by the fourth edition of XML 1.0 (Latin, Cyrillic, kana, Han,
# Hangul): the fifth allows more, but expat refuses them (2.5.0, 2026-11). No colon: namespaces.
_LETTERS = (
    "_A-Za-z\xc0-\xd6\xd8-\xf6\xf8-\xff\u0410-\u044f\u3041-\u3094\u30a1-\u30fa\u4e00-\u9fa5"
    "\uac00-\ud7a3"
)
_BEGINNING = f"[{_LETTERS}]"
_NO_NAME = f"[^{_LETTERS}.0-9-]"
_LOST = "\ufffd"  # in place of a character that XML cannot hold
_BLOCK = 1 << 20  # bytes


class XmlExporter(BaseItemExporter):
    """Writes an element for each item, always in UTF-8, as Scrapy's exporter nests them.

    Rows of a list are elements `value`; null is an empty element. Characters that XML cannot hold
    become U+FFFD, in names of elements `_`. FEED_EXPORT_INDENT in spaces; without it, an item is a
    line.
    """

    def __init__(
        self,
        file: IO[bytes],
        item_element: str = "item",
        root_element: str = "items",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.file = file
        self.item_element, self.root_element = map(format_name, (item_element, root_element))

    def start_exporting(self) -> None:
        if not is_begun(self.file):
            head = f'<?xml version="1.0" encoding="utf-8"?>\n<{self.root_element}>'
            self.file.write(head.encode())
            self.file.flush()  # a row that fails does not take it along

    def export_item(self, item: Any) -> None:
        from lxml import etree  # noqa: PLC0415 - other formats do without

        element = etree.Element(self.item_element)
        _fill(element, choose_fields(item, self.fields_to_export))
        if self.indent:
            etree.indent(element, " " * self.indent, level=1)
        margin = b" " * (self.indent or 0)
        self.file.write(b"\n" + margin + etree.tostring(element, encoding="utf-8"))

    def finish_exporting(self) -> None:
        self.file.write(f"\n</{self.root_element}>\n".encode())


def format_name(text: str) -> str:
    """Return a text as the name of an element."""
    name = re.sub(_NO_NAME, "_", text)
    return name if re.match(_BEGINNING, name) else f"_{name}"


def _fill(element: _Element, value: Any) -> None:
    """Put a value of JSON into an element, with elements for its parts."""
    from lxml.etree import SubElement  # noqa: PLC0415 - loaded by now

    parts = _list_parts(value)
    for name, part in parts or ():
        _fill(SubElement(element, format_name(name)), part)
    if parts is None and value is not None:
        text = str(value).lower() if isinstance(value, bool) else str(value)
        element.text = re.sub(NOT_XML, _LOST, text)


def _list_parts(value: Any) -> Iterable[tuple[str, Any]] | None:
    """Return the parts of an object or a list by name; None = the value has none."""
    if isinstance(value, dict):
        return value.items()
    return [("value", part) for part in value] if isinstance(value, list) else None


def measure_items(file: IO[bytes]) -> int:
    """Return the bytes of a document up to the end of its last whole item; 0 = it has none."""
    ends = _Ends()
    file.seek(0)
    with suppress(expat.ExpatError):  # at the bytes behind the last whole item
        while block := file.read(_BLOCK):
            ends.parser.Parse(block, False)
        ends.parser.Parse(b"", True)  # expat may have put off the last bytes
    if not ends.last:
        return 0
    file.seek(ends.last)
    tag, bracket, _rest = file.readline().partition(b">")
    return ends.last + len(tag + bracket)


class _Ends:
    """Remembers the place of the last tag that ended an item."""

    def __init__(self) -> None:
        self.last = self._depth = 0
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._begin
        self.parser.EndElementHandler = self._end

    def _begin(self, _name: str, _attributes: dict[str, str]) -> None:
        self._depth += 1

    def _end(self, _name: str) -> None:
        self._depth -= 1
        if self._depth == 1:
            self.last = self.parser.CurrentByteIndex
