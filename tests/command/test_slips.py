"""Slips in a command end in one line and exit code 1, before anything is requested."""

import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from scrapy.settings import Settings
from support.crawling import Play

from f2scrapy import settings as project
from f2scrapy.archive.archive import Archive
from f2scrapy.command.arguments import FORMATS, build_parser
from f2scrapy.command.child import Ended
from f2scrapy.command.jobs import Job
from f2scrapy.command.main import main
from f2scrapy.command.run import Output, _choose_new, _drop_limits, format_row, run_jobs
from f2scrapy.model.media import File

from .test_command import run_in_shell

USER = "https://www.douyin.com/user/MS4wLjABAAAAdemo12345"


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (
            (USER, "-o", "works.foo"),
            "-o works.foo: want the name of a file that ends in one of .csv",
        ),
        ((USER, "-o", "works"), "-o works: want the name of a file"),
        ((USER, "-o", "works.csv:foo"), "-o works.csv:foo: want the name of a file"),
        (
            (USER, "--print", "digg_cuont"),
            "--print digg_cuont: the field digg_cuont is not known; did",
        ),
        ((USER, "--print", "{desc"), "--print {desc: expected '}' before end of string"),
        ((USER, "--print", "{desc:d}"), "--print {desc:d}: Unknown format code 'd'"),
        (("@empty.txt",), "@empty.txt: there is no link in it"),
        ((USER, "--since", "7d", "--until", "2024"), "--since 7d is up to now; leave out --until"),
        ((USER, "--since", ""), "--since is empty"),
        ((USER, "--only="), "--only is empty"),
        ((USER, "--only", ","), "--only ,: want one of video, image"),
        (("--print", "", USER), "--print is empty"),
        (("man", "x"), "unrecognized arguments: x; see f2scrapy --help"),
        (("update", "--path", ""), "--path is empty"),
        (("--only", "video", "-o", "a.csv"), "there is no LINK; see f2scrapy --help"),
        ((USER, "-o", "a.csv", "-o", "b.csv"), "-o is given twice: leave out one; see f2scrapy"),
        ((USER, "--only", "video", "--only", "music"), "--only is given twice: leave out one; see"),
        (("update", "--path", "a", "--path", "b"), "--path is given twice: leave out one; see"),
        ((USER, "--plan", "-o", "a.csv"), "leave out one of --plan and -o"),
        (
            (USER, "--list-formats", "--print", "desc"),
            "leave out one of --list-formats and --print",
        ),
        ((USER, "--list-formats", "--plan"), "leave out one of --list-formats and --plan"),
        ((USER, "--cookies", "a", "--browser", "b"), "leave out one of --cookies and --browser"),
        ((USER, "--nope"), "unrecognized arguments: --nope; see f2scrapy --help"),
    ],
)
def test_slip_is_one_line(
    words: tuple[str, ...],
    line: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("empty.txt").touch()
    assert main(words) == 1
    shown = capsys.readouterr().err
    assert shown.startswith(f"f2scrapy: {line}")
    assert shown.count("\n") == 1


def test_formats_are_those_of_the_project() -> None:
    settings = Settings()
    settings.setmodule(project)
    exporters = settings.getwithbase("FEED_EXPORTERS")
    assert {*FORMATS} == {name for name, place in exporters.items() if place}


@pytest.mark.parametrize("words", [["-o", "-:jsonl"], ["-q", "-o", "-:csv", "x"]])
def test_standard_output_is_named_as_in_scrapy(words: list[str]) -> None:
    assert build_parser().parse_args(words).feed.startswith("-:")


def test_template_formats_fields_and_leaves_text_of_strangers_alone() -> None:
    row = {"desc": "{likes} 夜晚", "digg_count": 5, "title": None}
    assert format_row(row, "{desc:.9}|{digg_count}|{title}|{other}") == "{likes} 夜|5||"
    assert format_row(row, "desc") == "{likes} 夜晚"


def test_reader_that_has_enough_is_no_error(play: Play) -> None:
    crawl = play()
    user = crawl.sandbox.get_user_url("one")
    for words in (f"{user} --list-formats -q", "man"):
        done = run_in_shell(crawl, f"f2scrapy {words} | head -1")
        assert done.code == 0
        assert "Traceback" not in done.text
        assert "BrokenPipe" not in done.text


def test_run_ends_with_the_reader_of_its_rows(play: Play) -> None:
    crawl = play()
    words = crawl.build_arguments("files2000")
    command = crawl.build_command(*words, "-o", "-:jsonl", F2_MEDIA="")
    ours, theirs = os.pipe()
    os.close(ours)
    done = subprocess.run(**command, stdout=theirs, stderr=subprocess.PIPE, text=True, check=False)
    os.close(theirs)
    assert done.returncode == 4, done.stderr
    assert "INTERRUPTED: 0 of 2000, 2000 missing" in done.stderr
    assert "Traceback" not in done.stderr
    assert crawl.take_report()["kinds"]["list"] < 50, "the other pages are not read"


@pytest.mark.parametrize("place", ["a pipe without reader", "/dev/full"])
def test_rows_that_the_output_does_not_take_change_no_exit_code(place: str) -> None:
    code = (
        "import sys; from f2scrapy.crawl.crawl_command import drop_unread_output;"
        " sys.stdout.write('row'); drop_unread_output(); sys.exit(4)"
    )
    if place.startswith("/"):
        if not Path(place).exists():
            pytest.skip("a disk that is full is needed")
        output = os.open(place, os.O_WRONLY)
    else:
        ours, output = os.pipe()
        os.close(ours)
    buffered = {k: v for k, v in os.environ.items() if k != "PYTHONUNBUFFERED"}
    done = subprocess.run([sys.executable, "-c", code], stdout=output, env=buffered, check=False)
    os.close(output)
    assert done.returncode == 4


def test_limits_of_lists_do_not_stop_a_work_beside_them() -> None:
    words = ["-a", "max_counts=2", "-s", "F2_PATH=x", "-a", "update=true", "-a", "likes=5"]
    assert _drop_limits(Job("douyin_user_post"), words) == words
    assert _drop_limits(Job("douyin_post"), words) == ["-s", "F2_PATH=x", "-a", "likes=5"]


def test_closed_streams_are_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cron and services may close them."""
    for name in ("stdin", "stderr"):
        monkeypatch.setattr(sys, name, None)
    assert main([USER, "--nope"]) == 1
    assert sys.stdin.read() == ""
    sys.stdin.close()
    sys.stderr.close()


def test_user_without_a_home_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", fail)
    assert main(["doctor"]) == 1
    assert capsys.readouterr().err == (
        "f2scrapy: the home folder of this user is not known: set HOME\n"
    )


def test_report_of_another_run_is_not_shown() -> None:
    old = {"started": "2026-11-29T00:00:00Z", "closed": "finished"}
    begun = {"started": "2026-11-30T00:00:00Z", "closed": ""}
    ended = begun | {"closed": "finished"}
    assert _choose_new(old, old, 4) == {}, "the disk took no report"
    assert _choose_new(old, begun, 4) == {}, "the disk took that of the beginning only"
    assert _choose_new(old, begun, -9) == begun
    soon = old | {"seconds": 0.2}
    assert _choose_new(old, soon, 1) == soon, "both within one second"
    assert _choose_new(old, ended, 0) == _choose_new({}, ended, 0) == ended
    assert _choose_new({}, {}, 1) == {}


def test_jobs_that_were_not_begun_are_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The first one may be whole at the moment of the signal."""
    jobs = [Job("douyin_user_post"), Job("tiktok_user_post"), Job("douyin_post")]
    monkeypatch.setattr("f2scrapy.command.run.run_child", lambda _: Ended(0, True))
    assert run_jobs(jobs, [], Output()) == 4
    assert capsys.readouterr().err.endswith("not begun: tiktok_user_post, douyin_post\n")
    monkeypatch.setattr("f2scrapy.command.run.run_child", lambda _: Ended(0, False))
    assert run_jobs(jobs, [], Output()) == 0


def test_damaged_archive_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "f2scrapy.db"
    with closing(Archive(path, tmp_path)) as archive:
        for number in range(2000):
            key, place = f"douyin:post:{number}", f"folder/{number}"
            archive.reserve_path(key, [place])
            archive.add_file(key, File(asset="video", path=f"{place}.mp4", size=1, rendition="a"))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] + b"\xff" * (len(whole) - len(whole) // 2))
    assert main(["verify", "--path", str(tmp_path)]) in (1, 4), "before or after its first row"
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("f2scrapy: ")
