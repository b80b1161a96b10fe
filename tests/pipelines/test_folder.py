"""Folder: one for each list, renamed once when its owner is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.works import User, Work, make_crawler, process, write_files

from f2scrapy.crawl.shared import get_archive
from f2scrapy.crawl.skipped import Skipped
from f2scrapy.errors import InputError, Outcome
from f2scrapy.model.item import Item
from f2scrapy.model.media import MediaKind
from pipelines.archive import ArchivePipeline
from pipelines.dedup import DedupPipeline
from pipelines.folder import FolderPipeline
from pipelines.naming import NamingPipeline


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[FolderPipeline]:
    pipeline = FolderPipeline.from_crawler(make_crawler(tmp_path))
    yield pipeline
    pipeline.archive.close()


def test_folder_is_the_owners(folder: FolderPipeline) -> None:
    item = Work(mode="like", owner_sec_user_id="MS4owner", owner_nickname="Owner")
    assert folder.process_item(item).path == "douyin/like/Owner"


def test_list_of_its_own_has_a_folder_below(folder: FolderPipeline) -> None:
    item = Work(mode="collects", owner_nickname="Owner", subfolder="做饭/菜谱 ")
    assert folder.process_item(item).path == "douyin/collects/Owner/做饭_菜谱"


def test_without_a_list_it_is_the_authors(folder: FolderPipeline) -> None:
    assert folder.process_item(Work()).path == "douyin/post/Author"


@pytest.mark.parametrize("item", [User(), Work(state=Outcome.DELETED)])
def test_what_has_no_files_has_no_folder(folder: FolderPipeline, item: Item) -> None:
    assert folder.process_item(item).path == ""


@pytest.mark.parametrize(("wanted", "path"), [("music", ""), ("cover", "Author")])
def test_kinds_that_are_not_wanted_need_no_folder(tmp_path: Path, wanted: str, path: str) -> None:
    pipeline = FolderPipeline.from_crawler(make_crawler(tmp_path, F2_MEDIA=wanted))
    assert pipeline.process_item(Work()).path.rpartition("/")[2] == path
    pipeline.archive.close()


def test_unknown_kind_is_refused_before_the_crawl(tmp_path: Path) -> None:
    made = make_crawler(tmp_path, F2_MEDIA="video, vidoe")
    with pytest.raises(InputError, match="F2_MEDIA: 'vidoe'"):
        FolderPipeline.from_crawler(made)


def test_old_and_new_nickname_in_one_list_rename_nothing(folder: FolderPipeline) -> None:
    paths = {folder.process_item(Work(nickname=name)).path for name in ("Ann", "Eve", "Ann")}
    assert paths == {"douyin/post/Ann"}


def test_new_nickname_is_reported(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    for nickname in ("Ann", "Ann", "Eve"):
        pipeline = FolderPipeline.from_crawler(make_crawler(tmp_path))
        with caplog.at_level("INFO", "pipelines.folder"):
            pipeline.process_item(Work(nickname=nickname))
        pipeline.archive.close()
    assert caplog.messages == ["douyin/post/Ann is called douyin/post/Eve now"]


def run(root: Path, nickname: str) -> list[str]:
    """Crawl two works; return the result of each."""
    made = make_crawler(root)
    archive = get_archive(made)
    before = [kind.from_crawler(made) for kind in (FolderPipeline, NamingPipeline, DedupPipeline)]
    ends = []
    for aweme_id in ("1", "2"):
        item: Item = Work(aweme_id=aweme_id, nickname=nickname)
        try:
            for pipeline in before:
                item = process(pipeline, item)
            ArchivePipeline(archive, frozenset(MediaKind)).process_item(write_files(archive, item))
            ends.append(item.path)
        except Skipped as skipped:
            ends.append(skipped.reason)
    archive.close()
    return ends


def inodes(root: Path) -> set[int]:
    return {path.stat().st_ino for path in (root / "douyin").rglob("*.*") if path.is_file()}


def test_new_nickname_renames_although_all_works_are_known(tmp_path: Path) -> None:
    assert run(tmp_path, "Ann")[0].startswith("douyin/post/Ann/")
    fetched = inodes(tmp_path)
    assert run(tmp_path, "Eve") == ["known", "known"]
    assert os.listdir(tmp_path / "douyin/post") == ["Eve"]
    assert inodes(tmp_path) == fetched
    assert len(fetched) == 4
    assert run(tmp_path, "Eve") == ["known", "known"]
