"""Files that the archive does not know are taken up only if they are proven to be the work's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from support.works import Work, process

from f2scrapy.archive.archive import Archive
from f2scrapy.archive.template import Template
from f2scrapy.crawl.media_files import MediaFiles
from f2scrapy.model.media import Media, MediaKind, Rendition
from f2scrapy.model.rendition import parse_policy
from pipelines.naming import NamingPipeline

JPEG = b"\xff\xd8\xff\xe0" + bytes(50) + b"\xff\xd9"
MP4 = b"\0\0\0\x10ftypmp42" + bytes(4) + b"\0\0\0\x08moov" + b"\0\0\0\x08mdat"
COVER = Media(kind=MediaKind.COVER, suffix="_cover.jpeg")
VIDEO = Media(kind=MediaKind.VIDEO, suffix="_video.mp4")
UNSIZED = Rendition(urls=("https://cdn/v",))


def sized(size: int) -> Rendition:
    return Rendition(urls=("https://cdn/v",), size=size)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with closing(Archive(tmp_path / "f2scrapy.db", tmp_path)) as archive:
        yield archive


def name_work(archive: Archive, item: Work, template: str) -> Work:
    item.path = "douyin/post/x"
    naming = NamingPipeline(archive, Template(template), folderize=True, rename=False)
    named: Work = process(naming, item)
    return named


def put(archive: Archive, path: str, data: bytes) -> None:
    place = archive.root / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data)


def find(archive: Archive, item: Work, media: Media, rendition: Rendition) -> bool:
    files = MediaFiles(archive, Template("{desc}"), parse_policy("best"), upgrade=False)
    return files.find_existing(item, media, rendition) is not None


@pytest.mark.parametrize(
    ("media", "data", "rendition", "is_taken"),
    [
        (VIDEO, MP4, sized(len(MP4)), True),
        (VIDEO, MP4, sized(len(MP4) + 1), False),
        (VIDEO, MP4[:-4], sized(len(MP4) - 4), False),  # cut within a box
        (VIDEO, MP4, UNSIZED, True),
        (VIDEO, MP4[:-4], UNSIZED, False),
        (VIDEO, JPEG, sized(len(JPEG)), False),
        (COVER, JPEG, UNSIZED, True),
        (COVER, JPEG[:-1], UNSIZED, False),
        (COVER, JPEG[:20], UNSIZED, False),
        (COVER, b"ID3" + bytes(50), UNSIZED, False),
    ],
)
def test_file_of_a_killed_run(
    archive: Archive, media: Media, data: bytes, rendition: Rendition, is_taken: bool
) -> None:
    item = name_work(archive, Work(), "{desc}")
    put(archive, item.path + media.suffix, data)
    item.archived = None  # as the next run begins
    assert find(archive, item, media, rendition) is is_taken


def test_link_is_no_file_of_ours(archive: Archive, tmp_path: Path) -> None:
    item = name_work(archive, Work(), "{desc}")
    put(archive, "elsewhere.mp4", MP4)
    place = archive.root / f"{item.path}_video.mp4"
    place.parent.mkdir(parents=True)
    place.symlink_to(tmp_path / "elsewhere.mp4")
    item.archived = None  # as the next run begins
    assert not find(archive, item, VIDEO, sized(len(MP4)))


@pytest.mark.parametrize(
    "template", ["{desc}", "{nickname}", "{create:%Y-%m-%d}_{desc}", "{desc:.3}", "{likes}x"]
)
def test_files_of_an_unknown_work_are_left_alone(archive: Archive, template: str) -> None:
    """The archive was moved away; a new work has the text of an older one."""
    item = Work(aweme_id="72", desc="#fyp")
    name = Template(template).render(item)
    put(archive, f"douyin/post/x/{name}/{name}_video.mp4", MP4)
    name_work(archive, item, template)
    assert item.path == f"douyin/post/x/{name}_72/{name}_72"
    assert not find(archive, item, VIDEO, sized(len(MP4)))


@pytest.mark.parametrize("template", ["{create}_{desc}", "{create:%Y%m%d%H%M%S}", "{aweme_id}"])
def test_exact_name_takes_its_files_up_again(archive: Archive, template: str) -> None:
    item = Work()
    name = Template(template).render(item)
    put(archive, f"douyin/post/x/{name}/{name}_video.mp4", MP4)
    put(archive, f"douyin/post/x/{name}/{name}_cover.jpeg", JPEG)
    name_work(archive, item, template)
    assert item.path == f"douyin/post/x/{name}/{name}"
    assert find(archive, item, VIDEO, sized(len(MP4)))
    assert not find(archive, item, VIDEO, sized(7))
    assert find(archive, item, COVER, UNSIZED) is (template == "{aweme_id}")


def test_work_without_a_date_has_no_exact_name() -> None:
    assert not Template("{create}_{desc}").is_exact(Work(create_time=None))
    assert not Template("{aweme_id:.5}").is_exact(Work())
    assert Template("{desc}_{aweme_id}").is_exact(Work())
