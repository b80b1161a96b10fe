"""make demo leaves what it says it leaves."""

import shlex
from pathlib import Path

import pytest
from rich.console import Console
from support.crawling import PROJECT, Play

from f2scrapy.sandbox import demo


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(PROJECT))
    monkeypatch.setenv("SCRAPY_SETTINGS_MODULE", "f2scrapy.settings")


def test_feed_lies_where_the_command_shown_says(play: Play, tmp_path: Path) -> None:
    sandbox = play().sandbox
    console = Console(width=80)
    with console.capture() as capture:
        code = demo.crawl(
            "douyin_user_post", sandbox.user_url("one"), sandbox.url, tmp_path / "r.json", console
        )
    assert code == 0
    shown = shlex.split(capture.get().splitlines()[0])
    assert len(Path(shown[-1]).read_text("utf-8").splitlines()) == 1


def test_nothing_of_the_user_is_heeded_or_touched(
    play: Play, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox = play().sandbox
    monkeypatch.setenv("F2_PATH", "mine")
    monkeypatch.setenv("F2_COOKIES", "nowhere.txt")
    Path("f2scrapy.yaml").write_text("archive: mine/archive.db\nmedia: cover\n")
    link, report = sandbox.user_url("one"), tmp_path / "r.json"
    assert demo.crawl("douyin_user_post", link, sandbox.url, report, Console(quiet=True)) == 0
    assert not Path("mine").exists()
    assert [path.name for path in demo.ROOT.rglob("*_video.mp4")] != []
    kept = {path.name for path in demo.ROOT.glob("f2scrapy.*")}
    assert kept == {"f2scrapy.sandbox.db", "f2scrapy.identity.sandbox.json"}
