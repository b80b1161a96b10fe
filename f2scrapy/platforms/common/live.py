"""Live rooms: what their state means, and the streams they are sent as."""

from __future__ import annotations

import re
from enum import IntEnum
from typing import Any

from pydantic import BaseModel

from f2scrapy.model.endpoint import Endpoint, from_text
from f2scrapy.model.fields import Count, Text, Url, at
from f2scrapy.model.media import Media, MediaKind
from f2scrapy.model.stream import QUALITIES

_SIZE = re.compile(r"(\d+)x(\d+)")


class LiveStatus(IntEnum):
    """States of a broadcast that are sure."""

    ON_AIR = 2
    OVER = 4


class Stream(BaseModel):
    """One quality of a broadcast, at all addresses it is sent from; "" = not in that form."""

    quality: Text  # "origin", "uhd", "hd_60", "hd", "sd", "ld", "md"; "ao" is its sound alone
    line: Text = "main"  # or "backup"
    name: Text = ""  # as people are shown it
    codec: Text = at("", "codec", "VCodec")  # "h264", "h265"
    bit_rate: Count = at(0, "bit_rate", "vbitrate")  # bits per second; 0 = not said, here and below
    width: Count = 0  # pixels
    height: Count = 0
    fps: Count = 0
    flv: Url = ""
    hls: Url = ""
    lls: Url = ""  # WebRTC, as an .sdp
    cmaf: Url = ""
    dash: Url = ""
    http_ts: Url = ""
    ll_hls: Url = ""
    tsl: Url = ""
    tile: Url = ""


class Recordable:
    """What is the same of all rooms: the title names their files, a broadcast is recorded."""

    @property
    def desc(self: Any) -> str:
        """The title, as templates of names call it."""
        return str(self.title)

    def media(self: Any) -> list[Media]:
        return [Media(kind=MediaKind.LIVE, suffix="_live")] if self.on_air else []

    def beginning(self: Any) -> Endpoint | None:
        """What to ask for when the broadcast began; None = that is known, or told nowhere."""
        return None

    def offered(self: Any) -> list[Stream]:
        """The streams to choose from."""
        return list(self.streams)


def streams(*pulls: Any) -> list[dict[str, Any]]:
    """All streams of what the player is given, the best first; in between as `pulls` stand.

    Raises:
        ValueError: something of it is no JSON object.
    """
    found = [stream for pull in pulls if isinstance(pull, dict) for stream in _pulled(pull)]
    return sorted(found, key=lambda stream: (_rank(stream["quality"]), stream["line"] != "main"))


def _pulled(pull: dict[str, Any]) -> list[dict[str, Any]]:
    shown = (pull.get("options") or {}).get("qualities") or []
    names = {quality.get("sdk_key"): quality.get("name") for quality in shown}
    offered = _object(pull.get("stream_data")).get("data") or {}
    return [
        _stream(stream) | {"quality": quality, "line": line, "name": names.get(quality)}
        for quality, lines in offered.items()
        if isinstance(lines, dict)
        for line, stream in lines.items()
        if isinstance(stream, dict)
    ]


def _rank(quality: str) -> int:
    return QUALITIES.index(quality) if quality in QUALITIES else len(QUALITIES)


def _stream(line: dict[str, Any]) -> dict[str, Any]:
    technical = _object(line.get("sdk_params"))
    size = _SIZE.fullmatch(technical.get("resolution") or "")
    width, height = size.groups() if size else (0, 0)
    return {**line, **technical, "width": width, "height": height}


def _object(value: Any) -> dict[str, Any]:
    """An object that comes as JSON within JSON, or plainly (in search results, 2023)."""
    found = from_text(value) if isinstance(value, str) and value else value or {}
    if not isinstance(found, dict):
        raise ValueError("expected an object")
    return found
