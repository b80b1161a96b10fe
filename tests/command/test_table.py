"""Each line of the READMEs' table of wishes is typed in a terminal, and does what it says."""

import csv
import json
import os
import re
import shlex
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from support import warm
from support.crawling import PROJECT

from f2scrapy.sandbox.catalogue import Sizes, User, build_work
from f2scrapy.sandbox.douyin.live import make_web_rid
from f2scrapy.sandbox.live.chat import ChatOptions
from f2scrapy.sandbox.server import Sandbox, run_sandbox
from f2scrapy.sandbox.state import SESSION, Options

pty = pytest.importorskip("pty")  # Windows has none

KINDS = ("video", "images", "live_photo", "video", "images", "video")
CATS = User(700, "cats", 6, KINDS, "爱猫的人", followers=5, likes=2)
LIST = User(701, "list of cats", 3, ("video",), "连载的人", series=True)
SMALL = Sizes((9_000, 9_999), (900, 999), (900, 999))


def list_wishes(name: str) -> list[str]:
    table = (PROJECT / name).read_text("utf-8").partition("| --- | --- |\n")[2].partition("\n\n")[0]
    return re.findall(r"\| `(f2scrapy .*)` \|$", table, re.MULTILINE)


WISHES = [text.replace("\\|", "|") for text in list_wishes("README.md")]


def test_table_is_long_and_the_same_in_both_languages() -> None:
    assert len(WISHES) >= 40
    assert list_wishes("README.md") == list_wishes("README.zh-CN.md")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    options = Options(users=(CATS, LIST), sizes=SMALL, rooms=1, chat=ChatOptions(rate=50))
    with run_sandbox(options) as sandbox:
        yield sandbox


@dataclass
class Terminal:
    """A terminal in a folder of its own, in which commands are typed."""

    sandbox: Sandbox
    folder: Path
    env: dict[str, str] = field(default_factory=dict)
    text: str = ""  # all that it has shown
    code: int | None = None  # of the last command

    def __post_init__(self) -> None:
        work = build_work(CATS, 0).aweme_id
        room = make_web_rid(self.sandbox.state.catalogue.by_name["room0"])
        self.links = {
            "USER": self.sandbox.get_user_url("cats"),
            "TIKTOK_USER": self.sandbox.get_user_url("list of cats", "tiktok"),
            "WORK": f"https://www.douyin.com/video/{work}",
            "PLAYLIST": f"https://www.douyin.com/collection/{LIST.mix_id}",
            "ROOM": f"https://live.douyin.com/{room}",
        }

    def type(self, line: str, until: Callable[[], bool] | None = None) -> None:
        """Run a line to its end, or press Ctrl-C when `until` is true."""
        self.text = ""
        parent, child = pty.openpty()
        reader = threading.Thread(target=self._read, args=(parent,))
        reader.start()
        try:
            self.code = self._run(line, os.ttyname(child), until)
        finally:
            os.close(child)
            reader.join()
            os.close(parent)

    def _run(self, line: str, tty: str, until: Callable[[], bool] | None) -> int | None:
        words = [self.links.get(word, word) for word in shlex.split(line)[1:]]
        kept = {name: value for name, value in os.environ.items() if name[:3] != "F2_"}
        mine = {"F2_SANDBOX": self.sandbox.url, "F2_PACE": "0", "F2_FSYNC": "0", "LANG": "C",
                "COLUMNS": "120", "TERM": "xterm"}  # fmt: skip
        env = kept | mine | self.env
        process = warm.start_program(words, env, self.folder, tty, warm.COMMAND)
        try:
            if until:
                self._wait(lambda: until() or not process.is_alive())
                os.kill(process.pid or 0, signal.SIGINT)
            process.join(60)
        finally:
            process.kill()
        return process.exitcode

    def _read(self, parent: int) -> None:
        with suppress(OSError):  # the terminal ends with its last process
            while block := os.read(parent, 4096):
                self.text += block.decode(errors="replace")

    def _wait(self, until: Callable[[], bool]) -> None:
        end = time.monotonic() + 60
        while not until() and time.monotonic() < end:
            time.sleep(0.02)

    def has_file(self, glob: str, size: int) -> bool:
        """Return whether there is a file of so many bytes."""
        return any(path.stat().st_size > size for path in self.folder.rglob(glob))

    @property
    def last_line(self) -> str:
        return _CONTROLS.sub("", self.text).rstrip().splitlines()[-1]


