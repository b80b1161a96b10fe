"""Test one file that comes in several ranges at once: what is on disk, and what a server may do."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pytest
from aiohttp import web
from scrapy.exceptions import ResponseDataLossError

from f2scrapy.crawl import file_fetcher
from f2scrapy.crawl.extensions.progress import Progress
from f2scrapy.download import part_file
from f2scrapy.download import transfer as transfer_module
from f2scrapy.download.part_file import DiskError, PartFile, PartJournal
from f2scrapy.download.spans import Span
from f2scrapy.download.transfer import Transfer
from f2scrapy.errors import Outcome, Refused
from tests.support.transport_origin import (
    Behaviour,
    Origin,
    build_file_request,
    cut_after,
    fetch,
    get_journal,
    get_part,
    hang_after,
    make_video,
    respond_with,
    serve,
    transfers,
)

SIZE = 8_000_000  # bytes; a quarter of it is the least length of a range here
BEGIN = 1 << 20  # bytes that come before a file is divided
FIRST = BEGIN + 500_000  # bytes of the first range that come before it is cut
CONTENT = make_video(SIZE)


@pytest.fixture(autouse=True)
def _short_ranges(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfer_module, "MIN_RANGE", 1_000_000)
    monkeypatch.setattr(transfer_module, "RECORD", 1 << 20)


@pytest.fixture
def origin(origin: Origin) -> Origin:
    origin.content = CONTENT
    return origin


def is_alone(path: Path, content: bytes) -> bool:
    return path.read_bytes() == content and list(path.parent.iterdir()) == [path]


async def save(origin: Origin, path: Path, ranges: int = 4, retries: int = 0, **settings: Any):
    """Fetch a file as a browser's first request begins it; return its result and the stats."""
    transfers.clear()
    request = build_file_request(origin.url, path)
    request.headers["Range"] = "bytes=0-"
    options = {"F2_RANGES": ranges, "RETRY_TIMES": retries, "F2_STALL": 1.5} | settings
    (result,), stats = await fetch(request, **options)
    return result, stats


def read_held(path: Path) -> set[Span]:
    """Return what the journal of a part says to be on disk."""
    part = PartFile(path, "k")
    part.open()
    part.close()
    return set(part.held)


def only_first(behaviour: Behaviour, then: Behaviour) -> Behaviour:
    """Behave so for the first request of a file, and in the second way for the others."""

    async def behave(request: web.Request, origin: Origin) -> web.StreamResponse:
        is_first = request.headers["Range"].endswith("-")
        return await (behaviour if is_first else then)(request, origin)

    return behave


async def wait_until(condition: Callable[[Transfer], Any]) -> None:
    """Wait until the transfer of the present request is like this."""
    async with asyncio.timeout(20):
        while not (transfers and condition(transfers[-1])):  # noqa: ASYNC110 - it has no event
            await asyncio.sleep(0.005)


async def wait_for_others(request: web.Request, origin: Origin) -> web.StreamResponse:
    """Send the file; most of it comes once a range has been refused."""
    response = web.StreamResponse(status=206, headers={"ETag": origin.etag})
    response.headers["Content-Range"] = f"bytes 0-{SIZE - 1}/{SIZE}"
    response.content_length = SIZE
    await response.prepare(request)
    await response.write(origin.content[: BEGIN + 1000])
    await wait_until(lambda transfer: not request.transport or transfer.is_refused)
    await response.write(origin.content[BEGIN + 1000 :])
    return response


async def test_file_comes_in_ranges_that_cover_it_once(origin, path):
    response, stats = await save(origin, path)
    assert is_alone(path, origin.content)
    first, *others = origin.ranges
    spans = sorted(tuple(map(int, one.removeprefix("bytes=").split("-"))) for one in others)
    assert first == "bytes=0-"
    assert len(spans) == 3
    assert [stop + 1 for _, stop in spans[:2]] == [start for start, _ in spans[1:]]
    assert spans[-1][1] == SIZE - 1
    assert {request.headers.get("If-Range") for request in origin.requests[1:]} == {'"one"'}
    assert {request.headers["Accept-Encoding"] for request in origin.requests} == {"identity"}
    assert stats["f2/bytes"] == SIZE
    assert response.meta["saved"].size == SIZE


