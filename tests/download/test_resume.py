"""Test that the final name is given to complete files only, after cuts, stalls and kills."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest
from scrapy.exceptions import DownloadFailedError, DownloadTimeoutError, ResponseDataLossError

from f2scrapy.download import part_file
from f2scrapy.download.pace import Pace
from f2scrapy.download.transfer import BLOCK, PICTURE, BrokenContent
from f2scrapy.text import describe_error
from tests.support.films import make_film
from tests.support.transport_origin import (
    Origin,
    announce_length,
    build_file_request,
    cut_after,
    fetch,
    get_journal,
    get_part,
    hang_after,
    make_video,
    respond_with,
    send_chunked,
    send_slowly,
    send_until_closed,
    send_without_end,
    trickle_after,
)

CUT = 2_500_000  # bytes: two blocks and a half


async def save(origin: Origin, path: Path, retries: int = 0, **options):
    """Fetch *path* once; return the response or error, and the stats."""
    request = build_file_request(origin.url, path, **options)
    (result,), stats = await fetch(request, RETRY_TIMES=retries, F2_STALL=1.5)
    return result, stats


def is_alone(path: Path, content: bytes) -> bool:
    """Return whether the file is complete and the only one in its folder."""
    return path.read_bytes() == content and list(path.parent.iterdir()) == [path]


JPEG = b"\xff\xd8\xff\xe0" + bytes(3_000_000) + b"\xff\xd9"


async def test_suffix_of_the_final_name_follows_the_content(origin, path):
    origin.content = JPEG
    named = path.with_name("v1.0_cover.webp")
    response, _ = await save(origin, named, kind="image", suffix_from_content=True)
    assert response.meta["saved"].path == named.with_suffix(".jpeg")
    assert is_alone(named.with_suffix(".jpeg"), JPEG)


async def test_suffix_of_a_resumed_file_follows_the_content(origin, path):
    origin.content = JPEG
    origin.script = [cut_after(CUT)]
    options = {"kind": "image", "suffix_from_content": True}
    await save(origin, path, **options)
    assert set(path.parent.iterdir()) == {get_part(path), get_journal(path)}
    response, _ = await save(origin, path, **options)
    assert origin.ranges == [None, f"bytes={CUT}-"]
    assert response.meta["saved"].path == path.with_suffix(".jpeg")
    assert is_alone(path.with_suffix(".jpeg"), JPEG)


@pytest.mark.parametrize(
    ("content", "suffix_from_content"), [(JPEG, False), (b"no media" * 99, True)]
)
async def test_suffix_is_kept(origin, path, content, suffix_from_content):
    origin.content = content
    response, _ = await save(origin, path, kind="", suffix_from_content=suffix_from_content)
    assert response.meta["saved"].path == path
    assert is_alone(path, content)


@pytest.mark.parametrize(
    ("form", "fault"),
    [(b"avc1", ""), (b"hvc1", ""), (b"encv", "encrypted"), (b"enca", "encrypted")],
)
async def test_encrypted_film_gets_no_final_name(origin, path, form, fault):
    origin.content = make_film([b"a" * 3000], form=form)
    result, _ = await save(origin, path, kind="video", tracks=frozenset({PICTURE}))
    if fault:
        assert isinstance(result, BrokenContent)
        assert fault in str(result)
    assert list(path.parent.iterdir()) == ([] if fault else [path])


async def test_second_request_gets_the_true_path(origin, path):
    origin.content = JPEG
    options = {"kind": "image", "suffix_from_content": True}
    requests = [build_file_request(origin.url, path, **options) for _ in range(2)]
    results, _ = await fetch(*requests)
    paths = {result.meta["saved"].path for result in results}
    assert paths == {path.with_suffix(".jpeg")}


async def leave_part(origin: Origin, path: Path) -> None:
    """Leave CUT bytes of the origin's content on disk, and forget the requests for them."""
    origin.script = [cut_after(CUT)]
    await save(origin, path)
    assert get_part(path).stat().st_size == CUT
    origin.requests.clear()


async def test_file_is_saved(origin, path):
    response, stats = await save(origin, path)
    saved = response.meta["saved"]
    assert is_alone(path, origin.content)
    assert (response.status, response.body, response.flags) == (200, b"", ["saved"])
    assert (saved.path, saved.size, saved.resumed_from) == (path, len(origin.content), 0)
    assert saved.media_type == "video/mp4"
    assert (stats["f2/files"], stats["f2/bytes"]) == (1, len(origin.content))


