"""Keep feeds on this disk whole: overwrite a file at the end only, and leave no torn row."""

from __future__ import annotations

import errno
import hashlib
import json
import logging
import os
import re
import shutil
import stat
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from io import BufferedIOBase, FileIO
from pathlib import Path
from tempfile import gettempdir
from typing import IO, Any, Self, cast

from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.extensions.feedexport import FileFeedStorage

from f2scrapy.crawl.feed_formats import APPENDABLE, CONVERTERS, convert
from f2scrapy.crawl.reading import get_reading_log
from f2scrapy.crawl.shared import get_options
from f2scrapy.crawl.xml_feed import measure_items
from f2scrapy.download.folder import open_no_link
from f2scrapy.download.locking import lock

if sys.platform != "win32":
    import fcntl

logger = logging.getLogger(__name__)

_BLOCK = 1 << 20  # bytes
BEGIN = 1 << 16  # bytes that hold the headers of a CSV file
_ELEMENT = re.compile(r"\s*[\[,]\s*(?=\{)")  # up to an element of an array
_ASCII_LIKE = b'"\n'  # of an encoding in which the end of a row can be found by its bytes


class RowFile(BufferedIOBase):
    """A file that gets whole rows: `flush` writes all since the last one, or nothing.

    After a failure the file has the size from before, so that no row is torn. Rows of two
    processes are not mixed.
    """

    def __init__(self, file: FileIO, *, is_shared: bool) -> None:
        self.file = file
        self.is_shared = is_shared  # other runs may append to it, too
        self._pending = bytearray()

    def write(self, data: Any) -> int:
        self._pending += data
        return len(data)

    def flush(self) -> None:
        """Write the pending bytes.

        Raises:
            OSError: they cannot be written; none of them is in the file, and they are dropped.
        """
        if self.closed or not self._pending:
            return
        rest, self._pending = memoryview(self._pending), bytearray()
        with _lock_shortly(self.file) if self.is_shared else nullcontext():
            begin = self.file.seek(0, os.SEEK_END)
            try:
                while rest:
                    rest = rest[self.file.write(rest) :]
            except OSError:
                self.file.truncate(begin)
                raise

    def read_begin(self) -> bytes:
        """Return the first bytes of what an earlier run has written; b"" = nothing."""
        self.file.seek(0)
        return self.file.read(BEGIN)

    def close(self) -> None:
        if not self.closed:
            try:
                self.flush()
            finally:
                self.file.close()
                super().close()

    def fileno(self) -> int:
        return self.file.fileno()

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.file.seek(0, os.SEEK_END) + len(self._pending)


class FeedFileStorage(FileFeedStorage):
    """Scrapy's storage for local files.

    With `overwrite`, rows go to `FILE.<id>.part` until `store` lets it replace the old file, so a
    run that is refused leaves the old rows. The id stands for the command: rows of a killed run
    are continued by the same command, if the archive remembers their works.
    """

    def __init__(
        self, uri: str, *, feed_options: Mapping[str, Any] | None = None, run: str | None = None
    ) -> None:
        super().__init__(uri, feed_options=dict(feed_options or {}))
        self.format = str((feed_options or {}).get("format", ""))
        self.encoding = str((feed_options or {}).get("encoding") or "utf-8")
        self.is_plain = "postprocessing" not in (feed_options or {})
        self.run = run  # identifies the command; None = a killed run is not continued
        self.continues = False  # whether an unfinished run has given the rows of the file itself
        self.starts_again = False  # whether rows of a killed run come again
        self.has_old_rows = False  # of a killed run, in the part
        self.part: Path | None = None  # None = the rows go to the file itself
        self.is_converted = self.format in CONVERTERS  # made from JSON lines at the end

    @classmethod
    def from_crawler(
        cls, crawler: Crawler, uri: str, *, feed_options: dict[str, Any] | None = None
    ) -> Self:
        log = get_reading_log(crawler)
        run = _identify_run(crawler, feed_options or {}, is_remembered=not log.is_idle)
        storage = cls(uri, feed_options=feed_options, run=run)
        if not log.is_idle:
            storage.continues, storage.starts_again = log.is_continued, not log.is_continued
        return storage

    @property
    def target(self) -> Path:
        """The file itself; links to it stay links."""
        return Path(os.path.realpath(self.path))

    def open(self, spider: Spider) -> IO[bytes]:  # noqa: ARG002 - Scrapy's
        """Open the file for whole rows, behind the last one it has."""
        target = self.target
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists() and not target.is_file():  # a pipe or a device
            return cast("IO[bytes]", target.open(self.write_mode))
        if self.write_mode == "ab" and not self.is_converted:
            file = FileIO(target, "a+")
            if self.is_plain:
                with _lock_shortly(file):
                    cut_torn_end(file, target, self.format, self.encoding)
            return cast("IO[bytes]", RowFile(file, is_shared=True))
        file = self._open_part(target)
        self.has_old_rows = file.seek(0, os.SEEK_END) > 0
        return cast("IO[bytes]", RowFile(file, is_shared=False))

    def store(self, file: IO[bytes]) -> None:
        """Close the file, and let it replace the old one."""
        file.close()
        if self.part is not None and self.is_converted:
            keeps_rows = self.write_mode == "ab" and self.format == APPENDABLE
            convert(self.format, self.part, self.target, keeps_rows=keeps_rows)
            self.part.unlink()
        elif self.part is not None:
            _replace(self.part, self.target)

    def discard(self, file: IO[bytes]) -> None:
        """Close the file, and keep the old one as it was."""
        file.close()
        if self.part is not None:
            self.part.unlink(missing_ok=True)

    def _open_part(self, target: Path) -> FileIO:
        try:
            self.part, file = _open_free(target, self.run)
        except OSError as error:
            if error.errno not in (errno.EACCES, errno.EPERM, errno.EROFS):
                raise
            # Only the file itself can be written, not its folder.
            self.part, file = _open_free(Path(gettempdir(), target.name), self.run)
        if self.continues and not file.seek(0, os.SEEK_END) and target.is_file():
            with target.open("rb") as old:
                shutil.copyfileobj(old, file)
        if self.run is None or self.starts_again or not self.is_plain:
            file.truncate(0)
        elif self.format == "json":
            file.truncate(_measure_elements(file))
        elif self.format == "xml":
            file.truncate(measure_items(file))
        else:
            cut_torn_end(file, target, self.format, self.encoding)
        return file


