"""XML holds what the rows hold, and any cut of it leaves its first rows."""

import json
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.feeds import export
from support.works import Work, write_files

from f2scrapy.archive.archive import Archive
from f2scrapy.crawl.exporters import JsonLinesExporter
from f2scrapy.crawl.xml_feed import XmlExporter, format_name, measure_items


@dataclass
class Row:
    """An item of a user's own spider."""

    value: Any = None
    rest: dict[str, Any] = field(default_factory=dict)


def write_xml(*items: Any, **options: Any) -> bytes:
    return export(XmlExporter, items, **options)


def read(element: ET.Element) -> Any:
    """Return a value as JSON has it, but for numbers and null, which are text in XML."""
    if not len(element):
        return element.text or ""
    if {part.tag for part in element} == {"value"}:
        return [read(part) for part in element]
    return {part.tag: read(part) for part in element}


def blur(value: Any) -> Any:
    if isinstance(value, list | dict) and value:
        is_list = isinstance(value, list)
        return [blur(one) for one in value] if is_list else {k: blur(v) for k, v in value.items()}
    return "" if not value and value is not False and value != 0 else (
        value if isinstance(value, str) else json.dumps(value))  # fmt: skip


@pytest.mark.parametrize("indent", [None, 0, 2])
def test_work_reads_back(tmp_path: Any, indent: int | None) -> None:
    work = write_files(Archive(tmp_path / "a.db", tmp_path), Work(path="x", desc="a < b & 夜\r\n"))
    file = BytesIO()
    JsonLinesExporter(file).export_item(work)
    [element] = ET.fromstring(write_xml(work, indent=indent))
    if indent:
        ET.indent(element, "")
        for part in element.iter():
            part.text = None if len(part) else part.text
    assert read(element) == blur(json.loads(file.getvalue()))
    assert element.findtext("files/value/path") == "x_video.mp4"
    assert element.findtext("platform") == "douyin"


@given(st.text(st.characters(codec="utf-8"), max_size=20))
def test_any_text_reads_back_but_for_what_xml_cannot_hold(text: str) -> None:
    [element] = ET.fromstring(write_xml(Row(value=text)))
    assert len(element[0].text or "") == len(text)
    for got, sent in zip(element[0].text or "", text, strict=True):
        assert got == sent or (got == "\ufffd" and (sent < " " or sent in "\ufffe\uffff"))


@given(st.text(max_size=9))
def test_any_name_of_a_field_is_one_of_xml(name: str) -> None:
    [element] = ET.fromstring(write_xml(Row(rest={name: 1})))
    assert [part.tag for part in element[1]] == [format_name(name)]


@pytest.mark.parametrize(
    ("name", "tag"),
    [("desc", "desc"), ("360p", "_360p"), ("a b:c", "a_b_c"), ("标题", "标题"), ("", "_")],
)
def test_name_is_kept_if_xml_allows_it(name: str, tag: str) -> None:
    assert format_name(name) == tag


def test_fields_and_names_of_elements_are_the_users() -> None:
    fields = {"desc": "Text of it", "files.path": "files"}
    text = write_xml(Work(), fields_to_export=fields, item_element="work", root_element="works")
    root = ET.fromstring(text)
    assert [root.tag, root[0].tag] == ["works", "work"]
    assert [part.tag for part in root[0]] == ["Text_of_it", "files"]


@given(st.lists(st.text("a<>/&;item \n", max_size=5), max_size=5), st.integers(0, 600))
def test_any_cut_leaves_the_whole_items(texts: list[str], at: int) -> None:
    rows = [Row(value=text, rest={"item": text}) for text in texts]
    whole = write_xml(*rows)
    cut = BytesIO(whole[:at])
    cut.truncate(measure_items(cut))
    kept = whole[:at].count(b"</rest></item>")
    assert cut.getvalue() == write_xml(*rows[:kept]).rpartition(b"\n</items>")[0] * bool(kept)


def test_rows_follow_those_of_a_killed_run() -> None:
    file = BytesIO(write_xml(Row(1)))
    file.truncate(measure_items(file))
    file.seek(0, 2)
    exporter = XmlExporter(file)
    exporter.start_exporting()
    exporter.export_item(Row(2))
    exporter.finish_exporting()
    assert file.getvalue() == write_xml(Row(1), Row(2))
