"""Make file names from items by a template, valid on every file system."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from itertools import count
from string import Formatter
from typing import Any

from f2scrapy.errors import InputError
from f2scrapy.text import REGIONAL, describe_unknown, format_clock, make_visible

CREATE = "%Y-%m-%d %H-%M-%S"

# A component may have 255 bytes (ext4, and APFS, NTFS in their own units). This reserves bytes for
# "_<id>" if a name is in use, the longest suffix, and ".part.json" of an unfinished file.
NAME_BYTES = 255 - len("_7298145681699622182_9") - 32 - len(".part.json")

# Shorter limits, for file systems that take less: those that encrypt names have 143 bytes, and
# Windows takes 259 characters of a whole path.
LIMITS = (NAME_BYTES, 90, 60, 36, 0)
_WORD_BYTES = 8  # a shorter rest of a name says nothing
LONGEST_TAIL = "_" + 31 * "x" + ".part.json"  # behind a name

_TO_THE_SECOND = ("%Y", "%m", "%d", "%H", "%M", "%S")

_PRECISION = re.compile(r"\.\d{1,3}")
_WIDTH = re.compile(r"0?\d{1,2}")
_STRFTIME = re.compile(r'(?:[^%{}<>:"/\\|?*]|%[aAbBdHIjmMpSuUVwWyYf%]){1,40}')

# variable: attribute of the item, and the form of its format
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
    "mix_name": ("mix_name", _PRECISION),
    "mix_episode": ("mix_episode", _WIDTH),
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


def make_safe_name(text: str, limit_bytes: int = NAME_BYTES) -> str:
    """Return `text` as one component of a path that is valid on Windows, macOS and Linux.

    Keep Unicode and emoji. Replace separators and `<>:"|?*` by `_`, and runs of white space by
    one blank; remove controls, direction marks, zero-width characters, and blanks and dots at
    both ends; put `_` before names of devices. The result is never empty, `.` or `..`, and has at
    most `limit_bytes` of UTF-8, cut between graphemes. The function is idempotent.
    """
    name = _trim(_cut(_trim(_clean(text)), limit_bytes))
    if _DEVICE.match(name):
        name = _trim(_cut(f"_{name}", limit_bytes))
    return name or "_"


def shorten_name(name: str, tag: str, limit_bytes: int) -> str:
    """Return a name of at most `limit_bytes` that ends with `tag` if it had to be cut.

    If there is space for the tag only, it is the name.
    """
    if len(name.encode()) <= limit_bytes:
        return name
    tail = f"_{make_safe_name(tag)}"
    left = limit_bytes - len(tail.encode())
    if left < _WORD_BYTES:
        return tail[1:]
    return make_safe_name(name.removesuffix(tail), left) + tail


def fold(path: str) -> str:
    """Return a key that is equal for names that differ only in case or in the form of accents.

    Some file systems treat such names as one.
    """
    text = unicodedata.normalize("NFD", path).upper().casefold()
    return unicodedata.normalize("NFC", text)


def iter_candidates(name: str, tag: str) -> Iterator[str]:
    """Yield `name`, then alternatives to it: with `tag`, then with `tag` and a number."""
    yield name
    yield f"{name}_{make_safe_name(tag)}"
    for number in count(2):
        yield f"{name}_{make_safe_name(tag)}_{number}"


class Template:
    """A template of the names of works, such as `{create}_{desc}`; see VARIABLES.

    `extra` are more variables and their texts, such as {"location": "New York"}; they may replace
    those of VARIABLES. Formats: strftime's for create ({create:%Y%m%d}), a maximum number of
    characters for texts ({desc:.30}), a width for numbers ({likes:06}).

    Raises:
        InputError: an unknown variable, a format that does not fit it, unbalanced braces, or a
            character between the variables that is not valid in a file name; so is `/`, since
            F2_FOLDERIZE makes the folders.
    """

    def __init__(self, text: str, extra: Mapping[str, str] | None = None) -> None:
        self._extra = extra or {}
        try:
            parts = list(Formatter().parse(text))
        except ValueError:
            fault = "expected '}' for each '{'; a brace in the name itself is {{ or }}"
            raise InputError(f"F2_NAMING={text}: {fault}") from None
        if not any(part[1] for part in parts):
            raise InputError(f"F2_NAMING={text}: a name needs a variable, such as {{aweme_id}}")
        for literal, name, spec, conversion in parts:
            _check_literal(text, literal)
            if name is not None:
                _check_variable(text, name, spec or "", conversion, self._extra)
        self._parts = [(literal, name, spec or "") for literal, name, spec, _ in parts]

    def is_exact(self, item: Any) -> bool:
        """Return whether the name holds the second of publication or the whole id."""
        specs = {name: spec for _, name, spec in self._parts}
        if "create" not in specs or getattr(item, "create_time", None) is None:
            return specs.get("aweme_id") == ""
        return all(code in (specs["create"] or CREATE) for code in _TO_THE_SECOND)

    def render(self, item: Any, limit_bytes: int = NAME_BYTES) -> str:
        """Return the name of `item`'s files, without suffix; a cut name ends with the id.

        A missing value is "". If the first value is missing, remove the separator behind it. If
        no text remains, the name is the id.
        """
        values = [_format_value(item, name, spec, self._extra) for _, name, spec in self._parts]
        text = "".join(part[0] + value for part, value in zip(self._parts, values, strict=True))
        if not self._parts[0][0] + values[0]:
            text = text.lstrip(" _-")
        if not text.strip(" _-."):
            return make_safe_name(item.id)
        whole = make_safe_name(text, sys.maxsize)
        return shorten_name(whole, item.id, limit_bytes)


def _check_literal(template: str, literal: str) -> None:
    bad = _FORBIDDEN.search(literal)
    if bad:
        hint = "; folders are made by F2_FOLDERIZE" if bad.group() in "/\\" else ""
        raise InputError(f"F2_NAMING={template}: no file name can hold {bad.group()}{hint}")


def _check_variable(
    template: str, name: str, spec: str, conversion: str | None, extra: Collection[str]
) -> None:
    if name not in VARIABLES and name not in extra:
        raise InputError(
            describe_unknown(
                f"F2_NAMING={template}: {name or 'an empty name'}", name, [*VARIABLES, *extra]
            )
        )
    if conversion:
        raise InputError(f"F2_NAMING={template}: !{conversion} has no meaning here; leave it out")
    form = _PRECISION if name in extra else VARIABLES[name][1]
    if spec and not form.fullmatch(spec):
        raise InputError(
            f"F2_NAMING={template}: {name} does not take the format {spec!r}; formats are "
            "{create:%Y-%m-%d}, {desc:.30}, {likes:06}"
        )


def _format_value(item: Any, name: str | None, spec: str, extra: Mapping[str, str]) -> str:
    if name is None:
        return ""
    if name in extra:
        return _cut_text(extra[name], spec)
    attribute, form = VARIABLES[name]
    value = getattr(item, attribute, None)
    if value is None or (name == "mix_episode" and not value):  # a work of no playlist
        return ""
    if form is _STRFTIME:
        return format_clock(value, spec or CREATE)
    if form is _WIDTH:
        return format(int(value), spec)
    return _cut_text(str(value), spec)


def _cut_text(value: str, spec: str) -> str:
    text = _clean(value).strip()
    return text[: _find_boundary(text, int(spec[1:]))] if spec else text


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("_", make_visible(text))


def _trim(name: str) -> str:
    return name.strip(" .")


def _cut(text: str, limit_bytes: int) -> str:
    data = text.encode()
    if len(data) <= limit_bytes:
        return text
    end = len(data[:limit_bytes].decode(errors="ignore"))
    return _clean(
        text[: _find_boundary(text, end)]
    )  # a grapheme longer than the limit loses its joiner


def _find_boundary(text: str, end: int) -> int:
    """Return the last index up to `end` that is not inside a grapheme, or else `end`."""
    index = min(end, len(text))
    while 0 < index < len(text) and _is_joined(text, index):
        index -= 1
    return index or end


def _is_joined(text: str, index: int) -> bool:
    """Return whether the character at `index` belongs to the grapheme before it."""
    character = text[index]
    if character in REGIONAL:
        before = text[:index]
        return (len(before) - len(before.rstrip(REGIONAL))) % 2 == 1
    return (
        character == "\u200d"
        or text[index - 1] == "\u200d"
        or unicodedata.category(character)[0] == "M"
        or "\U0001f3fb" <= character <= "\U0001f3ff"
        or "\U000e0020" <= character <= "\U000e007f"
        or "\u1160" <= character <= "\u11ff"
    )