async def test_retry_resumes(origin, path):
    origin.script = [cut_after(CUT), cut_after(200_000)]
    response, stats = await save(origin, path, retries=2)
    assert is_alone(path, origin.content)
    assert origin.ranges == [None, f"bytes={CUT}-", f"bytes={CUT + 200_000}-"]
    assert response.meta["saved"].resumed_from == CUT + 200_000
    assert (stats["f2/bytes"], stats["f2/resumed"]) == (len(origin.content), 1)


async def test_request_of_a_resumed_file_has_no_range_headers(origin, path):
    origin.script = [cut_after(CUT)]
    response, _ = await save(origin, path, retries=1)
    assert b"Range" not in response.request.headers
    assert b"If-Range" not in response.request.headers


async def test_less_than_a_block_is_resumed_too(origin, path):
    origin.script = [cut_after(100_000)]
    await save(origin, path, retries=1)
    assert is_alone(path, origin.content)
    assert origin.ranges == [None, "bytes=100000-"]


async def test_cut_is_a_data_loss_and_leaves_no_final_name(origin, path):
    origin.script = [cut_after(CUT)]
    result, _ = await save(origin, path)
    assert isinstance(result, ResponseDataLossError)
    assert not path.exists()


async def test_journal_has_no_url(origin, path):
    origin.url += "?x-signature=secret"
    await leave_part(origin, path)
    assert json.loads(get_journal(path).read_text()) == {
        "key": "k",
        "total": len(origin.content),
        "validator": '"one"',
    }


async def test_another_key_starts_again(origin, path):
    await leave_part(origin, path)
    await save(origin, path, key="other")
    assert origin.ranges == [None]
    assert is_alone(path, origin.content)


async def test_changed_file_starts_again(origin, path):
    await leave_part(origin, path)
    origin.content, origin.etag = make_video(2_600_000)[::-1], '"two"'
    await save(origin, path, kind="")
    assert origin.ranges == [f"bytes={CUT}-"]
    assert is_alone(path, origin.content)


async def test_server_that_ignores_ranges_starts_again(origin, path):
    await leave_part(origin, path)
    origin.script = [respond_with(200, origin.content)]
    response, _ = await save(origin, path)
    assert is_alone(path, origin.content)
    assert response.meta["saved"].resumed_from == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"Content_Range": "bytes 0-499999/3000000"},
        {"Content_Range": f"bytes {CUT}-2999999/2999999"},
        {"Content_Range": f"bytes {CUT}-2999999/3000000", "ETag": '"two"'},
        {"Content_Range": f"bytes {CUT}-2999999/3000000"},  # says nothing of its version
        {"Content_Range": "nonsense"},
        {},
    ],
)
async def test_206_that_does_not_continue_the_part_is_not_appended(origin, path, headers):
    await leave_part(origin, path)
    origin.script = [respond_with(206, b"x" * 500_000, **headers)]
    _, stats = await save(origin, path)
    assert origin.ranges == [f"bytes={CUT}-", None]
    assert stats["f2/requests"] == 2
    assert is_alone(path, origin.content)


async def test_206_that_ends_early_keeps_its_bytes(origin, path):
    await leave_part(origin, path)
    more = origin.content[CUT : CUT + 1000]
    size = len(origin.content)
    span = f"bytes {CUT}-{CUT + 999}/{size}"
    origin.script = [respond_with(206, more, Content_Range=span, ETag='"one"')]
    await save(origin, path, retries=1)
    assert origin.ranges == [f"bytes={CUT}-", f"bytes={CUT + 1000}-"]
    assert is_alone(path, origin.content)


async def test_416_for_a_complete_part_finishes_it(origin, path):
    await leave_part(origin, path)
    get_part(path).write_bytes(origin.content)
    response, stats = await save(origin, path)
    assert is_alone(path, origin.content)
    assert (response.status, stats.get("f2/bytes", 0)) == (200, 0)


@pytest.mark.parametrize("headers", [{"Content_Range": "bytes */7"}, {}])
async def test_416_for_an_unfinished_part_starts_again(origin, path, headers):
    await leave_part(origin, path)
    origin.script = [respond_with(416, **headers)]
    await save(origin, path)
    assert origin.ranges == [f"bytes={CUT}-", None]
    assert is_alone(path, origin.content)


async def test_server_that_never_continues_the_part_fails(origin, path):
    origin.script = [respond_with(206, b"x", Content_Range="bytes 5-5/6")] * 2
    result, _ = await save(origin, path)
    assert isinstance(result, DownloadFailedError)
    assert describe_error(result) == "the server sent another part of the file than requested"
    assert not path.exists()


