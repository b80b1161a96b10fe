"""Define the fragments of a stream: the unit that is written completely or not at all."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import zip_longest

from f2scrapy.errors import F2Error


class StreamError(F2Error):
    """The stream cannot be read, or ends early; the text gives the reason, without URLs.

    `because` is "drop", or "stall" if the connection is open and sends nothing.
    """

    def __init__(self, detail: str, because: str = "drop") -> None:
        super().__init__(detail)
        self.because = because


class UnreadableStream(StreamError):
    """The stream has a form that cannot be recorded."""


@dataclass(frozen=True, slots=True)
class Setup:
    """The bytes at the head of a segment, which decoders need first.

    `parts` distinguish streams: each is the setup of one track, b"" while the track is absent.
    """

    suffix: str  # ".flv", ".ts", ".mp4", ".aac"
    parts: tuple[bytes, ...]
    head: bytes = field(repr=False, compare=False)

    def continues(self, other: Setup) -> bool:
        """Return whether fragments can follow those of `other`; a track may be added later."""
        pairs = zip_longest(other.parts, self.parts, fillvalue=b"")
        return self.suffix == other.suffix and all(old in (b"", new) for old, new in pairs)

    def adds_track(self, other: Setup) -> bool:
        """Return whether it has a track that `other` has not, so that its head does not name it."""
        pairs = zip_longest(other.parts, self.parts, fillvalue=b"")
        return any(not old and new for old, new in pairs)


@dataclass(frozen=True, slots=True)
class Fragment:
    """An FLV tag, or a piece of HLS."""

    setup: Setup
    time_ms: int  # by the stream's own clock
    duration_ms: int  # as far as that is known
    is_entry: bool  # a segment can begin here
    data: bytes = field(repr=False)

    @property
    def end_ms(self) -> int:
        return self.time_ms + self.duration_ms

    @property
    def made_ms(self) -> int:
        """The time by the stream's clock when it can be sent; a piece of HLS, at its end."""
        return self.end_ms

    @property
    def is_media(self) -> bool:
        """Whether it holds a picture or a sound, rather than a description of the stream."""
        return bool(self.data)

    @property
    def track(self) -> int:
        """The track of the stream; within one, times do not go back."""
        return 0

    def encode(self, zero_ms: int) -> bytes:  # noqa: ARG002 - HLS pieces keep their times
        """Return the bytes for a segment that begins at `zero_ms` of the stream's clock."""
        return self.data
