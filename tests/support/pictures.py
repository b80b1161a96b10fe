"""Make small real pictures and films with PyAV."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

RED, BLUE = b"\xff\0\0", b"\0\0\xff"
WIDTH, HEIGHT = 64, 48


def make_frame(av: Any) -> Any:
    """Make a frame with a red left half and a blue right half."""
    frame = av.VideoFrame(WIDTH, HEIGHT, "rgb24")
    row = RED * (WIDTH // 2) + BLUE * (WIDTH // 2)
    frame.planes[0].update(row.ljust(frame.planes[0].line_size, b"\0") * HEIGHT)
    return frame


def encode(av: Any, codec: str, form: str, count: int = 1) -> bytes:
    """Encode one picture, or a stream without a container."""
    encoder = av.CodecContext.create(codec, "w")
    encoder.width, encoder.height, encoder.pix_fmt = WIDTH, HEIGHT, form
    encoder.time_base = Fraction(1, 10)
    frames = [make_frame(av).reformat(format=form) for _ in range(count)]
    packets = [packet for frame in [*frames, None] for packet in encoder.encode(frame)]
    return b"".join(map(bytes, packets))


def write_webp(av: Any, path: Path) -> None:
    """Write the frame as WebP, as the platforms send pictures."""
    with av.open(str(path), "w", format="webp") as out:
        stream = out.add_stream("libwebp", rate=1)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for frame in (make_frame(av).reformat(format="yuv420p"), None):
            for packet in stream.encode(frame):
                out.mux(packet)


def write_film(av: Any, path: Path, codec: str = "libx264") -> None:
    """Write ten of the frames as MP4."""
    with av.open(str(path), "w", format="mp4") as out:
        stream = out.add_stream(codec, rate=10)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for frame in [make_frame(av).reformat(format="yuv420p") for _ in range(10)] + [None]:
            for packet in stream.encode(frame):
                out.mux(packet)