async def test_part_longer_than_the_file_is_discarded(origin, path):
    await leave_part(origin, path)
    get_part(path).write_bytes(origin.content + b"more")
    await save(origin, path)
    assert origin.ranges == [None]
    assert is_alone(path, origin.content)


@pytest.mark.parametrize(
    "text",
    [
        *("", '{"key": "k"', "[]", '{"key": "k"}'),
        '{"key": "k", "total": "5", "validator": "\\"one\\""}',
        '{"key": "k", "total": 5, "validator": 1}',
    ],
)
async def test_part_without_a_valid_journal_is_discarded(origin, path, text):
    await leave_part(origin, path)
    get_journal(path).write_text(text)
    await save(origin, path)
    assert origin.ranges == [None]
    assert is_alone(path, origin.content)


async def test_without_a_strong_validator_no_part_is_kept(origin, path):
    origin.etag = 'W/"one"'
    origin.script = [cut_after(CUT)]
    await save(origin, path)
    assert list(path.parent.iterdir()) == []


async def test_no_part_of_a_cut_page_is_kept(origin, path):
    origin.content = b"<html>" * 1000
    origin.script = [cut_after(3000)]
    result, _ = await save(origin, path)
    assert isinstance(result, ResponseDataLossError)
    assert not get_part(path).exists()


async def test_stall_is_a_timeout_and_is_resumed(origin, path):
    origin.script = [hang_after(CUT)]
    _, stats = await save(origin, path, retries=1)
    assert is_alone(path, origin.content)
    assert stats["retry/reason_count/scrapy.exceptions.DownloadTimeoutError"] == 1
    assert origin.ranges == [None, f"bytes={CUT}-"]


async def test_trickle_is_a_stall(origin, path):
    """A mirror that sends a byte now and then would delay a crawl for days."""
    origin.script = [trickle_after(CUT)]
    async with asyncio.timeout(60):
        _, stats = await save(origin, path, retries=1)
    assert is_alone(path, origin.content)
    assert stats["retry/reason_count/scrapy.exceptions.DownloadTimeoutError"] == 1
    [_, resumed] = origin.ranges
    assert CUT < int(resumed[6:-1]) < CUT + 1000


async def test_missing_headers_are_a_timeout(origin, path):
    async def silent(request, origin):
        await asyncio.sleep(1)
        return respond_with(200)

    origin.script = [silent]
    (result,), _ = await fetch(build_file_request(origin.url, path), DOWNLOAD_TIMEOUT=0.2)
    assert isinstance(result, DownloadTimeoutError)
    assert "127.0.0.1" not in str(result)


async def test_slow_body_may_take_longer_than_the_timeout(origin, path):
    origin.script = [send_slowly(0.5)]
    await fetch(build_file_request(origin.url, path), DOWNLOAD_TIMEOUT=1.5)
    assert is_alone(path, origin.content)


@pytest.mark.parametrize("size", [200_000, 3_000_000])
async def test_chunked_body_needs_no_length(origin, path, size):
    origin.script = [send_chunked(make_video(size))]
    await save(origin, path)
    assert is_alone(path, make_video(size))


async def test_file_that_shows_its_end_needs_no_length(origin, path):
    origin.script = [send_until_closed(make_video(200_000))]
    await save(origin, path)
    assert is_alone(path, make_video(200_000))


async def test_body_without_length_or_end_is_a_data_loss(origin, path):
    origin.script = [send_until_closed(make_video(200_000)[:-1])]
    result, _ = await save(origin, path)
    assert isinstance(result, ResponseDataLossError)
    assert list(path.parent.iterdir()) == []


@pytest.mark.parametrize("announced", [100_000, 2_500_000])
async def test_body_without_end_is_broken_off_and_leaves_no_part(origin, path, announced):
    origin.script = [send_without_end(bytes(100_000))] * 9
    request = build_file_request(origin.url, path, announced=announced)
    (result,), _ = await fetch(request, RETRY_TIMES=0)
    assert isinstance(result, BrokenContent)
    assert str(result) == f"more than {2 * announced + (1 << 20)} bytes"
    assert list(path.parent.glob("*")) == []


async def test_length_beyond_any_file_is_refused_at_once(origin, path):
    origin.script = [announce_length(10**15)]
    (result,), _ = await fetch(build_file_request(origin.url, path), RETRY_TIMES=0)
    assert str(result) == "1000000000000000 bytes are more than such a file has"


async def test_length_of_the_server_outweighs_the_announced_one(origin, path):
    for announced in (5, 10**9):
        target = path.with_name(f"{announced}.mp4")
        (response,), _ = await fetch(build_file_request(origin.url, target, announced=announced))
        assert response.meta["saved"].size == len(origin.content)


