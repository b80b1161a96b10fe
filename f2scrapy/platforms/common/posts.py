"""The parts of works that all platforms share: ids, files and availability."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field, model_validator

from f2scrapy.errors import Outcome
from f2scrapy.model.fields import Id, Text
from f2scrapy.model.item import Item
from f2scrapy.model.media import CONTENT_KINDS, Media, MediaKind, Rendition, Unoffered
from f2scrapy.platforms.common.captions import (
    Caption,
    list_caption_files,
    list_missing_captions,
)
from f2scrapy.platforms.common.media import Image, Video
from f2scrapy.platforms.common.sidecars import list_sidecars


class BasePost(Item):
    """A work, without the platform's own fields; only `aweme_id` is required."""

    kind: ClassVar = "post"
    noun: ClassVar = "work"
    content_paths: ClassVar[tuple[str, ...]]  # beginnings of the paths of video and pictures

    aweme_id: Annotated[Id, Field(min_length=1)]
    desc: Text = ""

    # For list_media(), under each platform's own paths; in no feed.
    video: Video | None = Field(None, exclude=True, repr=False)
    pictures: Sequence[Image] | None = Field(None, exclude=True, repr=False)

    @model_validator(mode="after")
    def _set_state(self) -> Self:
        if self.state is Outcome.OK:
            self.state = self.find_state()
        return self

    def find_state(self) -> Outcome:
        """Return whether its media are available, by the platform's flags."""
        raise NotImplementedError

    @property
    def has_addresses(self) -> bool:
        """Whether the answer holds media URLs, as it does for every viewer with access."""
        return bool(self.pictures or (self.video and self.video.list_renditions()))

    @property
    def id(self) -> str:
        return self.aweme_id

    @property
    def has_content(self) -> bool:
        """Whether works of its type have a video or pictures; few have neither."""
        return True

    @property
    def absence(self) -> tuple[Outcome, str]:
        """Why the answer shows no address of the video or the pictures, if it does not."""
        faults = (fault.path for fault in self.unreadable if not fault.is_empty)
        paths = [path for path in faults if path.partition(".")[0] in self.content_paths]
        if paths:
            return Outcome.SCHEMA_CHANGED, f"{paths[0]} cannot be read"
        return Outcome.MEDIA_BROKEN, "the answer names no address"

    def list_media(self) -> list[Media]:
        """Return its pictures or its video, then cover, music and description if there are any.

        A picture or video that the answer names without a URL is listed without renditions, so
        that it counts as missing.
        """
        if self.state is not Outcome.OK:
            return []
        files = [*self._list_pictures(), *self._list_video()]
        files += (file for file in self.list_extras() if file.renditions)
        if self.desc:
            files.append(Media(kind=MediaKind.DESC, suffix="_desc.txt", text=self.desc))
        return files

    def list_unoffered(self) -> list[Unoffered]:
        if self.state is not Outcome.OK:
            return []
        extras = {file.kind for file in self.assets.values() if file.renditions}
        mentioned = self.find_mentioned().items()
        missing = [Unoffered(kind, why) for kind, why in mentioned if kind not in extras]
        return [*missing, *list_missing_captions(self.list_captions())]

    def list_captions(self) -> list[Caption]:
        """Return the captions that the answer mentions."""
        return []

    def find_mentioned(self) -> dict[MediaKind, str]:
        """Return the other kinds of files that the answer mentions, and why one may be absent."""
        has_cover = self.video and self.video.has_cover
        return {MediaKind.COVER: "the answer names no address"} if has_cover else {}

    def list_wanted(self, kinds: frozenset[MediaKind]) -> list[Media]:
        """Return the files of these kinds, with the texts for other programs."""
        texts = list_sidecars(self, kinds) if self.state is Outcome.OK else ()
        return [*super().list_wanted(kinds), *texts]

    def find_unknown(self, files: list[Media]) -> Media | None:
        """Return what stands for video or pictures if the answer names neither; they are missing.

        Guests get such answers of some works (TikTok, 2026).
        """
        is_shown = not CONTENT_KINDS.isdisjoint(file.kind for file in files)
        if is_shown or self.state is not Outcome.OK or not self.has_content:
            return None
        return self._make_content(MediaKind.VIDEO, "_video.mp4", is_unknown=True)

    def list_extras(self) -> Iterator[Media]:
        """Yield the other files of the work; those without a URL are left out."""
        if self.video:
            yield self.video.choose_cover()
        yield from list_caption_files(self.list_captions())

    def _list_pictures(self) -> Iterator[Media]:
        for number, image in enumerate(self.pictures or (), 1):
            stills, moving = image.list_renditions(), image.list_moving()
            if stills or not moving:
                suffix = f"_image_{number}.{stills[0].codec if stills else 'webp'}"
                yield self._make_content(MediaKind.IMAGE, suffix, stills)
            if moving or (stills and moving is not None):
                yield self._make_content(MediaKind.LIVE_PHOTO, f"_live_{number}.mp4", moving)

    def _list_video(self) -> Iterator[Media]:
        if self.video and not self.pictures and not self.video.has_sound_only:
            renditions, spare = self.video.list_renditions(), self.video.list_spare()
            original = self.video.original if renditions else None
            yield self._make_content(
                MediaKind.VIDEO, "_video.mp4", renditions, spare=spare, original=original
            )

    def _make_content(
        self, kind: MediaKind, suffix: str, renditions: tuple[Rendition, ...] = (), **more: Any
    ) -> Media:
        if not renditions:
            outcome, detail = self.absence
            more |= {"absence": outcome, "absence_detail": detail}
        return Media(kind=kind, suffix=suffix, renditions=renditions, **more)
