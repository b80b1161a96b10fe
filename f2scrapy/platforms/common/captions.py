"""Captions: the files of each language, and their conversion to WebVTT and SRT.

Players read one or the other; the platforms offer WebVTT, SRT, or JSON with `utterances`. The
content of a file shows its form.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pydantic import BaseModel

from f2scrapy.errors import ProtocolError
from f2scrapy.model.endpoint import convert_errors
from f2scrapy.model.fields import Text
from f2scrapy.model.media import Media, MediaKind, Unoffered
from f2scrapy.platforms.common.media import FileAddress, make_single

_VTT = re.compile(r"WEBVTT(?=[ \t\n]|$)")
_SRT = re.compile(r"\s*\d+[ \t]*\n\d{2,}:\d\d:\d\d,\d{3}[ \t]+-->")
_TIME = r"(?:(\d{2,}):)?([0-5]\d):([0-5]\d)POINT(\d{3})"
_TIMES = {  # by the mark before the milliseconds
    point: re.compile(rf"{_TIME}[ \t]+-->[ \t]+{_TIME}(?:[ \t].*)?".replace("POINT", f"[{point}]"))
    for point in ".,"
}
_TAG = re.compile(r"<[^<>]*+>")  # "<" cannot be within: no part of a text is read twice
_FORMS = ("webvtt", "vtt", "srt", "")  # in the order of attempts, before all others
_UNSAFE = re.compile(r"[^A-Za-z0-9-]+")


class Caption(NamedTuple):
    """Captions in one language, in one of the forms that are offered."""

    kind: MediaKind  # SUBTITLE or TRANSLATION
    language: str  # by the platform's name, such as "eng-US"
    form: str  # by the platform's name, such as "webvtt"; "" = unknown
    urls: tuple[str, ...]  # mirrors

    @property
    def name(self) -> str:
        return f"{self.kind}_{_UNSAFE.sub('_', self.language) or 'und'}"

    @property
    def rank(self) -> int:
        """The place of its form among the attempts."""
        form = self.form.lower()
        return _FORMS.index(form) if form in _FORMS else len(_FORMS)


def list_caption_files(captions: Iterable[Caption]) -> Iterator[Media]:
    """Yield a WebVTT and an SRT file for each language, made of the first form that can be read."""
    by_name: dict[str, list[Caption]] = {}
    for caption in sorted(captions, key=lambda caption: caption.rank):
        if caption.urls:
            by_name.setdefault(caption.name, []).append(caption)
    for name, forms in by_name.items():
        urls = dict.fromkeys(url for one in forms for url in one.urls)
        for end, to_text in (("vtt", to_vtt), ("srt", to_srt)):
            file = make_single(forms[0].kind, f"_{name}.{end}", FileAddress(url_list=list(urls)))
            yield file.model_copy(update={"to_text": to_text, "name": f"{name}_{end}"})


def list_missing_captions(captions: Iterable[Caption]) -> list[Unoffered]:
    """Return the languages that have no address in any form."""
    captions = list(captions)
    offered = {caption.name for caption in captions if caption.urls}
    missing = {one.name: one.kind for one in captions if one.name not in offered}
    return [Unoffered(kind, "the answer names no address") for kind in missing.values()]


def to_vtt(body: bytes) -> str:
    """Return a downloaded caption file as WebVTT, unchanged if it is that.

    Raises:
        ProtocolError: it is in none of the known forms, or a cue has malformed times.
    """
    text = _decode(body)
    if _VTT.match(_normalize_newlines(text)):
        return text
    with convert_errors():
        cues = "".join(
            f"\n{times.replace(',', '.')}\n{html.escape(words, quote=False)}\n"
            for times, words in _read_cues(text)
        )
    return f"WEBVTT\n{cues}"


def to_srt(body: bytes) -> str:
    """Return a downloaded caption file as SRT: times and plain text, without positions and styles.

    Raises:
        ProtocolError: it is in none of the known forms, or a cue has malformed times.
    """
    text = _decode(body)
    with convert_errors():  # html.unescape cannot read a number of thousands of digits
        cues = enumerate(_read_cues(text), 1)
        return "\n".join(f"{number}\n{times}\n{words}\n" for number, (times, words) in cues)


def _decode(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ProtocolError(f"captions: {len(body)} bytes that are no UTF-8") from None


def _read_cues(text: str) -> Iterator[tuple[str, str]]:
    """Yield times, as SRT has them, and text of each cue with a text."""
    normal = _normalize_newlines(text)
    for head, point in ((_VTT, "."), (_SRT, ",")):
        if head.match(normal):
            return _parse_cues(normal, _TIMES[point])
    if normal.lstrip().startswith("{"):
        return _parse_utterances(normal)
    raise ProtocolError(f"captions: {len(text)} characters that are neither WebVTT, SRT nor JSON")


def _parse_cues(text: str, form: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    """Yield the cues of WebVTT or SRT; blocks without times are comments."""
    for block in re.split(r"\n{2,}", text):
        label, arrow, _ = block.partition("-->")
        if not arrow:
            continue
        line, _, payload = block[label.rfind("\n") + 1 :].partition("\n")
        found = form.fullmatch(line.strip())
        if found is None:
            raise ProtocolError(f"captions: times like {line[:60]!r}")
        if plain := _strip_tags(payload):
            start, end = found.groups()[:4], found.groups()[4:]
            yield f"{_format_time(*start)} --> {_format_time(*end)}", plain


class _Utterance(BaseModel):
    text: Text = ""
    start_time: int  # ms
    end_time: int


class _Utterances(BaseModel):
    """The JSON of captions by speech recognition, as yt-dlp 2026.10.26 and others read it."""

    utterances: list[_Utterance]


def _parse_utterances(text: str) -> Iterator[tuple[str, str]]:
    for one in _Utterances.model_validate_json(text).utterances:
        if plain := "\n".join(line for line in map(str.strip, one.text.splitlines()) if line):
            yield f"{_format_ms(one.start_time)} --> {_format_ms(one.end_time)}", plain


def _format_ms(ms: int) -> str:
    seconds, rest = divmod(max(ms, 0), 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02},{rest:03}"


def _normalize_newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _strip_tags(payload: str) -> str:
    bare = html.unescape(_TAG.sub("", payload))
    return "\n".join(line for line in map(str.strip, bare.split("\n")) if line)


def _format_time(hours: str | None, minutes: str, seconds: str, milliseconds: str) -> str:
    return f"{hours or '00'}:{minutes}:{seconds},{milliseconds}"
