"""The hosts of live streams: FLV and HLS, made of the clock as it goes.

What a stream shows at a moment depends on nothing but that moment, so whoever comes back finds
it where it is now: the same frames, times and numbers on every connection. A connection begins at
the last key frame, as CDNs have it.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from typing import NamedTuple

from f2scrapy.sandbox.checks import Route, implausible, secrets_sent
from f2scrapy.sandbox.http_types import Answer, Ask, html
from f2scrapy.sandbox.live import containers as box
from f2scrapy.sandbox.live import picture
from f2scrapy.sandbox.state import World

FRAME_MS, GROUP = 100, 10  # ms; frames from one key frame to the next
PIECE_MS = FRAME_MS * GROUP  # of HLS
LISTED = 5  # pieces of a playlist
_BEFORE_MS = 3_600_000  # the room was on air for an hour when the sandbox began
_NAME = re.compile(r".*/stream-(\d+)_(\w+?)(?:-(\d+))?(?:/index)?\.(flv|m3u8|ts)")
_TYPES = {"flv": "video/x-flv", "m3u8": "application/vnd.apple.mpegurl", "ts": "video/mp2t"}


class Wanted(NamedTuple):
    """What an address says."""

    room_id: str
    quality: str
    piece: int
    suffix: str
    expires: int  # s since 1970


def stream(ask: Ask, world: World) -> Answer:
    """What an address of a stream gives: 403 where it has lapsed, 404 where the room is over."""
    wanted = _read(ask)
    if wanted is None:
        return html("<h1>404 Not Found</h1>", 404)
    if not _welcome(ask, world) or not _good(ask, wanted, world):
        return html("<h1>403 Forbidden</h1>", 403)
    if world.over(wanted.room_id, ask.platform):
        return html("<h1>404 Not Found</h1>", 404)
    return _ANSWERS[wanted.suffix](wanted, ask, world)


def _read(ask: Ask) -> Wanted | None:
    found = _NAME.fullmatch(ask.path)
    if found is None:
        return None
    quality = found[2].rpartition("_")[2]  # TikTok says the codec before it
    return Wanted(found[1], quality, int(found[3] or 0), found[4], ask.number("expire"))


def _welcome(ask: Ask, world: World) -> bool:
    problems = [*secrets_sent(ask), *filter(None, [implausible(ask.user_agent)])]
    for what in problems if world.checks("media") else ():
        world.note(ask, what)
    return not (problems and world.checks("media"))


def _good(ask: Ask, wanted: Wanted, world: World) -> bool:
    """Pieces need no signature of their own: their list was signed."""
    if wanted.suffix == "ts":
        return True
    signed = world.origin(wanted.room_id, ask.params.get("sign", ""), wanted.expires)
    return bool(signed) and wanted.expires > world.clock()


# Frames, by number since 1970


def _grid(frame: int, world: World) -> picture.Grid:
    """The picture's shape; another one from the fault "switch" on."""
    fault = world.faults.on("switch")
    at = fault and fault.since + float(fault.value or 0)
    return picture.WIDE if at and frame // GROUP * PIECE_MS >= at * 1000 else picture.Grid()


