"""Remux: every frame of a segment is in its MP4, whatever times a live stream repeats."""

import asyncio
import os
from pathlib import Path

import pytest
from recording import shown

from f2scrapy.live.remux import remux, remuxed
from f2scrapy.sandbox import containers as box
from f2scrapy.sandbox import picture

WALL_MS = 1_795_300_000_000
SETS = picture.sequence(picture.Grid()), picture.picture_set()


def segment(path: Path, *times: int) -> Path:
    """An FLV whose frames have these times in ms; each shows how many came before it."""
    data = box.FLV_HEADER + box.flv_tag(box.VIDEO, 0, box.avc_setup(*SETS))
    for number, ms in enumerate(times):
        wall = WALL_MS + number
        frame = picture.next_frame(wall, wall - 1, number) if number else picture.key_frame(wall, 0)
        data += box.flv_tag(box.VIDEO, ms, box.avc_frame(frame, key=not number))
    path.write_bytes(data)
    return path


def test_times_that_repeat_and_the_last_frame(tmp_path: Path) -> None:
    times = [0, 100, 200, 200, 200, 400, 500]
    flv = segment(tmp_path / "a.flv", *times)
    remux(str(flv), str(tmp_path / "a.mp4"))
    frames = shown(tmp_path / "a.mp4")
    assert [round(wall * 1000) - WALL_MS for _, wall in frames] == [*range(7)]
    assert [seconds for seconds, _ in frames] == pytest.approx(
        [0, 0.1, 0.2, 0.2, 0.2, 0.4, 0.5], abs=0.01
    )


def test_what_cannot_be_remuxed_stays(tmp_path: Path) -> None:
    torn = tmp_path / "torn.flv"
    torn.write_bytes(b"FLV\x01")
    assert asyncio.run(remuxed(torn)) == torn
    assert os.listdir(tmp_path) == ["torn.flv"]
