"""Convert captions from the platform's WebVTT to SRT, which more players read."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from f2scrapy.errors import ProtocolError
from f2scrapy.model.endpoint import convert_errors

_HEAD = re.compile(r"WEBVTT(?=[ \t\n]|$)")
_TIME = r"(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})"
_TIMES = re.compile(rf"{_TIME}[ \t]+-->[ \t]+{_TIME}(?:[ \t].*)?")
_TAG = re.compile(r"<[^<>]*+>")  # "<" cannot be within: no part of a text is read twice


def decode_vtt(body: bytes) -> str:
    """Return a downloaded caption file as text, unchanged.

    Raises:
        ProtocolError: it is not WebVTT.
    """
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ProtocolError(f"captions: {len(body)} bytes that are no UTF-8") from None
    if not _HEAD.match(_normalize_newlines(text)):
        raise ProtocolError(f"captions: {len(body)} bytes that are no WebVTT")
    return text


def vtt_to_srt(body: bytes) -> str:
    """Convert a downloaded caption file to SRT: times and plain text, without positions and styles.

    Raises:
        ProtocolError: it is not WebVTT, or a cue has malformed times.
    """
    with convert_errors():  # html.unescape cannot read a number of thousands of digits
        cues = enumerate(_parse_cues(decode_vtt(body)), 1)
        return "\n".join(f"{number}\n{times}\n{text}\n" for number, (times, text) in cues)


def _parse_cues(text: str) -> Iterator[tuple[str, str]]:
    """Yield times and text of each cue with a text; blocks without times are comments."""
    for block in re.split(r"\n{2,}", _normalize_newlines(text)):
        label, arrow, _ = block.partition("-->")
        if not arrow:
            continue
        line, _, payload = block[label.rfind("\n") + 1 :].partition("\n")
        found = _TIMES.fullmatch(line.strip())
        if found is None:
            raise ProtocolError(f"captions: times like {line[:60]!r}")
        if plain := _strip_tags(payload):
            start, end = found.groups()[:4], found.groups()[4:]
            yield f"{_format_time(*start)} --> {_format_time(*end)}", plain


def _normalize_newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _strip_tags(payload: str) -> str:
    bare = html.unescape(_TAG.sub("", payload))
    return "\n".join(line for line in map(str.strip, bare.split("\n")) if line)


def _format_time(hours: str | None, minutes: str, seconds: str, milliseconds: str) -> str:
    return f"{hours or '00'}:{minutes}:{seconds},{milliseconds}"
