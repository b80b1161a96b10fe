"""Motion Photos are made once, of files that are on disk; a work is complete without them."""

from __future__ import annotations

import asyncio
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from support.crawling import Play
from support.pictures import write_film, write_webp
from support.works import RENDITION, Work

from f2scrapy.archive.archive import Archive
from f2scrapy.archive.template import Template
from f2scrapy.config.file import load_options
from f2scrapy.crawl.media_files import MediaFiles
from f2scrapy.crawl.motion_photos import make_motion_photo
from f2scrapy.crawl.run_log import RunLog
from f2scrapy.errors import InputError
from f2scrapy.model.media import File, Media, MediaKind, parse_media_kinds
from f2scrapy.model.rendition import parse_policy
from f2scrapy.platforms.common.sidecars import list_sidecars

KINDS = frozenset({MediaKind.MOTION_PHOTO})


class LivePhotos(Work):
    """A work of two pictures, of which the second moves."""

    def list_media(self) -> list[Media]:
        return [
            Media(kind=MediaKind.IMAGE, suffix="_image_1.webp", renditions=(RENDITION,)),
            Media(kind=MediaKind.IMAGE, suffix="_image_2.webp", renditions=(RENDITION,)),
            Media(kind=MediaKind.LIVE_PHOTO, suffix="_live_2.mp4", renditions=(RENDITION,)),
        ]


def test_motion_photo_is_made_once_and_archived(tmp_path: Path) -> None:
    av: Any = pytest.importorskip("av")
    item, log = LivePhotos(path="d/p/x/x"), RunLog("douyin_x", datetime(2026, 1, 1, tzinfo=UTC))
    [media] = list_sidecars(item, KINDS)
    with closing(Archive(tmp_path / "f2scrapy.db", tmp_path)) as archive:
        files = MediaFiles(archive, Template("{desc}"), parse_policy("best"), upgrade=False)
        archive.reserve_path(item.key, [item.path])
        (tmp_path / "d/p/x").mkdir(parents=True)
        write_webp(av, tmp_path / "d/p/x/x_image_2.webp")
        item.files = [File(asset="image_2", path="d/p/x/x_image_2.webp", size=1)]
        assert asyncio.run(make_motion_photo(files, item, media, log)) is None
        assert not log.not_taken, "the clip itself is the gap"
        write_film(av, tmp_path / "d/p/x/x_live_2.mp4")
        item.files.append(File(asset="live_2", path="d/p/x/x_live_2.mp4", size=1))
        made = asyncio.run(make_motion_photo(files, item, media, log))
        assert made is not None
        assert (made.asset, made.path) == ("motion_2", "d/p/x/x_motion_2_MP.jpeg")
        place = tmp_path / made.path
        assert place.stat().st_size == made.size > (tmp_path / "d/p/x/x_live_2.mp4").stat().st_size
        archive.add_files(item.key, item.path, [(made, ())])
        files.reread(item)
        (tmp_path / "d/p/x/x_live_2.mp4").write_bytes(b"no film")
        assert asyncio.run(make_motion_photo(files, item, media, log)) == made, "it was there"
        place.unlink()
        assert asyncio.run(make_motion_photo(files, item, media, log)) is None
        assert [(one.what, one.count) for one in log.not_taken.values()] == [("a Motion Photo", 1)]


def test_motion_photos_bring_what_they_are_made_of(monkeypatch: pytest.MonkeyPatch) -> None:
    assert parse_media_kinds(["motion_photo"]) == {*MediaKind} & {
        "motion_photo",
        "image",
        "live_photo",
    }
    assert parse_media_kinds(["image"]) == {"image"}
    monkeypatch.setattr("f2scrapy.config.options.find_spec", lambda _: None)
    with pytest.raises(InputError, match="motion_photo needs the Python package av"):
        load_options(F2_MEDIA="motion_photo")


def test_pictures_that_cannot_be_read_leave_works_complete(play: Play) -> None:
    """The pictures of the sandbox have no content."""
    pytest.importorskip("av")
    crawl = play()
    run = crawl.run_user_post("demo", F2_MEDIA="motion_photo")
    assert run.code == 0
    [group] = run.report["not_taken"]
    assert group["what"] == "a Motion Photo"
    assert group["count"] > 0
    assert "without a Motion Photo" in run.report["summary"]
