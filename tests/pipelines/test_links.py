"""Links: a work of several lists lies in the folder of each, downloaded once."""

from __future__ import annotations

import asyncio
import errno
import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from scrapy.exceptions import NotConfigured
from support.works import Work, make_crawler, process, write_files

from f2scrapy.crawl.arguments import PaginationArgs
from f2scrapy.crawl.known_works import KnownWorks
from f2scrapy.crawl.run_log import RunLog
from f2scrapy.crawl.shared import get_archive, get_options
from f2scrapy.model.media import MediaKind
from pipelines.archive import ArchivePipeline
from pipelines.folder import FolderPipeline
from pipelines.links import LinksPipeline
from pipelines.naming import NamingPipeline


def crawl_lists(root: Path, *modes: str, **settings: object) -> LinksPipeline:
    """Take one work from lists of these modes, the files with the first; return the pipeline."""
    crawler = make_crawler(root, F2_LINK=True, **settings)
    links = LinksPipeline.from_crawler(crawler)
    links.run_log = RunLog("works", datetime(2026, 11, 1, tzinfo=UTC))
    for mode in modes:
        take_item(links, mode)
    return links


def take_item(links: LinksPipeline, mode: str, aweme_id: str = "1") -> None:
    item = Work(aweme_id=aweme_id, mode=mode, owner_nickname="Owner", source=f"douyin:{mode}:MS4")
    for kind in (FolderPipeline, NamingPipeline):
        item = process(kind.from_crawler(links.crawler), item)
    links.process_item(item)
    if not links.archive.get_files(item.key):
        write_files(links.archive, item)
        ArchivePipeline(links.archive, frozenset(MediaKind)).process_item(item)


def list_videos(root: Path) -> list[str]:
    found = root.rglob("*_video.mp4")
    return sorted(str(path.relative_to(root).parent) for path in found)


@pytest.mark.parametrize("folderize", [True, False])
@pytest.mark.parametrize("naming", ["{desc}", "{date:%Y/%m}/{desc}"])
def test_files_lie_in_each_folder_and_once_on_disk(
    tmp_path: Path, folderize: bool, naming: str
) -> None:
    lists = ("post", "like", "post", "mix")
    links = crawl_lists(tmp_path, *lists, F2_FOLDERIZE=folderize, F2_NAMING=naming)
    [before] = list_videos(tmp_path)
    assert ("2023/10" in before) is ("%Y" in naming)
    asyncio.run(links.close_spider())
    after = [before.replace("/post/", f"/{mode}/") for mode in ("like", "mix", "post")]
    assert list_videos(tmp_path) == after
    videos = [*tmp_path.rglob("*_video.mp4")]
    assert len({path.stat().st_ino for path in videos}) == 1
    asyncio.run(links.close_spider())
    assert links.run_log
    assert (list_videos(tmp_path), links.run_log.gaps) == (after, [])
    links.archive.close()


def test_other_file_of_the_name_stays_and_the_link_has_the_id(tmp_path: Path) -> None:
    links = crawl_lists(tmp_path, "post", "like", F2_FOLDERIZE=False)
    [video] = tmp_path.rglob("*_video.mp4")
    other = Path(str(video).replace("/post/", "/like/"))
    other.parent.mkdir(parents=True)
    other.write_text("mine")
    for _ in range(2):
        asyncio.run(links.close_spider())
        name = video.name.replace("_video", "_1_video")
        assert (other.with_name(name).samefile(video), other.read_text()) == (True, "mine")
    other.with_name(name).unlink()
    other.with_name(name).write_text("mine, too")
    asyncio.run(links.close_spider())
    assert links.run_log
    [gap] = links.run_log.gaps
    assert "another file has its name" in gap.detail
    links.archive.close()


def test_copy_from_a_backup_counts_as_the_link(tmp_path: Path) -> None:
    links = crawl_lists(tmp_path, "post", "like")
    asyncio.run(links.close_spider())
    before = list_videos(tmp_path)
    [copy] = (tmp_path / "douyin/like").rglob("*_video.mp4")
    copy.unlink()
    copy.write_bytes(b"film")
    asyncio.run(links.close_spider())
    assert links.run_log
    assert (list_videos(tmp_path), links.run_log.gaps) == (before, [])
    links.archive.close()


