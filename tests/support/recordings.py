"""Recorded answers from ../shared: access by path, and a crawl over all recorded works."""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from support.crawling import Crawler, Run

from f2scrapy.model.media import File
from f2scrapy.sandbox.server import run_sandbox
from f2scrapy.sandbox.state import Options

Json = dict[str, Any]
Recorded = Callable[[str], Any]  # see the fixture `recorded`
# The expected files of a work: name in the archive → possible URLs.
Addresses = Callable[[Json], dict[str, set[str]]]
# Possible suffixes by the first word of a file's name in the archive.
ENDINGS = {
    "video": {".mp4"},
    "live": {".mp4"},
    "image": {".webp", ".jpeg"},
    "cover": {".webp", ".jpeg"},
    "music": {".mp3"},
    "subtitle": {".vtt"},
}


def get_value(row: Any, path: str) -> Any:
    """Return the value at a path such as "video.bit_rate[0].bit_rate"; None = there is none."""
    for step in path.replace("[", ".").replace("]", "").split("."):
        try:
            row = row[int(step) if step.isdigit() else step]
        except (KeyError, IndexError, TypeError):
            return None
    return row


# A crawl over all recorded works, and its results


def iter_objects(value: Any) -> Iterator[Json]:
    """Yield every object in JSON, at any depth."""
    if isinstance(value, dict):
        yield value
    members = value.values() if isinstance(value, dict) else value
    for member in members if isinstance(value, dict | list) else ():
        yield from iter_objects(member)


def collect_longest(folder: Path, id_of: Callable[[Json], str]) -> dict[str, Json]:
    """Return every work in the answers of a folder by id; of several forms, the longest."""
    found: dict[str, Json] = {}
    for path in folder.glob("*.json"):
        for value in iter_objects(json.loads(path.read_bytes())):
            if id_ := id_of(value):
                found[id_] = max(found.get(id_, {}), value, key=len)
    return found


@dataclass(frozen=True)
class Job:
    """A crawl over all recorded works of a platform, and its results."""

    crawl: Crawler
    run: Run
    works: dict[str, Json]  # as recorded, by aweme_id
    rows: list[Json]  # of the feed
    addresses: Addresses

    @cached_property
    def held(self) -> dict[str, dict[str, File]]:
        return {aweme_id: self.crawl.get_files(aweme_id) for aweme_id in self.works}

    def check(self, aweme_id: str, crawl: Crawler | None = None) -> None:
        """Check that each expected file exists and equals the content of one of its URLs."""
        crawl, work = crawl or self.crawl, self.works[aweme_id]
        files, wanted = crawl.get_files(aweme_id), self.addresses(work)
        texts = {"desc"} if work.get("desc") else set()
        texts |= {f"{name[:-3]}srt" for name in wanted if name.endswith("_vtt")}
        assert files.keys() == wanted.keys() | texts, aweme_id
        for name, urls in wanted.items():
            path = crawl.root / files[name].path
            assert path.stem.endswith(f"_{name.removesuffix('_vtt')}")
            assert path.suffix in ENDINGS[name.partition("_")[0]]
            found = hashlib.sha256(path.read_bytes()).hexdigest()
            assert found in _compute_digests(crawl, urls), path.name
        if "desc" in texts:
            assert (crawl.root / files["desc"].path).read_text("utf-8") == work["desc"]
        assert len({Path(file.path).parent for file in files.values()}) <= 1

    def check_agreement(self) -> None:
        """Check that feed, archive and disk name the same files."""
        rows = {row["aweme_id"]: {file["path"] for file in row["files"]} for row in self.rows}
        archived = {key: {file.path for file in files.values()} for key, files in self.held.items()}
        assert rows == archived
        on_disk = {path.relative_to(self.crawl.root).as_posix() for path in self.crawl.list_files()}
        assert on_disk == set().union(*archived.values())


def _compute_digests(crawl: Crawler, urls: set[str]) -> set[str]:
    found = (crawl.sandbox.find_asset(url) for url in urls)
    return {asset.sha256() for asset in found if asset}


@contextmanager
def run_recorded_job(
    platform: str, folder: Path, root: Path, id_of: Callable[[Json], str], addresses: Addresses
) -> Iterator[Job]:
    """Crawl the sandbox's user that lists all recorded works.

    `folder` holds the answers of both platforms.
    """
    works = collect_longest(folder / platform / "json", id_of)
    with run_sandbox(Options(recorded=folder)) as sandbox:
        crawl = Crawler(sandbox, root / "Download", platform=platform)
        link = f"url={sandbox.get_user_url('recorded', platform)}"
        run, rows = crawl.run_with_rows(f"{platform}_user_post", "-a", link)
        yield Job(crawl, run, works, rows, addresses)
