"""Serve live streams as FLV and HLS, generated from the clock.

The content at a moment depends on that moment only: after a reconnect a client finds the same
frames, timestamps and numbers. A connection begins at the last key frame, as CDNs do.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Iterator
from typing import NamedTuple

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7

from f2scrapy.sandbox.checks import Route, check_user_agent, find_secrets
from f2scrapy.sandbox.delivery import parse_range
from f2scrapy.sandbox.http_types import Reply, Request, respond_html
from f2scrapy.sandbox.live import containers, picture
from f2scrapy.sandbox.state import State

FRAME_MS, GROUP = 100, 10  # ms; frames from one key frame to the next
PIECE_MS = FRAME_MS * GROUP  # of HLS
LISTED = 5  # pieces in a playlist
_BEFORE_MS = 3_600_000  # the broadcast began an hour before the sandbox
_NAME = re.compile(r".*/stream-(\d+)_(\w+?)(?:-(\d+))?(?:/index)?\.(flv|m3u8|ts|key)")
_BEFORE_RANGE = b"\x47\x1f\xff\x10" + b"\xff" * 184  # bytes of a file before the range of a piece
_TYPES = {"flv": "video/x-flv", "m3u8": "application/vnd.apple.mpegurl", "ts": "video/mp2t",
          "key": "application/octet-stream"}  # fmt: skip


class StreamAddress(NamedTuple):
    """Room, quality, piece and expiry in the address of a stream."""

    room_id: str
    quality: str
    piece: int
    suffix: str
    expires: int  # s since 1970


def serve_stream(request: Request, state: State) -> Reply:
    """Serve an address of a stream: 403 if it is expired, 404 if the room is over."""
    address = _parse_address(request)
    if address is None:
        return respond_html("<h1>404 Not Found</h1>", 404)
    if not _is_welcome(request, state) or not _is_valid(request, address, state):
        return respond_html("<h1>403 Forbidden</h1>", 403)
    if state.is_stream_over(address.room_id, request.platform):
        return respond_html("<h1>404 Not Found</h1>", 404)
    return _HANDLERS[address.suffix](address, request, state)


def _parse_address(request: Request) -> StreamAddress | None:
    found = _NAME.fullmatch(request.path)
    if found is None:
        return None
    quality = found[2].rpartition("_")[2]  # on TikTok the codec precedes it
    return StreamAddress(found[1], quality, int(found[3] or 0), found[4], request.get_int("expire"))


def _is_welcome(request: Request, state: State) -> bool:
    """Return whether the User-Agent is a browser's; cookies are noted alone (streamget 4.0.10)."""
    if not state.is_checked("media"):
        return True
    problem = check_user_agent(request.user_agent)
    for message in filter(None, (*find_secrets(request), problem)):
        state.note_violation(request, message)
    return not problem


def _is_valid(request: Request, address: StreamAddress, state: State) -> bool:
    """Return whether the signature is valid; pieces and keys need none: their playlist has it."""
    if address.suffix in {"ts", "key"}:
        return True
    signed = state.find_origin(address.room_id, request.params.get("sign", ""), address.expires)
    return bool(signed) and address.expires > state.clock()


# Frames, by number since 1970


def _choose_grid(frame: int, state: State) -> picture.Grid:
    """Return the grid of a frame; the fault "switch" changes it."""
    fault = state.faults.find("switch")
    at = fault and fault.since + float(fault.value or 0)
    return picture.WIDE if at and frame // GROUP * PIECE_MS >= at * 1000 else picture.Grid()


