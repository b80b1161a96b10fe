"""Measure what a work with one file costs the archive: in an SQLite file, and on a server.

A server of our own is started if PostgreSQL is installed. The transfer of the file is no part of
it; the look at the disk is.
"""

import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from types import SimpleNamespace

from benchmarks.table import Row
from f2scrapy.archive.archive import Archive
from f2scrapy.archive.server import Server, parse_server
from f2scrapy.archive.works import NewWork
from f2scrapy.model.media import File, Rendition
from tests.support.postgres import find_programs, run_cluster

WORKS = 504
PAGE = 18  # works
ROUNDS, ROUNDS_QUICK = 3, 1  # both take turns, so that other load affects each
RENDITION = Rendition(urls=(), width=720, height=1280, codec="h264", bit_rate=900_000, size=4)
ITEM = SimpleNamespace(
    desc="a day at the sea", sec_user_id="MS4a", nickname="Ann", digg_count=5, play_count=70
)


def list_pages(first: int) -> Iterator[tuple[str, ...]]:
    """Yield the keys of WORKS works, a page at a time."""
    keys = [f"douyin:post:{number}" for number in range(first, first + WORKS)]
    return (tuple(keys[start : start + PAGE]) for start in range(0, WORKS, PAGE))


def add_works(archive: Archive, folder: str, first: int) -> None:
    """Do what the pipelines do for new works; the files are there."""
    for page in list_pages(first):
        for key in page:
            assert archive.read_work(key, folder, page).path is None
        choices = [partial(list, [f"{folder}/{key.rpartition(':')[2]}"]) for key in page]
        works = [NewWork(*work, ITEM, folder) for work in zip(page, choices, strict=True)]
        for key, path in zip(page, archive.reserve_paths(works), strict=True):
            assert isinstance(path, str)
            file = File(asset="image_1", path=f"{path}.webp", size=4, rendition=RENDITION.key)
            archive.locate(file.path).write_bytes(b"film")
            archive.queue_files(key, path, [(file, [RENDITION])])
    archive.flush()


def see_works(archive: Archive, folder: str, first: int) -> None:
    """Do what the pipelines do for known works."""
    for page in list_pages(first):
        for key in page:
            known = archive.read_work(key, folder, page)
            archive.queue_sighting(key, known, ITEM)
            assert archive.is_on_disk(known.files["image_1"])
    archive.flush()


def measure(place: Path | Server, root: Path, first: int) -> tuple[list[float], list[float]]:
    """Return microseconds by the clock, and of this process's CPU: a new work, a known one."""
    clock, cpu = [], []
    with closing(Archive(place, root)) as archive:
        folder = archive.make_folder("douyin", "post", "MS4a", "Ann")
        for call in (add_works, see_works):
            began, used = time.perf_counter(), time.process_time()
            call(archive, folder.relative_to(archive.root).as_posix(), first)
            clock.append((time.perf_counter() - began) / WORKS * 1e6)
            cpu.append((time.process_time() - used) / WORKS * 1e6)
    return clock, cpu


@contextmanager
def find_server(root: Path) -> Iterator[dict[str, Path | Server]]:
    """Yield the places to measure."""
    file = {"SQLite": root / "f2scrapy.db"}
    if find_programs() is None:
        print("   PostgreSQL is not installed: only SQLite is measured")
        yield dict(file)
    else:
        with run_cluster() as cluster:
            yield file | {"PostgreSQL": parse_server(cluster.make_address())}


def main(*, quick: bool) -> list[Row]:
    numbers = count(1, WORKS)
    with tempfile.TemporaryDirectory() as name, find_server(Path(name)) as places:
        found: dict[str, list[tuple[list[float], list[float]]]] = {one: [] for one in places}
        for _ in range(ROUNDS_QUICK if quick else ROUNDS):
            for one, place in places.items():
                found[one].append(measure(place, Path(name) / one, next(numbers)))
    rows = []
    for one, results in found.items():
        for what, clock, cpu in zip(("new", "known"), *min(results), strict=True):
            rows.append(Row(f"{what} work in {one}", f"{clock:.0f} us, {cpu:.0f} of CPU"))
    return rows