def end_early(count: int) -> Behaviour:
    """Send *count* bytes of the content in chunks, the last of which says that this was all."""

    async def behave(request: web.Request, origin: Origin) -> web.StreamResponse:
        response = web.StreamResponse(status=206, headers={"ETag": origin.etag})
        response.headers["Content-Range"] = f"bytes 0-{SIZE - 1}/{SIZE}"
        response.enable_chunked_encoding()
        await response.prepare(request)
        await response.write(origin.content[:count])
        return response

    return behave


@pytest.mark.parametrize("count", [0, 1000, BEGIN + 1000])
async def test_body_that_ends_early_is_a_loss_of_data(origin, path, count):
    origin.script = [end_early(count)]
    result, _ = await save(origin, path)
    assert isinstance(result, ResponseDataLossError)
    assert not path.exists()
    result, _ = await save(origin, path)
    assert is_alone(path, origin.content)
    assert result.meta["saved"].resumed_from >= count  # other ranges may have come, too


@pytest.mark.parametrize(("ranges", "size"), [(1, SIZE), (4, 2_500_000)])
async def test_one_range_and_short_files_come_in_one_piece(origin, path, ranges, size):
    origin.content = make_video(size)
    await save(origin, path, ranges)
    assert origin.ranges == ["bytes=0-"]
    assert is_alone(path, origin.content)


async def test_server_that_sends_all_at_first_is_not_asked_for_ranges(origin, path):
    origin.script = [respond_with(200, origin.content, ETag='"one"')]
    await save(origin, path)
    assert origin.ranges == ["bytes=0-"]
    assert is_alone(path, origin.content)


async def test_file_without_a_strong_validator_is_not_divided(origin, path):
    origin.etag = 'W/"one"'
    await save(origin, path)
    assert len(origin.requests) == 1
    assert is_alone(path, origin.content)


def bend(**headers: str) -> Behaviour:
    """Send the requested range with other headers."""

    async def behave(request: web.Request, origin: Origin) -> web.StreamResponse:
        response = await serve(request, origin)
        for name, value in headers.items():
            response.headers[name.replace("_", "-")] = value
        return response

    return behave


async def send_other_length(request: web.Request, origin: Origin) -> web.StreamResponse:
    response = await serve(request, origin)
    response.body = b"x" * (len(response.body) + 1)
    return response


async def send_unframed(request: web.Request, origin: Origin) -> web.StreamResponse:
    whole = await serve(request, origin)
    response = web.StreamResponse(status=206, headers=whole.headers)
    response.enable_chunked_encoding()
    await response.prepare(request)
    await response.write(b"x" * len(whole.body))
    return response


REFUSALS = {
    "all": respond_with(200, b"x" * SIZE, ETag='"one"'),
    "another version": bend(ETag='"two"'),
    "another size": bend(Content_Range=f"bytes 1-2/{SIZE + 1}"),
    "another range": bend(Content_Range=f"bytes 5000000-5999999/{SIZE}"),
    "another length": send_other_length,
    "no length": send_unframed,
    "compressed": bend(Content_Encoding="gzip"),
    "expired": respond_with(403, b"x"),
    "no such range": respond_with(416, Content_Range=f"bytes */{SIZE}"),
    "redirect": respond_with(302, Location="http://elsewhere.example/v.mp4"),
    "too many requests": respond_with(429),
}


@pytest.mark.parametrize("name", REFUSALS)
async def test_refused_range_leaves_the_file_to_the_first_request(origin, path, name, caplog):
    caplog.set_level("INFO", logger="f2scrapy.crawl.file_ranges")
    origin.script = [only_first(wait_for_others, REFUSALS[name])] * 9
    _, stats = await save(origin, path)
    assert is_alone(path, origin.content)
    assert origin.ranges.count("bytes=0-") == 1
    assert [one for one in origin.ranges if one.endswith("-")] == ["bytes=0-"]
    assert stats["f2/bytes"] == SIZE
    assert len([one for one in caplog.messages if "in one piece" in one]) == 1


