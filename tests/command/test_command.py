"""The command against the sandbox, in a process of its own."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, NamedTuple

import pytest
from support import warm
from support.crawling import PROJECT, Crawler, Play

from f2scrapy.command.jobs import Job, ShortLink
from f2scrapy.command.run import Output, _build_url, _Place, find_report, resolve_short_links
from f2scrapy.command.summary import describe_report, format_size
from f2scrapy.errors import InputError


def build(crawl: Crawler, *words: str, **settings: str) -> dict[str, Any]:
    command = crawl.build_command("", LANG="C", F2_REPORT="", **settings)
    return command | {"args": [sys.executable, "-m", "f2scrapy.command", *words]}


class Done(NamedTuple):
    code: int
    text: str  # all output


def run(crawl: Crawler, *words: str, **settings: str) -> Done:
    command = build(crawl, *words, **settings)
    with NamedTemporaryFile("r", encoding="utf-8") as log:
        code = warm.run_scrapy([*words], command["env"], PROJECT, log.name, warm.COMMAND)
        return Done(code, log.read())


def run_in_shell(crawl: Crawler, line: str) -> Done:
    """Run a line of bash, in which `f2scrapy` is the command; a failure in a pipe counts."""
    command = build(crawl)
    program = f'f2scrapy() {{ "{sys.executable}" -m f2scrapy.command "$@"; }}\n'
    command["args"] = ["bash", "-o", "pipefail", "-c", program + line]
    done = subprocess.run(**command, capture_output=True, check=False)
    return Done(done.returncode, (done.stdout + done.stderr).decode(errors="replace"))


def test_links_of_two_platforms_then_nothing_new(play: Play, tmp_path: Path) -> None:
    crawl = play()
    links = [crawl.sandbox.get_user_url("one", name) for name in ("douyin", "tiktok")]
    feed = tmp_path / "rows.jsonl"
    done = run(crawl, *links, "-q", "-o", str(feed))
    assert done.code == 0
    one, other = done.text.splitlines()
    assert one.startswith("1 work, 3 files, ")
    assert one.endswith(
        f"{crawl.root}/douyin/post/只有一个, {tmp_path}/rows.douyin_user_post.jsonl"
    )
    assert f"{crawl.root}/tiktok/post/" in other
    [row] = (tmp_path / "rows.tiktok_user_post.jsonl").read_text("utf-8").splitlines()
    assert json.loads(row)["aweme_id"]
    assert run(crawl, links[0], "-q").text.startswith("nothing new since 20")
    verified = run(crawl, "verify")
    assert verified.code == 0
    assert ", 0 of them missing or of another size" in verified.text
    next(crawl.root.rglob("*_video.mp4")).unlink()
    verified = run(crawl, "verify")
    assert verified.code == 4
    assert "_video.mp4: missing" in verified.text


def test_dead_short_link_keeps_no_other_from_being_read(
    play: Play, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("F2_SANDBOX", play().sandbox.url)
    monkeypatch.setenv("F2_PATH", str(tmp_path))
    live, gone, other = (
        ShortLink("tiktok", f"https://vm.tiktok.com/{code}/") for code in ("u-demo", "gone", "away")
    )
    jobs = resolve_short_links([gone, live, other], "", {})
    assert jobs == [
        Job("tiktok_post", [gone.text, other.text]), Job("tiktok_user_post", [live.text]),
    ]  # fmt: skip
    with pytest.raises(InputError, match="leads to nothing"):
        resolve_short_links([gone], "", {})


def test_plans_fetch_nothing(play: Play) -> None:
    crawl = play()
    link = crawl.sandbox.get_user_url("demo")
    plan = run(crawl, link, "--plan", "-q")
    assert plan.text.startswith("24 works, 122 files: ")
    assert "requests for that, about 0 s at F2_PACE=0" in plan.text
    formats = run(crawl, link, "--list-formats", "--max", "2", "-q", "--height", "800")
    assert formats.text.count("← taken") >= 4
    assert "h265" in formats.text
    printed = run(crawl, link, "--print", "{aweme_id}|{nickname}", "-q")
    works = crawl.sandbox.describe_files("demo")
    assert sorted(printed.text.split()[: len(works)]) == sorted(f"{one}|演示账号" for one in works)
    assert crawl.list_files() == []
    assert crawl.take_report()["kinds"].get("media", 0) == 0
    done = run(crawl, link, "-q", F2_LANG="zh")
    assert done.text.startswith("24 个作品，98 个文件，"), "a plan is no run to remember"


def test_ctrl_c_is_one_line(play: Play) -> None:
    crawl = play()
    link = crawl.sandbox.get_user_url("files2000")
    with subprocess.Popen(
        **build(crawl, link), stderr=subprocess.PIPE, encoding="utf-8"
    ) as process:  # fmt: skip
        while not crawl.sandbox.state.report.kinds["media"]:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        log = process.communicate()[1]
    assert process.returncode == 4
    assert "WARNING" not in log
    line, advice = log.splitlines()[-2:]
    assert "missing (INTERRUPTED), stopped before the end; the same command goes on → " in line
    assert advice == "INTERRUPTED: Run the same command again; finished files are kept."


REPORT = {
    "outcome": "NETWORK", "advice": "The advice.", "kept": 5, "files": 9, "bytes": 1234567,
    "skipped": {"match": 3, "known": 2}, "gaps": [{"outcome": "NETWORK", "count": 2}],
    "not_taken": [{"what": "a Motion Photo", "count": 4}, {"what": "sound", "count": 1}],
    "unreadable": {"music.title": 2},
    "counted": {"PRIVATE": 1}, "closed": "finished", "options": {},
    "folders": ["Download/x"], "login": "none",
    "lists": [{"noun": "work", "index": False, "known_since": ""}],
}  # fmt: skip


def test_last_line_says_what_how_much_where_and_what_to_do() -> None:
    assert describe_report(REPORT, ["rows.csv"]).splitlines() == [
        "5 works, 9 files, 1.2 MB, 2 missing (NETWORK), 1 missing (PRIVATE),"
        " 4 works without a Motion Photo, 1 work without sound, 1 field unreadable (music.title),"
        " 3 without the words"
        " → Download/x, rows.csv",
        "NETWORK: The advice.",
    ]


def test_last_line_says_that_no_room_was_recorded() -> None:
    room = {"noun": "room", "index": False, "known_since": ""}
    report = REPORT | {"outcome": "OK", "kept": 2, "files": 0, "gaps": [], "counted": {},
                       "skipped": {}, "not_taken": [], "unreadable": {}, "lists": [room],
                       "folders": [], "options": {"F2_MEDIA": "live"}}  # fmt: skip
    line = "2 rooms, nothing was recorded: not on air, or another process records"
    assert describe_report(report) == line
    assert describe_report(report | {"options": {}}) == "2 rooms"


def test_last_line_says_which_mistake_was_found_late() -> None:
    gap = {"outcome": "BAD_INPUT", "count": 1, "key": "nope", "detail": "there is \x1b[2Jnone"}
    report = REPORT | {"outcome": "BAD_INPUT", "gaps": [gap]}
    assert describe_report(report).splitlines()[-1] == (
        "BAD_INPUT: nope: there is [2Jnone. The advice."
    )


def test_last_line_says_that_the_login_has_expired() -> None:
    expired = "The login has expired: log in again, by `f2scrapy login`"
    report = REPORT | {"outcome": "OK", "login": "expired", "gaps": [], "counted": {}}
    [_, last] = describe_report(report).splitlines()
    assert last.startswith(f"This was read as a guest. {expired}")
    refused = REPORT | {"outcome": "COOKIE_EXPIRED", "login": "expired"}
    assert "as a guest" not in describe_report(refused)


def test_last_line_says_until_when_a_budget_is_spent() -> None:
    detail = "the budget of identity ann is spent until 2026-12-01 13:35 UTC+8"
    gap = {"outcome": "INTERRUPTED", "count": 9, "key": "douyin:post:MS4w", "detail": detail}
    report = REPORT | {"outcome": "INTERRUPTED", "gaps": [gap]}
    assert describe_report(report).splitlines()[-1] == (f"INTERRUPTED: {detail}. The advice.")
    stopped = describe_report(report | {"closed": "shutdown"})  # by the user, who knows it
    assert stopped.splitlines()[-1] == "INTERRUPTED: The advice."


def test_last_line_says_that_the_cookies_hold_no_login() -> None:
    cookies = {"spider": "douyin_user_post", "options": {"F2_COOKIES": "tiktok.txt"}}
    said = ", as a guest: the cookies hold no login of douyin → "
    assert said in describe_report(REPORT | cookies)
    assert "as a guest" not in describe_report(REPORT | cookies | {"login": "valid"})
    assert "as a guest" not in describe_report(REPORT | cookies | {"options": {}})


@pytest.mark.parametrize(("day", "said"), [("07", True), ("09", False)])
def test_last_line_names_a_login_that_ends_soon(day: str, said: bool) -> None:
    times = {"started": "2026-05-01T12:00:00+00:00", "login_end": f"2026-05-{day}T12:00:00+00:00"}
    line = describe_report(REPORT | times).splitlines()[0]
    assert ("the login ends on 2026-05-07: log in again" in line) is said


def test_sizes_have_units() -> None:
    assert [format_size(n) for n in (0, 999, 1000, 2.5e12)] == ["0 B", "999 B", "1.0 kB", "2.5 TB"]


def test_report_is_written_where_the_option_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("F2_REPORT", raising=False)
    Path("f2scrapy.yaml").write_text("report: all.json\ndouyin: {report: own.json}", "utf-8")
    limit = ["-a", "max_counts=2"]
    assert find_report("tiktok_user_post", limit) == "all.json"
    assert find_report("douyin_user_post", limit) == "own.json"
    monkeypatch.setenv("F2_REPORT", "~/set.json")
    assert find_report("douyin_user_post", limit) == "~/set.json"
    assert find_report("douyin_user_post", ["-s", "F2_REPORT=a=b.json"]) == "a=b.json"
    Path("f2scrapy.yaml").write_text("nonsense: 1", "utf-8")
    assert find_report("douyin_user_post", []) == "~/set.json"


def test_report_names_the_links_and_no_file_that_is_gone(tmp_path: Path) -> None:
    def build_url(texts: list[str]) -> str:
        place = _Place("tiktok_user_post", tmp_path, Output(), True)
        [_, url] = _build_url(Job("tiktok_user_post", texts), place)
        return url

    links = [f"https://www.tiktok.com/@user{at}" for at in range(3)]
    assert build_url(links) == f"url={' '.join(links)}"
    file = f"url=@{tmp_path / 'tiktok_user_post.txt'}"
    assert build_url([*links, "@name"]) == file
    assert build_url([*links, f"看 {links[0]}"]) == file
    assert build_url(links * 2000) == file, "an argument of a program has a limit"


def test_update_writes_the_report_of_the_option(play: Play, tmp_path: Path) -> None:
    crawl = play()
    link = crawl.sandbox.get_user_url("one")
    file = tmp_path / "report.json"
    assert run(crawl, link, "-s", f"F2_REPORT={file}").code == 0
    assert json.loads(file.read_text("utf-8"))["kept"] == 1
    file.unlink()
    assert run(crawl, "update", "-s", f"F2_REPORT={file}").code == 0
    report = json.loads(file.read_text("utf-8"))
    assert (report["spider"], report["requests"]) == ("douyin_user_post", 2)
