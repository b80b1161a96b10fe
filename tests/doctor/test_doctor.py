"""`f2scrapy doctor` says what is true, names no secret, and says what to do next."""

import json
import os
import subprocess
import sys
from argparse import ArgumentParser, Namespace
from contextvars import copy_context
from datetime import UTC, datetime
from pathlib import Path

import pytest
from scrapy.exceptions import UsageError
from scrapy.settings import Settings

from f2scrapy.api.proxy import find_proxy
from f2scrapy.crawl.commands.doctor import Command
from f2scrapy.crawl.commands.login import Command as LoginCommand
from f2scrapy.doctor.examine import describe, examine
from f2scrapy.doctor.finding import Finding, State, compute_exit_code, list_lines
from f2scrapy.doctor.platforms import examine_clock
from f2scrapy.sandbox.server import run_sandbox
from f2scrapy.sandbox.state import Options

PROJECT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if (name.startswith("F2_") and name != "F2_LANG") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)


def by_name(findings: list[Finding]) -> dict[str, tuple[str, str]]:
    return {finding.name: (finding.state, finding.text) for finding in findings}


async def test_login_is_named_with_its_owner_and_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [{"name": "sessionid", "value": "f2sandboxsession", "domain": ".douyin.com",
             "expirationDate": 4102444800}]  # fmt: skip
    (tmp_path / "c.json").write_text(json.dumps(rows))
    with run_sandbox(Options()) as sandbox:
        found = await examine(offline=False, F2_SANDBOX=sandbox.url, F2_COOKIES="c.json",
                              F2_PATH=str(tmp_path / "Download"))  # fmt: skip
        asked = sandbox.state.report.to_json()
    text = "\n".join(list_lines(found))
    assert ("  login", State.GOOD, "sandbox1, until 2100-01-01") in {
        (f.name, f.state, f.text) for f in found
    }
    assert "answers a guest in" in by_name(found)["tiktok"][1]
    assert [f.state for f in found if f.name == "  clock"] == [State.GOOD] * 2
    assert "~/Download" in text
    assert "f2sandboxsession" not in text
    assert str(tmp_path) not in text
    assert compute_exit_code(found) == 0
    checks = [path for path in asked["requests"] if "self" in path or "user/detail" in path]
    assert [asked["requests"][path]["count"] for path in checks] == [1, 1]
    assert asked["violations"] == []


async def test_refusals_and_expired_logins_are_advice_and_exit_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("F2_COOKIE", "sessionid=s3cret-and-dead")
    with run_sandbox(Options(faults=("captcha~query/user",))) as sandbox:
        found = await examine(offline=False, F2_SANDBOX=sandbox.url, F2_PATH=str(tmp_path))
    text = "\n".join(list_lines(found))
    assert by_name(found)["douyin"][0] == State.REFUSED
    assert "REFUSED: expired (status_code 8" in text
    assert "What to do next:" in text
    assert "solve the captcha" in " ".join(text.split())
    assert "s3cret" not in text
    assert compute_exit_code(found) == 5


async def test_offline_nothing_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://user:s3cret@proxy.invalid:8080")
    found = await examine(offline=True, F2_PATH=str(tmp_path))
    assert by_name(found)["douyin"] == ("skipped", "not asked; a guest")
    assert [finding.name for finding in found].count("  tokens") == 2  # one of each platform
    assert by_name(found)["proxy"][1] == "http://proxy.invalid:8080"
    assert "s3cret" not in json.dumps([*describe(found)])


async def test_wrong_option_is_named_once(tmp_path: Path) -> None:
    found = await examine(offline=True, F2_PATH=str(tmp_path), F2_COOKIES="nowhere.txt")
    [wrong] = [finding for finding in found if finding.state is State.BAD]
    assert wrong.text.startswith("F2_COOKIES=nowhere.txt: want")
    assert compute_exit_code(found) == 1
    assert compute_exit_code(await examine(offline=True, F2_PATH="s3://a")) == 1


@pytest.mark.parametrize(
    ("date", "state", "text"),
    [
        ("Tue, 01 Dec 2026 04:00:59 GMT", State.GOOD, "agrees with the platform's"),
        ("Tue, 01 Dec 2026 03:45:00 GMT", State.NOTE, "15 min ahead of the platform's"),
        ("Tue, 01 Dec 2026 05:30:00 -0000", State.NOTE, "90 min behind the platform's"),
        ("soon", State.SKIPPED, "the platform's answer has no valid date"),
    ],
)
def test_clock_is_compared_with_that_of_the_platform(date: str, state: State, text: str) -> None:
    found = examine_clock(date, datetime(2026, 12, 1, 4, 0, tzinfo=UTC))
    assert (found.state, found.text) == (state, text)
    assert bool(found.advice) is (state is State.NOTE)


def test_proxies_can_be_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy.invalid:8080")
    for command in (Command(), LoginCommand()):
        command.settings = Settings()
        command.settings.setmodule("f2scrapy.settings", "project")
        parser = ArgumentParser()
        command.add_options(parser)
        opts, args = parser.parse_known_args(["-s", "HTTPPROXY_ENABLED=False"])
        context = copy_context()
        context.run(command.process_options, args, opts)
        assert context.run(find_proxy, "https://www.douyin.com/") is None
    assert find_proxy("https://www.douyin.com/") == "http://proxy.invalid:8080"


async def test_damaged_archive_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "f2scrapy.db").write_bytes(b"no database" * 100)
    found = await examine(offline=True, F2_PATH=str(tmp_path))
    assert by_name(found)["archive"][0] == State.BAD
    assert compute_exit_code(found) == 4


def test_command_prints_json(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "scrapy", "doctor", "--json", "--offline", "-s",
             f"F2_PATH={tmp_path}"]  # fmt: skip
    done = subprocess.run(words, cwd=PROJECT, capture_output=True, text=True, check=True)
    assert {row["name"] for row in json.loads(done.stdout)} > {"versions", "disk", "tokens"}


def test_words_that_are_not_known_are_refused() -> None:
    with pytest.raises(UsageError, match="unrecognized arguments: --ofline x"):
        Command().run(["--ofline", "x"], Namespace())
