"""Naming: the template's name, one work's alone, and never outside the root."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.works import User, Work, make_crawler, write_files

from f2scrapy.errors import InputError
from f2scrapy.model.media import MediaKind
from pipelines.archive import ArchivePipeline
from pipelines.naming import NamingPipeline

BASE = "douyin/post/Author"
NAME = "2023-10-30 04-11-33_日落"


def named(root: Path, *items: Work, **settings: Any) -> list[str]:
    """Return the paths of items in a crawl with these settings; all their files are fetched."""
    pipeline = NamingPipeline.from_crawler(make_crawler(root, **settings))
    archive = pipeline.archive
    for item in items:
        item.path = BASE
        write_files(archive, pipeline.process_item(item))
        ArchivePipeline(archive, frozenset(MediaKind)).process_item(item)
    archive.close()
    return [item.path for item in items]


def test_each_work_has_a_folder_by_default(tmp_path: Path) -> None:
    assert named(tmp_path, Work()) == [f"{BASE}/{NAME}/{NAME}"]


def test_one_level_less_without_folderize(tmp_path: Path) -> None:
    assert named(tmp_path, Work(), F2_FOLDERIZE=False) == [f"{BASE}/{NAME}"]


@pytest.mark.parametrize("folderize", [True, False])
def test_works_of_one_name_lie_apart(tmp_path: Path, folderize: bool) -> None:
    works = [Work(aweme_id="1", desc="Sun"), Work(aweme_id="2", desc="sun")]
    settings = {"F2_NAMING": "{desc}", "F2_FOLDERIZE": folderize}
    names = [path.removeprefix(f"{BASE}/") for path in named(tmp_path, *works, **settings)]
    assert names == (["Sun/Sun", "sun_2/sun_2"] if folderize else ["Sun", "sun_2"])


def test_name_stays_when_title_or_template_change(tmp_path: Path) -> None:
    [path] = named(tmp_path, Work())
    assert named(tmp_path, Work(desc="edited"), F2_NAMING="{aweme_id}") == [path]


def test_rename_moves_known_files_to_the_new_template(tmp_path: Path) -> None:
    [old] = named(tmp_path, Work())
    node = (tmp_path / f"{old}_video.mp4").stat().st_ino
    [new] = named(tmp_path, Work(), F2_NAMING="{aweme_id}", F2_RENAME=True, F2_FOLDERIZE=False)
    assert new == f"{BASE}/7298145681699622182"
    assert (tmp_path / f"{new}_video.mp4").stat().st_ino == node
    assert sorted(path.name for path in (tmp_path / BASE).iterdir()) == [
        "7298145681699622182_cover.jpeg",
        "7298145681699622182_video.mp4",
    ]


def test_rename_leaves_works_that_lie_in_another_list(tmp_path: Path) -> None:
    [old] = named(tmp_path, Work())
    pipeline = NamingPipeline.from_crawler(
        make_crawler(tmp_path, F2_NAMING="{aweme_id}", F2_RENAME=True)
    )
    assert pipeline.process_item(Work(path="douyin/like/Fan")).path == old
    pipeline.archive.close()


def test_what_has_no_folder_has_no_name(tmp_path: Path) -> None:
    pipeline = NamingPipeline.from_crawler(make_crawler(tmp_path))
    assert pipeline.process_item(User()).path == ""
    pipeline.archive.close()


def test_bad_template_is_refused_before_the_crawl(tmp_path: Path) -> None:
    made = make_crawler(tmp_path, F2_NAMING="{dsc}")
    with pytest.raises(InputError, match="did you mean desc"):
        NamingPipeline.from_crawler(made)


@pytest.mark.parametrize("planted", ["douyin", "douyin/post", BASE, f"{BASE}/{NAME}"])
def test_planted_links_lead_nowhere(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, planted: str
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (tmp_path / planted).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / planted).symlink_to(outside)
    pipeline = NamingPipeline.from_crawler(make_crawler(tmp_path))
    with pytest.raises(PermissionError, match="leads out of F2_PATH"):
        pipeline.process_item(Work(path=BASE))
    assert list(outside.iterdir()) == []
    pipeline.archive.close()


def test_kind_of_item_may_have_a_template_of_its_own(tmp_path: Path) -> None:
    class Song(Work):
        naming = "{nickname}"

    assert named(tmp_path, Song()) == [f"{BASE}/Author/Author"]
