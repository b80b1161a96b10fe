"""Links: a work of several lists lies in the folder of each, downloaded once."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from scrapy.exceptions import NotConfigured
from support.works import Work, make_crawler, write_files

from f2scrapy.crawl.run_log import RunLog
from f2scrapy.model.media import MediaKind
from pipelines.archive import ArchivePipeline
from pipelines.folder import FolderPipeline
from pipelines.links import LinksPipeline
from pipelines.naming import NamingPipeline


def crawl_lists(root: Path, *modes: str, **settings: object) -> LinksPipeline:
    """Take one work from lists of these modes, the files with the first; return the pipeline."""
    crawler = make_crawler(root, F2_LINK=True, **settings)
    steps = [kind.from_crawler(crawler) for kind in (FolderPipeline, NamingPipeline, LinksPipeline)]
    archive = steps[0].archive
    for number, mode in enumerate(modes):
        item = Work(mode=mode, owner_nickname="Owner")
        for step in steps:
            item = step.process_item(item)
        if number == 0:
            write_files(archive, item)
            ArchivePipeline(archive, frozenset(MediaKind)).process_item(item)
    links = steps[-1]
    links.run_log = RunLog("works", datetime(2026, 11, 1, tzinfo=UTC))
    return links


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
    links.close_spider()
    after = [before.replace("/post/", f"/{mode}/") for mode in ("like", "mix", "post")]
    assert list_videos(tmp_path) == after
    videos = [*tmp_path.rglob("*_video.mp4")]
    assert len({path.stat().st_ino for path in videos}) == 1
    links.close_spider()
    assert links.run_log
    assert (list_videos(tmp_path), links.run_log.gaps) == (after, [])
    links.archive.close()


def test_other_file_of_the_name_stays(tmp_path: Path) -> None:
    links = crawl_lists(tmp_path, "post", "like")
    [video] = tmp_path.rglob("*_video.mp4")
    other = Path(str(video).replace("/post/", "/like/"))
    other.parent.mkdir(parents=True)
    other.write_text("mine")
    links.close_spider()
    assert other.read_text() == "mine"
    links.archive.close()


def test_folder_that_leads_out_is_a_gap(tmp_path: Path) -> None:
    links = crawl_lists(tmp_path / "root", "post", "like")
    (tmp_path / "away").mkdir()
    (tmp_path / "root/douyin/like").symlink_to(tmp_path / "away")
    links.close_spider()
    assert list((tmp_path / "away").iterdir()) == []
    assert links.run_log
    [gap] = links.run_log.gaps
    assert (gap.outcome, "cannot be linked into douyin/like/Owner" in gap.detail) == ("DISK", True)
    links.archive.close()


def test_no_links_unless_they_are_wished(tmp_path: Path) -> None:
    with pytest.raises(NotConfigured):
        LinksPipeline.from_crawler(make_crawler(tmp_path))
