"""Captions: from the platform's WebVTT to SRT, which more players read."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from f2scrapy.errors import ProtocolError

_HEAD = re.compile(r"WEBVTT(?=[ \t\n]|$)")
_TIME = r"(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})"
_TIMES = re.compile(rf"{_TIME}[ \t]+-->[ \t]+{_TIME}(?:[ \t].*)?")
_TAG = re.compile(r"<[^>]*>")


def vtt(body: bytes) -> str:
    """What a caption's address answers, as it is.

    Raises:
        ProtocolError: it is no WebVTT.
    """
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ProtocolError(f"captions: {len(body)} bytes that are no UTF-8") from None
    if not _HEAD.match(_lines(text)):
        raise ProtocolError(f"captions: {len(body)} bytes that are no WebVTT")
    return text


def srt(body: bytes) -> str:
    """What a caption's address answers, as SRT: times and plain text, without places and styles.

    Raises:
        ProtocolError: it is no WebVTT, or a cue has no proper times.
    """
    cues = enumerate(_cues(vtt(body)), 1)
    return "\n".join(f"{number}\n{times}\n{text}\n" for number, (times, text) in cues)


def _cues(text: str) -> Iterator[tuple[str, str]]:
    """Times and text of each cue that shows something; blocks without times are comments."""
    for block in re.split(r"\n{2,}", _lines(text)):
        label, arrow, _ = block.partition("-->")
        if not arrow:
            continue
        line, _, payload = block[label.rfind("\n") + 1 :].partition("\n")
        found = _TIMES.fullmatch(line.strip())
        if found is None:
            raise ProtocolError(f"captions: times like {line[:60]!r}")
        if shown := _plain(payload):
            yield f"{_time(*found.groups()[:4])} --> {_time(*found.groups()[4:])}", shown


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _plain(payload: str) -> str:
    bare = html.unescape(_TAG.sub("", payload))
    return "\n".join(line for line in map(str.strip, bare.split("\n")) if line)


def _time(hours: str | None, minutes: str, seconds: str, milliseconds: str) -> str:
    return f"{hours or '00'}:{minutes}:{seconds},{milliseconds}"
