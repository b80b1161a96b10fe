"""The parts of works that all platforms share: ids, files and availability."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar, Self

from pydantic import Field, model_validator

from f2scrapy.errors import Outcome
from f2scrapy.model.fields import Text
from f2scrapy.model.item import Item
from f2scrapy.model.media import Media, MediaKind
from f2scrapy.platforms.common.media import Image, Video


class BasePost(Item):
    """A work, without the platform's own fields; only `aweme_id` is required."""

    kind: ClassVar = "post"
    noun: ClassVar = "work"

    aweme_id: str = Field(min_length=1)
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

    def list_extras(self) -> Iterator[Media]:
        """Yield the other files of the work; those without a URL are left out."""
        if self.video:
            yield self.video.choose_cover()

    def _list_pictures(self) -> Iterator[Media]:
        for number, image in enumerate(self.pictures or (), 1):
            stills, moving = image.list_renditions(), image.list_moving()
            if stills or not moving:
                suffix = f"_image_{number}.{stills[0].codec if stills else 'webp'}"
                yield Media(kind=MediaKind.IMAGE, suffix=suffix, renditions=stills)
            if moving:
                suffix = f"_live_{number}.mp4"
                yield Media(kind=MediaKind.LIVE_PHOTO, suffix=suffix, renditions=moving)

    def _list_video(self) -> Iterator[Media]:
        if self.video and not self.pictures and not self.video.has_sound_only:
            renditions = self.video.list_renditions()
            yield Media(kind=MediaKind.VIDEO, suffix="_video.mp4", renditions=renditions)