_CONTROLS = re.compile(r"\x1b\[[\d;?]*[A-Za-z]|\r")


@pytest.fixture
def terminal(sandbox: Sandbox, tmp_path: Path) -> Terminal:
    terminal = Terminal(sandbox, tmp_path)
    links = terminal.links
    other = f"https://www.douyin.com/video/{build_work(CATS, 1).aweme_id}"
    work = f"https://www.tiktokv.com/share/video/{build_work(CATS, 0).aweme_id}/"
    export = {"Phone": "+1 555 0100", "Likes": [{"link": work}]}
    cookie = f".douyin.com\tTRUE\t/\tTRUE\t2000000000\tsessionid\t{SESSION}\n"
    for name, text in {
        "links.txt": f"# mine\n{links['WORK']}\n{other}\n",
        "rooms.txt": links["ROOM"],
        "user_data_tiktok.json": json.dumps(export),
        "cookies.txt": f"# Netscape HTTP Cookie File\n{cookie}",
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return terminal


def list_lines(results: dict[str, object]) -> list[str]:
    """Return the lines of one test; each line of the table is in one of them."""
    assert {*results} <= {*WISHES}, "the README has another line"
    return [*results]


FOLDER = "Download/douyin/post/爱猫的人"
ALL = rf"6 works, 19 files, \d+\.\d kB → {FOLDER}"
PARTS = {
    "*_video.mp4": 3,
    "*_image_1.webp": 3,
    "*_live_1.mp4": 1,
    "*_music.mp3": 6,
    "*_desc.txt": 6,
}

# The last line, and the number of files that are there then, by line.
FILES: dict[str, tuple[str, dict[str, int]]] = {
    'f2scrapy "USER"': (ALL, PARTS),
    'f2scrapy "WORK"': (r"1 work, 3 files, .* → Download/douyin/one/爱猫的人", {"*_video.mp4": 1}),
    'f2scrapy "USER" --max 20': (ALL, PARTS),
    'f2scrapy "USER" --since 2024 --until 2024': ("nothing new, 6 outside of the time", {"*_*": 0}),
    'f2scrapy "USER" --since 2024-03-15': (ALL, PARTS),
    'f2scrapy "USER" --likes 1000': (
        rf"1 work, 3 files, .*, 5 with other numbers of likes → {FOLDER}", {"*_video.mp4": 1}),
    'f2scrapy "USER" --seconds 60': ("nothing new, 6 of other lengths", {"*_*": 0}),
    'f2scrapy "USER" --match "cat|dog"': ("nothing new, 6 without the words", {"*_*": 0}),
    'f2scrapy "USER" --kinds image': (
        rf"3 works, 10 files, .*, 3 of other kinds → {FOLDER}",
        {"*_image_1.webp": 3, "*_video.mp4": 0}),
    'f2scrapy "USER" --kinds live_photo': (
        rf"1 work, 4 files, .*, 5 of other kinds → {FOLDER}", {"*_live_1.mp4": 1}),
    'f2scrapy "USER" --only video': (
        rf"6 works, 3 files, .* → {FOLDER}", {"*_video.mp4": 3, "*_*.*": 3}),
    'f2scrapy "USER" --only music': (
        rf"6 works, 6 files, .* → {FOLDER}", {"*_music.mp3": 6, "*_*.*": 6}),
    'f2scrapy "USER" --codec h264': (ALL, PARTS),
    'f2scrapy "USER" --height 1080': (ALL, PARTS),
    'f2scrapy "USER" --rate 2M': (ALL, PARTS),
    'f2scrapy "USER" --path archive': (
        r"6 works, 19 files, .* → archive/douyin/post/爱猫的人", PARTS),
    'f2scrapy "USER" --name "{create:%Y-%m-%d}_{desc:.30}_{aweme_id}"': (
        ALL, {"2026-1?-??_*_7??????????????????_video.mp4": 3}),
    'f2scrapy "USER" --what user_like': (
        r"2 works, 6 files, .* → Download/douyin/like/爱猫的人", {"*_music.mp3": 2}),
    'f2scrapy "PLAYLIST"': (
        r"3 works, 9 files, .* → Download/douyin/mix/连载的人", {"*_video.mp4": 3}),
    'f2scrapy "TIKTOK_USER" --playlist all': (
        r"3 works, 9 files, .* → Download/tiktok/mix/连载的人", {"*_video.mp4": 3}),
    'f2scrapy "USER" --quiet --report result.json': (ALL, PARTS | {"result.json": 1}),
}  # fmt: skip


@pytest.mark.parametrize("line", list_lines(FILES))
def test_line_fetches_files(terminal: Terminal, line: str) -> None:
    shown, counts = FILES[line]
    terminal.type(line)
    assert terminal.code == 0
    assert re.fullmatch(shown, terminal.last_line), terminal.last_line
    assert "INFO" not in terminal.text, "a terminal has bars instead of the log"
    assert ("━" in terminal.text) is ("--quiet" not in line)
    inputs = {"user_data_tiktok.json"}
    for glob, count in counts.items():
        found = {path.name for path in terminal.folder.rglob(glob)} - inputs
        assert len(found) == count, glob


def test_same_command_again_fetches_what_is_new(terminal: Terminal) -> None:
    terminal.type('f2scrapy "USER" --only cover')
    terminal.type('f2scrapy "USER" --only cover')
    assert re.fullmatch(rf"nothing new since .* → {FOLDER}", terminal.last_line)


def test_works_of_a_week(terminal: Terminal) -> None:
    terminal.type(find_line("--since 7d") + " --only cover")
    newest = time.time() - 7 * 86_400
    count = sum(build_work(CATS, position).create_time >= newest for position in range(CATS.count))
    assert terminal.code == 0
    shown = "nothing new" if not count else f"{count} work"
    assert terminal.last_line.startswith(shown)


# Rows of a file, by line.
ROWS: dict[str, tuple[str, int]] = {
    'f2scrapy "USER" --only metadata -o works.csv': ("6 works → works.csv", 6),
    'f2scrapy "USER" --only metadata -s F2_EXCEL=yes -o works.csv': ("6 works → works.csv", 6),
    'f2scrapy "USER" --only metadata -o works.parquet': ("6 works → works.parquet", 6),
    'f2scrapy "USER" --only metadata -o works.sqlite': ("6 works → works.sqlite", 6),
    'f2scrapy "WORK" --replies -o comments.csv': ("83 comments → comments.csv", 83),
    'f2scrapy "WORK" --what comment --new -o new.csv': ("28 comments → new.csv", 28),
    'f2scrapy "USER" --what user_profile -o users.csv': ("1 user → users.csv", 1),
    'f2scrapy "USER" --what follower -o followers.jsonl': ("5 users → followers.jsonl", 5),
    'f2scrapy douyin_search -a keyword="cats" --only metadata -o found.jsonl': (
        "12 results → found.jsonl", 12),
    "f2scrapy douyin_hot_search -o topics.csv": ("53 topics → topics.csv", 53),
}  # fmt: skip


@pytest.mark.parametrize("line", list_lines(ROWS))
def test_line_writes_rows(terminal: Terminal, line: str) -> None:
    shown, count = ROWS[line]
    terminal.type(line)
    assert (terminal.code, terminal.last_line) == (0, shown)
    assert count_rows(terminal.folder / shown.partition("→ ")[2]) == count
    assert not terminal.has_file("*_*.*4", 0), "no files"


def count_rows(path: Path) -> int:
    if path.suffix == ".parquet":
        return int(pq.read_table(path).num_rows)
    if path.suffix == ".sqlite":
        with closing(sqlite3.connect(path)) as db:
            return int(db.execute("SELECT count(*) FROM post").fetchone()[0])
    with path.open(encoding="utf-8-sig", newline="") as file:
        return len([*(csv.DictReader(file) if path.suffix == ".csv" else map(json.loads, file))])


def test_second_run_writes_new_comments_only(terminal: Terminal) -> None:
    line = find_line("--what comment --new")
    terminal.type(line)
    terminal.type(line)
    assert terminal.last_line.startswith("nothing new")
    assert count_rows(terminal.folder / "new.csv") == 28


# A part of the plan that is shown, by line.
PLANS = {
    'f2scrapy "USER" --plan': r"6 works, 25 files: .* kB and \d+ files of unknown size",
    'f2scrapy "WORK" --list-formats': r"│ video .* │ ← taken +│",
    'f2scrapy "USER" --print share_url': r"https://www.iesdouyin.com/share/video/\d{19}/",
}


@pytest.mark.parametrize("line", list_lines(PLANS))
def test_line_shows_a_plan_and_fetches_nothing(terminal: Terminal, line: str) -> None:
    terminal.type(line)
    assert terminal.code == 0
    assert re.search(PLANS[line], _CONTROLS.sub("", terminal.text)), terminal.text
    assert not terminal.has_file("*_*.*4", 0)


# Several links, lists with many works, with few files: the number of works of each spider.
MANY = {
    'f2scrapy "USER" "WORK" "PLAYLIST"': ["6 works", "nothing new", "3 works"],
    "f2scrapy @links.txt": ["2 works"],
    "f2scrapy @user_data_tiktok.json": ["1 work"],
    'f2scrapy "WORK" --what related --max 50': ["50 works"],
    "f2scrapy douyin_user_collection --cookies cookies.txt": ["150 works"],
    'f2scrapy "https://www.douyin.com/user/self?showTab=record" --cookies cookies.txt': [
        "45 works"
    ],
}


@pytest.mark.parametrize("line", list_lines(MANY))
def test_line_reads_all_lists(terminal: Terminal, line: str) -> None:
    terminal.env = {"F2_MEDIA": "desc"}
    terminal.type(line)
    assert terminal.code == 0
    shown = _CONTROLS.sub("", terminal.text)
    ends = re.findall(r"^(\d+ works?|nothing new)(?=,| →|$)", shown, re.MULTILINE)
    assert ends == MANY[line]
    assert "555" not in terminal.text, "a private line of the export"


def find_line(part: str) -> str:
    [line] = [wish for wish in WISHES if part in wish]
    return line


def test_update_goes_on_until_ctrl_c(terminal: Terminal) -> None:
    terminal.type('f2scrapy "USER" --only cover')
    next(terminal.folder.rglob("*_cover.jpeg")).unlink()
    terminal.type(find_line("update"), until=lambda: "next run in 24h" in terminal.text)
    assert terminal.code == 0
    assert re.search(rf"1 work, 1 file, .* → {FOLDER}", terminal.text), "the missing one is back"
    assert "INFO" not in terminal.text


def test_verify_finds_missing_files(terminal: Terminal) -> None:
    terminal.type('f2scrapy "USER" --only cover')
    next(terminal.folder.rglob("*_cover.jpeg")).unlink()
    terminal.type(find_line("verify"))
    assert terminal.code == 4
    assert terminal.last_line == "6 files, 1 of them missing or of another size"


def test_room_is_recorded_until_ctrl_c(terminal: Terminal) -> None:
    terminal.type('f2scrapy "ROOM"', until=lambda: terminal.has_file("*_live_*.flv.part", 60_000))
    assert terminal.code == 0
    assert re.match(r"1 room, 1 file, .*, stopped before the end; .* → Download/douyin/live/room0",
                    terminal.last_line)  # fmt: skip


def test_rooms_are_waited_for_until_ctrl_c(terminal: Terminal) -> None:
    recorded = lambda: terminal.has_file("*_live_*.flv.part", 60_000)  # noqa: E731
    terminal.type(find_line("@rooms.txt"), until=recorded)
    assert terminal.code == 0
    assert "in 1 file, stopped" in terminal.text


def test_chat_is_shown_and_kept_until_ctrl_c(terminal: Terminal) -> None:
    terminal.type(find_line("danmaku"), until=lambda: terminal.has_file("*_danmaku.jsonl", 3000))
    assert terminal.code == 0
    assert re.search(r"room0 OK +\d+ ", _CONTROLS.sub("", terminal.text))


def test_each_line_has_a_test() -> None:
    alone = {
        find_line(part) for part in ("--since 7d", "update", "verify", "@rooms.txt", "danmaku")
    }
    assert {*FILES, *ROWS, *PLANS, *MANY, *alone, 'f2scrapy "ROOM"'} == {*WISHES}
