"""Naming: the template's name, one work's alone, and never outside the root."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.works import User, Work, make_crawler, process, write_files

from f2scrapy.errors import InputError
from f2scrapy.model.media import Media, MediaKind
from f2scrapy.platforms.common.sidecars import list_sidecars
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
        write_files(archive, process(pipeline, item))
        ArchivePipeline(archive, frozenset(MediaKind)).process_item(item)
    archive.close()
    return [item.path for item in items]


def test_each_work_has_a_folder_by_default(tmp_path: Path) -> None:
    assert named(tmp_path, Work()) == [f"{BASE}/{NAME}/{NAME}"]


def test_one_level_less_without_folderize(tmp_path: Path) -> None:
    assert named(tmp_path, Work(), F2_FOLDERIZE=False) == [f"{BASE}/{NAME}"]


@pytest.mark.parametrize("folderize", [True, False])
def test_works_of_one_name_lie_apart(tmp_path: Path, folderize: bool) -> None:
    """So do those whose folders differ in case only: some file systems make one of them."""
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


def test_rename_moves_files_that_a_killed_run_has_not_recorded(tmp_path: Path) -> None:
    class Described(Work):
        def list_media(self) -> list[Media]:
            text = Media(kind=MediaKind.DESC, suffix="_desc.txt", text="words")
            return [*super().list_media(), text]

        def list_wanted(self, kinds: frozenset[MediaKind]) -> list[Media]:
            return [*super().list_wanted(kinds), *list_sidecars(self, kinds)]

    pipeline = NamingPipeline.from_crawler(make_crawler(tmp_path))
    write_files(pipeline.archive, process(pipeline, Work(path=BASE)))
    pipeline.archive.close()
    for end in ("_desc.txt", ".info.json", "_video.nfo"):
        (tmp_path / f"{BASE}/{NAME}/{NAME}{end}").write_text("words")
    nodes = {path.stat().st_ino for path in (tmp_path / BASE).rglob("*.*")}
    (tmp_path / f"{BASE}/{NAME}/{NAME}_cover.jpeg.part").write_bytes(b"fil")
    settings = {"F2_NAMING": "{aweme_id}", "F2_RENAME": True, "F2_FOLDERIZE": False}
    process(NamingPipeline.from_crawler(make_crawler(tmp_path, **settings)), Described(path=BASE))
    renamed = [*(tmp_path / BASE).iterdir()]
    assert {path.stat().st_ino for path in renamed} == nodes
    assert all(path.name.startswith("7298145681699622182") for path in renamed)


@pytest.mark.parametrize("template", ["{aweme_id}", "{aweme_id}.{ext}"])
def test_file_of_a_running_crawl_is_recorded_though_another_one_renames(
    tmp_path: Path, template: str
) -> None:
    pipeline = NamingPipeline.from_crawler(make_crawler(tmp_path))
    archive, item = pipeline.archive, process(pipeline, Work(path=BASE))
    write_files(archive, item)
    settings = {"F2_NAMING": template, "F2_RENAME": True, "F2_FOLDERIZE": False}
    process(NamingPipeline.from_crawler(make_crawler(tmp_path, **settings)), Work(path=BASE))
    archive.queue_files(item.key, item.path, [(file, ()) for file in item.files])
    archive.flush()
    assert archive.gone == {}
    files = archive.get_files(item.key)
    assert set(files) == {"video", "cover"}
    assert all(archive.is_on_disk(file) for file in files.values())
    archive.close()


def test_template_that_changes_three_times_moves_the_same_files(tmp_path: Path) -> None:
    """Nothing is left behind: no empty folder, no second copy, no wrong record."""
    named(tmp_path, Work(aweme_id="1", desc="Sea"), Work(aweme_id="2", desc="sea"))
    nodes = {path.stat().st_ino for path in tmp_path.rglob("*_video.mp4")}
    for template, folderize, videos in [
        ("{date:%Y/%m}/{desc}.{ext}", False, ["2023/10/Sea.mp4", "2023/10/sea_2.mp4"]),
        ("{nickname}/{desc}_{aweme_id}", True,
         ["Author/Sea_1/Sea_1_video.mp4", "Author/sea_2/sea_2_video.mp4"]),
        ("{desc}/{kind}.{ext}", False, ["Sea/post.mp4", "sea/post_2.mp4"]),
    ]:  # fmt: skip
        works = [Work(aweme_id="1", desc="Sea"), Work(aweme_id="2", desc="sea")]
        pipeline = NamingPipeline.from_crawler(
            make_crawler(tmp_path, F2_NAMING=template, F2_RENAME=True, F2_FOLDERIZE=folderize)
        )
        for work in works:
            work.path = BASE
            process(pipeline, work)
        held = [pipeline.archive.get_files(work.key)["video"] for work in works]
        assert [file.path for file in held] == [f"{BASE}/{video}" for video in videos]
        assert all(map(pipeline.archive.is_on_disk, held))
        pipeline.archive.close()
        files = [path for path in (tmp_path / BASE).rglob("*") if path.is_file()]
        assert len(files) == 4
        assert {path.stat().st_ino for path in files} >= nodes
        folders = [path for path in (tmp_path / BASE).rglob("*") if path.is_dir()]
        assert all(any(path.iterdir()) for path in folders)


def test_rename_into_folders_that_was_killed_is_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [old] = named(tmp_path, Work())
    settings = {"F2_NAMING": "{date:%Y/%m}/{desc}.{ext}", "F2_RENAME": True}
    pipeline = NamingPipeline.from_crawler(make_crawler(tmp_path, **settings))
    with monkeypatch.context() as patch:
        patch.setattr(pipeline.archive, "_apply_moves", lambda: None)  # killed before it
        new = process(pipeline, Work(path=BASE)).path
    pipeline.archive.close()
    assert (tmp_path / f"{old}_video.mp4").exists()
    archive = NamingPipeline.from_crawler(make_crawler(tmp_path)).archive
    assert new == f"{BASE}/2023/10/日落/日落"
    assert archive.is_on_disk(archive.get_files(Work().key)["video"])
    archive.close()
    assert [path.name for path in (tmp_path / BASE).iterdir()] == ["2023"]


def test_rename_leaves_works_that_lie_in_another_list(tmp_path: Path) -> None:
    [old] = named(tmp_path, Work())
    pipeline = NamingPipeline.from_crawler(
        make_crawler(tmp_path, F2_NAMING="{aweme_id}", F2_RENAME=True)
    )
    assert process(pipeline, Work(path="douyin/like/Fan")).path == old
    pipeline.archive.close()


def test_what_has_no_folder_has_no_name(tmp_path: Path) -> None:
    pipeline = NamingPipeline.from_crawler(make_crawler(tmp_path))
    assert process(pipeline, User()).path == ""
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
        process(pipeline, Work(path=BASE))
    assert list(outside.iterdir()) == []
    pipeline.archive.close()


def test_kind_of_item_may_have_a_template_of_its_own(tmp_path: Path) -> None:
    class Song(Work):
        naming = "{nickname}"

    assert named(tmp_path, Song()) == [f"{BASE}/Author/Author"]
