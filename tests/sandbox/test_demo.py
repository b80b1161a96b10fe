"""Test the crawls of make demo."""

import shlex
from pathlib import Path

import pytest
from rich.console import Console
from support.crawling import PROJECT, Play

from f2scrapy.sandbox import demo


@pytest.fixture(autouse=True)
def change_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(PROJECT))
    monkeypatch.setenv("SCRAPY_SETTINGS_MODULE", "f2scrapy.settings")


def test_feed_is_written_to_the_path_in_the_printed_command(play: Play, tmp_path: Path) -> None:
    sandbox = play().sandbox
    console = Console(width=80)
    with console.capture() as capture:
        code = demo.crawl(
            "douyin_user_post",
            sandbox.get_user_url("one"),
            sandbox.url,
            tmp_path / "r.json",
            console,
        )
    assert code == 0
    shown = shlex.split(capture.get().splitlines()[0])
    assert len(Path(shown[-1]).read_text("utf-8").splitlines()) == 1


def test_options_and_files_of_the_user_are_ignored(
    play: Play, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox = play().sandbox
    monkeypatch.setenv("F2_PATH", "mine")
    monkeypatch.setenv("F2_COOKIES", "nowhere.txt")
    Path("f2scrapy.yaml").write_text("archive: mine/archive.db\nmedia: cover\n")
    link, report = sandbox.get_user_url("one"), tmp_path / "r.json"
    assert demo.crawl("douyin_user_post", link, sandbox.url, report, Console(quiet=True)) == 0
    assert not Path("mine").exists()
    assert [path.name for path in demo.ROOT.rglob("*_video.mp4")] != []
    kept = {path.name for path in demo.ROOT.glob("f2scrapy.*")}
    assert kept == {"f2scrapy.sandbox.db", "f2scrapy.identity.sandbox.json"}