def _nals(frame: int, world: World) -> list[bytes]:
    ms, number = frame * FRAME_MS, frame % GROUP
    filler = world.options.live_filler
    shown = (
        picture.next_frame(ms, ms - FRAME_MS, number)
        if number
        else picture.key_frame(ms, frame // GROUP)
    )
    return [shown, picture.filler(filler)] if filler else [shown]


def _origin_ms(world: World) -> int:
    """When the broadcast began."""
    return int(world.began) * 1000 - _BEFORE_MS


# FLV


def _flv(wanted: Wanted, ask: Ask, world: World) -> Answer:
    fault = world.faults.on("headless")
    head = not (fault and fault.strikes(ask, "stream"))
    body = _flowing(wanted, ask.platform, world, head=head)
    return Answer(stream=body, content_type=_TYPES["flv"]).by(length=False)


async def _flowing(
    wanted: Wanted, platform: str, world: World, *, head: bool
) -> AsyncIterator[bytes]:
    """Tags from the last key frame on, each when its time has come, until the room is over."""
    frame = int(world.clock() * 1000) // PIECE_MS * GROUP
    yield box.FLV_HEADER
    shown, silence = None, frame * FRAME_MS
    while not world.over(wanted.room_id, platform) and world.clock() < wanted.expires:
        grid = _grid(frame, world)
        tags = [*(_setup(grid, frame, wanted, world) if grid != shown and head else ())]
        shown = grid
        tags.append(_video(frame, wanted, world))
        end = (frame + 1) * FRAME_MS
        tags += [_sound(ms, world) for ms in range(silence, end, box.SILENCE_MS)]
        silence += -(-(end - silence) // box.SILENCE_MS) * box.SILENCE_MS
        if not _paused(frame, world):
            yield b"".join(tags)
        frame += 1
        await asyncio.sleep(max(0.0, frame * FRAME_MS / 1000 - world.clock()))


def _setup(grid: picture.Grid, frame: int, wanted: Wanted, world: World) -> Iterator[bytes]:
    ms = _flv_ms(frame * FRAME_MS, world)
    if wanted.quality != "ao":
        sets = picture.sequence(grid), picture.picture_set()
        yield box.flv_tag(box.SCRIPT, ms, box.flv_metadata(*grid.size, 1000 // FRAME_MS))
        yield box.flv_tag(box.VIDEO, ms, box.avc_setup(*sets))
    yield box.flv_tag(box.AUDIO, ms, box.aac_setup())


def _video(frame: int, wanted: Wanted, world: World) -> bytes:
    if wanted.quality == "ao":
        return b""
    body = box.avc_frame(*_nals(frame, world), key=frame % GROUP == 0)
    return box.flv_tag(box.VIDEO, _flv_ms(frame * FRAME_MS, world), body)


def _sound(ms: int, world: World) -> bytes:
    return box.flv_tag(box.AUDIO, _flv_ms(ms, world), box.aac_silence())


def _flv_ms(ms: int, world: World) -> int:
    """A tag's time; by the fault "jump" another one, from a key frame on."""
    at, by = fault.moment() if (fault := world.faults.on("jump")) else (0.0, 0.0)
    jumps = ms // PIECE_MS * PIECE_MS >= at * 1000
    return ms - _origin_ms(world) + round(by * 1000 if jumps else 0)


def _paused(frame: int, world: World) -> bool:
    """Whether the fault "pause" has come to this frame, and to all of its group."""
    at, seconds = fault.moment() if (fault := world.faults.on("pause")) else (0.0, 0.0)
    return at <= frame // GROUP * PIECE_MS / 1000 < at + seconds


# HLS


def _playlist(wanted: Wanted, ask: Ask, world: World) -> Answer:
    del ask
    last = int(world.clock() * 1000) // PIECE_MS - 1  # the one that is complete
    first = last - LISTED + 1
    start = first
    lines = ["#EXTM3U", "#EXT-X-VERSION:3", f"#EXT-X-TARGETDURATION:{PIECE_MS // 1000}"]
    shown: list[str] = []
    for piece in range(first, last + 1):
        if _missing(piece, world):
            start, shown = piece + 1, []
            continue
        if shown and _grid(piece * GROUP, world) != _grid((piece - 1) * GROUP, world):
            shown.append("#EXT-X-DISCONTINUITY")
        name = f"stream-{wanted.room_id}_{wanted.quality}-{piece}.ts"
        shown += ["#EXT-X-BYTERANGE:188@0"] if world.faults.on("ranges") else []
        shown += [f"#EXTINF:{PIECE_MS / 1000:.3f},", name]
    number = start - _origin_ms(world) // PIECE_MS
    lines += [f"#EXT-X-MEDIA-SEQUENCE:{number}", *shown, ""]
    return Answer(body="\n".join(lines).encode(), content_type=_TYPES["m3u8"])


def _missing(piece: int, world: World) -> bool:
    """Whether the fault "hole" (seconds, after which two pieces are missing) concerns this one."""
    fault = world.faults.on("hole")
    if fault is None:
        return False
    first = int(fault.since + float(fault.value or 0)) * 1000 // PIECE_MS
    return first <= piece < first + 2


def _piece(wanted: Wanted, ask: Ask, world: World) -> Answer:
    if _missing(wanted.piece, world):
        return html("<h1>404 Not Found</h1>", 404)
    frames = range(wanted.piece * GROUP, (wanted.piece + 1) * GROUP)
    units = ((frame * FRAME_MS - _origin_ms(world), _access_unit(frame, world)) for frame in frames)
    del ask
    return Answer(body=box.transport_stream(units), content_type=_TYPES["ts"])


def _access_unit(frame: int, world: World) -> bytes:
    start = b"\0\0\0\x01"
    sets = (
        (picture.sequence(_grid(frame, world)), picture.picture_set()) if not frame % GROUP else ()
    )
    return b"".join(start + nal for nal in (*sets, *_nals(frame, world)))


_ANSWERS = {"flv": _flv, "m3u8": _playlist, "ts": _piece}
PATTERNS = {r"pull-[\w-]+\.[\w.-]+/.*": Route("stream", stream)}
