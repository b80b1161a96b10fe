"""Scrapy's own commands: bad input is one line, and `scrapy parse` names its limits."""

import argparse
import subprocess
import sys
from importlib import import_module

import pytest
from scrapy.settings import Settings
from support.crawling import PROJECT


def test_spider_of_a_platform_is_refused_in_one_line() -> None:
    words = ["parse", "--spider", "douyin_user_post", "-a", "url=x", "https://www.douyin.com/"]
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", *words],
        cwd=PROJECT, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    [line] = [one for one in done.stderr.splitlines() if "INFO" not in one]
    assert line.startswith("scrapy parse: spiders of the platforms read signed answers, not pages")
    assert "want scrapy crawl douyin_user_post -a max_counts=1" in line
    assert done.returncode == 1


COMMANDS = ["check", "fetch", "login", "parse", "runspider", "settings", "shell"]


def give_words(name: str, *words: str) -> None:
    """Let a command read these words; it ends the program."""
    command = import_module(f"f2scrapy.crawl.commands.{name}").Command()
    command.settings = Settings()
    command.settings.setmodule("f2scrapy.settings", "project")
    parser = argparse.ArgumentParser(conflict_handler="resolve")
    command.add_options(parser)
    opts, args = parser.parse_known_args(words)
    with pytest.raises(SystemExit) as raised:
        command.process_options(args, opts)
    assert raised.value.code == 1


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("SPIDER_MODULES=nowhere", "No module named 'nowhere'"),
        ("HTTPPROXY_ENABLED=no", "want True or False"),
        ("F2_PACE=slow", "want a number"),
    ],
)
def test_setting_that_cannot_be_used_is_one_line(
    name: str, setting: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    give_words(name, "-s", setting)
    assert capsys.readouterr().err == f"scrapy {name}: {setting}: {words}\n"


@pytest.mark.parametrize("name", [*COMMANDS, "crawl", "doctor"])
def test_words_that_scrapy_reads_itself_are_one_line(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    give_words(name, "--pidfile", "/dev/null/pid")
    give_words(name, "-s", "ADDONS=[1]")
    first, second = capsys.readouterr().err.splitlines()
    assert first == f"scrapy {name}: /dev/null/pid: Not a directory"
    assert second.startswith(f"scrapy {name}: -s: want an object of JSON: ")
