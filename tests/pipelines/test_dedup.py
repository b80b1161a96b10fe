"""Dedup: known is only what lies whole on disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.works import RENDITION, User, Work, make_crawler, write_files

from f2scrapy.archive.archive import Archive
from f2scrapy.crawl.skipped import Skipped
from f2scrapy.download.locking import lock
from f2scrapy.download.part_file import PartJournal
from f2scrapy.errors import Outcome
from f2scrapy.model.item import Item
from f2scrapy.model.media import MediaKind
from pipelines.archive import ArchivePipeline
from pipelines.dedup import DedupPipeline

pytestmark = pytest.mark.usefixtures("each_key_set")

PATH = "douyin/post/Author/x"
LARGER = RENDITION.model_copy(update={"width": 1080, "height": 1920})
SMALLER = RENDITION.model_copy(update={"width": 360, "height": 640})


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """An archive that holds a work whole."""
    archive = Archive(tmp_path / "f2scrapy.db", tmp_path)
    item = Work(path=archive.reserve_path(Work().key, [PATH]))
    remember(archive, write_files(archive, item))
    yield archive
    archive.close()


def remember(archive: Archive, item: Item) -> None:
    ArchivePipeline(archive, frozenset(MediaKind)).process_item(item)


def outcome(archive: Archive, item: Item, **settings: Any) -> str:
    """Why a crawl drops the item; "" where it passes."""
    pipeline = DedupPipeline.from_crawler(make_crawler(archive.root, **settings))
    try:
        assert pipeline.process_item(item) is item
    except Skipped as skipped:
        return skipped.reason
    finally:
        pipeline.archive.close()
    return ""


def test_whole_work_is_known(archive: Archive) -> None:
    assert outcome(archive, Work()) == "known"


def test_part_of_a_killed_run_is_swept_from_beside_its_finished_file(archive: Archive) -> None:
    names = ("_video.mp4.part", "_video.mp4.part.json", "_cover.jpeg.part", "_image_1.webp.part")
    parts = [archive.root / f"{PATH}{name}" for name in names]
    for part in parts:
        part.write_bytes(b"fi")
    with parts[2].open("r+b", buffering=0) as written:  # by another run
        lock(written)
        assert outcome(archive, Work(), F2_TRUST_ARCHIVE=True) == "known"
        assert [part.exists() for part in parts] == [True] * 4
        assert outcome(archive, Work()) == "known"
    assert [part.exists() for part in parts] == [False, False, True, True]
    for rendition, is_kept in (("better", True), (RENDITION.key, False)):
        parts[0].write_bytes(b"fi")
        parts[1].write_bytes(PartJournal(f"{Work().key}/video/{rendition}", 4, '"v"').dump())
        assert outcome(archive, Work()) == "known"
        assert [part.exists() for part in parts[:2]] == [is_kept] * 2


def test_other_work_passes(archive: Archive) -> None:
    assert outcome(archive, Work(aweme_id="1")) == ""


def test_missing_file_is_fetched_if_its_kind_is_wanted(archive: Archive) -> None:
    archive.locate(f"{PATH}_cover.jpeg").unlink()
    assert outcome(archive, Work()) == ""
    assert outcome(archive, Work(), F2_MEDIA="video") == "known"


@pytest.mark.parametrize("data", [b"", b"film and more"])
def test_file_of_another_size_is_not_known(archive: Archive, data: bytes) -> None:
    archive.locate(f"{PATH}_video.mp4").write_bytes(data)
    assert outcome(archive, Work()) == ""


@pytest.mark.parametrize("item", [Work(), User(), Work(state=Outcome.PRIVATE)])
def test_metadata_passes(archive: Archive, item: Item) -> None:
    assert outcome(archive, item, F2_MEDIA="") == ""


def test_what_cannot_be_had_passes_when_that_is_news(archive: Archive) -> None:
    gone = Work(state=Outcome.DELETED)
    assert outcome(archive, gone) == ""
    remember(archive, gone)
    assert outcome(archive, gone) == "refused before"
    assert outcome(archive, gone, F2_MEDIA="") == ""
    assert outcome(archive, Work(state=Outcome.PRIVATE)) == ""


def test_user_whose_works_are_hidden_passes_each_time(archive: Archive) -> None:
    remember(archive, User(state=Outcome.PRIVATE))
    assert outcome(archive, User(state=Outcome.PRIVATE)) == ""


@pytest.mark.parametrize("media", ["", "video"])
def test_second_time_in_a_run_is_dropped(archive: Archive, media: str) -> None:
    pipeline = DedupPipeline.from_crawler(make_crawler(archive.root, F2_MEDIA=media))
    pipeline.process_item(Work(aweme_id="1"))
    pipeline.process_item(Work(aweme_id="2"))
    with pytest.raises(Skipped, match="repeated"):
        pipeline.process_item(Work(aweme_id="1"))
    pipeline.archive.close()


@pytest.mark.parametrize(
    ("offered", "upgrade", "reason"),
    [(LARGER, True, ""), (LARGER, False, "known"), (SMALLER, True, "known")],
)
def test_better_rendition_passes_on_request(
    archive: Archive, offered: Any, upgrade: bool, reason: str
) -> None:
    item = Work(renditions=(SMALLER, offered))
    assert outcome(archive, item, F2_UPGRADE=upgrade) == reason


def test_policy_decides_what_is_better(archive: Archive) -> None:
    item = Work(renditions=(LARGER, RENDITION))
    assert outcome(archive, item, F2_UPGRADE=True, F2_RENDITION="height<=720") == "known"
