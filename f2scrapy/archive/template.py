"""Name works by a template such as `{create}_{desc}`: folders, a name, and the ends of its files.

Values never make folders: only a `/` of the template itself does.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Iterator, Mapping
from posixpath import splitext
from string import Formatter
from typing import Any, NamedTuple

from f2scrapy.archive.naming import (
    FORBIDDEN,
    NAME_BYTES,
    cut_characters,
    fold,
    make_safe_name,
    shorten_name,
)
from f2scrapy.errors import InputError
from f2scrapy.text import describe_unknown, format_clock

CREATE = "%Y-%m-%d %H-%M-%S"

_TO_THE_SECOND = ("%Y", "%m", "%d", "%H", "%M", "%S")
_SEPARATORS = " _-"

_PRECISION = re.compile(r"\.\d{1,3}")
_WIDTH = re.compile(r"0?\d{1,2}d?")
_STRFTIME = re.compile(r'(?:[^%{}<>:"\\|?*]|%[aAbBdHIjmMpSuUVwWyYf%]){1,40}')

# variable: attribute of the item, and the form of its format
VARIABLES: dict[str, tuple[str, re.Pattern[str]]] = {
    "aweme_id": ("id", _PRECISION),
    "create": ("create_time", _STRFTIME),
    "date": ("create_time", _STRFTIME),
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
# Names of the same values in F2, yt-dlp and gallery-dl.
_ELSEWHERE = {
    "createTime": "create", "upload_date": "date", "id": "aweme_id", "num": "index",
    "extension": "ext", "uploader": "nickname", "author": "nickname", "description": "desc",
    "playlist": "mix_name", "playlist_title": "mix_name", "playlist_index": "mix_episode",
}  # fmt: skip
_OF_FILES = ("index", "ext")  # of the end of a template: {desc}_{index}.{ext}
_DEFAULTS = {"create": CREATE, "date": "%Y-%m-%d"}

_INDEX_WIDTH = re.compile(r"0?[1-4]d?")
_BEFORE_NUMBER = re.compile(r"[ _.-]{1,3}$")  # of a picture
_PICTURE = re.compile(r"image_(\d+)")  # an asset
_CAPTIONS = re.compile(r"(subtitle_(.+))_(?:vtt|srt)")  # an asset, its kind and its language
_OF_VIDEO = {"video", "nfo", "danmaku_ass"}  # assets with the video's name
# Ends of names that could not be told from the kind of a file.
_LIKE_KINDS = re.compile(r"_(?:video|image|live(?:_\d+)?)$", re.IGNORECASE)


class Part(NamedTuple):
    """A piece of a template: a text, then the value of a variable."""

    literal: str
    name: str | None  # None = only the text
    spec: str  # "" = the variable's own format


class FileEnds(NamedTuple):
    """How the files of a work end, with `.{ext}` in its template."""

    before: str  # the separator before the number of a picture
    width: str  # of the number, such as "02"


class Template:
    """A template of the paths of works below the folder of their list; see VARIABLES.

    `/` makes folders, also in the format of a date: `{date:%Y/%m}/{desc}`. `extra` are more
    variables and their texts, such as {"location": "New York"}; they may replace those of
    VARIABLES. Formats: strftime's for create and date ({create:%Y%m%d}), a maximum number of
    characters for texts ({desc:.30}), a width for numbers ({likes:06}).

    `.{ext}` at the end stands for the suffix of each file: video, subtitles and pictures then bear
    no kind, as `name.mp4`, `name.eng-US.srt` (as players want it) and `name_1.webp`. `{index}`
    before it is the number of a picture in its work, from 1; other files lack it, and the separator
    before it. Without `.{ext}` files have their kinds: `name_video.mp4`, `name_image_1.webp`.

    Raises:
        InputError: an unknown variable, a format that does not fit it, unbalanced braces, a folder
            or name without text, or a character that is not valid in a file name.
    """

    def __init__(self, text: str, extra: Mapping[str, str] | None = None) -> None:
        self._extra = extra or {}
        try:
            found = list(Formatter().parse(text))
        except ValueError:
            fault = "expected '}' for each '{'; a brace in the name itself is {{ or }}"
            raise InputError(f"F2_NAMING={text}: {fault}") from None
        for literal, name, spec, conversion in found:
            _check_literal(text, literal)
            if name is not None and (name in self._extra or name not in _OF_FILES):
                _check_variable(text, name, spec or "", conversion, self._extra)
        parts = [Part(literal, name, spec or "") for literal, name, spec, _ in found]
        parts, self._ends = _split_ends(text, parts, self._extra)
        self._segments = list(_split_folders(parts, self._extra))
        _check_segments(text, self._segments)

    @property
    def has_folders(self) -> bool:
        """Whether works may lie in folders below that of their list."""
        return len(self._segments) > 1

    def is_exact(self, item: Any) -> bool:
        """Return whether the path holds the second of publication or the whole id."""
        parts = [part for segment in self._segments for part in segment]
        if any(part.name == "aweme_id" and not part.spec for part in parts):
            return True
        dates = [part.spec or _DEFAULTS[part.name] for part in parts if part.name in _DEFAULTS]
        known = getattr(item, "create_time", None) is not None
        return known and all(code in "".join(dates) for code in _TO_THE_SECOND)

    def render(self, item: Any, limit_bytes: int = NAME_BYTES) -> str:
        """Return the path of `item`'s files without suffix; a cut name ends with the id.

        A missing value is "", and the separator behind it is removed. A folder without a value is
        left out; if no text remains of the name, it is the id. Each folder and the name have at
        most `limit_bytes`; if there is space for the id only, it is the path.
        """
        text, _ = self._fill_in(item, self._segments[-1])
        whole = make_safe_name(text if text.strip(f"{_SEPARATORS}.") else item.id, sys.maxsize)
        name = shorten_name(whole, item.id, limit_bytes)
        if limit_bytes < len(item.id.encode()):
            return name
        return "/".join([*self._render_folders(item, limit_bytes), name])

    def build_end(self, asset: str, suffix: str, path: str) -> str:
        """Return the end of a file's name behind the work's path.

        `suffix` is an end that this file may have, such as "_image_1.webp" or "_1.webp". A name
        that itself ends like a kind of file has kinds in any case, so that no two files of works
        of one folder have the same name.
        """
        picture, captions = _PICTURE.fullmatch(asset), _CAPTIONS.fullmatch(asset)
        if not (picture or captions or asset in _OF_VIDEO):
            return suffix
        ext = splitext(f"x{suffix}")[1]
        if self._ends is None or _LIKE_KINDS.search(fold(path)):
            kind = captions[1] if captions else asset if picture else "video"
            return f"_{kind}{ext}"
        if picture:
            return f"{self._ends.before}{int(picture[1]):{self._ends.width}}{ext}"
        return f".{captions[2]}{ext}" if captions else ext

    def _render_folders(self, item: Any, limit_bytes: int) -> Iterator[str]:
        for parts in self._segments[:-1]:
            text, is_missing = self._fill_in(item, parts)
            if not is_missing:
                yield make_safe_name(text, limit_bytes)

    def _fill_in(self, item: Any, parts: list[Part]) -> tuple[str, bool]:
        """Return the text of a folder or name, and whether it has variables and all miss."""
        values = [_format_value(item, part, self._extra) for part in parts]
        text, is_missing = "", False
        for part, value in zip(parts, values, strict=True):
            text += (part.literal.lstrip(_SEPARATORS) if is_missing else part.literal) + value
            is_missing = bool(part.name) and not value
        return text, any(part.name for part in parts) and not any(values)


def _check_literal(template: str, literal: str) -> None:
    if "%(" in literal:
        raise InputError(f"F2_NAMING={template}: variables are in braces, such as {{title}}")
    bad = FORBIDDEN.search(literal.replace("/", ""))
    if bad:
        hint = {"\\": "; folders are made by /", ":": "; a drive is named in F2_PATH"}.get(
            bad[0], ""
        )
        raise InputError(f"F2_NAMING={template}: no file name can hold {bad.group()}{hint}")


def _check_variable(
    template: str, name: str, spec: str, conversion: str | None, extra: Collection[str]
) -> None:
    if name not in VARIABLES and name not in extra:
        known = [*VARIABLES, *_OF_FILES, *extra]
        subject = f"F2_NAMING={template}: {name or 'an empty name'}"
        if name in _ELSEWHERE:
            raise InputError(f"{subject} is not known; did you mean {_ELSEWHERE[name]}?")
        raise InputError(describe_unknown(subject, name, known))
    if conversion:
        raise InputError(f"F2_NAMING={template}: !{conversion} has no meaning here; leave it out")
    form = _PRECISION if name in extra else VARIABLES[name][1]
    is_valid = form.fullmatch(spec) and all(spec.split("/"))
    if spec and not (is_valid and (form is not _STRFTIME or "%" in spec)):
        raise InputError(
            f"F2_NAMING={template}: {name} does not take the format {spec!r}; formats are "
            "{date:%Y/%m}, {desc:.30}, {likes:06}"
        )


def _split_ends(
    template: str, parts: list[Part], extra: Collection[str]
) -> tuple[list[Part], FileEnds | None]:
    """Return the parts without `{index}` and `.{ext}`, and how files end; None = with kinds.

    Raises:
        InputError: they are not at the end.
    """
    at = [n for n, part in enumerate(parts) if part.name in _OF_FILES and part.name not in extra]
    if not at:
        return parts, None
    *_, last = parts
    names = [parts[n].name for n in at]
    first = parts[at[0]]
    is_end = at == list(range(len(parts)))[-len(at) :] and last.literal.endswith(".")
    if names not in (["ext"], ["index", "ext"]) or not is_end or last.spec:
        raise InputError(
            f"F2_NAMING={template}: {{index}} and {{ext}} stand at the end only, as in "
            "{desc}.{ext} or {desc}_{index}.{ext}; the place of a work in its mix is {mix_episode}"
        )
    rest = parts[: at[0]]
    if first.name == "ext":
        return [*rest, Part(last.literal[:-1], None, "")], FileEnds("_", "")
    before = _BEFORE_NUMBER.search(first.literal)
    if last.literal != "." or not before:
        raise InputError(
            f"F2_NAMING={template}: want a separator before {{index}} and a dot behind it, as in "
            "{desc}_{index}.{ext}"
        )
    if first.spec and not _INDEX_WIDTH.fullmatch(first.spec):
        raise InputError(f"F2_NAMING={template}: {{index}} takes a width, such as {{index:02}}")
    name = Part(first.literal[: before.start()], None, "")
    return [*rest, name], FileEnds(before[0], first.spec)


def _split_folders(parts: list[Part], extra: Collection[str]) -> Iterator[list[Part]]:
    """Yield the parts of each folder, then those of the name."""
    segment: list[Part] = []
    for literal, name, spec in parts:
        *folders, rest = literal.split("/")
        for folder in folders:
            yield [*segment, Part(folder, None, "")]
            segment = []
        is_date = name in _DEFAULTS and name not in extra
        *dates, last = spec.split("/") if is_date else [spec]
        for date in dates:
            yield [*segment, Part(rest, name, date)]
            segment, rest = [], ""
        segment.append(Part(rest, name, last))
    yield segment


def _check_segments(template: str, segments: list[list[Part]]) -> None:
    """Check that each folder and the name have a text.

    Raises:
        InputError: one has none, or leads upwards.
    """
    for segment in segments[:-1]:
        text = "".join(part.literal for part in segment).strip(" .")
        if text == "~" or not (text or any(part.name for part in segment)):
            raise InputError(
                f"F2_NAMING={template}: {text or 'a folder without a name'}: folders lie below that"
                " of the list, with one / between them; the root folder is F2_PATH"
            )
    if not any(part.name for part in segments[-1]):
        raise InputError(f"F2_NAMING={template}: a name needs a variable, such as {{aweme_id}}")


def _format_value(item: Any, part: Part, extra: Mapping[str, str]) -> str:
    if part.name is None:
        return ""
    if part.name in extra:
        return _cut_text(extra[part.name], part.spec)
    attribute, form = VARIABLES[part.name]
    value = getattr(item, attribute, None)
    if value is None or (part.name == "mix_episode" and not value):  # a work of no mix
        return ""
    if form is _STRFTIME:
        return format_clock(value, part.spec or _DEFAULTS[part.name])
    if form is _WIDTH:
        return format(int(value), part.spec)
    return _cut_text(str(value), part.spec)


def _cut_text(value: str, spec: str) -> str:
    return cut_characters(value, int(spec[1:]) if spec else sys.maxsize)