async def test_body_without_length_that_is_shorter_than_announced_is_a_data_loss(origin, path):
    """An MP4 may be cut between two boxes: its structure is that of a whole file."""
    whole = make_video(50_000)
    origin.script = [send_until_closed(whole)] * 2
    request = build_file_request(origin.url, path, announced=90_000)
    (result,), _ = await fetch(request, RETRY_TIMES=0)
    assert isinstance(result, ResponseDataLossError)
    for size in (50_000, 0):
        origin.script = [send_until_closed(whole)]
        target = path.with_name(f"{size}.mp4")
        (response,), _ = await fetch(build_file_request(origin.url, target, announced=size))
        assert response.meta["saved"].size == 50_000


@pytest.mark.parametrize(("count", "too_slow"), [(7999, True), (8000, False)])
def test_drip_is_a_stall_in_the_end(count, too_slow):
    """More than 1 kB within F2_STALL, but less than 8 kB on average of ten times that."""
    pace = Pace(30.0)
    for _ in range(9):
        pace.add(30.0, count)
        assert (pace.left, pace.is_too_slow) == (30.0, False)
    pace.add(30.0, count)
    assert pace.is_too_slow is too_slow


async def test_two_requests_for_one_path_fetch_it_once(origin, path):
    requests = (
        build_file_request(origin.url, path),
        build_file_request(f"{origin.url}?mirror", path),
    )
    results, _ = await fetch(*requests)
    assert [result.flags for result in results] == [["saved"], ["saved"]]
    assert results[0].meta["saved"] == results[1].meta["saved"]
    assert results[1].url.endswith("?mirror")
    assert len(origin.requests) == 1
    assert is_alone(path, origin.content)


async def test_second_request_continues_after_the_first_fails(origin, path):
    origin.script = [cut_after(CUT)]
    results, _ = await fetch(
        build_file_request(origin.url, path), build_file_request(origin.url, path)
    )
    assert sorted(isinstance(result, ResponseDataLossError) for result in results) == [False, True]
    assert origin.ranges == [None, f"bytes={CUT}-"]
    assert is_alone(path, origin.content)


FETCH_SCRIPT = """
import asyncio, sys
from pathlib import Path
from tests.support.transport_origin import fetch, build_file_request
asyncio.run(fetch(build_file_request(sys.argv[1], Path(sys.argv[2]))))
"""


async def kill_midway(origin: Origin, path: Path) -> None:
    """Fetch in another process, and kill -9 it when a piece of the file is on disk."""
    origin.script = [hang_after(CUT)]
    command = [sys.executable, "-c", FETCH_SCRIPT, origin.url, str(path)]
    root = Path(__file__).parents[2]
    process = await asyncio.create_subprocess_exec(*command, cwd=root)
    while not (get_part(path).exists() and get_part(path).stat().st_size >= 2 * BLOCK):
        assert process.returncode is None, "it ended before half of the file was on disk"
        await asyncio.sleep(0.02)
    process.kill()
    await process.wait()
    origin.requests.clear()


async def test_kill_9_loses_only_bytes_in_memory(origin, path):
    await kill_midway(origin, path)
    on_disk = get_part(path).stat().st_size
    assert on_disk >= 2 * BLOCK
    assert not path.exists()
    await save(origin, path)
    assert origin.ranges == [f"bytes={on_disk}-"]
    assert is_alone(path, origin.content)


@pytest.mark.skipif(sys.platform == "win32", reason="needs flock")
async def test_part_of_another_process_is_not_touched(origin, path):
    await leave_part(origin, path)
    holder = "import fcntl,sys; f=open(sys.argv[1]); fcntl.flock(f,2); print(flush=True); input()"
    command = [sys.executable, "-c", holder, str(get_part(path))]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    process = await asyncio.create_subprocess_exec(*command, **pipes)
    await process.stdout.readline()
    result, _ = await save(origin, path)
    await process.communicate(b"\n")
    assert "another process" in str(result)
    assert get_part(path).read_bytes() == origin.content[:CUT]
    assert set(path.parent.iterdir()) == {get_part(path), get_journal(path)}


async def test_part_finished_by_another_process_is_not_touched(origin, path, monkeypatch):
    await leave_part(origin, path)
    lock = part_file.lock
    monkeypatch.setattr(part_file, "lock", lambda file: (get_part(path).rename(path), lock(file)))
    result, _ = await save(origin, path)
    assert isinstance(result, part_file.DiskError)
    assert path.read_bytes() == origin.content[:CUT]