def test_renamed_work_keeps_the_links_that_it_has(tmp_path: Path) -> None:
    links = crawl_lists(tmp_path, "post", "like", "mix")
    asyncio.run(links.close_spider())
    before = list_videos(tmp_path)
    links.archive.rename(Work(aweme_id="1").key, iter(["douyin/post/Owner/other/other"]))
    links.archive.close()
    again = crawl_lists(tmp_path, "like", "mix")
    asyncio.run(again.close_spider())
    assert list_videos(tmp_path) == [*before[:2], "douyin/post/Owner/other"]
    again.archive.close()


@pytest.mark.parametrize("code", [errno.EPERM, errno.EOPNOTSUPP, errno.EXDEV])
def test_disk_without_hard_links_is_one_gap_for_a_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr("pathlib.Path.hardlink_to", refuse)
    links = crawl_lists(tmp_path, "post", "like")
    for mode in ("post", "like"):
        take_item(links, mode, aweme_id="2")
    asyncio.run(links.close_spider())
    [gap] = links.run_log.gaps
    assert (gap.count, gap.outcome, gap.source) == (2, "DISK", "douyin:like:MS4")
    assert "the disk takes no hard links in douyin/like/Owner" in gap.detail
    assert not links.run_log.is_whole("douyin:like:MS4")
    links.archive.close()


def test_link_that_another_run_has_just_made_is_no_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = Path.hardlink_to

    def make_twice(target: Path, source: Path) -> None:
        make(target, source)
        make(target, source)

    monkeypatch.setattr("pathlib.Path.hardlink_to", make_twice)
    links = crawl_lists(tmp_path, "post", "like")
    asyncio.run(links.close_spider())
    assert links.run_log
    assert (len(list_videos(tmp_path)), links.run_log.gaps) == (2, [])
    links.archive.close()


def test_links_wait_while_the_archive_is_locked(tmp_path: Path) -> None:
    links = crawl_lists(tmp_path, "post", "like")
    known = links.archive.read_work(Work(aweme_id="1").key)
    queued = [(file, ()) for file in known.files.values()]
    links.archive.queue_files(Work(aweme_id="1").key, known.path or "", queued)

    async def close_while_locked() -> None:
        with closing(sqlite3.connect(tmp_path / "f2scrapy.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            closed = asyncio.create_task(links.close_spider())
            await asyncio.sleep(0.05)
            assert not closed.done()
            other.execute("ROLLBACK")
            await closed

    asyncio.run(close_while_locked())
    assert links.run_log
    assert (len(list_videos(tmp_path)), links.run_log.gaps) == (2, [])
    links.archive.close()


def test_folder_that_leads_out_is_a_gap(tmp_path: Path) -> None:
    links = crawl_lists(tmp_path / "root", "post", "like")
    (tmp_path / "away").mkdir()
    (tmp_path / "root/douyin/like").symlink_to(tmp_path / "away")
    asyncio.run(links.close_spider())
    assert list((tmp_path / "away").iterdir()) == []
    assert links.run_log
    [gap] = links.run_log.gaps
    assert (gap.outcome, "cannot be linked into douyin/like/Owner" in gap.detail) == ("DISK", True)
    links.archive.close()


def test_no_links_unless_they_are_wished(tmp_path: Path) -> None:
    with pytest.raises(NotConfigured):
        LinksPipeline.from_crawler(make_crawler(tmp_path))


def test_list_that_was_complete_without_links_is_read_whole_for_them(tmp_path: Path) -> None:
    source, args, owner = "douyin:like:MS4", PaginationArgs(), ("douyin", "like", "MS4")
    found = []
    for link in (False, True, True):
        crawler = make_crawler(tmp_path, F2_LINK=link)
        archive = get_archive(crawler)
        known = KnownWorks(archive, get_options(crawler), new_first=True)
        found.append(set(known.get_keys(source, args, owner, "")))
        known.save(source, args, ["douyin:post:1"])
        archive.close()
    assert found == [set(), set(), {"douyin:post:1"}]
