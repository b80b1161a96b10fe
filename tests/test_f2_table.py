"""docs/F2.md and docs/python.md: no row is missing, every name is there, the examples run."""

import asyncio
import re
import shlex
from importlib import import_module
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from support import f2_fields

from f2scrapy.command.arguments import build_crawl_words, build_parser, find_task
from f2scrapy.command.jobs import Job, find_jobs
from f2scrapy.crawl.spider_loader import SpiderLoader
from f2scrapy.sandbox.server import Sandbox

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs/F2.md").read_text("utf-8")
CHINESE = (ROOT / "docs/F2.zh-CN.md").read_text("utf-8")
COOKBOOK = (ROOT / "docs/python.md").read_text("utf-8")
ROWS = dict(re.findall(r"^\| ([DTSX]-\w+) \| [^|]+ \| ([^|]+) \|$", TEXT, re.MULTILINE))


def found(name: str) -> Any:
    """Return the object that a dotted name stands for."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        try:
            thing: Any = import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for part in parts[length:]:
            thing = getattr(thing, part)
        return thing
    raise ImportError(name)


def test_no_row_is_missing(shared: Path) -> None:
    coverage = (shared / "reference/f2/coverage.md").read_text("utf-8")
    named = set(re.findall(r"^\| ((?:D-|T-|S-|X-)\w+) \|", coverage, re.MULTILINE))
    assert set(ROWS) == named
    assert len(ROWS) == 187


@pytest.mark.parametrize("row", ROWS)
def test_what_a_row_names_is_there(row: str) -> None:
    names = re.findall(r"`((?:f2scrapy|pipelines)\.[\w.]+|(?:douyin|tiktok)_\w+)`", ROWS[row])
    assert names or ROWS[row].startswith("— "), "a name, or why there is none"
    for name in names:
        if "." not in name:
            assert (ROOT / "spiders" / f"{name}.py").is_file(), name
        else:
            assert found(name) is not None


def list_rows(text: str) -> list[tuple[str, list[str]]]:
    """The rows with the names in them, without those in words."""
    rows = re.findall(r"^\| ([DTSX]-\w+) (\|.+)$", text, re.MULTILINE)
    return [(row, sorted(re.findall(r"`([^`]+)`", rest))) for row, rest in rows]


def test_both_languages_have_the_same_rows_and_code() -> None:
    assert list_rows(CHINESE) == list_rows(TEXT)
    assert get_blocks(CHINESE) == get_blocks(TEXT)


LINKS = {
    "LINK": "https://www.douyin.com/user/MS4wLjABAAAAdemo-JsZpzQgUrEDlModSshxKpkUN",
    "WORK": "https://www.douyin.com/video/7298145681699622182",
    "TIKTOK_USER": "https://www.tiktok.com/@nasa",
}


def list_commands(text: str) -> list[str]:
    """The commands in the table for F2's command line."""
    table = re.search(r"^## [^\n]*F2[^\n]*\n\n[^|]*(\|.*?)\n\n", text, re.DOTALL | re.MULTILINE)
    assert table
    return re.findall(r"`(f2scrapy [^`]+)`", table[1])


@pytest.mark.parametrize("line", list_commands(TEXT))
def test_command_for_that_of_f2_finds_its_spider(line: str) -> None:
    words = [LINKS.get(word, word) for word in shlex.split(line)[1:]]
    given = build_parser().parse_args(words)
    assert build_crawl_words(given) is not None
    [job] = find_jobs(given.words, find_task(given))
    assert isinstance(job, Job)
    fields = get_type_hints(SpiderLoader(["spiders"]).load(job.spider))["args"].model_fields
    assert {text.partition("=")[0] for text in given.arguments} <= fields.keys()


def test_both_languages_have_the_same_commands() -> None:
    assert list_commands(CHINESE) == list_commands(TEXT)
    assert len(list_commands(TEXT)) > 15


def test_attributes_are_listed() -> None:
    assert f2_fields.PATH.read_text("utf-8") == f2_fields.build_document()


def get_blocks(text: str) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


EXPECTED = [  # what each piece shows
    ["True ['"],
    ["OK: 24 of 24.", "OK [] "],
    ["0 OK: 3 of 3. [File("],
    ["OK: 3 of 3."],
    ["Download/douyin/post/小明\n{}\n{}"],
    ["not found: ", "\n184 Mozilla/5.0", "a_bogus=", "X-Bogus=", "&signature=",
     "\ndouyin/post/演示账号\n", "_video.mp4", "▀"],
    ["+00:00 "],
]  # fmt: skip


async def test_the_examples_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    blocks = get_blocks(TEXT) + get_blocks(COOKBOOK)
    async with Sandbox() as sandbox:
        for name, value in {"SANDBOX": sandbox.url, "PACE": "0", "FSYNC": "0"}.items():
            monkeypatch.setenv(f"F2_{name}", value)
        for block, expected in zip(blocks, EXPECTED, strict=True):
            example: dict[str, Any] = {"__name__": "example"}
            exec(block, example)
            room = "https://live.douyin.com/660000000001"
            link = room if "listen(" in block else sandbox.get_user_url("demo")
            result = example["main"](f"看 {link}")
            if asyncio.iscoroutine(result):
                await result
            said = capsys.readouterr().out
            for text in expected:
                assert text in said, block
        assert not sandbox.state.report.violations
    assert (tmp_path / "work.svg").is_file()
