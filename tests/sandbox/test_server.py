"""Test the server: its report, its control addresses, its program, its thread."""

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from support.sandbox_client import Browser, get_first_url, visit

from f2scrapy.errors import InputError
from f2scrapy.sandbox.__main__ import main, parse_options, serve
from f2scrapy.sandbox.server import Sandbox, run_sandbox
from f2scrapy.sandbox.state import CHECKS, STRICT, Options

ROOT = Path(__file__).parents[2]


async def test_the_report_counts_requests(browser: Browser) -> None:
    work = (await browser.fetch_posts("one")).json()["aweme_list"][0]
    size = len((await browser.get(get_first_url(work))).body)
    await browser.with_changes(scheme="").fetch_posts("one")
    report = (await browser.get("https://__report")).json()
    posts = report["requests"]["www.douyin.com/aweme/v1/web/aweme/post/"]
    assert posts["count"] == report["list_requests"] == 2
    assert posts["status"] == {"200": 2}
    assert report["media_requests"] == 1
    assert report["media_bytes"] == size
    assert list(report["assets"].values()) == [{"requests": 1, "bytes": size, "ranges": 0}]
    assert [v["what"] for v in report["violations"]] == ["a_bogus: a_bogus is missing"]


async def test_the_report_has_pace_and_concurrency() -> None:
    async with visit(Options(latency_ms=50)) as browser:
        await asyncio.gather(*(browser.get("https://www.douyin.com/") for _ in range(3)))
        await browser.get("https://www.douyin.com/")
        report = (await browser.get("https://__report")).json()
    assert report["max_concurrency"]["www.douyin.com"] == 3
    assert report["requests"]["www.douyin.com/"]["mean_gap_ms"] >= 15


async def test_faults_by_request(browser: Browser) -> None:
    reply = await browser.get("https://__fault", "POST", data="empty:1\ncut=5~list")
    assert reply.json() == {"faults": ["empty", "cut"]}
    assert not (await browser.fetch_posts("one")).body
    assert (await browser.get("https://__report")).json()["faults"] == {"empty": 1, "cut": 0}


async def test_an_unknown_fault_is_refused(browser: Browser) -> None:
    reply = await browser.get("https://__fault", "POST", data="nonsense")
    assert reply.status == 400
    assert "unknown fault" in reply.json()["error"]


async def test_reset(browser: Browser) -> None:
    await browser.get("https://__fault", "POST", data="empty")
    await browser.with_changes(scheme="").fetch_posts("one")
    await browser.get("https://__reset", "POST")
    assert (await browser.fetch_posts("one")).body
    assert (await browser.get("https://__report")).json()["list_requests"] == 1
    assert not browser.violations


async def test_works_of_a_user(browser: Browser) -> None:
    reply = await browser.get("https://__works?user=samename")
    assert reply.json() == browser.sandbox.describe_files("samename")
    assert len(reply.json()) == 12


async def test_private_account_counts_works_and_lists_none(browser: Browser) -> None:
    sec = browser.sandbox.state.catalogue.by_name["private account"].sec_user_id
    user = (await browser.call_api("user/profile/other", sec_user_id=sec)).json()["user"]
    page = (await browser.fetch_posts("private account")).json()
    assert (user["secret"], user["aweme_count"]) == (1, 12)
    assert (page["aweme_list"], page["has_more"]) == ([], 0)


@pytest.mark.parametrize("path", ["aweme/post", "user/profile/other"])
async def test_unknown_users(browser: Browser, path: str) -> None:
    assert (await browser.call_api(path, sec_user_id="nobody")).json()["status_code"] != 0


@pytest.mark.parametrize("aweme_id", ["1", "7300000000000000000", "x"])
async def test_unknown_works(browser: Browser, aweme_id: str) -> None:
    page = (await browser.call_api("aweme/detail", aweme_id=aweme_id)).json()
    assert page["aweme_detail"] is None
    assert page["filter_detail"]["filter_reason"] == "not_exist"


async def test_hidden_works_have_a_reason(browser: Browser) -> None:
    reasons = set()
    for aweme_id, work in browser.sandbox.describe_files("mixed").items():
        if work["recipe"] in ("private", "deleted", "prohibited"):
            page = (await browser.call_api("aweme/detail", aweme_id=aweme_id)).json()
            reasons.add(page["filter_detail"]["filter_reason"])
    assert reasons == {"status_self_see", "status_deleted", "core_dep"}


