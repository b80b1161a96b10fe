"""Remux: a segment as MP4, by PyAV or the ffmpeg program, in a process of its own.

python -m f2scrapy.live.remux SOURCE TARGET
"""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

from f2scrapy.live.segment import in_thread

logger = logging.getLogger(__name__)


async def remuxed(path: Path) -> Path:
    """The segment as MP4; the segment itself where that cannot be made, which a log line tells."""
    target = path.with_suffix(".mp4")
    part = target.with_name(f"{target.name}.part")
    command = _command(path, part)
    if path.suffix == ".mp4" or not command or target.exists():
        if not command:
            logger.warning(
                "%s: no MP4: neither PyAV (pip install av) nor ffmpeg is here", path.name
            )
        return path
    try:
        await in_thread(lambda: part.unlink(missing_ok=True))  # of a run that was killed meanwhile
        done = await _done(command)
        return await in_thread(lambda: _replaced(path, part, target, done=done))
    except OSError as error:
        logger.warning("%s stays as it is: %s", path.name, error)
        return path


async def _done(command: list[str]) -> bool:
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        return await process.wait() == 0
    except asyncio.CancelledError:
        process.kill()
        raise


def _replaced(path: Path, part: Path, target: Path, *, done: bool) -> Path:
    if not done:
        logger.warning("%s stays as it is: no MP4 can be made of it", path.name)
        part.unlink(missing_ok=True)
        return path
    with part.open("rb") as file:
        os.fsync(file.fileno())  # the segment goes: nothing else would be left after a power cut
    part.replace(target)
    path.unlink()
    return target


def _command(source: Path, target: Path) -> list[str]:
    old, new = (f"file:{path}" for path in (source, target))  # else what has a colon is a protocol
    if find_spec("av"):
        return [sys.executable, "-m", __name__, old, new]
    if ffmpeg := shutil.which("ffmpeg"):
        faststart = ["-movflags", "+faststart", "-f", "mp4"]
        return [ffmpeg, "-y", "-i", old, "-c", "copy", *faststart, new]
    return []


def remux(source: str, target: str) -> None:
    """Packets from one container into another; nothing is decoded.

    MP4 wants each packet of a track later than the one before, live streams repeat a time; and it
    hides a last frame that has no length.
    """
    import av  # noqa: PLC0415 - optional, and large

    options = {"movflags": "faststart"}
    with av.open(source) as old, av.open(target, "w", format="mp4", options=options) as new:
        kept = [one for one in old.streams if one.type in {"video", "audio"}]
        streams = {one.index: new.add_stream_from_template(one) for one in kept}
        last: dict[int, int] = {}
        for packet in old.demux(kept):
            if packet.dts is not None:
                place = packet.stream.index
                before = last.get(place, packet.dts - 1)
                packet.dts = last[place] = max(packet.dts, before + 1)
                packet.pts = max(packet.pts or 0, packet.dts)
                packet.duration = packet.duration or packet.dts - before
                packet.stream = streams[place]
                new.mux(packet)


if __name__ == "__main__":
    remux(*sys.argv[1:])
