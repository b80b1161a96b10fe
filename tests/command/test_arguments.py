"""The command's options become those of a crawl; faults are one line."""

import subprocess
import sys
from pathlib import Path

import pytest
import shtab

from f2scrapy.command.arguments import COMMANDS, build_crawl_words, build_parser, find_task
from f2scrapy.command.main import _COMMANDS, main
from f2scrapy.command.manual import format_manual
from f2scrapy.errors import InputError


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("--max 20", ["-a", "max_counts=20"]),
        ("--since 2024 --until 2024-03", ["-a", "interval=2024..2024-03"]),
        ("--since 7d", ["-a", "interval=7d"]),
        ("--until 2024", ["-a", "interval=..2024"]),
        ("--new", ["-a", "update=true"]),
        ("--kinds video --likes 10..", ["-a", "kinds=video", "-a", "likes=10.."]),
        ("--seconds ..60 --match cat", ["-a", "seconds=..60", "-a", "match=cat"]),
        ("--replies", ["-a", "replies=true"]),
        ("--collects all", ["-a", "collects=all"]),
        ("--only metadata", ["-s", "F2_MEDIA="]),
        ("--only video,music", ["-s", "F2_MEDIA=video,music"]),
        ("--codec h264 --height 1080", ["-s", "F2_RENDITION=codec:h264,height<=1080"]),
        ("--cookies c.txt", ["-s", "F2_COOKIES=c.txt"]),
        ("--path d --name {desc}", ["-s", "F2_PATH=d", "-s", "F2_NAMING={desc}"]),
        ("--rate 2M", ["-s", "F2_RATE=2M"]),
        ("--plan", ["-s", "F2_PLAN=files"]),
        ("--list-formats", ["-s", "F2_PLAN=formats"]),
        ("--print desc", ["-s", "F2_PLAN=rows", "-s", "F2_MEDIA="]),
        ("-q", ["-s", "LOG_LEVEL=ERROR", "-s", "F2_PROGRESS=none"]),
        ("-vvv", ["-s", "LOG_LEVEL=DEBUG"]),
        ("-a replies=1 -s F2_PACE=2", ["-a", "replies=1", "-s", "F2_PACE=2"]),
        ("", []),
    ],
)
def test_options_become_those_of_a_crawl(options: str, words: list[str]) -> None:
    assert build_crawl_words(build_parser().parse_args(["LINK", *options.split()])) == words


def test_link_may_follow_an_option() -> None:
    assert build_parser().parse_args(["A", "--max", "1", "B", "-q", "C"]).words == ["A", "B", "C"]


@pytest.mark.parametrize(
    ("options", "task"),
    [("", ""), ("--replies", "comment"), ("--playlist all", "mix"), ("--what related", "related")],
)
def test_options_choose_the_list(options: str, task: str) -> None:
    assert find_task(build_parser().parse_args(["LINK", *options.split()])) == task


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--since 7d --until 2024", "--since 7d is up to now; leave out --until"),
        ("--only video,metadata", "metadata means no files"),
        ("-a replies", "-a replies: want NAME=VALUE"),
        ("--hieght 3", "unrecognized arguments: --hieght"),
        ("--height tall", "invalid int value: 'tall'"),
    ],
)
def test_fault_is_one_line(words: str, message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["https://www.douyin.com/video/7298145681699622182", *words.split()]) == 1
    said = capsys.readouterr().err
    assert message in said
    assert said.startswith("f2scrapy: ")
    assert said.count("\n") == 1


def test_without_words_it_shows_examples(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    assert capsys.readouterr().out.count('f2scrapy "LINK"') == 3


def test_each_command_is_in_the_help() -> None:
    assert _COMMANDS.keys() == COMMANDS.keys()
    text = build_parser().format_help()
    assert [name for name in COMMANDS if f"\n  {name}" not in text] == []


def test_manual_has_all_that_the_help_has() -> None:
    parser = build_parser()
    manual = format_manual(parser).replace("\\-", "-")
    options = [name for action in parser._actions for name in action.option_strings]
    assert len(options) > 20
    assert [name for name in options if name not in manual] == []


@pytest.mark.parametrize("shell", shtab.SUPPORTED_SHELLS)
def test_completion_of_shells(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["shell-completion", shell]) == 0
    said = capsys.readouterr().out
    assert "since" in said
    assert "danmaku" in said


def test_completion_of_an_unknown_shell(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["shell-completion", "cmd"]) == 1
    assert "want one of bash" in capsys.readouterr().err


def test_help_loads_nothing_of_the_network(tmp_path: Path) -> None:
    code = (
        "import sys; from f2scrapy.command.main import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: print({'scrapy', 'pydantic', 'rich', 'yaml'} & {*sys.modules})"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "set()"


def test_since_that_is_no_time_is_refused_by_the_spider() -> None:
    given = build_parser().parse_args(["LINK", "--since", "lately", "--until", "2024"])
    with pytest.raises(InputError, match="--since lately"):
        build_crawl_words(given)
