"""Remux a segment to MP4, with PyAV or the ffmpeg program, in a process of its own.

python -m f2scrapy.live.remux SOURCE TARGET
"""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import sys
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import Any

from f2scrapy.live import flv
from f2scrapy.live.segment import run_in_thread

logger = logging.getLogger(__name__)

_PROBE_BYTES = 5_000_000  # that ffmpeg reads of a file to know its tracks
_PROBE_US = 86_400_000_000  # microseconds of it


async def remux_segment(path: Path) -> Path:
    """Remux a segment to MP4; return the new path, or the old one after a logged failure."""
    target = path.with_suffix(".mp4")
    part = target.with_name(f"{target.name}.part")
    command = await run_in_thread(lambda: _build_command(path, part))
    if path.suffix == ".mp4" or not command or target.exists():
        if not command:
            logger.warning("%s: no MP4: install PyAV (pip install av) or ffmpeg", path.name)
        return path
    try:
        await run_in_thread(lambda: part.unlink(missing_ok=True))  # left by a killed run
        succeeded = await _run_command(command)
        return await run_in_thread(
            lambda: _replace_segment(path, part, target, succeeded=succeeded)
        )
    except OSError as error:
        logger.warning("%s stays as it is: %s", path.name, error)
        return path


async def _run_command(command: list[str]) -> bool:
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        return await process.wait() == 0
    except asyncio.CancelledError:
        process.kill()
        raise


def _replace_segment(path: Path, part: Path, target: Path, *, succeeded: bool) -> Path:
    if not succeeded:
        logger.warning("%s stays as it is: it cannot be remuxed to MP4", path.name)
        part.unlink(missing_ok=True)
        return path
    with part.open("rb") as file:
        os.fsync(file.fileno())  # the segment is deleted: after a power cut only this file is left
    part.replace(target)
    path.unlink()
    return target


def _build_command(source: Path, target: Path) -> list[str]:
    old, new = (f"file:{path}" for path in (source, target))  # a colon would be read as a protocol
    if find_spec("av"):
        return [sys.executable, "-m", __name__, old, new]
    if ffmpeg := shutil.which("ffmpeg"):
        faststart = ["-movflags", "+faststart", "-f", "mp4"]
        probe = ((f"-{name}", value) for name, value in build_probe(source).items())
        return [ffmpeg, "-y", *chain.from_iterable(probe), "-i", old, "-c", "copy", *faststart, new]
    return []


def build_probe(source: Path) -> dict[str, str]:
    """Return the options with which ffmpeg finds all tracks of a file.

    FLV has no list of them: a track may come later than ffmpeg looks by default, which is 5 MB.
    """
    if source.suffix != ".flv":
        return {}
    with source.open("rb") as file:
        size = flv.measure_head(file, source.stat().st_size) + _PROBE_BYTES
    return {"probesize": str(size), "analyzeduration": str(_PROBE_US)}


def remux(source: str, target: str) -> None:
    """Copy packets from one container into another; nothing is decoded.

    In MP4 each packet of a track must be later than the one before, but live streams repeat times.
    MP4 players hide a last frame without a duration.
    """
    import av  # noqa: PLC0415 - optional, and large

    options = {"movflags": "faststart"}
    probe = build_probe(Path(source.removeprefix("file:")))
    with (
        av.open(source, options=probe) as old,
        av.open(target, "w", format="mp4", options=options) as new,
    ):
        copied = _find_tracks(old)
        streams = {one.index: new.add_stream_from_template(one) for one in copied}
        last: dict[int, int] = {}
        for packet in old.demux(copied):
            if packet.dts is not None:
                index = packet.stream.index
                before = last.get(index, packet.dts - 1)
                packet.dts = last[index] = max(packet.dts, before + 1)
                packet.pts = max(packet.pts or 0, packet.dts)
                packet.duration = packet.duration or packet.dts - before
                packet.stream = streams[index]
                new.mux(packet)


def _find_tracks(container: Any) -> list[Any]:
    """Return the tracks to copy.

    Raises:
        ValueError: the headers of a decoder change within the file, which MP4 cannot have.
    """
    found = [one for one in container.streams if one.type in {"video", "audio"}]
    if container.format.name != "flv":
        return found
    met: set[int] = set()
    for packet in container.demux(found):
        if packet.has_sidedata("new_extradata") and packet.stream.index in met:
            raise ValueError("the headers of a decoder change within the file")
        met |= {packet.stream.index} if packet.size else set()
    container.seek(0)
    return [one for one in found if one.index in met]


if __name__ == "__main__":
    remux(*sys.argv[1:])
