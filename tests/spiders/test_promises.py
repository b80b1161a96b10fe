"""Each promise of the README is tried; its sentence stands there as it is quoted here."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from support.crawling import Crawler, Play, get_ids

from f2scrapy.archive.archive import Archive
from f2scrapy.command.update import sort_lists
from f2scrapy.text import format_csv_cell

from ..command.test_command import run as run_command

README = re.sub(r"\s+", " ", (Path(__file__).parents[2] / "README.md").read_text("utf-8"))
ACCOUNT = {"F2_COOKIE": "sessionid=f2sandboxsession"}
GOOD = {"OK", "EMPTY_TRUE"}

Try = Callable[[Play], None]
PROMISES: dict[str, Try] = {}


def promise(*sentences: str) -> Callable[[Try], Try]:
    """Add a try to the table of promises."""

    def add(check: Try) -> Try:
        PROMISES.update(dict.fromkeys(sentences, check))
        return check

    return add


@pytest.mark.parametrize("sentence", PROMISES)
def test_readme_promises_it(sentence: str) -> None:
    assert sentence in README


def kill_when(crawl: Crawler, condition: Callable[[], bool], *words: str) -> None:
    """Start a run of 200 works, and kill it when the condition is true."""
    command = crawl.build_command(*crawl.build_arguments("clean200"), *words)
    with subprocess.Popen(**command, stderr=subprocess.DEVNULL) as process:
        while not condition() and process.poll() is None:
            time.sleep(0.005)
        process.kill()


@promise(
    "Every run ends with a line such as `45 works, 178 files, 13.7 MB, 5 missing (PROHIBITED),"
    " 5 missing (PRIVATE), 5 missing (DELETED)`"
)
def try_last_line(play: Play) -> None:
    crawl = play()
    done = run_command(crawl, crawl.sandbox.get_user_url("mixed"), "-q")
    line = "45 works, 178 files, 13.7 MB, 5 missing (PROHIBITED), 5 missing (PRIVATE), "
    assert done.text.startswith(line + "5 missing (DELETED)")


@promise("the new works since the last run | the same command again")
def try_same_command_again(play: Play) -> None:
    crawl = play()
    assert crawl.run_user_post("clean200", F2_MEDIA="desc").code == 0
    _ = crawl.take_report()
    assert crawl.run_user_post("clean200", F2_MEDIA="desc").report["kept"] == 0
    assert crawl.take_report()["list_requests"] == 1


@promise("A refusal, a captcha, an expired login or a gap in a list is never shown as")
def try_honest_results(play: Play) -> None:
    outcomes = {}
    for fault in ("captcha", "rate_limit", "region", "empty", "login", "blocked", "early_end@2"):
        crawl = play(f"{fault}~list")
        run = crawl.run_user_post("clean200", F2_MEDIA="", F2_RETRIES="1", **ACCOUNT)
        outcomes[fault] = run.outcome
        assert (run.code in {3, 4, 5}) or run.report["kept"] == 200, (fault, run.report["summary"])
    gap = play().run_user_post("gap", F2_MEDIA="")
    assert (outcomes["captcha"], outcomes["login"], gap.outcome) == (
        "CAPTCHA", "COOKIE_EXPIRED", "LIST_GAP",
    )  # fmt: skip


@promise(
    "A file gets its final name only when it is complete and checked.",
    "Broken transfers resume",
)
def try_complete_files(play: Play) -> None:
    crawl = play("cut:0.3", "html:0.1~media")
    crawl.run_user_post("demo")
    works = crawl.sandbox.describe_files("demo", "douyin").values()
    whole = {file["sha256"] for work in works for file in work["files"].values()}
    files = [path for path in crawl.list_files() if path.suffix != ".txt"]
    assert len(files) > 20
    assert {hashlib.sha256(path.read_bytes()).hexdigest() for path in files} <= whole
    assert any(asset["ranges"] for asset in crawl.take_report()["assets"].values())


@promise("a killed run continues when you start it again")
def try_kill(play: Play) -> None:
    crawl = play()
    requests = crawl.sandbox.state.report.kinds
    kill_when(crawl, lambda: requests["media"] > 150)
    with closing(Archive(crawl.root / "f2scrapy.db", crawl.root)) as archive:
        [known], _others = sort_lists(archive.list_ids())
    assert known.spider == "douyin_user_post", "`f2scrapy update` goes on with the list"
    assert crawl.run_user_post("clean200").code == 0
    crawl.check_files("clean200")


@promise("If a user or a title is renamed, the files are renamed, not downloaded again.")
def try_rename(play: Play) -> None:
    crawl = play()
    assert crawl.run_user_post("demo").code == 0
    crawl.sandbox.state.switch_on("renamed=新名字")
    _ = crawl.take_report()
    assert crawl.run_user_post("demo").code == 0
    assert crawl.take_report()["media_requests"] == 0
    assert (crawl.root / "douyin/post/新名字").is_dir()
    crawl.check_files("demo")


@promise(
    "Your cookies go to the platform's own API hosts only.",
    "never to media hosts, short links or redirects, and writes them to no log, output file or",
)
def try_private_cookies(play: Play) -> None:
    crawl = play()
    run, rows = crawl.run_with_rows(*crawl.build_arguments("demo"), "-L", "DEBUG", **ACCOUNT)
    assert (run.code, crawl.take_report()["violations"]) == (0, [])
    kept = [path.read_bytes() for path in crawl.root.parent.rglob("*") if path.is_file()]
    assert not [text for text in kept if b"f2sandboxsession" in text]
    assert "f2sandboxsession" not in run.log + json.dumps(rows)


@promise("for the usual work: the signatures are plain Python.")
def try_without_programs(play: Play) -> None:
    crawl = play()
    assert crawl.run_user_post("one", PATH="/nonexistent").code == 0
    assert crawl.take_report()["violations"] == []


@promise("stop after this many; 0 = all.")
def try_limit(play: Play) -> None:
    run = play().run_user_post("clean200", "-a", "max_counts=20", F2_MEDIA="")
    assert (run.code, run.report["kept"]) == (0, 20)


@promise("Unusable addresses and lines are reported; the rest is fetched, and the exit code is 1.")
def try_unusable_lines(play: Play) -> None:
    crawl = play()
    url = f"url={crawl.sandbox.get_user_url('one')} https://example.com/x"
    run = crawl("douyin_user_post", "-a", url, F2_MEDIA="")
    assert (run.code, run.report["kept"]) == (1, 1)


@promise("An unknown name is an error that suggests the closest valid name.")
def try_unknown_name(play: Play) -> None:
    run = play().run_user_post("one", "-s", "F2_MEDA=video")
    assert run.code == 1
    assert "did you mean F2_MEDIA?" in run.log


@promise("If invalid input prevents a run from starting, the report says so.")
def try_bad_input(play: Play) -> None:
    run = play()("douyin_user_post", "-a", "url=nothing")
    assert (run.code, run.outcome) == (1, "BAD_INPUT")


@promise(
    "Rows are written before a work is marked as archived, so a kill never loses a row.",
    "if the run is killed, the same command continues them.",
)
def try_rows_of_a_killed_run(play: Play) -> None:
    crawl = play()
    feed = crawl.root.with_name("rows.jsonl")
    requests = crawl.sandbox.state.report.kinds
    kill_when(crawl, lambda: requests["media"] > 300, "-O", str(feed))
    run = crawl.run_user_post("clean200", "-O", str(feed))
    rows = [json.loads(line) for line in feed.read_text("utf-8").splitlines()]
    assert run.code == 0
    assert len(set(get_ids(rows))) == 200
    assert not list(crawl.root.parent.glob("rows*.part"))


@promise("a run that is refused leaves the old")
def try_refused_feed(play: Play) -> None:
    crawl = play("captcha~list")
    feed = crawl.root.with_name("rows.csv")
    feed.write_text("yesterday\n")
    assert crawl.run_user_post("demo", "-O", str(feed), F2_RETRIES="0").code == 5
    assert feed.read_text() == "yesterday\n"


@promise("CSV cells that look like formulas get a leading apostrophe.")
def try_formulas(play: Play) -> None:
    crawl = play()
    feed = crawl.root.with_name("rows.csv")
    assert crawl.run_user_post("hostile", "-O", str(feed), F2_MEDIA="").code == 0
    with feed.open(encoding="utf-8", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert len(cells) > 1000
    assert [cell for cell in cells if format_csv_cell(cell) != cell] == []


@promise("Two works never get the same name")
def try_names(play: Play) -> None:
    crawl = play()
    assert crawl.run_user_post("hostile", F2_MEDIA="desc", F2_NAMING="{kind}").code == 0
    assert len(crawl.list_files()) == len({str(p).casefold() for p in crawl.list_files()}) > 60


@promise("After Ctrl-C or SIGTERM no new requests start.")
def try_interrupt(play: Play) -> None:
    crawl = play(latency_ms=50)
    with crawl.start_process("clean200") as process:
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 4
        ended = crawl.sandbox.state.report.to_json()["requests"]
    report = json.loads(crawl.root.with_name("report.json").read_text("utf-8"))
    assert report["outcome"] == "INTERRUPTED"
    assert crawl.sandbox.state.report.to_json()["requests"] == ended


@promise("After a final refusal (risk control, captcha, rate, signature, a refused login) nothing")
def try_refused_batch(play: Play) -> None:
    crawl = play("captcha~list")
    urls = " ".join(crawl.sandbox.get_user_url(name) for name in ("demo", "one", "gap", "pinned"))
    run = crawl("douyin_user_post", "-a", f"url={urls}", F2_MEDIA="")
    assert (run.code, run.outcome) == (5, "CAPTCHA")
    assert crawl.take_report()["list_requests"] == 2
    assert sorted(listing["outcome"] for listing in run.report["lists"]) == [
        "CAPTCHA", "INTERRUPTED", "INTERRUPTED", "INTERRUPTED",
    ]  # fmt: skip


@promise("missing ones are downloaded again, or named if the list no longer shows their work")
def try_missing_files(play: Play) -> None:
    crawl = play()
    assert crawl.run_user_post("clean200", F2_MEDIA="desc").code == 0
    for path in crawl.list_files()[:3]:
        path.unlink()
    assert crawl.run_user_post("clean200", F2_MEDIA="desc").code == 0
    assert len(crawl.list_files()) == 200


@pytest.mark.parametrize("check", sorted({*PROMISES.values()}, key=lambda check: check.__name__),
                         ids=lambda check: check.__name__)  # fmt: skip
def test_promise_is_kept(play: Play, check: Try) -> None:
    check(play)
