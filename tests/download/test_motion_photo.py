"""A Motion Photo shows its picture, says where the clip lies, and the clip there plays."""

from __future__ import annotations

import asyncio
import io
import re
import struct
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from support.pictures import BLUE, HEIGHT, RED, WIDTH, encode, write_film, write_webp

from f2scrapy.download.motion_photo import NoMotionPhoto, build_motion_photo, read_as_jpeg

av = pytest.importorskip("av")

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
CAMERA = "{http://ns.google.com/photos/1.0/camera/}"
CONTAINER = "{http://ns.google.com/photos/1.0/container/}"
ITEM = "{http://ns.google.com/photos/1.0/container/item/}"
XMP = b"http://ns.adobe.com/xap/1.0/\0"


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    write_film(av, tmp_path / "clip.mp4")
    return tmp_path / "clip.mp4"


def list_segments(jpeg: bytes) -> list[tuple[int, bytes]]:
    """Return marker and content of each segment before the picture's data."""
    at, found = 2, []
    while jpeg[at + 1] != 0xDA:
        [size] = struct.unpack_from(">H", jpeg, at + 2)
        found.append((jpeg[at + 1], jpeg[at + 4 : at + 2 + size]))
        at += 2 + size
    return found


def read_back(whole: bytes) -> tuple[bytes, bytes]:
    """Return picture and clip as a reader finds them: by XMP, from the end of the file."""
    [packet] = [data[len(XMP) :] for _, data in list_segments(whole) if data.startswith(XMP)]
    text = re.sub(r"<\?xpacket.*?\?>", "", packet.decode()).strip()
    [description] = ET.fromstring(text).iter(f"{RDF}Description")
    assert description.get(f"{CAMERA}MotionPhoto") == "1"
    assert description.get(f"{CAMERA}MotionPhotoVersion") == "1"
    first, second = description.iter(f"{CONTAINER}Item")
    assert (first.get(f"{ITEM}Semantic"), first.get(f"{ITEM}Mime")) == ("Primary", "image/jpeg")
    kind = second.get(f"{ITEM}Semantic"), second.get(f"{ITEM}Mime")
    assert kind == ("MotionPhoto", "video/mp4")
    at = len(whole) - int(second.get(f"{ITEM}Length") or 0)
    return whole[:at], whole[at:]


def read_colours(jpeg: bytes) -> tuple[bytes, bytes]:
    """Decode a JPEG, and return the colours of its halves."""
    [frame, *_] = av.CodecContext.create("mjpeg", "r").decode(av.Packet(jpeg))
    plane = frame.reformat(format="rgb24").planes[0]
    row = bytes(plane)[plane.line_size * HEIGHT // 2 :]
    return row[3 * WIDTH // 4 :][:3], row[3 * (3 * WIDTH // 4) :][:3]


def is_near(one: bytes, other: bytes) -> bool:
    return all(abs(a - b) < 12 for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("kind", ["webp", "png", "jpeg"])
def test_picture_and_clip_come_back(tmp_path: Path, clip: Path, kind: str) -> None:
    path = tmp_path / f"picture.{kind}"
    if kind == "webp":
        write_webp(av, path)
    else:
        path.write_bytes(
            encode(av, *(("png", "rgb24") if kind == "png" else ("mjpeg", "yuvj420p")))
        )
    jpeg = asyncio.run(read_as_jpeg(path, clip))
    if kind == "jpeg":
        assert jpeg == path.read_bytes()
    picture, film = read_back(build_motion_photo(jpeg, clip.read_bytes()))
    left, right = read_colours(picture)
    assert is_near(left, RED)
    assert is_near(right, BLUE)
    assert film == clip.read_bytes()
    with av.open(io.BytesIO(film)) as opened:
        assert sum(1 for _ in opened.decode(video=0)) == 10


def test_exif_stays_first_and_older_xmp_goes(clip: Path) -> None:
    bare = encode(av, "mjpeg", "yuvj420p")
    exif, other = b"Exif\0\0MM\0*", b"ICC_PROFILE\0\1\1"

    def build(marker: int, data: bytes) -> bytes:
        return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data

    old = build(0xE1, exif) + build(0xE1, XMP + b"<old/>") + build(0xE2, other)
    whole = build_motion_photo(bare[:2] + old + bare[2:], clip.read_bytes())
    segments = list_segments(whole)
    assert segments[0] == (0xE1, exif)
    assert segments[1][1].startswith(XMP)
    assert segments[2] == (0xE2, other)
    assert b"<old/>" not in whole
    assert is_near(read_colours(read_back(whole)[0])[0], RED)


@pytest.mark.parametrize(
    "data", [b"", b"RIFF", b"\xff\xd8", b"\xff\xd8\xff\xe1\xff\xff", b"\xff\xd8\xff\xe0\0\0"]
)
def test_no_jpeg_is_refused(data: bytes) -> None:
    with pytest.raises(NoMotionPhoto):
        build_motion_photo(data, b"")


def test_clip_that_no_phone_plays_is_refused(tmp_path: Path, clip: Path) -> None:
    write_webp(av, tmp_path / "picture.webp")
    write_film(av, tmp_path / "old.mp4", "mpeg4")
    with pytest.raises(NoMotionPhoto, match=r"in H\.264, H\.265 or AV1, not mpeg4"):
        asyncio.run(read_as_jpeg(tmp_path / "picture.webp", tmp_path / "old.mp4"))
    (tmp_path / "cut.mp4").write_bytes(clip.read_bytes()[:100])
    with pytest.raises(NoMotionPhoto, match="it cannot be read"):
        asyncio.run(read_as_jpeg(tmp_path / "picture.webp", tmp_path / "cut.mp4"))
    (tmp_path / "noise.webp").write_bytes(b"RIFF\x10\0\0\0WEBPVP8 noise")
    with pytest.raises(NoMotionPhoto, match="it cannot be read"):
        asyncio.run(read_as_jpeg(tmp_path / "noise.webp", clip))
