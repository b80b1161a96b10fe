"""Make names of files and folders that are valid on every file system."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import count
from typing import NamedTuple

from f2scrapy.text import REGIONAL, make_visible

LONGEST_TAIL = "_" + 31 * "x" + ".part.json"  # behind a name: suffix and end of a part file

# Bytes of a component that are kept free for "_<id>" if a name is in use, and for that tail.
RESERVED_BYTES = len("_7298145681699622182_9") + len(LONGEST_TAIL)
NAME_BYTES = 255 - RESERVED_BYTES  # of 255 bytes: ext4, and APFS, NTFS in their own units

# Shorter limits, for file systems that take less: those that encrypt names have 143 bytes, and
# Windows takes 259 characters of a whole path.
LIMITS = (NAME_BYTES, 90, 60, 36, 0)
_WORD_BYTES = 8  # a shorter rest of a name says nothing


class NameLimits(NamedTuple):
    """Limits of the user's file system, for those that do not say them themselves."""

    name_bytes: int = 255  # UTF-8 of a name with its end, as that of a part file
    path_chars: int = 0  # of a whole path, with the root; 0 = as many as the system takes

    def list_sizes(self) -> list[int]:
        """Return how many bytes a name without its end may have, the best first."""
        most = min(self.name_bytes - RESERVED_BYTES, NAME_BYTES)
        return [most, *(limit for limit in LIMITS if limit < most)]


SYSTEM_LIMITS = NameLimits()  # those that the system itself says

# Windows' devices, also with an extension: "con.mp4" opens the console.
_DEVICE = re.compile(
    r"(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(?:COM|LPT)[0-9¹²³]) *(?:\.|$)", re.IGNORECASE
)
FORBIDDEN = re.compile(r'[<>:"/\\|?*]')


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


def cut_characters(text: str, count: int) -> str:
    """Return the first `count` visible characters as part of a name, cut between graphemes."""
    line = _clean(text).strip()
    return line[: _find_boundary(line, count)]


def _clean(text: str) -> str:
    return FORBIDDEN.sub("_", make_visible(text))


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
