"""Each row of F2's documented interface, called by F2's names against the sandbox."""

import re
from pathlib import Path
from typing import Any

import pytest

from f2scrapy.errors import InputError
from f2scrapy.f2.apps.douyin.crawler import DouyinWebSocketCrawler
from f2scrapy.sandbox.live.chat import ChatOptions
from f2scrapy.sandbox.server import Sandbox, run_sandbox
from f2scrapy.sandbox.state import Options
from tests.f2.rows import data, modes, requests, rooms, utilities  # noqa: F401 - they add their rows
from tests.f2.rows.table import EXCEPTIONS, OF_THE_LOGIN, ROWS, SERIES, Caller, Row


@pytest.fixture(scope="module")
def sandbox(folder: Path):
    """A sandbox whose rooms end a second after the first viewer came: each row has its own room."""
    chat = ChatOptions(rate=60, seconds=1)
    with (
        run_sandbox(Options(users=(SERIES,), chat=chat)) as sandbox,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.chdir(folder)
        patch.delenv("F2_COOKIE", raising=False)
        for name, value in {"SANDBOX": sandbox.url, "PACE": "0", "BACKOFF": "0.01", "FSYNC": "0",
                            "LIVE_FREE": "1"}.items():  # fmt: skip
            patch.setenv(f"F2_{name}", value)
        yield sandbox


@pytest.fixture(scope="module")
def caller(sandbox: Sandbox, kwargs: dict[str, Any], folder: Path) -> Caller:
    return Caller(sandbox, kwargs, folder)


def test_each_row_of_the_documentation_is_here(shared: Path) -> None:
    coverage = (shared / "reference/f2/coverage.md").read_text("utf-8")
    named = set(re.findall(r"^\| ((?:D-|T-|S-|X-)\w+) \|", coverage, re.MULTILINE))
    assert named == ROWS.keys() | EXCEPTIONS | OF_THE_LOGIN
    assert not ROWS.keys() & EXCEPTIONS
    assert (len(named), len(ROWS)) == (187, 180)


CALLS = dict.fromkeys(ROWS.values())  # some cover several rows: each runs once


@pytest.mark.parametrize(
    "call", CALLS, ids=lambda call: ",".join(i for i, f in ROWS.items() if f is call)
)
async def test_row(caller: Caller, call: Row) -> None:
    caller.sandbox.state.report.violations.clear()
    await call(caller)
    assert not caller.sandbox.state.report.violations


async def test_exceptions_say_so_in_one_line(caller: Caller) -> None:
    with pytest.raises(InputError, match="not offered"):
        await caller.douyin().fetch_post_stats(aweme_id="1", aweme_type=0)
    for name in ("WebcastLeaveMessage", "WebcastFollowMessage"):
        assert (await getattr(DouyinWebSocketCrawler, name)(b""))["kind"] == "unknown"
