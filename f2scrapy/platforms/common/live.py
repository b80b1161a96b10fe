"""The states and streams of live rooms that all platforms share."""

from __future__ import annotations

import re
from enum import IntEnum
from typing import Any

from pydantic import BaseModel

from f2scrapy.model.endpoint import Endpoint, decode_json
from f2scrapy.model.fields import Count, Text, Url, at
from f2scrapy.model.media import Media, MediaKind
from f2scrapy.model.stream import QUALITIES

_SIZE = re.compile(r"(\d+)x(\d+)")


class LiveStatus(IntEnum):
    """The states of a broadcast with a known meaning."""

    PREPARING = 1
    ON_AIR = 2
    PAUSED = 3  # by its host; the same broadcast goes on later
    OVER = 4


_STATES = frozenset(LiveStatus)
# The broadcast is not over: recordings and chats of it go on.
BEFORE_END = frozenset({LiveStatus.ON_AIR, LiveStatus.PAUSED})


class Stream(BaseModel):
    """A quality of a broadcast, with its URL in each form; "" = not sent in that form."""

    quality: Text  # "origin", "uhd", "hd_60", "hd", "sd", "ld", "md"; "ao" = audio only
    line: Text = "main"  # or "backup"
    name: Text = ""  # its display name
    codec: Text = at("", "codec", "VCodec")  # "h264", "h265"
    bit_rate: Count = at(0, "bit_rate", "vbitrate")  # bits per second; 0 = unknown, here and below
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


class RecordableRoom:
    """The parts of a live room that recording needs."""

    @property
    def desc(self: Any) -> str:
        """The title, for templates of file names."""
        return str(self.title)

    @property
    def is_paused(self: Any) -> bool:
        """Whether the host has paused the broadcast; it counts as on air."""
        return bool(self.live_status == LiveStatus.PAUSED)

    @property
    def shows_state(self: Any) -> bool:
        """Whether the answer says that the broadcast is on air, or that it is not."""
        return self.live_status in _STATES

    def list_media(self: Any) -> list[Media]:
        return [Media(kind=MediaKind.LIVE, suffix="_live")] if self.on_air else []

    def start_time_endpoint(self: Any) -> Endpoint | None:
        """Return the endpoint with the broadcast's start time; None = it is known, or nowhere."""
        return None

    def list_streams(self: Any) -> list[Stream]:
        """Return the streams to choose from."""
        return list(self.streams)


def parse_streams(*pulls: Any) -> list[dict[str, Any]]:
    """Return all streams in the player's `pull_data`, best first; equal ones in the order given.

    Raises:
        ValueError: a part of it is not a JSON object.
    """
    found = [stream for pull in pulls if isinstance(pull, dict) for stream in _parse_pull(pull)]
    return sorted(found, key=lambda stream: (_rank(stream["quality"]), stream["line"] != "main"))


def _parse_pull(pull: dict[str, Any]) -> list[dict[str, Any]]:
    qualities = (pull.get("options") or {}).get("qualities") or []
    known = {quality.get("sdk_key"): quality for quality in qualities}
    lines_by_quality = _decode_object(pull.get("stream_data")).get("data") or {}
    return [
        _parse_stream(stream, known.get(quality) or {}) | {"quality": quality, "line": line}
        for quality, lines in lines_by_quality.items()
        if isinstance(lines, dict)
        for line, stream in lines.items()
        if isinstance(stream, dict)
    ]


def _rank(quality: str) -> int:
    return QUALITIES.index(quality) if quality in QUALITIES else len(QUALITIES)


def _parse_stream(line: dict[str, Any], option: dict[str, Any]) -> dict[str, Any]:
    """Return a stream; `option` is the player's row of its quality, with name and frame rate."""
    params = _decode_object(line.get("sdk_params"))
    size = _SIZE.fullmatch(params.get("resolution") or "")
    width, height = size.groups() if size else (0, 0)
    shown = {"name": option.get("name"), "fps": params.get("fps") or option.get("fps")}
    return {**line, **params, "width": width, "height": height, **shown}


def _decode_object(value: Any) -> dict[str, Any]:
    """Return an object that is sent as JSON within JSON, or plainly (in search results, 2023)."""
    found = decode_json(value) if isinstance(value, str) and value else value or {}
    if not isinstance(found, dict):
        raise ValueError("expected an object")
    return found