async def test_no_more_than_twenty_rows(browser: Browser) -> None:
    assert len((await browser.fetch_posts("clean200", count=100)).json()["aweme_list"]) == 20


async def test_a_request_through_a_proxy_is_understood(browser: Browser) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(browser.sandbox.url[17:]))
    writer.write(
        f"GET {browser.sandbox.url}/www.douyin.com/video/1 HTTP/1.1\r\n"
        f"Host: {browser.sandbox.url[7:]}\r\nConnection: close\r\n\r\n".encode()
    )
    assert (await reader.readline()).startswith(b"HTTP/1.1 200")
    writer.close()


async def test_the_query_arrives_unchanged(browser: Browser) -> None:
    odd = browser.with_changes(raw="a=%7e&b=%20+&c=a_b-~*'()&d=[1]&")
    assert (await odd.fetch_posts("one")).body
    assert not browser.violations


# Threads and programs


def test_run_sandbox_in_a_thread() -> None:
    with run_sandbox(Options(strict=frozenset())) as sandbox:
        with urlopen(sandbox.to_sandbox("https://www.douyin.com/")) as reply:
            assert reply.status == 200
        assert sandbox.state.report.kinds["page"] == 1


@pytest.fixture
def program() -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "f2scrapy.sandbox", "--until-eof", "--users", "alice:3"]
    process = subprocess.Popen(
        [*command, "--fault", "http=418~page"],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with process:
        yield process
        process.kill()


def read_address(program: subprocess.Popen[str]) -> str:
    line = program.stdout.readline() if program.stdout else ""
    assert line.startswith("F2_SANDBOX=http://127.0.0.1:")
    return line.strip().partition("=")[2]


def test_the_program(program: subprocess.Popen[str]) -> None:
    url = read_address(program)
    with urlopen(f"{url}/__works?user=alice") as reply:
        assert len(json.load(reply)) == 3
    with urlopen(Request(f"{url}/__fault", data=b"html", method="POST")) as reply:
        assert json.load(reply) == {"faults": ["http", "html"]}


def test_the_program_ends_with_stdin(program: subprocess.Popen[str]) -> None:
    read_address(program)
    assert program.stdin
    program.stdin.close()
    assert program.wait(30) == 0


def test_the_program_ends_on_sigterm(program: subprocess.Popen[str]) -> None:
    read_address(program)
    program.send_signal(signal.SIGTERM)
    assert program.wait(30) == 0


@pytest.mark.parametrize(
    ("text", "checks"),
    [
        ("", STRICT),
        ("all", CHECKS),
        ("none", frozenset()),
        ("signature,media", {"signature", "media"}),
        ("+websign,-params", (STRICT | {"websign"}) - {"params"}),
    ],
)
def test_parse_checks(text: str, checks: frozenset[str]) -> None:
    assert parse_options([f"--strict={text}"])[0].strict == checks


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--strict nonsense", "unknown check: nonsense"),
        ("--fault nosuch", "--fault 'nosuch': unknown fault; known faults: "),
        ("--fault captcha@x", "--fault 'captcha@x': expected NAME[=VALUE]"),
        ("--chat abc", "--chat abc: expected numbers RATE"),
        ("--chat 0", "--chat 0: expected numbers RATE"),
        ("--users alice", "--users alice: expected NAME:WORKS"),
        ("--port 99999", "--port: want a whole number below 65536"),
        ("--recorded nowhere", "--recorded nowhere: no such folder"),
    ],
)
def test_wrong_arguments_end_with_one_line(
    words: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["x", *words.split()])
    with pytest.raises(SystemExit) as end:
        main()
    assert message in str(end.value.code)
    assert "\n" not in str(end.value.code)


async def test_a_port_in_use_ends_with_one_line() -> None:
    async with Sandbox() as first:
        port = int(first.url.rpartition(":")[2])
        with pytest.raises(InputError, match=f"--port {port}: .*; choose another port"):
            await serve(Options(port=port), until_eof=False)