def cut_torn_end(file: FileIO, path: Path, form: str, encoding: str) -> None:
    """Give the last row its line end, or cut it if it is torn: by a kill or a full disk.

    A row of JSON that is whole lacks its line end only. The bytes that are cut are appended to
    `PATH.torn`, since the row may be one that a person typed.
    """
    if '"\n'.encode(encoding)[-2:] != _ASCII_LIKE:
        return
    whole = _measure_rows(file, quoted=form == "csv")
    size = file.seek(0, os.SEEK_END)
    if whole == size:
        return
    file.seek(whole)
    tail = file.read()
    if form != "csv" and _is_json(tail):
        file.write(b"\n")
        return
    with open_no_link(path.with_name(f"{path.name}.torn"), os.O_RDWR | os.O_CREAT) as torn:
        torn.seek(0, os.SEEK_END)
        torn.write(tail + b"\n")
    file.truncate(whole)
    file.seek(0, os.SEEK_END)
    logger.warning("%s: its last row was torn; its bytes are in %s.torn now", path, path.name)


def _measure_rows(file: FileIO, *, quoted: bool) -> int:
    """Return the bytes of all whole rows; `quoted` = line ends between quotes are part of one."""
    file.seek(0)
    whole = at = quotes = 0
    while block := file.read(_BLOCK):
        end = block.rfind(b"\n")
        while quoted and end >= 0 and (quotes + block.count(b'"', 0, end)) % 2:
            end = block.rfind(b"\n", 0, end)
        if end >= 0:
            whole = at + end + 1
        quotes += block.count(b'"') if quoted else 0
        at += len(block)
    return whole


def _measure_elements(file: FileIO) -> int:
    """Return the bytes of a JSON array up to the end of its last whole element; 0 = it has none."""
    file.seek(0)
    text = file.read().decode(errors="replace")
    end, decoder = 0, json.JSONDecoder()
    while found := _ELEMENT.match(text, end):
        try:
            _, end = decoder.raw_decode(text, found.end())
        except ValueError:
            break
    return len(text[:end].encode())


def _open_free(target: Path, run: str | None) -> tuple[Path, FileIO]:
    """Open and lock the part of this command; another one if a second run has the same output."""
    tag = run or "new"
    while True:
        part = target.with_name(f"{target.name[:80]}.{tag}.part")
        file = open_no_link(part, os.O_RDWR | os.O_CREAT)
        try:
            lock(file)
        except BlockingIOError:
            tag = os.urandom(4).hex()
        else:
            return part, file


def _is_json(tail: bytes) -> bool:
    try:
        json.loads(tail)
    except ValueError:
        return False
    return True


def _replace(part: Path, target: Path) -> None:
    """Give the part the name of the file, with its mode; copy it if only the file is writable."""
    with suppress(OSError):
        part.chmod(stat.S_IMODE(target.stat().st_mode))
    try:
        part.replace(target)
    except OSError as error:
        if error.errno not in (errno.EXDEV, errno.EBUSY, errno.EACCES, errno.EPERM):
            raise
        shutil.copyfile(part, target)
        part.unlink()


def _identify_run(crawler: Crawler, feed: Mapping[str, Any], *, is_remembered: bool) -> str | None:
    """Return an id of the command; None = its works are not remembered, so all come again."""
    options = get_options(crawler)
    args = getattr(crawler.spider, "args", None)
    if args is None or not (options.media or is_remembered):
        return None
    if is_remembered:  # its lists may be named by another file
        args = args.model_dump(exclude={"url"})
    parts = (crawler.spidercls.name, args, sorted(options.media), sorted(feed.items(), key=str))
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:8]


@contextmanager
def _lock_shortly(file: FileIO) -> Iterator[None]:
    """Lock a file while rows are written, if its file system can."""
    if sys.platform == "win32":
        yield
        return
    with suppress(OSError):
        fcntl.flock(file.fileno(), fcntl.LOCK_EX)
    try:
        yield
    finally:
        with suppress(OSError):
            fcntl.flock(file.fileno(), fcntl.LOCK_UN)
