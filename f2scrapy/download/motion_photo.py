"""Make a Motion Photo: a JPEG that says where in it the clip lies, and the clip behind it.

Motion Photo format 1.0 (developer.android.com, read in November 2026): XMP of the picture names the
parts of the file with their lengths; the clip is the last one, so that its place follows from the
file's end. The picture is a JPEG (HEIC and AVIF need boxes of their own), the clip an MP4 in H.264,
H.265 or AV1. Names end with `MP`, else some readers look at the picture only.

python -m f2scrapy.download.motion_photo PICTURE CLIP

writes the picture as JPEG to its output: foreign pictures are decoded in a process of their own.
"""

from __future__ import annotations

import asyncio
import struct
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

from f2scrapy.download import filetype
from f2scrapy.errors import F2Error
from f2scrapy.text import describe_error

_CODECS = frozenset({"h264", "hevc", "av1"})
_XMP = b"http://ns.adobe.com/xap/1.0/\0"  # begins a segment with XMP
_APP0, _APP1 = 0xE0, 0xE1
_SECONDS = 60.0  # for one picture

_PACKET = """\
<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:Camera="http://ns.google.com/photos/1.0/camera/"
    xmlns:Container="http://ns.google.com/photos/1.0/container/"
    xmlns:Item="http://ns.google.com/photos/1.0/container/item/"
    Camera:MotionPhoto="1"
    Camera:MotionPhotoVersion="1"
    Camera:MotionPhotoPresentationTimestampUs="-1">
   <Container:Directory>
    <rdf:Seq>
     <rdf:li rdf:parseType="Resource">
      <Container:Item Item:Mime="image/jpeg" Item:Semantic="Primary" Item:Padding="0"/>
     </rdf:li>
     <rdf:li rdf:parseType="Resource">
      <Container:Item Item:Mime="{mime}" Item:Semantic="MotionPhoto" Item:Length="{length}"/>
     </rdf:li>
    </rdf:Seq>
   </Container:Directory>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"""


class NoMotionPhoto(F2Error):
    """A picture and a clip cannot be made one; the text says why."""


def build_motion_photo(picture: bytes, clip: bytes) -> bytes:
    """Return the Motion Photo of a JPEG and an MP4; XMP that the JPEG has is replaced.

    Raises:
        NoMotionPhoto: the picture is no JPEG.
    """
    mime = filetype.detect_media_type(clip[: filetype.HEAD])
    packet = _XMP + _PACKET.format(mime=mime, length=len(clip)).encode()
    segment = struct.pack(">BBH", 0xFF, _APP1, len(packet) + 2) + packet
    before, after = _split_head(picture)
    return b"".join((before, segment, after, clip))


def _split_head(picture: bytes) -> tuple[bytes, bytes]:
    """Return a JPEG up to the place for XMP, and from there; XMP of its own is left out.

    JFIF and Exif want to be first.
    """
    if picture[:2] != b"\xff\xd8":
        raise NoMotionPhoto("the picture is no JPEG")
    at, before = 2, [picture[:2]]
    after: list[bytes] = []
    while picture[at : at + 1] == b"\xff" and _APP0 <= picture[at + 1] < _APP0 + 16:
        end = at + 2 + int.from_bytes(picture[at + 2 : at + 4])
        segment = picture[at:end]
        is_first = segment[1] == _APP0 or segment[4:10] == b"Exif\0\0"
        if not (segment[1] == _APP1 and segment[4:].startswith(_XMP)):
            (before if is_first and not after else after).append(segment)
        at = end
    if picture[at : at + 1] != b"\xff":
        raise NoMotionPhoto("the picture is no whole JPEG")
    return b"".join(before), b"".join(after) + picture[at:]


async def read_as_jpeg(picture: Path, clip: Path) -> bytes:
    """Return a picture as JPEG, converted if it is none, for a clip of the right encoding.

    Raises:
        NoMotionPhoto: one of them cannot be read, or the clip has another encoding.
    """
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", __name__, str(picture), str(clip)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        data, errors = await asyncio.wait_for(process.communicate(), _SECONDS)
    except TimeoutError:
        raise NoMotionPhoto(f"not read within {_SECONDS:.0f} s") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        lines = errors.decode(errors="replace").strip().splitlines()
        raise NoMotionPhoto(lines[-1] if lines else f"exit code {process.returncode}")
    return data


def _check_clip(av: Any, path: str) -> None:
    with av.open(path, format="mp4") as clip:
        codecs = [stream.codec_context.name for stream in clip.streams.video]
        is_readable = any(True for _ in clip.demux(video=0)) if codecs else False
    name = {"libdav1d": "av1"}.get(codecs[0], codecs[0]) if codecs else "no picture"
    if name not in _CODECS or not is_readable:
        raise NoMotionPhoto(f"a Motion Photo has a clip in H.264, H.265 or AV1, not {name}")


def _convert(av: Any, data: bytes, path: str) -> bytes:
    """Return a picture as JPEG of high quality; one that is a JPEG as it is."""
    if data[:2] == b"\xff\xd8":
        return data
    with av.open(path) as source:
        frame = next(source.decode(video=0))
    form = "yuvj420p" if "420" in frame.format.name else "yuvj444p"
    encoder = av.CodecContext.create("mjpeg", "w")
    encoder.width, encoder.height, encoder.pix_fmt = frame.width, frame.height, form
    encoder.time_base = encoder.sample_aspect_ratio = Fraction(1)  # with the latter it is JFIF
    encoder.options = {"qmin": "2", "qmax": "2", "flags": "+bitexact"}
    whole = frame.reformat(format=form, dst_color_range="JPEG")
    return b"".join(bytes(packet) for packet in [*encoder.encode(whole), *encoder.encode(None)])


def main() -> None:
    """Write the picture to the standard output as JPEG, if the clip is of a right encoding."""
    import av  # noqa: PLC0415 - an extra

    picture, clip = sys.argv[1:]
    try:
        _check_clip(av, clip)
        data = _convert(av, Path(picture).read_bytes(), picture)
    except NoMotionPhoto as error:
        sys.exit(str(error))
    except (av.FFmpegError, OSError, ValueError, IndexError, StopIteration) as error:
        sys.exit(f"it cannot be read: {describe_error(error)}")
    sys.stdout.buffer.write(data)


if __name__ == "__main__":
    main()