async def test_range_refused_late_is_requested_once_more_from_there(origin, path):
    """The first request has arrived at it by then, and has left."""

    async def refuse_late(request: web.Request, origin: Origin) -> web.StreamResponse:
        await wait_until(lambda transfer: transfer.part.size > BEGIN)  # its range is on disk
        return web.Response(status=503)

    origin.script = [serve, *[refuse_late] * 3]
    await save(origin, path)
    assert is_alone(path, origin.content)
    assert origin.ranges[0] == "bytes=0-"
    assert origin.ranges[-1] not in ("bytes=0-", None)
    assert origin.ranges[-1].endswith("-")


async def test_cut_range_is_fetched_from_there(origin, path):
    origin.script = [only_first(serve, cut_range(300_000, has_begun))] * 2
    _, stats = await save(origin, path)
    assert is_alone(path, origin.content)
    assert stats["f2/bytes"] == SIZE


def has_begun(transfer: Transfer) -> bool:
    return transfer.received > BEGIN


def has_all_others(transfer: Transfer) -> bool:
    """Return whether all is on disk behind the first range, and FIRST bytes of that came."""
    *_, last = transfer.part.held or [Span(0, 0)]
    others = last.stop - last.start
    return last.stop == SIZE and others > SIZE // 2 and transfer.received == FIRST + others


def cut_range(count: int, condition: Callable[[Transfer], bool]) -> Behaviour:
    """Send *count* bytes of a range; close the connection once the transfer is like this."""

    async def behave(request: web.Request, origin: Origin) -> web.StreamResponse:
        whole = await serve(request, origin)
        response = web.StreamResponse(status=206, headers=whole.headers)
        response.content_length = len(whole.body)
        await response.prepare(request)
        await response.write(whole.body[:count])
        await wait_until(condition)
        request.transport.close()
        return response

    return behave


async def test_cut_first_request_keeps_all_ranges(origin, path):
    origin.script = [cut_range(FIRST, has_all_others)]
    result, _ = await save(origin, path)
    assert isinstance(result, ResponseDataLossError)
    assert not path.exists()
    held = read_held(path)
    assert {(span.start == 0, span.stop == SIZE) for span in held} == {(True, False), (False, True)}
    assert min(span.stop for span in held) == FIRST
    origin.requests.clear()
    response, stats = await save(origin, path)
    assert is_alone(path, origin.content)
    assert stats["f2/bytes"] + response.meta["saved"].resumed_from == SIZE
    assert stats["f2/resumed"] == 1


async def test_cut_first_request_breaks_off_the_others(origin, path):
    origin.script = [only_first(cut_range(FIRST, has_begun), hang_after(100_000))] * 4
    async with asyncio.timeout(20):
        result, _ = await save(origin, path, F2_STALL=60)
    assert isinstance(result, ResponseDataLossError)


async def test_stopped_run_keeps_all_ranges(origin, path, monkeypatch):
    def is_half_done(_crawler: Any) -> bool:
        return bool(transfers) and transfers[-1].received > SIZE // 2

    with monkeypatch.context() as patched:
        patched.setattr(file_fetcher, "is_stopping", is_half_done)
        result, stats = await save(origin, path)
    assert isinstance(result, Refused)
    assert result.outcome is Outcome.INTERRUPTED
    assert sum(span.stop - span.start for span in read_held(path)) == stats["f2/bytes"]
    response, _ = await save(origin, path)
    assert is_alone(path, origin.content)
    assert response.meta["saved"].resumed_from == stats["f2/bytes"]


