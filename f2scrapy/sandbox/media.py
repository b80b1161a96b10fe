"""Generate the bytes of media files, the same on every run."""

from __future__ import annotations

import hashlib
import random
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

CHUNK = 1 << 20  # bytes
# Media hosts, as regular expressions.
HOSTS = (r"[\w.-]+\.(douyinvod|douyinpic|douyinstatic|zjcdn|byteimg|bytednsdoc|byteeffecttos"
         r"|huoshanimg|bytemaimg|pstatp|ixigua)\.com")  # fmt: skip
TIKTOK_HOSTS = r"(v\d[\w-]*\.tiktok|[\w.-]+\.tiktokcdn(-\w+)?)\.com"
# Neither round nor a power of two: a download resumed at a wrong offset gets other bytes.
_BLOCK = 1_000_003


@dataclass(frozen=True)
class Asset:
    """A file of a CDN: a valid header of its kind, then noise determined by `key` and offset."""

    key: str
    kind: str  # "mp4", "mute.mp4", "webp", "jpeg", "png", "mp3", "json", "lrc" …
    size: int  # bytes

    @property
    def content_type(self) -> str:
        return _TYPES.get(self.kind, "application/octet-stream")

    @property
    def etag(self) -> str:
        return f'"{self._digest.hex()[:24].upper()}"'

    def iter_chunks(self, start: int = 0, stop: int | None = None) -> Iterator[bytes | memoryview]:
        """Yield the bytes from *start* to *stop* (None = the end), at most CHUNK at a time."""
        stop = self.size if stop is None else min(stop, self.size)
        tail_at = self.size - len(self._tail)
        if start < min(stop, len(self._head)):
            yield self._head[start:stop]
        yield from self._iter_noise(max(start, len(self._head)), min(stop, tail_at))
        if max(start, tail_at) < stop:
            yield self._tail[max(0, start - tail_at) : stop - tail_at]

    def read(self, start: int = 0, stop: int | None = None) -> bytes:
        return b"".join(self.iter_chunks(start, stop))

    def sha256(self) -> str:
        """Return the hex digest of the whole file."""
        digest = hashlib.sha256()
        for chunk in self.iter_chunks():
            digest.update(chunk)
        return digest.hexdigest()

    def _iter_noise(self, start: int, stop: int) -> Iterator[memoryview]:
        block = _make_noise()
        while start < stop:
            place = (start + self._shift) % _BLOCK
            piece = min(stop - start, CHUNK, len(block) - place)
            yield block[place : place + piece]
            start += piece

    @cached_property
    def _digest(self) -> bytes:
        return hashlib.blake2b(f"{self.key}|{self.kind}|{self.size}".encode()).digest()

    @cached_property
    def _shift(self) -> int:
        return int.from_bytes(self._digest[:8], "big") % _BLOCK

    @cached_property
    def _head(self) -> bytes:
        make = _HEADS.get(self.kind)
        head = make(self.size) if make else b""
        return (head + self._digest[:16])[: self.size]

    @cached_property
    def _tail(self) -> bytes:
        tail = _TAILS.get(self.kind, b"")
        return tail if self.size >= len(self._head) + len(tail) else b""


@dataclass(frozen=True)
class TextAsset(Asset):
    """A file with given content instead of noise."""

    body: bytes = b""

    @classmethod
    def from_text(cls, key: str, kind: str, text: str) -> TextAsset:
        body = text.encode()
        return cls(key, kind, len(body), body)

    def iter_chunks(self, start: int = 0, stop: int | None = None) -> Iterator[bytes | memoryview]:
        yield self.body[start:stop]


@lru_cache(1)
def _make_noise() -> memoryview:
    """Return the same noise three times: a CHUNK is longer than it and starts anywhere."""
    return memoryview(random.Random(2).randbytes(_BLOCK) * 3)


def _make_box(name: bytes, *content: bytes) -> bytes:
    body = b"".join(content)
    return struct.pack(">I4s", len(body) + 8, name) + body


def _make_mp4(size: int, tracks: tuple[bytes, ...] = (b"vide", b"soun")) -> bytes:
    """Return `ftyp`, a table of tracks, then one `mdat` that ends with the file."""
    ftyp = struct.pack(">I4s4sI16s", 32, b"ftyp", b"isom", 512, b"isomiso2avc1mp41")
    handlers = (_make_box(b"hdlr", bytes(8), track, bytes(13)) for track in tracks)
    head = ftyp + _make_box(
        b"moov", *(_make_box(b"trak", _make_box(b"mdia", handler)) for handler in handlers)
    )
    rest = size - len(head)
    if rest < 1 << 32:
        return head + struct.pack(">I4s", max(rest, 8), b"mdat")
    return head + struct.pack(">I4sQ", 1, b"mdat", rest)


def _make_webp(size: int) -> bytes:
    return struct.pack("<4sI4s4sI", b"RIFF", size - 8, b"WEBP", b"VP8 ", size - 20)


def _make_jpeg(_size: int) -> bytes:
    return bytes.fromhex("ffd8ffe000104a46494600010100000100010000")


def _make_png(_size: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sIIBBBBB", 13, b"IHDR", 64, 64, 8, 6, 0, 0, 0)


def _make_mp3(_size: int) -> bytes:
    return b"ID3\x04\x00\x00\x00\x00\x00\x00" + bytes.fromhex("fffb9064")


_HEADS = {
    "mp4": _make_mp4,
    "mute.mp4": lambda size: _make_mp4(size, (b"vide",)),
    "webp": _make_webp,
    "jpeg": _make_jpeg,
    "png": _make_png,
    "mp3": _make_mp3,
}
_TAILS = {"jpeg": b"\xff\xd9"}
_TYPES = {
    "mp4": "video/mp4",
    "mute.mp4": "video/mp4",
    "webp": "image/webp",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "mp3": "audio/mpeg",
    "json": "application/json",
    "vtt": "text/vtt",
}
