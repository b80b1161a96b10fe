"""make demo leaves what it says it leaves."""

import shlex
from pathlib import Path

import pytest
from crawling import PROJECT, Play
from rich.console import Console

from f2scrapy.sandbox import demo


def test_feed_lies_where_the_command_shown_says(
    play: Play, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox = play().sandbox
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(PROJECT))
    monkeypatch.setenv("SCRAPY_SETTINGS_MODULE", "f2scrapy.settings")
    monkeypatch.setenv("F2_MEDIA", "")
    console = Console(width=80)
    with console.capture() as capture:
        code = demo.crawl(
            "douyin_user_post", sandbox.user_url("one"), sandbox.url, tmp_path / "r.json", console
        )
    assert code == 0
    shown = shlex.split(capture.get().splitlines()[0])
    assert len(Path(shown[-1]).read_text("utf-8").splitlines()) == 1
