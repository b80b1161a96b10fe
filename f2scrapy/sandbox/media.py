"""Asset: the bytes of one medium, made up on the way, the same on every run."""

from __future__ import annotations

import hashlib
import random
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

CHUNK = 1 << 20  # bytes handed over at a time
# Hosts that serve media, as a regular expression.
HOSTS = (r"[\w.-]+\.(douyinvod|douyinpic|douyinstatic|zjcdn|byteimg|bytednsdoc|byteeffecttos"
         r"|huoshanimg|bytemaimg|pstatp|ixigua)\.com")  # fmt: skip
TIKTOK_HOSTS = r"(v\d[\w-]*\.tiktok|[\w.-]+\.tiktokcdn(-\w+)?)\.com"
# No power of two and no round number: who resumes at the wrong place gets other bytes.
_BLOCK = 1_000_003


@dataclass(frozen=True)
class Asset:
    """One file of a CDN: a true head of its kind, then noise that depends on `key` and place."""

    key: str
    kind: str  # "mp4", "webp", "jpeg", "png", "mp3", "json", "lrc" …
    size: int  # bytes

    @property
    def content_type(self) -> str:
        return _TYPES.get(self.kind, "application/octet-stream")

    @property
    def etag(self) -> str:
        return f'"{self._digest.hex()[:24].upper()}"'

    def chunks(self, start: int = 0, stop: int | None = None) -> Iterator[bytes | memoryview]:
        """The bytes from *start* up to *stop* (None = the end), at most CHUNK at a time."""
        stop = self.size if stop is None else min(stop, self.size)
        tail_at = self.size - len(self._tail)
        if start < min(stop, len(self._head)):
            yield self._head[start:stop]
        yield from self._noise(max(start, len(self._head)), min(stop, tail_at))
        if max(start, tail_at) < stop:
            yield self._tail[max(0, start - tail_at) : stop - tail_at]

    def read(self, start: int = 0, stop: int | None = None) -> bytes:
        return b"".join(self.chunks(start, stop))

    def sha256(self) -> str:
        """Hex digest of the whole."""
        digest = hashlib.sha256()
        for chunk in self.chunks():
            digest.update(chunk)
        return digest.hexdigest()

    def _noise(self, start: int, stop: int) -> Iterator[memoryview]:
        block = _noise_block()
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
class Text(Asset):
    """A file that has something to say: its every byte is given."""

    body: bytes = b""

    @classmethod
    def of(cls, key: str, kind: str, text: str) -> Text:
        body = text.encode()
        return cls(key, kind, len(body), body)

    def chunks(self, start: int = 0, stop: int | None = None) -> Iterator[bytes | memoryview]:
        yield self.body[start:stop]


@lru_cache(1)
def _noise_block() -> memoryview:
    """The same noise three times over: a CHUNK is longer than it, and begins anywhere in it."""
    return memoryview(random.Random(2).randbytes(_BLOCK) * 3)


def _mp4(size: int) -> bytes:
    """`ftyp`, then one `mdat` that ends where the file ends."""
    ftyp = struct.pack(">I4s4sI16s", 32, b"ftyp", b"isom", 512, b"isomiso2avc1mp41")
    rest = size - len(ftyp)
    if rest < 1 << 32:
        return ftyp + struct.pack(">I4s", rest, b"mdat")
    return ftyp + struct.pack(">I4sQ", 1, b"mdat", rest)


def _webp(size: int) -> bytes:
    return struct.pack("<4sI4s4sI", b"RIFF", size - 8, b"WEBP", b"VP8 ", size - 20)


def _jpeg(_size: int) -> bytes:
    return bytes.fromhex("ffd8ffe000104a46494600010100000100010000")


def _png(_size: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sIIBBBBB", 13, b"IHDR", 64, 64, 8, 6, 0, 0, 0)


def _mp3(_size: int) -> bytes:
    return b"ID3\x04\x00\x00\x00\x00\x00\x00" + bytes.fromhex("fffb9064")


_HEADS = {"mp4": _mp4, "webp": _webp, "jpeg": _jpeg, "png": _png, "mp3": _mp3}
_TAILS = {"jpeg": b"\xff\xd9"}
_TYPES = {
    "mp4": "video/mp4",
    "webp": "image/webp",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "mp3": "audio/mpeg",
    "json": "application/json",
    "vtt": "text/vtt",
}
