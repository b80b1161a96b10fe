"""Receive one media file to disk, resume it, and check that it is complete."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import NamedTuple

from f2scrapy.download import filetype
from f2scrapy.download.mp4 import ENCRYPTED
from f2scrapy.download.part_file import PartFile, PartJournal
from f2scrapy.download.ranges import Extent
from f2scrapy.download.spans import MIN_RANGE, Span, divide_gaps
from f2scrapy.errors import F2Error

PICTURE, SOUND = "vide", "soun"  # tracks of a file, by their names in MP4
BLOCK = 1 << 20  # bytes that are held in memory before a write
RECORD = 16 << 20  # bytes of a range between two notes in the journal: a kill loses so many

# Bytes of the largest file by kind: a body without a length may never end and would fill the disk.
# A video of ten hours has some 16 GB; pictures reach 40 MB, sounds 200 MB (2022 to 2026).
_LARGEST = {"image": 200 << 20, "audio": 1 << 30, "video": 32 << 30}
_LARGEST_OTHER = 32 << 30
_SPARE = 1 << 20  # bytes that a body without a length may have beyond twice the announced size


class SaveTo(NamedTuple):
    """The file for the body of a response: `MediaFile.save_to` of a crawl's request.

    Set ``dont_cache`` in the request's meta, too: a cache would store a response without body.
    """

    path: Path  # the final name; ".part.json" needs 10 bytes of the 255 a name may have
    key: str  # names the content, not its URL: only the same key resumes a part
    kind: str = ""  # "video", "image" or "audio"; "" = any content
    size: int = 0  # expected bytes; 0 = unknown
    tracks: frozenset[str] = frozenset()  # PICTURE, SOUND: an MP4 file has to hold these
    announced: int = 0  # bytes by the platform's answer, which is not always right; 0 = unknown
    suffix_from_content: bool = False  # replace the suffix of `path` by that of the media type
    root: Path | None = None  # the file must be below it, through all links; None = anywhere


class Saved(NamedTuple):
    """A complete file: the value of ``meta["saved"]``."""

    path: Path  # its final name; the suffix may differ from that of `SaveTo.path`
    size: int  # bytes
    resumed_from: int  # bytes that were on disk from an earlier try
    media_type: str  # by its first bytes, such as "image/jpeg"; "" = no known media


class BrokenContent(F2Error):
    """The response is not the expected file; another mirror may have it.

    Scrapy does not retry it: the same URL would most likely send the same again.
    """


class NoSound(BrokenContent):
    """The file is complete, and lacks the sound that it should have."""


class Truncated(F2Error):
    """The body ended too early; another try may bring the rest."""


class StalePart(F2Error):
    """The response does not continue the part on disk: request the whole file instead."""


class Transfer:
    """A download of one file, from `expect_body` to `finish`; `received` counts its bytes so far.

    `write`, `finish` and `close` may block on the disk and raise DiskError. A file that fits in
    BLOCK is written only when it is complete. `ranges` is how many requests may fetch parts of it
    at once, each through a `RangeTransfer`.
    """

    def __init__(self, save: SaveTo, *, durable: bool = True, ranges: int = 1) -> None:
        self.save = save
        self.ranges = ranges
        self.is_refused = False  # the server has not sent a range as it was requested
        self.part = PartFile(save.path, save.key, durable=durable, root=save.root)
        self.saved: Saved | None = None
        self.ended = asyncio.Event()  # set at the end, saved or not
        self.received = 0  # bytes of the file, on disk and in memory
        self.arrived = 0  # bytes of all bodies
        self.pending = 0  # bytes in memory
        self._chunks: list[bytes] = []
        self._extent = Extent(is_partial=False, start=0, total=0, is_framed=True, validator="")
        self._in_part = False  # the part on disk belongs to this response
        self._is_endless = False  # more bytes came than a file may have
        self._has_failed = False  # a block could not be written: what follows it may not be
        self._resumed_from = 0  # bytes that were on disk before this body

    @property
    def total(self) -> int:
        """Bytes of the whole file; 0 = unknown."""
        return self._extent.total or self.save.size

    @property
    def limit(self) -> int:
        """Bytes that the body may have.

        The announced size counts only if the server sends no length: an address may lead to
        another encoding than the answer describes.
        """
        largest = _LARGEST.get(self.save.kind, _LARGEST_OTHER)
        announced = self.save.size or self.save.announced
        if self._extent.total or not announced:
            return largest
        return min(largest, 2 * announced + _SPARE)

    def expect_body(self, extent: Extent, asked: int) -> None:
        """Prepare for a body at *extent*, in reply to a request for all bytes from *asked*.

        Raises:
            StalePart: it does not continue the part on disk.
            BrokenContent: the server's file does not have the expected size, or is too large.
        """
        if extent.is_partial and extent.start != asked:
            raise StalePart("the server sent another range than requested")
        if extent.start:
            extent = self._continue_part(extent)
        if self.save.size and extent.total not in {0, self.save.size}:
            raise BrokenContent(f"{extent.total} bytes where {self.save.size} were expected")
        self._extent = extent
        self._in_part = extent.start > 0
        held = sum(span.stop - span.start for span in self.part.held)
        self.received = held if self.is_split else extent.start
        self._resumed_from = max(0, self.received - self.arrived)
        if extent.total > self.limit:
            raise BrokenContent(f"{extent.total} bytes are more than such a file has")

    def accept_part(self, extent: Extent) -> None:
        """Accept the part on disk as the complete file, as a 416 reports its size.

        Raises:
            StalePart: the 416 reports another size.
        """
        if not self.part.size or self.part.size != extent.total:
            raise StalePart("the server has no bytes after the part on disk")
        assert self.part.journal
        validator = extent.validator or self.part.journal.validator  # no bytes are added to it
        whole = extent._replace(start=self.part.size, is_framed=True, validator=validator)
        self.expect_body(whole, self.part.size)

    @property
    def is_divisible(self) -> bool:
        """Whether the rest of this body is long enough for several ranges, and may come so."""
        extent, journal = self._extent, self.part.journal
        if self.ranges == 1 or not (extent.is_partial and extent.is_framed and extent.validator):
            return False
        if journal and not journal.total:  # the part began with a body of unknown length
            return False
        return extent.total - self.received >= 2 * MIN_RANGE

    @property
    def is_split(self) -> bool:
        """Whether this body goes to a part with gaps: through `RangeTransfer`, not `write`."""
        return self._in_part and self.part.is_split

    @property
    def has_gaps(self) -> bool:
        return self.is_split and bool(self.part.list_gaps())

    def divide_gaps(self) -> list[Span]:
        """Return the ranges that a split part lacks, in order, for `ranges` requests at once."""
        return divide_gaps(self.part.list_gaps(), self.ranges, MIN_RANGE)

    def add_chunk(self, chunk: bytes) -> None:
        """Add the next bytes of the body; call `pop_block` when `pending` reaches BLOCK.

        Raises:
            BrokenContent: there are more than a file may have; `close` removes them.
        """
        self._chunks.append(chunk)
        self.pending += len(chunk)
        self.received += len(chunk)
        self.arrived += len(chunk)
        if self.received > self.limit:
            self._is_endless = True
            raise BrokenContent(f"more than {self.limit} bytes")

    def pop_block(self) -> list[bytes]:
        """Return the pending chunks for `write`, and start a new block."""
        block, self._chunks, self.pending = self._chunks, [], 0
        return block

    def write(self, block: list[bytes]) -> None:
        """Append a block to the part; write a journal first if the server gave a validator.

        Raises:
            BrokenContent: the first bytes are not of the expected kind; none are written.
        """
        total, validator = self._extent.total, self._extent.validator
        self._write(block, PartJournal(self.save.key, total, validator) if validator else None)

    def finish(self) -> None:
        """Check the file after the end of the body, and give it its final name.

        Raises:
            Truncated: the body ended too early; `close` keeps its bytes.
            BrokenContent: the file is empty, truncated, too long, not of the expected kind, or
                lacks a track; it is removed.
        """
        if self.is_split:
            self.received = self.part.size  # what is on disk without a gap
        self._check_size()
        if block := self.pop_block():
            self._write(block, None)
        if not (self._extent.is_framed or self.total):
            self._check_end()
        if self.save.kind and self.part.is_truncated():
            self.part.discard()
            raise BrokenContent(f"{self.received} bytes, but the end of the file is missing")
        self._check_tracks()
        media_type = filetype.detect_media_type(self.part.head)
        suffix = filetype.get_suffix(media_type) if self.save.suffix_from_content else ""
        path = self.part.commit(suffix)
        self.saved = Saved(path, self.part.size, self._resumed_from, media_type)

    def close(self) -> None:
        """Keep the bytes that the next try can resume from."""
        rest = self.pop_block()
        try:
            if self._is_endless and self._in_part:
                self.part.discard()
            elif rest and not self._has_failed and self._extent.validator and self._is_wanted(rest):
                self.write(rest)
        finally:
            self.part.close()

    def _continue_part(self, extent: Extent) -> Extent:
        journal = self.part.journal
        assert journal
        if journal.total and extent.total not in {0, journal.total}:
            raise StalePart("the length of the file has changed")
        if extent.validator != journal.validator:  # RFC 9110, 15.3.7: a 206 has it
            raise StalePart("the file has changed, or the server does not say that it has not")
        return extent._replace(total=extent.total or journal.total, validator=journal.validator)

    def _check_end(self) -> None:
        """Check a body without a length: it may have been cut between two boxes of an MP4.

        Raises:
            Truncated: its end is missing.
        """
        if not self.part.is_complete():
            raise Truncated("no length was sent, and the end of the file is missing")
        if self.received < self.save.announced:
            raise Truncated(f"no length was sent; {self.received} of {self.save.announced} bytes")

    def _check_size(self) -> None:
        received, announced = self.received, self._extent.total
        if received < (announced if self._extent.is_framed else self.total):
            raise Truncated(f"{received} of {self.total} bytes")
        if received == 0 or (self.total and received != self.total):
            self.pop_block()
            if self._in_part:
                self.part.discard()
            raise BrokenContent(f"{received} bytes where {self.total or 'some'} were expected")

    def _check_tracks(self) -> None:
        tracks = self.part.read_tracks() if self.save.tracks else None
        missing = self.save.tracks - (self.save.tracks if tracks is None else tracks)
        if not missing:
            return
        self.part.discard()
        if tracks and ENCRYPTED in tracks:
            raise BrokenContent("the file is encrypted: no player shows it")
        if missing == {SOUND}:
            raise NoSound("the file has no sound")
        raise BrokenContent("the file has no picture")

    def _write(self, block: list[bytes], journal: PartJournal | None) -> None:
        if not self._is_wanted(block):
            found = filetype.describe_content(b"".join(block))
            raise BrokenContent(f"{found} where {self.save.kind} was expected")
        if not self._in_part:
            self.part.begin(journal)
            self._in_part = True
        self._has_failed = True
        self.part.write(*block)
        self._has_failed = False

    def _is_wanted(self, block: list[bytes]) -> bool:
        """Return whether the file may be of the expected kind; only its first bytes can show it."""
        if self._in_part or not self.save.kind:
            return True
        media_type = filetype.detect_media_type(filetype.join_head(block))
        return filetype.can_serve_as(media_type, self.save.kind)


class RangeTransfer:
    """One range of a `Transfer`: its bytes go to their place in the part, in blocks.

    `write` and `close` may block on the disk and raise DiskError.
    """

    def __init__(self, transfer: Transfer, span: Span) -> None:
        self.at = span.start  # offset of the next byte to come
        self.stop = span.stop
        self.recorded = span.start  # the bytes before it are on disk, and in the journal
        self.pending = 0  # bytes in memory
        self._transfer = transfer
        self._written = span.start
        self._chunks: list[bytes] = []

    @property
    def is_complete(self) -> bool:
        """Whether all its bytes have come."""
        return self.at >= self.stop

    @property
    def rest(self) -> Span | None:
        """What another request has to fetch; None = nothing. It is right after `close`."""
        return Span(self.recorded, self.stop) if self.recorded < self.stop else None

    def add_chunk(self, chunk: bytes) -> None:
        """Add the next bytes; those behind the range are left out."""
        chunk = chunk[: self.stop - self.at]
        self._chunks.append(chunk)
        self.at += len(chunk)
        self.pending += len(chunk)
        self._transfer.received += len(chunk)
        self._transfer.arrived += len(chunk)

    def pop_block(self) -> tuple[int, list[bytes]]:
        """Return the offset of the pending chunks, and these, for `write`; start a new block."""
        place, block = self.at - self.pending, self._chunks
        self._chunks, self.pending = [], 0
        return place, block

    def write(self, place: int, block: list[bytes]) -> None:
        """Write a block; one behind a block that could not be written does not count."""
        self._transfer.part.write_at(place, block)
        if place == self._written:
            self._written += sum(map(len, block))
        if self._written - self.recorded >= RECORD:
            self._record()

    def close(self) -> None:
        """Write the rest of what has come, so that another request can go on from there."""
        self.write(*self.pop_block())
        if self.recorded < self._written:
            self._record()

    def _record(self) -> None:
        self._transfer.part.record(Span(self.recorded, self._written))
        self.recorded = self._written