async def leave_split_part(origin: Origin, path: Path) -> int:
    """Leave a part with a gap before its end; return the bytes that are on disk."""
    origin.script = [cut_range(FIRST, has_all_others)]
    await save(origin, path)
    origin.requests.clear()
    held = read_held(path)
    assert len(held) > 1
    return sum(span.stop - span.start for span in held)


@pytest.mark.parametrize("ranges", [1, 2, 8])
async def test_part_with_gaps_is_resumed_by_any_number_of_ranges(origin, path, ranges):
    held = await leave_split_part(origin, path)
    response, stats = await save(origin, path, ranges)
    assert is_alone(path, origin.content)
    assert (stats["f2/bytes"], response.meta["saved"].resumed_from) == (SIZE - held, held)


async def test_progress_counts_each_byte_once(origin, path):
    class Watched(Progress):
        counts: ClassVar[list[int]] = []

        def transfer_started(self, transfer: Transfer) -> None:
            super().transfer_started(transfer)
            self.counts.append(self.count_bytes())

        def spider_closed(self) -> None:
            super().spider_closed()
            self.counts.append(self.count_bytes())

    part = PartFile(path, "k")
    part.open()
    part.begin(PartJournal("k", SIZE, '"one"'))
    part.write(CONTENT[:BEGIN])
    part.split()
    part.write_at(4 * BEGIN, [CONTENT[4 * BEGIN : 5 * BEGIN]])
    part.record(Span(4 * BEGIN, 5 * BEGIN))
    part.close()
    origin.script = [serve, cut_range(300_000, has_begun)]
    report = "f2scrapy.crawl.extensions.report.Report"
    await save(origin, path, 1, F2_PROGRESS="lines", EXTENSIONS={report: 0, Watched: 1})
    assert is_alone(path, CONTENT)
    assert Watched.counts == [0, 3 * BEGIN + 300_000, SIZE - 2 * BEGIN], "what came, and no more"


async def test_part_with_gaps_of_a_changed_file_starts_again(origin, path):
    await leave_split_part(origin, path)
    origin.content, origin.etag = make_video(SIZE)[:-1] + b"z", '"two"'
    await save(origin, path)
    assert is_alone(path, origin.content)


async def test_part_with_gaps_is_dropped_for_a_server_without_ranges(origin, path):
    await leave_split_part(origin, path)
    origin.script = [respond_with(200, origin.content, ETag='"one"')]
    response, _ = await save(origin, path, 1)
    assert is_alone(path, origin.content)
    assert response.meta["saved"].resumed_from == 0


async def test_refusal_of_the_first_request_keeps_the_part(origin, path):
    held = await leave_split_part(origin, path)
    origin.script = [respond_with(403, b"expired")]
    response, _ = await save(origin, path)
    assert response.status == 403
    assert sum(span.stop - span.start for span in read_held(path)) == held


async def test_part_without_gaps_is_resumed_by_ranges(origin, path):
    origin.script = [cut_after(2_500_000)]
    await save(origin, path, 1)
    origin.requests.clear()
    response, stats = await save(origin, path)
    assert is_alone(path, origin.content)
    assert response.meta["saved"].resumed_from == 2_500_000
    assert stats["f2/bytes"] == SIZE - 2_500_000
    assert len(origin.requests) == 4


async def test_complete_part_needs_no_byte(origin, path):
    await leave_split_part(origin, path)
    get_part(path).write_bytes(origin.content)
    with get_journal(path).open("ab") as journal:
        journal.write(b"\n%018d %018d" % (0, SIZE))
    _, stats = await save(origin, path)
    assert is_alone(path, origin.content)
    assert stats.get("f2/bytes", 0) == 0