def _build_nals(frame: int, state: State) -> list[bytes]:
    ms, number = frame * FRAME_MS, frame % GROUP
    filler = state.options.live_filler
    shown = (
        picture.draw_next_frame(ms, ms - FRAME_MS, number)
        if number
        else picture.draw_key_frame(ms, frame // GROUP)
    )
    return [shown, picture.build_filler(filler)] if filler else [shown]


def _compute_origin_ms(state: State) -> int:
    """Return the start of the broadcast in ms since 1970."""
    return int(state.began) * 1000 - _BEFORE_MS


# FLV


def _serve_flv(address: StreamAddress, request: Request, state: State) -> Reply:
    fault = state.faults.find("headless")
    head = not (fault and fault.try_strike(request, "stream"))
    body = _stream_flv(address, request.platform, state, head=head)
    return Reply(stream=body, content_type=_TYPES["flv"]).with_delivery(length=False)


async def _stream_flv(
    address: StreamAddress, platform: str, state: State, *, head: bool
) -> AsyncIterator[bytes]:
    """Yield tags from the last key frame on, each at its time, until the room is over."""
    frame = int(state.clock() * 1000) // PIECE_MS * GROUP
    yield containers.FLV_HEADER
    shown, silence = None, frame * FRAME_MS
    while not state.is_stream_over(address.room_id, platform) and state.clock() < address.expires:
        grid = _choose_grid(frame, state)
        tags = [*(_iter_setup(grid, frame, address, state) if grid != shown and head else ())]
        shown = grid
        tags.append(_build_video(frame, address, state))
        end = (frame + 1) * FRAME_MS
        tags += [_build_sound(ms, state) for ms in range(silence, end, containers.SILENCE_MS)]
        silence += -(-(end - silence) // containers.SILENCE_MS) * containers.SILENCE_MS
        if not _is_paused(frame, state):
            yield b"".join(tags)
        frame += 1
        await asyncio.sleep(max(0.0, frame * FRAME_MS / 1000 - state.clock()))


def _iter_setup(
    grid: picture.Grid, frame: int, address: StreamAddress, state: State
) -> Iterator[bytes]:
    ms = _compute_flv_ms(frame * FRAME_MS, state)
    if address.quality != "ao":
        sets = picture.build_sps(grid), picture.build_pps()
        yield containers.build_flv_tag(
            containers.SCRIPT, ms, containers.build_flv_metadata(*grid.size, 1000 // FRAME_MS)
        )
        yield containers.build_flv_tag(containers.VIDEO, ms, containers.build_avc_setup(*sets))
    yield containers.build_flv_tag(containers.AUDIO, ms, containers.build_aac_setup())


def _build_video(frame: int, address: StreamAddress, state: State) -> bytes:
    if address.quality == "ao":
        return b""
    body = containers.build_avc_frame(*_build_nals(frame, state), key=frame % GROUP == 0)
    return containers.build_flv_tag(
        containers.VIDEO, _compute_flv_ms(frame * FRAME_MS, state), body
    )


def _build_sound(ms: int, state: State) -> bytes:
    return containers.build_flv_tag(
        containers.AUDIO, _compute_flv_ms(ms, state), containers.build_aac_silence()
    )


def _compute_flv_ms(ms: int, state: State) -> int:
    """Return the timestamp of a tag; the fault "jump" shifts it from a key frame on."""
    at, by = fault.parse_moment() if (fault := state.faults.find("jump")) else (0.0, 0.0)
    jumps = ms // PIECE_MS * PIECE_MS >= at * 1000
    return ms - _compute_origin_ms(state) + round(by * 1000 if jumps else 0)


def _is_paused(frame: int, state: State) -> bool:
    """Return whether the host has paused, or the fault "pause" covers this frame's group."""
    began = frame // GROUP * PIECE_MS / 1000  # of its group: the others need the key frame
    if state.is_paused(began):
        return True
    at, seconds = fault.parse_moment() if (fault := state.faults.find("pause")) else (0.0, 0.0)
    return at <= began < at + seconds


# HLS


def _serve_playlist(address: StreamAddress, request: Request, state: State) -> Reply:
    del request
    last = int(state.clock() * 1000) // PIECE_MS - 1  # the last complete piece
    first = last - LISTED + 1
    start = first
    lines = ["#EXTM3U", "#EXT-X-VERSION:3", f"#EXT-X-TARGETDURATION:{PIECE_MS // 1000}"]
    shown: list[str] = []
    for piece in range(first, last + 1):
        if _is_missing(piece, state):
            start, shown = piece + 1, []
            continue
        if shown and _choose_grid(piece * GROUP, state) != _choose_grid((piece - 1) * GROUP, state):
            shown.append("#EXT-X-DISCONTINUITY")
        name = f"stream-{address.room_id}_{address.quality}-{piece}.ts"
        if state.faults.find("ranges"):
            size = len(_build_piece(address, piece, state))
            shown += [f"#EXT-X-BYTERANGE:{size}@{len(_BEFORE_RANGE)}"]
        shown += [f"#EXTINF:{PIECE_MS / 1000:.3f},", name]
    lines += [f"#EXT-X-MEDIA-SEQUENCE:{_get_number(start, state)}"]
    if state.faults.find("encrypted"):
        lines += [f'#EXT-X-KEY:METHOD=AES-128,URI="stream-{address.room_id}_{address.quality}.key"']
    lines += [*shown, ""]
    return Reply(body="\n".join(lines).encode(), content_type=_TYPES["m3u8"])


def _get_number(piece: int, state: State) -> int:
    """Return the media sequence number of a piece."""
    return piece - _compute_origin_ms(state) // PIECE_MS


def _serve_key(address: StreamAddress, request: Request, state: State) -> Reply:
    del request, state
    return Reply(body=_build_key(address), content_type=_TYPES["key"])


def _build_key(address: StreamAddress) -> bytes:
    return hashlib.md5(address.room_id.encode(), usedforsecurity=False).digest()


def _is_missing(piece: int, state: State) -> bool:
    """Return whether a pause of the host, or the fault "hole" removes this piece.

    A hole removes two, after VALUE seconds.
    """
    if state.is_paused(piece * PIECE_MS / 1000):
        return True
    fault = state.faults.find("hole")
    if fault is None:
        return False
    first = int(fault.since + float(fault.value or 0)) * 1000 // PIECE_MS
    return first <= piece < first + 2


def _serve_piece(address: StreamAddress, request: Request, state: State) -> Reply:
    if _is_missing(address.piece, state):
        return respond_html("<h1>404 Not Found</h1>", 404)
    body, status = _build_piece(address, address.piece, state), 200
    if state.faults.find("ranges"):
        body = _BEFORE_RANGE + body
        range_ = parse_range(len(body), request.headers.get("Range", ""))
        body, status = body[range_.start : range_.stop], range_.status
    return Reply(status, body, content_type=_TYPES["ts"])


def _build_piece(address: StreamAddress, piece: int, state: State) -> bytes:
    """Return the bytes of a piece, with the fault "encrypted" under AES-128."""
    frames = range(piece * GROUP, (piece + 1) * GROUP)
    units = (
        (frame * FRAME_MS - _compute_origin_ms(state), _build_access_unit(frame, state))
        for frame in frames
    )
    body = containers.build_transport_stream(units)
    if not state.faults.find("encrypted"):
        return body
    padder = PKCS7(128).padder()
    iv = _get_number(piece, state).to_bytes(16, "big")
    encryptor = Cipher(AES(_build_key(address)), CBC(iv)).encryptor()
    return encryptor.update(padder.update(body) + padder.finalize()) + encryptor.finalize()


def _build_access_unit(frame: int, state: State) -> bytes:
    start = b"\0\0\0\x01"
    sets = (
        (picture.build_sps(_choose_grid(frame, state)), picture.build_pps())
        if not frame % GROUP
        else ()
    )
    return b"".join(start + nal for nal in (*sets, *_build_nals(frame, state)))


_HANDLERS = {"flv": _serve_flv, "m3u8": _serve_playlist, "ts": _serve_piece, "key": _serve_key}
PATTERNS = {r"pull-[\w-]+\.[\w.-]+/.*": Route("stream", serve_stream)}
