"""Several processes fetch the works of one user, whose nickname changes all the time.

Promises: once all have ended, each work has its file with its own content, below the folder that
the archive names; nothing lies beside these files; no process takes the renames of another for a
fault of the disk. A process that is killed while it fetches a file that another one has finished
leaves its part beside it: this is counted, it costs its bytes only.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from f2scrapy.archive.archive import Archive
from f2scrapy.archive.works import FolderRenamed
from f2scrapy.crawl.orphans import remove_parts, sweep_former_folders
from f2scrapy.download.part_file import FileBusy, FileMoved, PartFile, PartJournal
from f2scrapy.model.media import File
from tests.torture.tally import Tally

OWNER = ("douyin", "post", "MS4w-storm000")
PROCESSES, WORKS, NAMES = 4, 12, 5
PATIENCE_S = 20.0  # for one work; the others rename at most once in some milliseconds
DATABASE = "f2scrapy.db"


def make_content(number: int) -> bytes:
    return random.Random(number).randbytes(2000 + 977 * number)


def fetch_all(root: Path, seed: int, report: Path, *, has_large: bool) -> None:
    """Fetch all works as a crawl does; each answer may show another nickname."""
    chance = random.Random(seed)
    try:
        with closing(Archive(root / DATABASE, root)) as archive:
            for number in chance.sample(range(WORKS), WORKS):
                fetch(archive, number, chance, is_large=has_large and number % 3 == 0)
    except Exception as error:  # noqa: BLE001 - which errors come is what is tried
        report.write_text(f"{type(error).__name__}: {error}")


def fetch(archive: Archive, number: int, chance: random.Random, *, is_large: bool) -> None:
    nickname = f"name {chance.randrange(NAMES)}" if chance.random() < 0.7 else ""
    folder = archive.reserve_folder(*OWNER, nickname).path
    if chance.random() < 0.3:
        sweep_former_folders(archive, OWNER)
    key = f"douyin:post:{number}"
    place = reserve_path(archive, key, folder, f"work {number}/work {number}")
    end, was_moved = time.monotonic() + PATIENCE_S, False
    while not is_there(archive, key):
        try:
            write(archive, key, number, chance, is_large=is_large)
            file = File(asset="video", path=f"{place}_video.mp4", size=len(make_content(number)))
            archive.add_files(key, place, [(file, ())])
        except (FileBusy, FileMoved, FileNotFoundError) as busy:  # as in pipelines/media.py
            was_moved = was_moved or isinstance(busy, FileMoved)
            if time.monotonic() > end:
                raise
            time.sleep(chance.uniform(0.001, 0.02))
    if was_moved:
        remove_parts(archive.root / archive.get_files(key)["video"].path)


def reserve_path(archive: Archive, key: str, folder: str, name: str) -> str:
    try:
        return archive.reserve_path(key, [f"{folder}/{name}"], folder=folder)
    except FolderRenamed:  # as in pipelines/naming.py
        return reserve_path(archive, key, archive.find_folder(*OWNER) or "", name)


def is_there(archive: Archive, key: str) -> bool:
    held = archive.get_files(key).get("video")
    return held is not None and archive.is_on_disk(held)


def write(
    archive: Archive, key: str, number: int, chance: random.Random, *, is_large: bool
) -> None:
    """Write the file where the archive has the work now, in some pieces.

    Large files have a journal, with which the next try resumes them.
    """
    data = make_content(number)
    final = archive.root / f"{archive.get_path(key)}_video.mp4"
    with closing(PartFile(final, key, durable=False, root=archive.root)) as part:
        part.open()
        part.begin(PartJournal(key, len(data), '"1"') if is_large else None)
        for at in range(0, len(data), 1500):
            part.write(data[at : at + 1500])
            time.sleep(chance.choice((0, 0, 0.001)))
        part.commit()


def run_one(seed: int, root: Path, tally: Tally) -> None:
    chance = random.Random(seed)
    reports = [root / f"report {number}" for number in range(PROCESSES)]
    fork: Any = multiprocessing.get_context("fork")
    Archive(root / DATABASE, root).close()
    # A process that is killed between its file's end and the removal of what an earlier try left
    # elsewhere leaves the part of a large file: so large ones are in storms without kills only.
    has_kills = bool(seed % 2)
    running = [
        fork.Process(
            target=fetch_all, args=(root, seed * 100 + number, report),
            kwargs={"has_large": not has_kills},
        )
        for number, report in enumerate(reports)
    ]  # fmt: skip
    for process in running:
        process.start()
    for process in chance.sample(running, 2) if has_kills else ():
        time.sleep(chance.uniform(0.005, 0.06))
        os.kill(process.pid, signal.SIGKILL)
        tally.note("kills")
    for process in running:
        process.join()
    for report in reports:
        if report.exists():
            tally.violate(seed, f"a process ended with {report.read_text()}")
            report.unlink()
    check(seed, root, tally)


def check(seed: int, root: Path, tally: Tally) -> None:
    """Run once more, alone; then compare the archive with the disk."""
    chance = random.Random(seed)
    with closing(Archive(root / DATABASE, root)) as archive:
        for number in range(WORKS):
            fetch(archive, number, chance, is_large=False)
        archive.reserve_folder(*OWNER, "the last")
        sweep_former_folders(archive, OWNER)
        files = {n: archive.get_files(f"douyin:post:{n}")["video"].path for n in range(WORKS)}
        tally.note("renames") if len(archive.get_nicknames(*OWNER[::2])) > 2 else None
    for number, path in files.items():
        if not (root / path).is_file() or (root / path).read_bytes() != make_content(number):
            tally.violate(seed, f"{path} has not the content of its work")
    found = {path.relative_to(root).as_posix() for path in (root / "douyin").rglob("*.*")}
    left = sorted(found - {*files.values()})
    rest = [path for path in left if path.endswith(".part") and path[:-5] in files.values()]
    if rest and seed % 2:
        tally.note("parts of killed processes")
        left = [path for path in left if path not in rest]
    if left:
        tally.violate(seed, f"{len(left)} files of no work: {left[:4]}")


def run(count: int, folder: Path, first_seed: int = 0) -> Tally:
    """Run `count` storms of PROCESSES processes below `folder`."""
    tally = Tally("storms: one user's folder is renamed by four processes, with kills")
    for seed in range(first_seed, first_seed + count):
        root = folder / str(seed)
        root.mkdir()
        run_one(seed, root, tally)
        tally.runs += 1
    return tally
