"""What works of all platforms have in common: their names, their files, who may have them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar, Self

from pydantic import Field, model_validator

from f2scrapy.errors import Outcome
from f2scrapy.model.fields import Text
from f2scrapy.model.item import Item
from f2scrapy.model.media import Media, MediaKind
from f2scrapy.platforms.common.media import Image, Video


class Published(Item):
    """A work, before the parts a platform tells of it; only `aweme_id` is promised."""

    kind: ClassVar = "post"
    noun: ClassVar = "work"

    aweme_id: str = Field(min_length=1)
    desc: Text = ""

    # What media() is made of, each platform's under its own paths; in no feed.
    video: Video | None = Field(None, exclude=True, repr=False)
    pictures: Sequence[Image] | None = Field(None, exclude=True, repr=False)

    @model_validator(mode="after")
    def _judge(self) -> Self:
        if self.state is Outcome.OK:
            self.state = self.standing()
        return self

    def standing(self) -> Outcome:
        """Whether its media can be had, by what the platform says of it."""
        raise NotImplementedError

    @property
    def shown(self) -> bool:
        """Whether its addresses were sent: whoever may see a work is sent them."""
        return bool(self.pictures or (self.video and self.video.renditions()))

    @property
    def id(self) -> str:
        return self.aweme_id

    def media(self) -> list[Media]:
        """Its pictures or its video, cover, music and description, as far as there are any.

        A picture or a video that is named without an address has no renditions: it is missing.
        """
        if self.state is not Outcome.OK:
            return []
        files = [*self._pictures(), *self._video()]
        files += (file for file in self.extras() if file.renditions)
        if self.desc:
            files.append(Media(kind=MediaKind.DESC, suffix="_desc.txt", text=self.desc))
        return files

    def extras(self) -> Iterator[Media]:
        """What comes with a work; left out where it has no address."""
        if self.video:
            yield self.video.cover_file()

    def _pictures(self) -> Iterator[Media]:
        for number, image in enumerate(self.pictures or (), 1):
            stills, moving = image.renditions(), image.moving()
            if stills or not moving:
                suffix = f"_image_{number}.{stills[0].codec if stills else 'webp'}"
                yield Media(kind=MediaKind.IMAGE, suffix=suffix, renditions=stills)
            if moving:
                suffix = f"_live_{number}.mp4"
                yield Media(kind=MediaKind.LIVE_PHOTO, suffix=suffix, renditions=moving)

    def _video(self) -> Iterator[Media]:
        if self.video and not self.pictures and not self.video.has_sound_only:
            renditions = self.video.renditions()
            yield Media(kind=MediaKind.VIDEO, suffix="_video.mp4", renditions=renditions)
