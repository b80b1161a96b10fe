"""One media file coming in: what was asked for, what has arrived, and whether it is that."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path

from f2scrapy.download import filetype
from f2scrapy.download.part_file import Journal, Part
from f2scrapy.download.ranges import Extent
from f2scrapy.errors import F2Error

BLOCK = 1 << 20  # bytes held in memory before they are written


@dataclass(frozen=True, slots=True)
class SaveTo:
    """Where the body of a request goes: `MediaFile.save_to` of a crawl's request.

    Such a request wants ``dont_cache`` in its meta too: a cache would keep a response without body.
    """

    path: Path  # the final name; ".part.json" needs 10 bytes of the 255 a name may have
    key: str  # names the content, not its address: a part is resumed only under the same key
    kind: str = ""  # "video", "image" or "audio"; "" = anything is taken
    size: int = 0  # bytes it must have; 0 = not known


@dataclass(frozen=True, slots=True)
class Saved:
    """A complete file: the value of ``meta["saved"]``."""

    path: Path
    size: int  # bytes
    resumed_from: int  # bytes that were on disk from an earlier try
    media_type: str  # what its first bytes tell, such as "image/jpeg"; "" = no media known


class BrokenContent(F2Error):
    """The answer is not the file that was asked for; another mirror may have it.

    Scrapy does not retry it: the same address would most likely say the same again.
    """


class Truncated(F2Error):
    """The body ended too early; another try may bring the rest."""


class StalePart(F2Error):
    """The server's answer does not continue what is on disk: the whole must be asked for."""


class Transfer:
    """A file on its way from `expect` to `finish`; `received` of `total` may be read at any time.

    `write`, `finish` and `close` may block on the disk and raise DiskError. A file that fits in
    BLOCK is written only when it is whole.
    """

    def __init__(self, save: SaveTo, *, durable: bool = True) -> None:
        self.save = save
        self.part = Part(save.path, save.key, durable=durable)
        self.saved: Saved | None = None
        self.ended = asyncio.Event()  # set when nothing more will come, saved or not
        self.received = 0  # bytes of the file that are there, on disk and in memory
        self.pending = 0  # bytes that wait for `block`
        self._chunks: list[bytes] = []
        self._extent = Extent(partial=False, start=0, total=0, framed=True, validator="")
        self._in_part = False  # the part on disk belongs to the body that is coming

    @property
    def total(self) -> int:
        """Bytes of the whole file; 0 = not known."""
        return self._extent.total or self.save.size

    def expect(self, extent: Extent, asked: int) -> None:
        """Get ready for a body that lies at *extent*, where all from offset *asked* was asked for.

        Raises:
            StalePart: it does not continue what is on disk.
            BrokenContent: the server's file has another size than the one that is wanted.
        """
        if extent.partial and extent.start != asked:
            raise StalePart("another range was sent than the one asked for")
        if extent.start:
            extent = self._continued(extent)
        if self.save.size and extent.total not in {0, self.save.size}:
            raise BrokenContent(f"{extent.total} bytes where {self.save.size} were expected")
        self._extent = extent
        self._in_part = extent.start > 0
        self.received = extent.start

    def expect_nothing(self, extent: Extent) -> None:
        """Get ready to finish: a 416 says that the part on disk is all there is.

        Raises:
            StalePart: it does not say so.
        """
        if not self.part.size or self.part.size != extent.total:
            raise StalePart("the server has no bytes behind those on disk")
        self.expect(replace(extent, start=self.part.size, framed=True), self.part.size)

    def take(self, chunk: bytes) -> None:
        """Take the next bytes of the body; a `block` is due when `pending` reaches BLOCK."""
        self._chunks.append(chunk)
        self.pending += len(chunk)
        self.received += len(chunk)

    def block(self) -> bytes:
        """Hand over what is pending: the next to `write`, while more may be taken."""
        block = b"".join(self._chunks)
        self._chunks.clear()
        self.pending = 0
        return block

    def write(self, block: bytes) -> None:
        """Append to the part, behind a journal if the server gave a validator.

        Raises:
            BrokenContent: these are the first bytes, and not of the wanted kind; none is written.
        """
        total, validator = self._extent.total, self._extent.validator
        self._write(block, Journal(self.save.key, total, validator) if validator else None)

    def finish(self) -> None:
        """The body has ended: check it, and give the file its final name.

        Raises:
            Truncated: it ended too early; `close` keeps what is there.
            BrokenContent: it is empty, cut, too long, or not of the wanted kind; it is removed.
        """
        self._check_size()
        self._write(self.block(), None)
        if not (self._extent.framed or self.total or self.part.is_whole()):
            raise Truncated("no length was told, and the file lacks its end")
        if self.save.kind and self.part.is_cut():
            self.part.discard()
            raise BrokenContent(f"{self.received} bytes that are not all of the file")
        self.part.commit()
        kind = filetype.media_type(self.part.head)
        self.saved = Saved(self.save.path, self.part.size, self._extent.start, kind)

    def close(self) -> None:
        """Keep what can be built on, for the next try."""
        rest = self.block()
        try:
            if rest and self._extent.validator and self._is_wanted(rest):
                self.write(rest)
        finally:
            self.part.close()

    def _continued(self, extent: Extent) -> Extent:
        journal = self.part.journal
        assert journal
        if journal.total and extent.total not in {0, journal.total}:
            raise StalePart("the file has another length than before")
        if extent.validator and extent.validator != journal.validator:
            raise StalePart("the file is another one than before")
        return replace(extent, total=extent.total or journal.total, validator=journal.validator)

    def _check_size(self) -> None:
        received, told = self.received, self._extent.total
        if received < (told if self._extent.framed else self.total):
            raise Truncated(f"{received} of {self.total} bytes")
        if received == 0 or (self.total and received != self.total):
            self.block()
            if self._in_part:
                self.part.discard()
            raise BrokenContent(f"{received} bytes where {self.total or 'some'} were expected")

    def _write(self, block: bytes, journal: Journal | None) -> None:
        if not self._is_wanted(block):
            raise BrokenContent(f"{filetype.describe(block)} where {self.save.kind} was expected")
        if not self._in_part:
            self.part.begin(journal)
            self._in_part = True
        self.part.write(block)

    def _is_wanted(self, data: bytes) -> bool:
        """Only the first bytes of a file can tell; those behind them are taken as they are."""
        if self._in_part or not self.save.kind:
            return True
        return filetype.serves_as(filetype.media_type(data[: filetype.HEAD]), self.save.kind)
