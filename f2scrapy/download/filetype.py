"""Detect the type of a media file, and whether it is complete, from its bytes only."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from f2scrapy.download import mp4

HEAD = 64  # bytes that `detect_media_type` needs

_SUFFIXES = {
    "video/mp4": ".mp4",
    "video/quicktime": ".mov",
    "video/webm": ".webm",
    "video/x-flv": ".flv",
    "image/jpeg": ".jpeg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "image/avif": ".avif",
    "image/heic": ".heic",
    "audio/mpeg": ".mp3",
    "audio/mp4": ".m4a",
    "audio/aac": ".aac",
    "audio/ogg": ".ogg",
    "audio/flac": ".flac",
    "audio/wav": ".wav",
}
_STARTS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF8", "image/gif"),
    (b"ID3", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
    (b"\x1a\x45\xdf\xa3", "video/webm"),
    (b"FLV\x01", "video/x-flv"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav"}
_BRANDS = {b"M4A ": "audio/mp4", b"M4B ": "audio/mp4", b"qt  ": "video/quicktime"}
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"})
_END_MARKS = {"image/jpeg": b"\xff\xd9", "image/png": b"IEND\xaeB`\x82", "image/gif": b";"}
_TAIL = 1 << 16  # bytes at the end of a picture that must contain its end mark
_FILM_TYPES = frozenset({"video/mp4", "video/quicktime", "audio/mp4"})
_ISO_TYPES = frozenset({"image/avif", "image/heic"})


def join_head(chunks: Iterable[bytes]) -> bytes:
    """Return the first HEAD bytes of a file that begins with these chunks."""
    head = b""
    for chunk in chunks:
        head += chunk[: HEAD - len(head)]
        if len(head) == HEAD:
            break
    return head


def detect_media_type(head: bytes) -> str:
    """Return the media type by a file's first bytes, such as "video/mp4"; "" = no media."""
    if head[4:8] == b"ftyp":
        return _detect_iso_type(head)
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12], "")
    for start, name in _STARTS:
        if head.startswith(start):
            return name
    return _detect_mpeg_audio(head)


def get_suffix(kind: str) -> str:
    """Return the usual suffix for a media type, with its dot; "" for an unknown one."""
    return _SUFFIXES.get(kind, "")


def can_serve_as(found: str, wanted: str) -> bool:
    """Return whether a file of media type *found* is usable as *wanted* ("video" …).

    Audio often comes in an MP4 with a brand of video.
    """
    return found.startswith(f"{wanted}/") or (wanted == "audio" and found == "video/mp4")


def describe_content(head: bytes) -> str:
    """Describe bytes that are not the expected media, for an error message."""
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text.startswith(b"<"):
        return "a page of HTML or XML"
    if text.startswith((b"{", b"[")):
        return "JSON"
    return detect_media_type(head) or "bytes of no known kind"


def is_complete(file: BinaryIO) -> bool:
    """Return whether the structure of *file* ends at its last byte; False if it shows no end.

    A film or a sound in MP4 needs its tables and its data, too: a cut may be between two boxes.
    """
    size, end, mark = _read_structure(file)
    if end is not None:
        return end == size and (not _is_film(file) or mp4.has_media(file, size))
    return bool(mark) and _read_end(file, size, len(mark)) == mark


def is_truncated(file: BinaryIO) -> bool:
    """Return whether *file* is truncated by its own structure; False if it shows no end.

    Bytes behind the end of a picture do not matter: cameras and phones append data there.
    """
    size, end, mark = _read_structure(file)
    if end is not None:
        return end > size
    return bool(mark) and mark not in _read_end(file, size, _TAIL)


def read_tracks(file: BinaryIO) -> frozenset[str] | None:
    """Return the kinds of tracks in an MP4 file, "vide" and "soun" among them; None = no MP4.

    A file without a table of tracks, which no player can open, has none.
    """
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    if detect_media_type(file.read(HEAD)) not in _FILM_TYPES:
        return None
    return mp4.read_handlers(file, size)


def _read_structure(file: BinaryIO) -> tuple[int, int | None, bytes]:
    """Return the size of *file*, its end by its own lengths, and the end mark of its type.

    The end is None if the file has no such lengths; the mark is b"" if the type has none.
    """
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    head = file.read(HEAD)
    kind = detect_media_type(head)
    if kind in _FILM_TYPES:
        return size, max(_find_boxes_end(file, size), mp4.find_samples_end(file, size)), b""
    if kind in _ISO_TYPES:
        return size, _find_boxes_end(file, size), b""
    if head.startswith(b"RIFF"):
        return size, int.from_bytes(head[4:8], "little") + 8, b""
    return size, None, _END_MARKS.get(kind, b"")


def _is_film(file: BinaryIO) -> bool:
    file.seek(0)
    return detect_media_type(file.read(HEAD)) in _FILM_TYPES


def _read_end(file: BinaryIO, size: int, count: int) -> bytes:
    file.seek(max(0, size - count))
    return file.read()


def _detect_iso_type(head: bytes) -> str:
    brand = head[8:12]
    if b"avif" in head[8:] or b"avis" in head[8:]:
        return "image/avif"
    if brand in _HEIF_BRANDS:
        return "image/heic"
    return _BRANDS.get(brand, "video/mp4")


def _detect_mpeg_audio(head: bytes) -> str:
    """Detect frames without an ID3 tag: eleven or twelve bits set, then layer and version."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return ""
    if head[1] & 0xF6 == 0xF0:
        return "audio/aac"
    layer, bit_rate, sampling = head[1] & 0x06, head[2] >> 4, head[2] & 0x0C
    return "audio/mpeg" if layer and bit_rate != 0xF and sampling != 0x0C else ""


def measure_whole_boxes(file: BinaryIO, size: int) -> int:
    """Return the number of bytes of whole boxes in an ISO file of *size* bytes."""
    return max((end for end in _iter_box_ends(file, size) if end <= size), default=0)


def _find_boxes_end(file: BinaryIO, size: int) -> int:
    """Return the end of the last box that begins within *size*; 0 if a box has no length."""
    end = 0
    for end in _iter_box_ends(file, size):  # noqa: B007 - the last one counts
        pass
    return end


def _iter_box_ends(file: BinaryIO, size: int) -> Iterator[int]:
    """Yield the end of each box that begins within *size*; 0 and stop if one has no length."""
    at = 0
    while at < size:
        file.seek(at)
        header = file.read(16)
        length = int.from_bytes(header[:4], "big")
        if length == 1:  # a 64-bit length follows the name
            length = int.from_bytes(header[8:16], "big")
        if length < 8:  # 0 means "to the end of the file", wherever that may be
            yield 0
            return
        at += length
        yield at
