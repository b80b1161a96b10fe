"""Name the files of an item, and find those that are on disk already."""

from __future__ import annotations

from pathlib import Path

from f2scrapy.archive.archive import Archive
from f2scrapy.download import filetype
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

    def __init__(self, archive: Archive, policy: Policy, *, upgrade: bool) -> None:
        self.archive = archive
        self.policy = policy
        self.upgrade = upgrade

    def build_path(self, item: Item, media: Media) -> Path:
        """Return the path of a file now: another run may have moved the work since its naming."""
        path = self.archive.get_path(item.key) or item.path
        return self.archive.root / f"{path}{media.suffix}"

    def as_file(self, item: Item, media: Media, path: Path, size: int, rendition: str = "") -> File:
        """Return the `File` at `path` by the item's path; `Archive.add_files` finds moved works."""
        name = item.path + Path(media.suffix).with_suffix(path.suffix).name
        return File(asset=media.asset, path=name, size=size, rendition=rendition)

    def find_existing(self, item: Item, media: Media, rendition: Rendition) -> File | None:
        """Return the file if it is on disk; None = it is missing, or `rendition` is better."""
        held = self.archive.get_files(item.key).get(media.asset)
        if held is None:
            return self._adopt(item, media, rendition) if media.kind in CONTENT else None
        if self.upgrade and held.rendition != rendition.key:
            taken = self.archive.get_renditions(item.key).get(media.asset)
            if taken is None or is_better(rendition, taken, self.policy):
                return None
        if not self.archive.is_on_disk(held):
            return None
        return self.as_file(item, media, Path(held.path), held.size, held.rendition)

    def _adopt(self, item: Item, media: Media, rendition: Rendition) -> File | None:
        """Return a complete file that the archive lacks: a run was killed just before adding it."""
        path = self.build_path(item, media)
        if not path.parent.is_dir():
            return None
        for found in (path, *(path.with_suffix(suffix) for suffix in _OTHER_SUFFIXES)):
            if not found.is_file():
                continue
            with found.open("rb") as opened:
                media_type = filetype.detect_media_type(opened.read(filetype.HEAD))
            size = found.stat().st_size
            is_same_size = rendition.size in (0, size)
            if is_same_size and filetype.can_serve_as(media_type, CONTENT[media.kind]):
                return self.as_file(item, media, found, size, rendition.key)
        return None
