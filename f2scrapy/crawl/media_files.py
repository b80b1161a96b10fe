"""Name the files of an item, and find those that are on disk already."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Collection, Iterator
from pathlib import Path
from posixpath import splitext

from f2scrapy.archive.archive import Archive
from f2scrapy.archive.template import Template
from f2scrapy.download import filetype
from f2scrapy.download.transfer import PICTURE, SOUND
from f2scrapy.model.archived import Archived
from f2scrapy.model.item import Item
from f2scrapy.model.media import File, Media, MediaKind, Rendition
from f2scrapy.model.rendition import Policy, is_better

# Required type of a file by its first bytes.
CONTENT = {
    MediaKind.VIDEO: "video",
    MediaKind.LIVE_PHOTO: "video",
    MediaKind.IMAGE: "image",
    MediaKind.COVER: "image",
    MediaKind.MUSIC: "audio",
}
_OTHER_SUFFIXES = (".jpeg", ".png", ".gif", ".heic", ".avif", ".webp", ".m4a", ".aac")


class MediaFiles:
    """The files of the archive; with `upgrade` only the best rendition by `policy` counts."""

    def __init__(
        self, archive: Archive, template: Template, policy: Policy, *, upgrade: bool
    ) -> None:
        self.archive = archive
        self.template = template
        self.policy = policy
        self.making = asyncio.Semaphore(2)  # of files that take a processor
        self.upgrade = upgrade

    def build_path(self, item: Item, media: Media) -> Path:
        """Return the path of a file, as of its naming or of `reread`."""
        path = self._get_archived(item).path or item.path
        return self.archive.root / f"{path}{self._build_end(media, path)}"

    def reread(self, item: Item) -> None:
        """Look up what the archive knows of a work: another run may have moved or fetched it."""
        item.archived = self.archive.read_work(item.key)

    def _get_archived(self, item: Item) -> Archived:
        if item.archived is None:
            self.reread(item)
        assert item.archived is not None
        return item.archived

    def as_file(self, item: Item, media: Media, path: Path, size: int, rendition: str = "") -> File:
        """Return the `File` at `path` by the item's path; `Archive.add_files` finds moved works."""
        stem, _ = splitext(f"{item.path}{self._build_end(media, item.path)}")
        name = f"{stem}{path.suffix}"
        return File(asset=media.asset, path=name, size=size, rendition=rendition)

    def _build_end(self, media: Media, path: str) -> str:
        return self.template.build_end(media.asset, media.suffix, path)

    def find_existing(self, item: Item, media: Media, rendition: Rendition) -> File | None:
        """Return the file if it is on disk; None = it is missing, or `rendition` is better."""
        held = self._get_archived(item).files.get(media.asset)
        if held is None:
            return self._adopt(item, media, rendition) if media.kind in CONTENT else None
        if self.upgrade and held.rendition != rendition.key:
            taken = self.archive.get_renditions(item.key).get(media.asset)
            if taken is None or is_better(rendition, taken, self.policy):
                return None
        if not self.archive.has_file(item.key, held):
            return None
        end = held.path[len(self._get_archived(item).path or "") :]  # by an earlier template
        return held.model_copy(update={"path": f"{item.path}{end}"})

    def recall_silent(self, item: Item, media: Media) -> Media:
        """Return the file with what an earlier run has found out: encodings without sound."""
        return mark_silent(media, self.archive.get_silent(item.key).get(media.asset, frozenset()))

    def shorten_path(self, item: Item) -> bool:
        """Give the item's files a shorter name; return False if there is none."""
        shorter = self.archive.shorten(item.key, item.id, item.list_folder)
        self.reread(item)
        item.path = self._get_archived(item).path or item.path
        return shorter

    def _adopt(self, item: Item, media: Media, rendition: Rendition) -> File | None:
        """Return a complete file that the archive lacks: a run was killed just before adding it.

        The path is the item's own. The file must have the size that the answer gives, or, without
        one, show its end; and nothing else may have left it there.
        """
        path = self.build_path(item, media)
        for found in _iter_files(path):
            with found.open("rb") as opened:
                media_type = filetype.detect_media_type(opened.read(filetype.HEAD))
                shows_end = filetype.is_complete(opened)
                is_cut = filetype.is_truncated(opened)
            size = found.stat().st_size
            is_ours = shows_end and item.key not in self.archive.doubtful
            is_proven = size == rendition.size and not is_cut if rendition.size else is_ours
            if is_proven and filetype.can_serve_as(media_type, CONTENT[media.kind]):
                return self.as_file(item, media, found, size, rendition.key)
        return None


def mark_silent(media: Media, keys: Collection[str]) -> Media:
    """Return the file with its encodings of these keys marked as those without sound."""
    if not keys:
        return media
    renditions = tuple(
        one.model_copy(update={"is_silent": one.is_silent or one.key in keys})
        for one in media.renditions
    )
    return media.model_copy(update={"renditions": renditions})


def has_files(root: Path, path: str, item: Item, template: Template) -> bool:
    """Return whether there is a file that an item would have at this path."""
    if not os.path.isdir(f"{root}/{path.rpartition('/')[0]}"):  # noqa: PTH112 - as below
        return False
    content = (media for media in item.assets.values() if media.kind in CONTENT)
    ends = (template.build_end(media.asset, media.suffix, path) for media in content)
    return any(any(_iter_files(root / f"{path}{end}")) for end in ends)


def find_unknown(
    root: Path, path: str, item: Item, template: Template, known: Collection[str]
) -> dict[str, str]:
    """Return the ends of files at a work's path that the archive lacks, by asset.

    A run was killed before it had recorded them.
    """
    found: dict[str, str] = {}
    for end, asset in list_ends(item, template, path).items():
        for file in _iter_files(root / f"{path}{end}") if asset not in known else ():
            found.setdefault(asset, str(file)[len(f"{root}/{path}") :])
    return found


def list_ends(item: Item, template: Template, path: str) -> dict[str, str]:
    """Return the ends that files of a work may have on disk, with their assets.

    They are those of `template`, and of a template without any; also those of texts and of what
    is made of other files, which are written again, over those that come along.
    """
    assets = item.list_wanted(frozenset(MediaKind))
    plain = {media.suffix: media.asset for media in assets}
    return plain | {template.build_end(m.asset, m.suffix, path): m.asset for m in assets}


def _iter_files(path: Path) -> Iterator[Path]:
    """Yield the files at a path with any suffix of its type; links are none."""
    if os.path.isdir(path.parent):  # noqa: PTH112 - false for names that are too long
        for found in (path, *(path.with_suffix(suffix) for suffix in _OTHER_SUFFIXES)):
            if os.path.isfile(found) and not found.is_symlink():  # noqa: PTH113 - likewise
                yield found


def find_tracks(media: Media, rendition: Rendition) -> frozenset[str]:
    """Return the tracks that a file must have; moving pictures often have no sound."""
    if CONTENT[media.kind] != "video":
        return frozenset()
    has_sound = media.kind is MediaKind.VIDEO and not rendition.is_silent
    return frozenset({PICTURE, SOUND} if has_sound else {PICTURE})
