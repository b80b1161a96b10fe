"""Receive one media file to disk, resume it, and check that it is complete."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path

from f2scrapy.download import filetype
from f2scrapy.download.part_file import PartFile, PartJournal
from f2scrapy.download.ranges import Extent
from f2scrapy.errors import F2Error

BLOCK = 1 << 20  # bytes that are held in memory before a write


@dataclass(frozen=True, slots=True)
class SaveTo:
    """The file for the body of a response: `MediaFile.save_to` of a crawl's request.

    Set ``dont_cache`` in the request's meta, too: a cache would store a response without body.
    """

    path: Path  # the final name; ".part.json" needs 10 bytes of the 255 a name may have
    key: str  # names the content, not its URL: only the same key resumes a part
    kind: str = ""  # "video", "image" or "audio"; "" = any content
    size: int = 0  # expected bytes; 0 = unknown
    suffix_from_content: bool = False  # replace the suffix of `path` by that of the media type
    root: Path | None = None  # the file must be below it, through all links; None = anywhere


@dataclass(frozen=True, slots=True)
class Saved:
    """A complete file: the value of ``meta["saved"]``."""

    path: Path  # its final name; the suffix may differ from that of `SaveTo.path`
    size: int  # bytes
    resumed_from: int  # bytes that were on disk from an earlier try
    media_type: str  # by its first bytes, such as "image/jpeg"; "" = no known media


class BrokenContent(F2Error):
    """The response is not the expected file; another mirror may have it.

    Scrapy does not retry it: the same URL would most likely send the same again.
    """


class Truncated(F2Error):
    """The body ended too early; another try may bring the rest."""


class StalePart(F2Error):
    """The response does not continue the part on disk: request the whole file instead."""


class Transfer:
    """A download of one file, from `expect_body` to `finish`; `received` counts its bytes so far.

    `write`, `finish` and `close` may block on the disk and raise DiskError. A file that fits in
    BLOCK is written only when it is complete.
    """

    def __init__(self, save: SaveTo, *, durable: bool = True) -> None:
        self.save = save
        self.part = PartFile(save.path, save.key, durable=durable, root=save.root)
        self.saved: Saved | None = None
        self.ended = asyncio.Event()  # set at the end, saved or not
        self.received = 0  # bytes of the file, on disk and in memory
        self.pending = 0  # bytes in memory
        self._chunks: list[bytes] = []
        self._extent = Extent(is_partial=False, start=0, total=0, is_framed=True, validator="")
        self._in_part = False  # the part on disk belongs to this response

    @property
    def total(self) -> int:
        """Bytes of the whole file; 0 = unknown."""
        return self._extent.total or self.save.size

    def expect_body(self, extent: Extent, asked: int) -> None:
        """Prepare for a body at *extent*, in reply to a request for all bytes from *asked*.

        Raises:
            StalePart: it does not continue the part on disk.
            BrokenContent: the server's file does not have the expected size.
        """
        if extent.is_partial and extent.start != asked:
            raise StalePart("the server sent another range than requested")
        if extent.start:
            extent = self._continue_part(extent)
        if self.save.size and extent.total not in {0, self.save.size}:
            raise BrokenContent(f"{extent.total} bytes where {self.save.size} were expected")
        self._extent = extent
        self._in_part = extent.start > 0
        self.received = extent.start

    def accept_part(self, extent: Extent) -> None:
        """Accept the part on disk as the complete file, as a 416 reports its size.

        Raises:
            StalePart: the 416 reports another size.
        """
        if not self.part.size or self.part.size != extent.total:
            raise StalePart("the server has no bytes after the part on disk")
        assert self.part.journal
        validator = extent.validator or self.part.journal.validator  # no bytes are added to it
        whole = replace(extent, start=self.part.size, is_framed=True, validator=validator)
        self.expect_body(whole, self.part.size)

    def add_chunk(self, chunk: bytes) -> None:
        """Add the next bytes of the body; call `pop_block` when `pending` reaches BLOCK."""
        self._chunks.append(chunk)
        self.pending += len(chunk)
        self.received += len(chunk)

    def pop_block(self) -> bytes:
        """Return the pending bytes for `write`, and start a new block."""
        block = b"".join(self._chunks)
        self._chunks.clear()
        self.pending = 0
        return block

    def write(self, block: bytes) -> None:
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
            BrokenContent: the file is empty, truncated, too long, or not of the expected kind; it
                is removed.
        """
        self._check_size()
        self._write(self.pop_block(), None)
        if not (self._extent.is_framed or self.total or self.part.is_complete()):
            raise Truncated("no length was sent, and the end of the file is missing")
        if self.save.kind and self.part.is_truncated():
            self.part.discard()
            raise BrokenContent(f"{self.received} bytes, but the end of the file is missing")
        media_type = filetype.detect_media_type(self.part.head)
        suffix = filetype.get_suffix(media_type) if self.save.suffix_from_content else ""
        path = self.part.commit(suffix)
        self.saved = Saved(path, self.part.size, self._extent.start, media_type)

    def close(self) -> None:
        """Keep the bytes that the next try can resume from."""
        rest = self.pop_block()
        try:
            if rest and self._extent.validator and self._is_wanted(rest):
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
        return replace(extent, total=extent.total or journal.total, validator=journal.validator)

    def _check_size(self) -> None:
        received, announced = self.received, self._extent.total
        if received < (announced if self._extent.is_framed else self.total):
            raise Truncated(f"{received} of {self.total} bytes")
        if received == 0 or (self.total and received != self.total):
            self.pop_block()
            if self._in_part:
                self.part.discard()
            raise BrokenContent(f"{received} bytes where {self.total or 'some'} were expected")

    def _write(self, block: bytes, journal: PartJournal | None) -> None:
        if not self._is_wanted(block):
            raise BrokenContent(
                f"{filetype.describe_content(block)} where {self.save.kind} was expected"
            )
        if not self._in_part:
            self.part.begin(journal)
            self._in_part = True
        self.part.write(block)

    def _is_wanted(self, data: bytes) -> bool:
        """Return whether the file may be of the expected kind; only its first bytes can show it."""
        if self._in_part or not self.save.kind:
            return True
        return filetype.can_serve_as(
            filetype.detect_media_type(data[: filetype.HEAD]), self.save.kind
        )
