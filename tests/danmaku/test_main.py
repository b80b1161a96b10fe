"""Run f2-danmaku against the sandbox: files, output and exit codes."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.request import urlopen
from xml.etree import ElementTree as ET

import pytest
from rich.cells import cell_len
from rich.console import Console
from support.danmaku_events import ROOM, START, get_time, make_chat, make_gift
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from f2scrapy.config.file import load_options
from f2scrapy.danmaku.__main__ import _build_file_sinks, main
from f2scrapy.danmaku.clock import Mark
from f2scrapy.danmaku.convert import write_beside
from f2scrapy.danmaku.files import FILES
from f2scrapy.danmaku.gifts import Gifts
from f2scrapy.danmaku.messages import from_dict
from f2scrapy.danmaku.runner import RoomResult
from f2scrapy.danmaku.sinks.journal import Journal, encode_line, read_entries
from f2scrapy.danmaku.sinks.timed import Look
from f2scrapy.danmaku.summary import choose_exit_code, show
from f2scrapy.danmaku.video import read_size
from f2scrapy.download.part_file import DiskError
from f2scrapy.errors import InputError, Outcome
from f2scrapy.sandbox.state import SESSION

ROOT = Path(__file__).parents[2]
LINK = "https://live.douyin.com/66000000040"  # and the number of the room


@contextmanager
def run_sandbox(*options: str) -> Iterator[str]:
    """Run a sandbox in its own process; return its address."""
    command = [sys.executable, "-m", "f2scrapy.sandbox", "--until-eof", "--rooms", "4", *options]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as it:
        assert it.stdin
        assert it.stdout
        address = it.stdout.readline().strip().partition("=")[2]
        assert address, "the sandbox does not run"
        yield address
        it.stdin.close()
        it.stdout.close()


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with run_sandbox("--chat", "100") as found:
        yield found


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a working directory; restore the signal handlers after the test."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("F2_PACE", "0")
    monkeypatch.setenv("F2_BACKOFF", "0.02")
    kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield tmp_path
    for number, handler in kept.items():
        signal.signal(number, handler)


@pytest.fixture
def online(place: Path, address: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("F2_SANDBOX", address)
    return place


def wait_for(found: Callable[[], Any]) -> Any:
    """Return the result of `found` as soon as it is true."""
    for _ in range(400):
        with suppress(ConnectionRefusedError):
            if result := found():
                return result
        time.sleep(0.05)
    raise TimeoutError


def find_journals(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.jsonl"))


# Bad input: one line, no requests, no files


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("", "the following arguments are required: url; see f2-danmaku --help"),
        ("hello", "this names no live room: 'hello'"),
        (f"{LINK}0 --sink jornal", "sink 'jornal' is not known; did you mean journal?"),
        (f"{LINK}0 --filter chat,gft", "kind of event 'gft' is not known; did you mean gift?"),
        (f"{LINK}0 --duration -1", "argument --duration: want seconds, 0 or more, not '-1'"),
        (f"{LINK}0 --relay 70000", "--relay: want a whole number below 65536, not '70000'"),
        (f"{LINK}0 --token x", "--token needs --relay PORT"),
        (
            f"{LINK}0 --relay 0 --token @/dev/null",
            "@/dev/null: the file is empty",
        ),
        ("@lists/rooms.txt", "@lists/rooms.txt: cannot read that file"),
        ("@rooms.txt", "@rooms.txt: cannot read that file"),
        ("@empty.txt", "@empty.txt: it names no room"),
        ("--nonsense", "--help"),
        ("convert a.jsonl -o a.ass", "a.jsonl: cannot be read: No such file"),
        ("convert empty.txt -o a.ass", "empty.txt: this is no journal"),
        ("convert good.jsonl -o a.srt", "unknown suffix; use one of .ass, .xml, .csv, .db"),
        ("convert good.jsonl -o empty.txt", "empty.txt: this file exists"),
        ("convert good.jsonl -o a.ass --start today", "--start today: want"),
        ("convert good.jsonl -o a.ass --start 2020-01-01", "the journal begins much later: 20"),
        ("convert good.jsonl -o a.ass --start 2020-01-01 --segment x", "give one of them"),
        (
            "convert good.jsonl -o a.ass --segment x",
            "name one segment of the recording; known: none",
        ),
        ("convert good.jsonl -o none/a.ass/b.xml", "cannot be written"),
    ],
)
def test_bad_input_is_one_line(
    command: str, words: str, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (place / "empty.txt").write_text("# none\n\n")
    (place / "none").write_text("a file")
    sink = Journal(place / "good")
    sink.open(ROOM)
    sink.close()
    before = sorted(place.rglob("*"))
    assert main(command.split()) == 1
    error = capsys.readouterr().err
    assert words in error
    assert error.startswith("f2-danmaku: ")
    assert error.count("\n") == 1
    assert sorted(p for p in place.rglob("*") if "Download" not in p.parts) == before


# A run


def test_all_files_of_a_room(online: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = ",".join(FILES)
    assert main([f"{LINK}0", "--duration", "1", "-o", names, "-o", "console"]) == 0
    [journal] = find_journals(online)
    assert journal.parent.parent == online / "Download/douyin/live/room0"
    assert journal.parent.name == journal.name.removesuffix("_danmaku.jsonl")
    opened, *events = read_entries(journal)
    assert opened
    assert opened["nickname"] == "room0"
    assert len(events) > 10
    base = str(journal).removesuffix(".jsonl")
    with closing(sqlite3.connect(f"{base}.db")) as db:
        [[rows]] = db.execute("SELECT count(*) FROM events")
    assert rows == len(events)
    assert Path(f"{base}.csv").read_text("utf-8-sig").count("\n") == len(events) + 1
    output = [event["content"] for event in events if event and event["kind"] == "chat"]
    assert len(output) > 3
    assert ET.parse(f"{base}.xml").getroot().findall("d")
    assert "Dialogue: " in Path(f"{base}.ass").read_text("utf-8")
    *lines, last = capsys.readouterr().out.splitlines()
    assert len(lines) > 3
    assert f"{len(events)} messages, " in last
    assert "room0: OK" in last


def test_a_journal_has_the_messages_unless_an_option_forbids(
    online: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command = [f"{LINK}1", "--duration", "0.7", "-o", "journal"]
    assert main(command) == 0
    [journal] = find_journals(online)
    assert main(["reread", str(journal), "-o", "again.jsonl"]) == 0
    count = len(list(read_entries(journal))) - 1
    words = f"{count} events, {count} of them parsed again, 0 have other values"
    assert words in capsys.readouterr().out
    monkeypatch.setenv("F2_DANMAKU_PAYLOADS", "no")
    assert main([*command, "--output", "without"]) == 0
    [journal] = find_journals(online / "without")
    assert not [entry for entry in read_entries(journal) if entry and "payloads" in entry]


def test_rooms_of_a_file_each_to_its_own(online: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (online / "rooms.txt").write_text(f"# mine\n{LINK}1\n\n看 {LINK}2 ！\n")
    assert main(["@rooms.txt", "--duration", "0.7", "--output", "there", "-o", "journal"]) == 0
    assert [path.parts[-3] for path in find_journals(online / "there")] == ["room1", "room2"]
    assert len(capsys.readouterr().out.splitlines()) == 2
    assert not (online / "Download").exists()


def test_only_some_kinds_are_kept(online: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = [f"{LINK}0", "--duration", "1", "--only", "chat,gift", "--filter", "gift"]
    assert main(arguments) == 0
    kinds = {event["kind"] for event in read_entries(find_journals(online)[0]) if event}
    assert kinds == {"opened", "chat", "gift"}
    *lines, _ = capsys.readouterr().out.splitlines()
    assert lines
    assert all(" sent " in line for line in lines)


def test_a_second_run_goes_on_in_the_same_files(online: Path) -> None:
    for _ in range(2):
        assert main([f"{LINK}3", "--duration", "0.5", "-o", "journal,xml"]) == 0
    [journal] = find_journals(online)
    kinds = [event["kind"] for event in read_entries(journal) if event]
    assert kinds.count("opened") == 2
    ET.parse(str(journal).replace(".jsonl", ".xml"))


def test_a_file_that_cannot_be_written_is_reported_and_others_are_written(
    online: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([f"{LINK}3", "--duration", "0.3", "-o", "journal"]) == 0
    [journal] = find_journals(online)
    Path(str(journal).replace(".jsonl", ".db")).write_bytes(b"no database" * 99)
    before = journal.stat().st_size
    assert main([f"{LINK}3", "--duration", "0.5", "-o", "sqlite,journal"]) == 4
    output = capsys.readouterr().out
    assert "room3: DISK; " in output
    assert "could not be written: Database. A file" in output
    assert journal.stat().st_size > before


def test_files_of_another_process_are_left_alone(
    online: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = [f"{LINK}2", "--duration", "0.3", "-o", "journal,csv"]
    assert main(command) == 0
    [path] = find_journals(online)
    held = Journal(Path(str(path).removesuffix(".jsonl")))
    held.open(ROOM)
    assert main(command) == 4
    held.close()
    output = capsys.readouterr()
    assert "could not be written: Journal" in output.out
    assert "another process is writing this file" in output.err


def test_a_room_that_ends_and_one_that_is_not_on_air(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with run_sandbox("--chat", "100:1.5") as address:
        monkeypatch.setenv("F2_SANDBOX", address)
        assert main([f"{LINK}0", "-o", "journal"]) == 0
        assert "room0: OK" in capsys.readouterr().out
        assert [
            e["status"]
            for e in read_entries(find_journals(place)[0])
            if e and e["kind"] == "control"
        ] == [3]
        assert main([f"{LINK}0", "-o", "journal"]) == 0
        assert "0:00:00; not on air." in capsys.readouterr().out


def test_waiting_asks_at_the_interval_of_the_option(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("F2_LIVE_POLL", "0.5")
    with run_sandbox("--chat", "100:0:4") as address:
        monkeypatch.setenv("F2_SANDBOX", address)
        began = time.monotonic()
        assert main([f"{LINK}0", "--wait", "--duration", "0.2", "-o", "journal"]) == 0
    assert time.monotonic() - began < 25, "the default is half a minute or more"


def test_gaps_are_listed_and_make_the_run_incomplete(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with run_sandbox("--chat", "100", "--fault", "drop:1", "--fault", "no_replay") as address:
        monkeypatch.setenv("F2_SANDBOX", address)
        assert main([f"{LINK}0", "--duration", "2.5", "-o", "journal,console"]) == 3
    assert "gap of " in capsys.readouterr().out
    assert [e for e in read_entries(find_journals(place)[0]) if e and e["kind"] == "gap"]


def test_control_c_ends_the_run_with_all_events(
    online: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt() -> None:
        wait_for(lambda: [path for path in find_journals(online) if path.stat().st_size > 2000])
        for _ in range(2):  # twice, as if a parent process forwards it
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.02)

    threading.Thread(target=interrupt).start()
    assert main([f"{LINK}0", "--duration", "30", "-o", "journal"]) == 0
    [journal] = find_journals(online)
    events = [event for event in read_entries(journal) if event]
    output = capsys.readouterr().out
    assert f"{len(events) - 1} messages" in output
    gifts = Gifts()
    for event in events:
        if event["kind"] == "gift":
            gifts.add(from_dict(event))
    assert f" {gifts.count} gifts, {gifts.coins} coins" in output
    assert "room0: OK; " in output
    assert "; stopped" in output


def test_output_without_terminal_has_no_control_characters(
    online: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([f"{LINK}0", "--duration", "1", "-o", "console"]) == 0
    assert not set(capsys.readouterr().out) & set("\x1b\x9b\x07\r\x00\u202e\u2066\u200b\u2028")


def test_the_summary_fits_the_terminal() -> None:
    url = "https://live.douyin.com/660000009999"
    room = replace(ROOM, nickname="某某某某某某某某某")
    numbers = Counter(chat=123456)
    ended = [RoomResult(url, "660000009999", outcome=Outcome.DELETED, reason="no such room"),
             RoomResult(url, "1", room, Outcome.SIGNATURE_REJECTED, "HTTP 200", 1234567, numbers,
                   gaps=12, gifts=12345, coins=7654321, seconds=40000)]  # fmt: skip
    console = Console(file=StringIO(), width=80, force_terminal=True, color_system=None)
    show(ended, console)
    output = console.file.getvalue()
    whole = ("room", "messages", "gaps", "time", "660000009999 ", "SIGNATURE_REJECTED", "1234567",
             "7654321", "11:06:40", f"{url}: no such room. It was deleted, or never existed: check",
             "HTTP 200. The platform no")  # fmt: skip
    assert [text for text in whole if text not in " ".join(output.split())] == []
    assert max(cell_len(line) for line in output.splitlines()) <= 80
    assert choose_exit_code(ended) == 5
    assert choose_exit_code(ended[:1]) == 3


# The relay


def find_free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def test_the_relay_sends_the_events_of_rooms(
    online: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    port, received = find_free_port(), []
    address = f"ws://127.0.0.1:{port}/660000000401?kinds=chat&token=s3cret"

    def listen() -> None:
        with wait_for(lambda: connect(address, proxy=None)) as wire:
            with pytest.raises(InvalidStatus):
                connect(address.replace("s3cret", "s3cre"), proxy=None)
            received.extend(json.loads(message) for message in wire)

    listener = threading.Thread(target=listen)
    listener.start()
    command = f"{LINK}0 {LINK}1 --duration 1.5 -o console --relay {port} --token s3cret"
    assert main(command.split()) == 0
    listener.join()
    assert received[0]["web_rid"] == "660000000401"
    assert {entry["room_id"] for entry in received} == {received[0]["room_id"]}
    assert {entry["kind"] for entry in received} == {"opened", "chat"}
    printed = capsys.readouterr()
    assert f"relay at ws://127.0.0.1:{port}/\n" in printed.err
    assert "s3cret" not in printed.err + printed.out


def test_a_generated_token_is_printed(online: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main([f"{LINK}0", "--duration", "0.2", "-o", "console", "--relay", "0", "--token", "auto"])
    assert "/?token=" in capsys.readouterr().err


def test_a_port_that_is_taken_is_bad_input(
    online: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert main([f"{LINK}0", "-o", "console", "--relay", str(port)]) == 1
    assert f"--relay {port}: " in capsys.readouterr().err


# Convert


def write_journal(
    folder: Path,
    marks: list[Mark] | None = None,
    part_bytes: int = 1 << 20,
    start: datetime = START,
) -> Path:
    """Write a journal of two runs; the second repeats two events of the first."""
    times = [start + timedelta(seconds=n) for n in range(31)]
    events = [make_chat(str(n), create_time=times[n], msg_id=n) for n in range(1, 31)]
    for batch in (events[:20], events[18:]):
        sink = Journal(folder / "a", part_bytes)
        sink.open(ROOM)
        for event in batch:
            sink.write([event])
        for mark in marks or ():
            sink.write_entry(mark.as_dict())
        sink.close()
    return folder / "a.jsonl"


ENDS = [(timedelta(), 0), (timedelta(seconds=2), 2000)]


def read_texts(path: Path) -> list[tuple[float, str]]:
    rows = ET.parse(path).getroot().findall("d")
    return [(float(row.attrib["p"].split(",")[0]), row.text or "") for row in rows]


@pytest.mark.parametrize("part_bytes", [1 << 20, 3000])
def test_convert_has_each_event_once(part_bytes: int, place: Path) -> None:
    start = datetime.now(UTC)  # a video begins at most two days before its journal
    path = write_journal(place, part_bytes=part_bytes, start=start)
    assert main(["convert", str(path), "-o", "a.xml", "--start", start.isoformat()]) == 0
    assert read_texts(place / "a.xml") == [(float(n), str(n)) for n in range(1, 31)]
    assert not list(place.glob("*.part*"))


def test_convert_uses_the_clock_of_a_recording(place: Path) -> None:
    marks = [Mark(get_time(5), "v_1", 0), Mark(get_time(10), "v_1", 5000),
             Mark(get_time(20), "v_2", 1000), Mark(get_time(22), "v_2", 3000)]  # fmt: skip
    path = write_journal(place, marks)
    assert main(["convert", str(path), "-o", "b.xml", "--segment", "v_2"]) == 0
    assert read_texts(place / "b.xml") == [(1.0, "20"), (2.0, "21"), (3.0, "22")]
    assert main(["convert", str(path), "-o", "c.xml"]) == 1  # two segments match


@pytest.mark.parametrize("segment", ["x_live_1", "there/x_live_1.flv", "…_live_1", "…_live_1.mp4"])
def test_a_segment_is_named_by_its_file_or_the_end_of_its_name(segment: str, place: Path) -> None:
    marks = [
        Mark(get_time(5), "x_live_1", 0),
        Mark(get_time(7), "x_live_1", 2000),
        Mark(get_time(8), "x_live_21", 0),
    ]
    path = write_journal(place, marks)
    assert main(["convert", str(path), "-o", "b.xml", "--segment", segment]) == 0
    assert read_texts(place / "b.xml") == [(0.0, "5"), (1.0, "6"), (2.0, "7")]


def test_the_latest_clock_of_a_segment_counts(place: Path) -> None:
    path = write_journal(place)
    with path.open("ab") as file:
        for start in (get_time(5), get_time(6)):  # at first, and corrected later
            file.writelines(encode_line(Mark(start + wait, "v", ms).as_dict()) for wait, ms in ENDS)
    assert main(["convert", str(path), "-o", "a.xml"]) == 0
    assert read_texts(place / "a.xml") == [(0.0, "6"), (1.0, "7"), (2.0, "8")]


def test_convert_counts_unreadable_lines(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_journal(place)
    with path.open("ab") as file:
        file.write(b'{"kind":"chat","content":"torn')
    assert main(["convert", str(path), "-o", "a.csv"]) == 0
    assert (
        capsys.readouterr().out == "a.csv: made of 31 events; 1 line could not be read\n"
    )  # one event is a gap


TWO = [
    *(Mark(get_time(5), "v_1", 0), Mark(get_time(10), "v_1", 5000)),
    *(Mark(get_time(20), "v_2", 1000), Mark(get_time(22), "v_2", 3000)),
]


def test_a_table_has_all_segments(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_journal(place, TWO)
    assert main(["convert", str(path), "-o", "a.csv"]) == 0
    assert main(["convert", str(path), "-o", "a.db"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines == ["a.csv: made of 31 events", "a.db: made of 31 events"]
    assert main(["convert", str(path), "-o", "b.csv", "--segment", "v_2"]) == 0
    assert capsys.readouterr().out == "b.csv: made of 3 events\n"


def test_events_that_were_left_out_do_not_count(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_journal(place, TWO)
    assert main(["convert", str(path), "-o", "b.xml", "--segment", "v_2"]) == 0
    assert len(read_texts(place / "b.xml")) == 3
    assert capsys.readouterr().out == "b.xml: made of 3 events\n"


def test_files_for_players_lie_beside_their_segment(place: Path) -> None:
    path = write_journal(place, TWO)
    look = Look(width=1080, height=1920, language="zh")
    for _ in range(2):  # once more when the recording ends and more is known of its clock
        made = write_beside(path, place / "v_2.flv", look=look)
        assert made == [place / "v_2.ass", place / "v_2.xml"]
    assert [text for _, text in read_texts(place / "v_2.xml")] == ["20", "21", "22"]
    assert "PlayResX: 1080" in (place / "v_2.ass").read_text("utf-8")
    assert write_beside(path, place / "v_3.flv") == []
    with pytest.raises(InputError, match="no file for players"):
        write_beside(path, place / "v_2.flv", [".csv"])


def test_the_look_of_subtitles_is_an_option(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_journal(place, TWO[:2])
    monkeypatch.setenv("F2_DANMAKU_SECONDS", "5")
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    command = ["convert", str(path), "--size", "2", "--canvas", "1080x1920"]
    assert main([*command, "-o", "a.ass"]) == 0
    text = (place / "a.ass").read_text("utf-8")
    assert "PlayResY: 1920" in text
    assert "sans-serif,96," in text
    assert "0:00:00.00,0:00:05.00," in text
    assert main([*command, "-o", "b.ass", "--canvas", "tall"]) == 1
    assert main([*command, "-o", "b.ass", "--opacity", "7"]) == 1
    assert not (place / "b.ass").exists()


def test_the_canvas_is_that_of_the_video(place: Path) -> None:
    av = pytest.importorskip("av")
    with av.open(str(place / "v_1.mp4"), "w") as container:
        stream = container.add_stream("mpeg4", rate=5)
        stream.width, stream.height, stream.pix_fmt = 288, 512, "yuv420p"
        frame = av.VideoFrame(288, 512, "yuv420p")
        for packet in (*stream.encode(frame), *stream.encode()):
            container.mux(packet)
    path = write_journal(place, TWO[:2])
    assert main(["convert", str(path), "-o", "a.ass", "--segment", "v_1.mp4"]) == 0
    assert "PlayResX: 288\nPlayResY: 512" in (place / "a.ass").read_text("utf-8")
    assert read_size(place / "a.ass") is None
    assert read_size(place / "none.mp4") is None


# An account, for gifts


@pytest.fixture(scope="module")
def stingy() -> Iterator[str]:
    """A sandbox where guests see no gifts."""
    with run_sandbox("--chat", "100", "--fault", "guest_gifts") as found:
        yield found


def count_gifts(folder: Path) -> int:
    [journal] = find_journals(folder)
    return sum(1 for entry in read_entries(journal) if entry and entry["kind"] == "gift")


def test_guests_are_shown_no_gifts_and_read_so(
    place: Path, stingy: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("F2_SANDBOX", stingy)
    assert main([f"{LINK}0", "--duration", "1", "-o", "journal"]) == 0
    assert count_gifts(place) == 0
    output = capsys.readouterr()
    assert "guests are shown no gifts" in output.out
    assert "guests are shown no gifts" in output.err


@pytest.mark.parametrize("way", ["argument", "option"])
def test_the_account_is_shown_gifts(
    way: str,
    place: Path,
    stingy: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("F2_SANDBOX", stingy)
    cookie = f".douyin.com\tTRUE\t/\tTRUE\t0\tsessionid\t{SESSION}\n"
    (place / "cookies.txt").write_text(f"# Netscape HTTP Cookie File\n{cookie}")
    monkeypatch.setenv("F2_COOKIES", "cookies.txt")
    arguments = ["--account"] if way == "argument" else []
    if way == "option":
        monkeypatch.setenv("F2_DANMAKU_ACCOUNT", "true")
    assert main([f"{LINK}1", "--duration", "1", "-o", "journal", *arguments]) == 0
    assert count_gifts(place) > 0
    output = capsys.readouterr()
    assert "no gifts" not in output.out + output.err
    assert "coins by giver: " in output.out
    assert SESSION not in output.out + output.err + find_journals(place)[0].read_text("utf-8")


def test_an_account_without_login_is_refused(
    place: Path, stingy: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("F2_SANDBOX", stingy)
    assert main([f"{LINK}2", "--duration", "1", "-o", "journal", "--account"]) == 5
    assert "LOGIN_REQUIRED" in capsys.readouterr().out
    assert not find_journals(place)


def test_an_expired_login_is_named_after_one_request(
    place: Path, stingy: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("F2_SANDBOX", stingy)
    monkeypatch.setenv("F2_COOKIE", "sessionid=f2sandboxold")
    before = count_profiles(stingy)
    assert main([f"{LINK}0", f"{LINK}1", "--duration", "1", "-o", "journal", "--account"]) == 5
    output = capsys.readouterr().out
    assert output.count("COOKIE_EXPIRED") == 2
    assert "the login of douyin has expired" in " ".join(output.split())
    assert count_profiles(stingy) == before + 1
    assert not find_journals(place)


def count_profiles(sandbox: str) -> int:
    """Return how often the sandbox was asked for the user of a login."""
    with urlopen(f"{sandbox}/__report") as reply:
        requests = json.load(reply)["requests"]
    return int(requests.get("www.douyin.com/aweme/v1/web/user/profile/self/", {}).get("count", 0))


async def test_locked_archive_holds_up_no_other_room(place: Path) -> None:
    """Its own room waits for the lock, and Ctrl-C ends that at once."""
    stop = asyncio.Event()
    with ExitStack() as stack:
        make = _build_file_sinks(load_options(F2_PATH=str(place)), ["journal"], stack, stop)
        other = stack.enter_context(closing(sqlite3.connect(place / "f2scrapy.db")))
        other.execute("BEGIN EXCLUSIVE")
        making = asyncio.ensure_future(make(ROOM))
        for _ in range(20):  # turns of another room
            await asyncio.sleep(0.01)
        assert not making.done()
        stop.set()
        with pytest.raises(DiskError, match="locked; see F2_ARCHIVE"):
            await asyncio.wait_for(making, 5)
        other.rollback()
        [sink] = await make(ROOM)
        assert isinstance(sink, Journal)


def test_convert_is_the_same_as_the_sink(place: Path) -> None:
    sinks = [FILES[name](place / "live") for name in ("journal", "csv")]
    for sink in sinks:
        sink.open(ROOM)
        sink.write([make_chat(), make_gift()])
        sink.close()
    assert main(["convert", "live.jsonl", "-o", "after.csv"]) == 0
    assert (place / "after.csv").read_bytes() == (place / "live.csv").read_bytes()


def test_help_exits_with_0(capsys: pytest.CaptureFixture[str]) -> None:
    for command in (["--help"], ["convert", "--help"]):
        with pytest.raises(SystemExit) as end:
            main(command)
        assert end.value.code == 0
    assert "convert --help" in capsys.readouterr().out