@pytest.mark.skipif(sys.platform == "win32", reason="needs RLIMIT_FSIZE")
async def test_full_disk_ends_all_ranges_and_keeps_them(origin, path):
    import resource
    import signal

    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (SIZE - 1_000_000, limit[1]))
        result, _ = await save(origin, path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
        signal.signal(signal.SIGXFSZ, ignored)
    assert isinstance(result, DiskError)
    held = sum(span.stop - span.start for span in read_held(path))
    response, _ = await save(origin, path)
    assert is_alone(path, origin.content)
    assert 0 < response.meta["saved"].resumed_from == held < SIZE


async def test_rate_limits_the_sum_of_the_ranges(origin, path):
    began = asyncio.get_running_loop().time()
    await save(origin, path, F2_RATE="8M")
    assert asyncio.get_running_loop().time() - began >= 0.9
    assert is_alone(path, origin.content)


# The part and its journal


def begin_part(path: Path, *, durable: bool = False) -> PartFile:
    part = PartFile(path, "k", durable=durable)
    part.open()
    part.begin(PartJournal("k", 100, '"one"'))
    part.write(b"a" * 10)
    part.split()
    return part


def test_journal_names_what_is_on_disk_and_no_more(path):
    part = begin_part(path)
    part.write_at(50, [b"b" * 20])
    part.write_at(80, [b"c" * 20])
    part.record(Span(80, 100))
    part.close()
    again = PartFile(path, "k")
    again.open()
    assert (again.size, set(again.held)) == (10, {Span(0, 10), Span(80, 100)})
    assert again.is_split
    again.split()
    assert again.list_gaps() == [Span(10, 80)]
    again.close()


@pytest.mark.parametrize("cut", range(1, 38))
def test_record_that_a_kill_has_cut_says_nothing(path, cut):
    part = begin_part(path)
    part.write_at(50, [b"b" * 50])
    part.record(Span(50, 100))
    part.close()
    journal = get_journal(path)
    journal.write_bytes(journal.read_bytes()[:-cut])
    for _ in range(2):  # what is appended to a cut record counts
        again = PartFile(path, "k")
        again.open()
        assert set(again.held) == {Span(0, 10)}
        again.split()
        again.close()
    again.open()
    again.split()
    again.record(Span(10, 20))
    again.close()
    assert read_held(path) == {Span(0, 20)}


def test_journal_of_a_part_that_was_cut_claims_no_byte_behind_its_end(path):
    part = begin_part(path)
    part.write_at(50, [b"b" * 50])
    part.record(Span(50, 100))
    part.close()
    with get_part(path).open("r+b") as file:
        file.truncate(60)
    assert read_held(path) == {Span(0, 10)}


def test_part_with_gaps_is_no_prefix_for_readers_of_one_line(path):
    """Earlier versions read the journal as one JSON object: they must find none."""
    part = begin_part(path)
    part.close()
    assert PartJournal.parse(get_journal(path).read_bytes()) is None


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_bytes_are_on_disk_before_the_journal_names_them(path, monkeypatch):
    """A power failure may leave the journal without the bytes, and the part with zeros."""
    synced = []

    def note(descriptor: int) -> None:
        name = Path(os.readlink(f"/proc/self/fd/{descriptor}")).suffix
        synced.append((name, get_journal(path).read_bytes().count(b"\n")))

    monkeypatch.setattr(part_file, "_sync_data", note)
    part = begin_part(path, durable=True)
    assert synced == [(".part", 0), (".json", 1)], "the journal, before any byte behind a gap"
    part.write_at(50, [b"b" * 50])
    part.record(Span(50, 100))
    part.close()
    assert synced[2:] == [(".part", 1)]


KILLED = """
import os, sys
from pathlib import Path
from f2scrapy.download.part_file import PartFile, PartJournal
from f2scrapy.download.spans import Span
part = PartFile(Path(sys.argv[1]), "k")
part.open()
part.begin(PartJournal("k", 100, '"one"'))
part.write(b"a" * 10)
part.split()
part.write_at(50, [b"b" * 20])
part.record(Span(50, 70))
part.write_at(90, [b"c" * 10])
os.kill(os.getpid(), 9)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_kill_leaves_the_ranges_that_were_recorded(path):
    process = subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False)
    assert process.returncode == -9
    assert get_part(path).stat().st_size == 100
    assert read_held(path) == {Span(0, 10), Span(50, 70)}
