"""Names on disk: a template makes them from an item, safe() fits them to every file system."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterator
from itertools import count
from string import Formatter
from typing import Any

from f2scrapy.errors import InputError
from f2scrapy.text import CHINA, REGIONAL, describe_unknown, make_visible

CREATE = "%Y-%m-%d %H-%M-%S"

# A component may have 255 bytes (ext4, and APFS, NTFS in their own units). This leaves room for
# "_<id>" of a name that is taken, the longest suffix, and the transport's ".part.json".
NAME_BYTES = 255 - len("_7298145681699622182_9") - 32 - len(".part.json")

_PRECISION = re.compile(r"\.\d{1,3}")
_WIDTH = re.compile(r"0?\d{1,2}")
_STRFTIME = re.compile(r'(?:[^%{}<>:"/\\|?*]|%[aAbBdHIjmMpSuUVwWyYf%]){1,40}')

# variable: attribute of the item, and the format it may bear
VARIABLES: dict[str, tuple[str, re.Pattern[str]]] = {
    "aweme_id": ("id", _PRECISION),
    "create": ("create_time", _STRFTIME),
    "desc": ("desc", _PRECISION),
    "caption": ("caption", _PRECISION),
    "title": ("title", _PRECISION),
    "nickname": ("nickname", _PRECISION),
    "unique_id": ("unique_id", _PRECISION),
    "uniqueId": ("unique_id", _PRECISION),
    "uid": ("uid", _PRECISION),
    "sec_user_id": ("sec_user_id", _PRECISION),
    "kind": ("kind", _PRECISION),
    "likes": ("digg_count", _WIDTH),
    "comments": ("comment_count", _WIDTH),
    "collects": ("collect_count", _WIDTH),
    "shares": ("share_count", _WIDTH),
}

# Windows' devices, also with an extension: "con.mp4" opens the console.
_DEVICE = re.compile(
    r"(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(?:COM|LPT)[0-9¹²³]) *(?:\.|$)", re.IGNORECASE
)
_FORBIDDEN = re.compile(r'[<>:"/\\|?*]')


def safe(text: str, limit_bytes: int = NAME_BYTES) -> str:
    """`text` as one component of a path that Windows, macOS and Linux all take.

    Unicode and emoji stay. Separators and `<>:"|?*` become `_`; controls, direction marks and
    zero-width characters go; white space runs become one blank; blanks and dots at either end go;
    names of devices get a leading `_`. Never empty, `.` or `..`; at most `limit_bytes` of UTF-8,
    cut between graphemes. Twice safe is once safe.
    """
    name = _trim(_cut(_trim(_clean(text)), limit_bytes))
    if _DEVICE.match(name):
        name = _trim(_cut(f"_{name}", limit_bytes))
    return name or "_"


def fold(path: str) -> str:
    """The same for all names that some file system takes for one: case and accents' form."""
    text = unicodedata.normalize("NFD", path).upper().casefold()
    return unicodedata.normalize("NFC", text)


def distinct(name: str, tag: str) -> Iterator[str]:
    """`name`, then what to take where it is taken: with `tag`, then with `tag` and a number."""
    yield name
    yield f"{name}_{safe(tag)}"
    for number in count(2):
        yield f"{name}_{safe(tag)}_{number}"


class Template:
    """How works are named, such as `{create}_{desc}`; see VARIABLES.

    Formats: strftime's for create ({create:%Y%m%d}), a greatest number of characters for texts
    ({desc:.30}), a width for numbers ({likes:06}).

    Raises:
        InputError: a variable nobody knows, a format that does not fit it, unbalanced braces, or
            a character between the variables that no file name can hold; `/` is one: folders
            are made by F2_FOLDERIZE.
    """

    def __init__(self, text: str) -> None:
        try:
            parts = list(Formatter().parse(text))
        except ValueError as error:
            raise InputError(f"F2_NAMING={text}: {error}") from None
        if not any(part[1] for part in parts):
            raise InputError(f"F2_NAMING={text}: a name needs a variable, such as {{aweme_id}}")
        for literal, name, spec, conversion in parts:
            _check_literal(text, literal)
            if name is not None:
                _check_variable(text, name, spec or "", conversion)
        self._parts = [(literal, name, spec or "") for literal, name, spec, _ in parts]

    def name(self, item: Any) -> str:
        """The name of `item`'s files, without suffix; bears its id where it had to be cut.

        A value the item lacks is left empty; no name begins with what parts such a one from the
        next. Where nothing remains, the name is the id.
        """
        values = [_value(item, name, spec) for _, name, spec in self._parts]
        text = "".join(part[0] + value for part, value in zip(self._parts, values, strict=True))
        if not self._parts[0][0] + values[0]:
            text = text.lstrip(" _-")
        if not text.strip(" _-."):
            return safe(item.id)
        whole = safe(text, sys.maxsize)
        if len(whole.encode()) <= NAME_BYTES:
            return whole
        tail = f"_{safe(item.id)}"
        return safe(whole, NAME_BYTES - len(tail.encode())) + tail


def _check_literal(template: str, literal: str) -> None:
    bad = _FORBIDDEN.search(literal)
    if bad:
        hint = "; folders are made by F2_FOLDERIZE" if bad.group() in "/\\" else ""
        raise InputError(f"F2_NAMING={template}: no file name can hold {bad.group()}{hint}")


def _check_variable(template: str, name: str, spec: str, conversion: str | None) -> None:
    if name not in VARIABLES:
        raise InputError(
            describe_unknown(f"F2_NAMING={template}: {name or 'an empty name'}", name, VARIABLES)
        )
    if conversion:
        raise InputError(f"F2_NAMING={template}: !{conversion} has no meaning here; leave it out")
    if spec and not VARIABLES[name][1].fullmatch(spec):
        raise InputError(
            f"F2_NAMING={template}: {name} does not take the format {spec!r}; formats are "
            "{create:%Y-%m-%d}, {desc:.30}, {likes:06}"
        )


def _value(item: Any, name: str | None, spec: str) -> str:
    if name is None:
        return ""
    attribute, form = VARIABLES[name]
    value = getattr(item, attribute, None)
    if value is None:
        return ""
    if form is _STRFTIME:
        return str(value.astimezone(CHINA).strftime(spec or CREATE))
    if form is _WIDTH:
        return format(int(value), spec)
    text = _clean(str(value)).strip()
    return text[: _boundary(text, int(spec[1:]))] if spec else text


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("_", make_visible(text))


def _trim(name: str) -> str:
    return name.strip(" .")


def _cut(text: str, limit_bytes: int) -> str:
    data = text.encode()
    if len(data) <= limit_bytes:
        return text
    end = len(data[:limit_bytes].decode(errors="ignore"))
    return _clean(text[: _boundary(text, end)])  # a grapheme longer than the limit loses its joiner


def _boundary(text: str, end: int) -> int:
    """The last place up to `end` that is not inside a grapheme; `end` where there is none."""
    place = min(end, len(text))
    while 0 < place < len(text) and _joined(text, place):
        place -= 1
    return place or end


def _joined(text: str, place: int) -> bool:
    """Whether the character at `place` is one with what stands before it."""
    character = text[place]
    if character in REGIONAL:
        before = text[:place]
        return (len(before) - len(before.rstrip(REGIONAL))) % 2 == 1
    return (
        character == "\u200d"
        or text[place - 1] == "\u200d"
        or unicodedata.category(character)[0] == "M"
        or "\U0001f3fb" <= character <= "\U0001f3ff"
        or "\U000e0020" <= character <= "\U000e007f"
        or "\u1160" <= character <= "\u11ff"
    )
