"""Read the tracks in a tag of Enhanced RTMP: one without further marks, or several; no I/O.

Enhanced RTMP version 2 (Veovera, 2024), as scuffle-flv reads it and OBS (flv-mux.c) writes it:
after the type of a packet come any number of ModEx (type 7: a size, data, the next type), then
perhaps Multitrack (6 for video, 5 for audio: a mode and a type, a codec, and for each track a
number, a size and its body).
"""

from __future__ import annotations

from collections.abc import Iterator

AUDIO, VIDEO = 8, 9
_MULTITRACK = {AUDIO: 5, VIDEO: 6}  # types of packets
_MODEX = 7
_ENHANCED_AUDIO = 9
_ONE_TRACK, _MANY_CODECS = 0, 2  # modes; 1 = many tracks of one codec
_CODEC = 4  # bytes
_SIZE = 3  # bytes


def is_enhanced(kind: int, body: bytes) -> bool:
    """Return whether a tag has the type of its packet in its first byte."""
    return bool(body[0] & 0x80) if kind == VIDEO else body[0] >> 4 == _ENHANCED_AUDIO


def split_tracks(kind: int, body: bytes) -> list[tuple[int, bytes]]:
    """Return the tracks in a tag of audio or video, each its number and its body alone.

    A damaged tag has none.
    """
    if not body or not is_enhanced(kind, body):
        return [(0, body)] if body else []
    try:
        return [*_split_enhanced(kind, body)]
    except IndexError:
        return []


def join_track(kind: int, number: int, body: bytes) -> bytes:
    """Return the body of a tag with one track; the first track needs no number."""
    if not number:
        return body
    first = body[0] & 0xF0 | _MULTITRACK[kind]
    mode = _ONE_TRACK << 4 | body[0] & 0xF
    return bytes([first, mode]) + body[1 : 1 + _CODEC] + bytes([number]) + body[1 + _CODEC :]


def _split_enhanced(kind: int, body: bytes) -> Iterator[tuple[int, bytes]]:
    head = body[0] & 0xF0
    packet, at = _skip_modifiers(body)
    if packet != _MULTITRACK[kind]:
        yield 0, bytes([head | packet]) + body[at:]
        return
    mode, first = body[at] >> 4, bytes([head | body[at] & 0xF])
    at += 1
    codec = b"" if mode == _MANY_CODECS else body[at : at + _CODEC]
    at += len(codec)
    while at < len(body):
        own = codec or body[at : at + _CODEC]
        at += 0 if codec else _CODEC
        number, end = body[at], len(body)
        at += 1
        if mode != _ONE_TRACK:
            end = at + _SIZE + int.from_bytes(body[at : at + _SIZE], "big")
            at += _SIZE
        yield number, first + own + body[at:end]
        at = end


def _skip_modifiers(body: bytes) -> tuple[int, int]:
    """Return the type of a packet, and where it goes on."""
    packet, at = body[0] & 0xF, 1
    while packet == _MODEX:
        size = body[at] + 1
        at += 1
        if size == 256:
            size = int.from_bytes(body[at : at + 2], "big") + 1
            at += 2
        packet = body[at + size] & 0xF
        at += size + 1
    return packet, at
