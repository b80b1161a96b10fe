"""A quick part of `make torture`: no promise is broken, and a broken one would be seen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from f2scrapy.crawl.pagination import Pagination
from f2scrapy.download import filetype, part_file, ranges
from f2scrapy.download.part_file import PartFile
from f2scrapy.download.ranges import Extent
from f2scrapy.download.spans import Span
from f2scrapy.download.transfer import RangeTransfer, Saved, Transfer
from f2scrapy.model.endpoint import Endpoint
from tests.torture import answers, files, lists, storm, texts
from tests.torture.__main__ import TRIALS

SHARE = 0.04  # of the full number of runs


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("CRITICAL")


@pytest.mark.parametrize(("run", "count"), TRIALS, ids=lambda one: getattr(one, "__name__", ""))
def test_no_promise_is_broken(run: Any, count: int, tmp_path: Path) -> None:
    tally = run(int(count * SHARE), tmp_path)
    assert tally.runs == int(count * SHARE)
    assert tally.violations == []


def finish_unchecked(transfer: Transfer) -> None:
    if not transfer.is_split:
        transfer._write(transfer.pop_block(), None)
    transfer.saved = Saved(transfer.part.commit(), transfer.part.size, 0, "")


def splice(transfer: Transfer, extent: Extent) -> Extent:
    assert transfer.part.journal
    return extent._replace(validator=transfer.part.journal.validator)


def close_and_keep(part: PartFile) -> None:
    part._release()


def write_anywhere(part: RangeTransfer, place: int, block: list[bytes]) -> None:
    """Write a block, and count it whether or not it was written."""
    part._written = place + sum(map(len, block))
    part._transfer.part.write_at(place, block)


@pytest.mark.parametrize(
    ("target", "name", "fault"),
    [(Transfer, "finish", finish_unchecked), (PartFile, "close", close_and_keep),
     (Transfer, "_is_wanted", lambda _transfer, _data: True),
     (Transfer, "_continue_part", splice), (filetype, "is_complete", lambda _file: True),
     (ranges, "contradict_range", lambda *_: ""), (part_file, "format_record", lambda _span: b""),
     (part_file, "parse_records", lambda _data, size: (Span(0, size),)),
     (RangeTransfer, "write", write_anywhere)],
)  # fmt: skip
def test_faults_of_the_file_path_are_seen(
    target: Any, name: str, fault: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(target, name, fault)
    try:
        is_seen = any(files.run(50, tmp_path, seed).violations for seed in range(0, 600, 50))
    except (AssertionError, LookupError, RecursionError):  # of the faulty code itself
        is_seen = True
    assert is_seen


def test_files_are_tried_with_kills_and_bad_disks(tmp_path: Path) -> None:
    assert {"kills", "DiskError", "Truncated"} <= files.run(100, tmp_path).notes.keys()


def test_files_that_killed_processes_leave_are_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storm, "sweep_former_folders", lambda _archive, _owner: None)
    monkeypatch.setattr(storm, "remove_parts", lambda _final: None)
    # A kill has to hit a process between two steps: on a fast machine it takes more storms.
    assert any(storm.run(1, tmp_path, seed).violations for seed in range(120))


def test_a_list_that_ends_early_without_a_word_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def end_at_once(pagination: Pagination, endpoint: Endpoint, answer: Any) -> None:
        pagination.listing.finished = True

    monkeypatch.setattr(Pagination, "next_page", end_at_once)
    assert lists.run(100, tmp_path).violations


def test_an_echo_and_an_error_without_words_are_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def quote(text: str, limit: int = 0) -> str:
        return text

    monkeypatch.setattr("f2scrapy.api.verdict.redact_quote", quote)
    assert answers.run(100, tmp_path).violations

    def fail(_data: bytes) -> Iterator[None]:
        raise OverflowError

    monkeypatch.setattr(texts, "to_srt", fail)
    assert texts.run_parsers(100, tmp_path).violations
