"""Compare the archive with the disk and the store of F2_PUBLISH: `f2scrapy verify`."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from f2scrapy.archive.archive import Archive
from f2scrapy.archive.published import Published
from f2scrapy.command.arguments import PROGRAM, Parser
from f2scrapy.config.file import load_options
from f2scrapy.config.options import Options
from f2scrapy.errors import EXIT_OK, EXIT_UNEXPLAINED, InputError
from f2scrapy.language import translate as _
from f2scrapy.language import translate_message
from f2scrapy.model.media import File
from f2scrapy.platforms import list_platforms
from f2scrapy.store.contract import Receipt, Store, StoreError
from f2scrapy.store.opening import open_store
from f2scrapy.store.upload import fetch_file
from f2scrapy.text import make_visible

# Files that belong to no archived asset: unfinished ones; notes and messages beside recordings.
_NOT_ARCHIVED = re.compile(
    r".*(?:\.part(?:\.json)?|_(?:session|gaps)\.json|_danmaku\.jsonl|_live_[\w-]+\.(?:ass|xml))"
)


class _Shelf(NamedTuple):
    """What the archive says of the store, and what the store has."""

    name: str = ""  # "" = there is no store
    store: Store | None = None
    published: Mapping[str, Published] = {}  # by path in the archive
    sizes: Mapping[str, int] = {}  # by key in the store

    def has(self, path: str) -> bool:
        """Return whether the store has an archived file, with its size."""
        known = self.published.get(path)
        return known is not None and self.sizes.get(known.place) == known.size


class _Fault(NamedTuple):
    """A file that is not where the archive says."""

    key: str  # of its work
    file: File
    what: str


def verify(words: Sequence[str]) -> int:
    """Name each archived file that is missing or has another size; return the exit code."""
    given = _parse(words)
    options = load_options(**{"F2_PATH": given.path} if given.path else {})
    place = options.archive_place
    if isinstance(place, Path) and not place.is_file():
        raise InputError(f"{place}: there is no archive")
    with closing(Archive(place, options.path)) as archive:
        if options.store_address is None:
            return _compare(archive, _Shelf(), options, fix=given.fix)
        with closing(open_store(options.store_address)) as store:
            name = str(options.store_address)
            try:
                sizes = dict(store.list_files())
                shelf = _Shelf(name, store, archive.list_published(name), sizes)
                return _compare(archive, shelf, options, fix=given.fix)
            except StoreError as error:
                print(translate_message(f"F2_PUBLISH={name}: {error}"), file=sys.stderr)  # noqa: T201
                return EXIT_UNEXPLAINED


def _compare(archive: Archive, shelf: _Shelf, options: Options, *, fix: bool) -> int:
    files = list(archive.iter_all_files())
    faults = [
        _Fault(key, file, what)
        for key, file in files
        if (what := _find_fault(archive, shelf, key, file, keeps_local=options.keep_local))
    ]
    left = 0
    for fault in faults:
        is_mended, note = _try_mending(archive, shelf, fault) if fix else (False, "")
        left += not is_mended
        _show(fault.file.path, f"{_(fault.what)}{_(': ') if note else ''}{translate_message(note)}")
    for path in _list_unknown(archive, shelf, {file.path for _key, file in files}):
        _show(path, _("not in the archive"))
    text = _("{count} files, {faults} of them missing or of another size",
             count=len(files), faults=len(faults))  # fmt: skip
    print(text)  # noqa: T201
    return EXIT_UNEXPLAINED if left else EXIT_OK


def _show(path: str, what: str) -> None:
    print(f"{make_visible(path)}: {what}")  # noqa: T201


def _find_fault(archive: Archive, shelf: _Shelf, key: str, file: File, *, keeps_local: bool) -> str:
    """Return what is wrong with a file; "" = nothing is."""
    if archive.is_on_disk(file):
        is_lost = file.path in shelf.published and not shelf.has(file.path)
        return "missing in the store" if is_lost else ""
    if (archive.root / file.path).exists():
        return "another size"
    if shelf.has(file.path):
        return "missing" if keeps_local else ""
    if file.path not in shelf.published and archive.is_published(key, file):
        return "in another store than F2_PUBLISH, not looked for"
    return "missing"


def _try_mending(archive: Archive, shelf: _Shelf, fault: _Fault) -> tuple[bool, str]:
    """Return whether a fault is mended, and what was done or why it failed.

    Raises:
        StoreError: the store fails, so that other files cannot be mended either.
    """
    try:
        cure = _mend(archive, shelf, fault)
    except StoreError as error:
        if error.fault.is_of_store:
            raise
        return False, str(error)
    except OSError as error:
        return False, str(error.strerror)
    return bool(cure), cure


def _mend(archive: Archive, shelf: _Shelf, fault: _Fault) -> str:
    """Return what was done about a fault; "" = nothing can be done here."""
    path = fault.file.path
    published = shelf.published.get(path)
    if published is not None and not shelf.has(path):
        archive.forget_published(shelf.name, published.place)
        is_on_disk = archive.is_on_disk(fault.file)
        return "the next run puts it there" if is_on_disk else "the next run downloads it"
    local = archive.locate(path)
    is_larger = local.exists() and local.stat().st_size > fault.file.size  # not just cut
    if published is None or shelf.store is None or is_larger:
        return ""
    fetch_file(shelf.store, published.place, local, Receipt(published.size, published.sha256))
    return "fetched from the store"


def _list_unknown(archive: Archive, shelf: _Shelf, known: set[str]) -> Iterator[str]:
    """Yield the files on disk and in the store that the archive does not know; links are known."""
    inodes = {path.stat().st_ino for one in known if (path := archive.root / one).exists()}
    for platform in list_platforms():
        for folder, _folders, names in os.walk(archive.root / platform):
            for path in (Path(folder, name) for name in sorted(names)):
                relative = path.relative_to(archive.root).as_posix()
                is_own = relative in known or _NOT_ARCHIVED.fullmatch(path.name)
                if not is_own and path.lstat().st_ino not in inodes:
                    yield relative
    places = {one.place for one in shelf.published.values()}
    for key in sorted(shelf.sizes.keys() - places):
        yield f"{shelf.name}/{key}"


def _parse(words: Sequence[str]) -> argparse.Namespace:
    parser = Parser(
        prog=f"{PROGRAM} verify",
        description=_("look for the files of the archive on disk, and in the store"),
    )
    parser.add_argument(
        "--path", metavar="FOLDER", help=_("root folder of all files; default: Download")
    )
    parser.add_argument(
        "--fix",
        action="store_true",
        help=_("fetch missing files from the store; let the next run do the rest"),
    )
    return parser.parse_args(words)
