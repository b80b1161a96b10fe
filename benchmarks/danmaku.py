"""Measure frames to events, beside TikTokLive and F2's descriptors, on the same bytes."""

import base64
import gzip
import json
import random
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from benchmarks import peers
from benchmarks.table import Row
from f2scrapy.danmaku.frames import Connection, parse_response
from f2scrapy.danmaku.messages import get_kind, parse_message
from f2scrapy.danmaku.proto import base_pb2 as base
from f2scrapy.danmaku.proto import shared_pb2 as proto
from f2scrapy.danmaku.rooms import Room
from f2scrapy.danmaku.sinks.journal import Journal

RECORDED = Path(__file__).resolve().parents[2] / "shared/reference/recorded"
ROUNDS, ROUNDS_QUICK = 3, 1  # all programs take turns, so that other load affects each
TURNS = 5  # over all frames, per round of f2scrapy
THEIR_TURNS = 1
GENERATED = 1000  # messages
IN_A_FRAME = 20
CHAT, ALL = "WebcastChatMessage", ""
MIX = {"member": 45, "like": 25, "chat": 20, "gift": 8, "social": 2}  # shares in a busy room

# Run by F2's Python: how it handles a frame, with logging off. Its import requests tokens
# from the network; its socket is never opened here.
F2 = """
import asyncio, base64, json, logging, sys, time
from types import SimpleNamespace
import httpx
logging.disable(logging.CRITICAL)
given = json.load(sys.stdin)
app = given["platform"]
token = "x" * {"douyin": 128, "tiktok": 148}[app]
cookies = [("set-cookie", f"{name}={token}") for name in ("msToken", "ttwid")]
httpx.HTTPTransport.handle_request = lambda self, request: httpx.Response(200, headers=cookies)
module = __import__(f"f2.apps.{app}.crawler", fromlist=["x"])
Crawler = getattr(module, f"{app.capitalize()}WebSocketCrawler")
frames = [base64.b64decode(frame) for frame in given["frames"]]
done = 0
def counted(callback):
    async def call(data):
        global done
        got = await callback(data=data)
        done += 1
        return got
    return call
names = [name for name in dir(Crawler) if "LinkMic" in name or name.startswith("Webcast")]
wanted = [given["only"]] if given["only"] else names
crawler = Crawler.__new__(Crawler)
crawler.callbacks = {name: counted(getattr(Crawler, name)) for name in wanted}
crawler.connected_clients = set()
Crawler.show_message = False
async def send(data):
    pass
crawler.websocket = SimpleNamespace(send=send)
loop = asyncio.new_event_loop()
def one(data):
    before = done
    loop.run_until_complete(crawler.handle_wss_message(data))
    return done - before
"""

# The same with F2's descriptors only, and JSON made from them as in its handlers.
DESCRIPTORS = """
import gzip, json, sys, time, base64
from google.protobuf import json_format
given = json.load(sys.stdin)
if given["platform"] == "douyin":
    from f2.apps.douyin.proto import douyin_webcast_pb2 as pb
else:
    from f2.apps.tiktok.proto import tiktok_webcast_pb2 as pb
frames = [base64.b64decode(frame) for frame in given["frames"]]
def one(data):
    frame = pb.PushFrame(); frame.ParseFromString(data)
    plain = gzip.decompress(frame.payload) if frame.payload[:2] == b"\\x1f\\x8b" else frame.payload
    response = pb.Response(); response.ParseFromString(plain)
    done = 0
    for message in response.messages:
        if given["only"] and message.method != given["only"]:
            continue
        kind = getattr(pb, message.method.removeprefix("Webcast"), None)
        if kind is None:
            continue
        try:
            parsed = kind(); parsed.ParseFromString(message.payload)
            json.loads(json_format.MessageToJson(
                parsed, preserving_proto_field_name=True, ensure_ascii=False))
            done += 1
        except Exception:
            pass
    return done
"""

# Run by TikTokLive's Python: to the events of its listeners; it decodes all events.
TIKTOKLIVE = """
import asyncio, json, logging, sys, time, base64
logging.disable(logging.CRITICAL)
from TikTokLive import TikTokLiveClient
from TikTokLive.client.ws.ws_utils import (
    extract_webcast_push_frame, extract_webcast_response_message)
given = json.load(sys.stdin)
frames = [base64.b64decode(frame) for frame in given["frames"]]
client = TikTokLiveClient("@bench")
client._room_id = 1
async def each(data):
    response = extract_webcast_response_message(extract_webcast_push_frame(data))
    got = [event async for event in client._parse_webcast_response(response)]
    names = [type(event).__name__ for event in got]
    return sum(name not in ("WebsocketResponseEvent", "UnknownEvent") for name in names)
loop = asyncio.new_event_loop()
one = lambda data: loop.run_until_complete(each(data))
"""

RUN = """
total = sum(map(one, frames))
spent = []
for _ in range(given["turns"]):
    start = time.process_time()
    for data in frames:
        one(data)
    spent.append(time.process_time() - start)
json.dump({"done": total, "seconds": spent}, sys.stdout)
"""


class Load(NamedTuple):
    """Frames to decode, and the number of messages in them."""

    name: str
    platform: str
    frames: list[bytes]
    messages: int


class Peer(NamedTuple):
    """Another program: its requirement for pip, and the code its Python runs."""

    name: str
    requirement: str
    code: str
    platforms: tuple[str, ...]
    is_whole: bool = True  # False: a part of another, shown to see its share


PEERS = (
    Peer("F2", "f2==0.0.1.7", F2, ("douyin", "tiktok")),
    Peer("  descriptors", "f2==0.0.1.7", DESCRIPTORS, ("douyin", "tiktok"), is_whole=False),
    Peer("TikTokLive", "TikTokLive==7.0.1", TIKTOKLIVE, ("tiktok",)),
)


def build_load(name: str, platform: str, messages: Sequence[base.Message]) -> Load:
    """Pack *messages* into frames, as the platforms do."""
    frames = []
    for at in range(0, len(messages), IN_A_FRAME):
        response = base.Response(messages=messages[at : at + IN_A_FRAME], cursor="c")
        payload = gzip.compress(response.SerializeToString(), mtime=0)
        frame = base.PushFrame(
            log_id=at + 1,
            headers={"compress_type": "gzip"},
            payload_encoding="pb",
            payload_type="msg",
            payload=payload,
        )
        frames.append(frame.SerializeToString())
    return Load(name, platform, frames, len(messages))


def generate_messages() -> list[base.Message]:
    """Return messages of a busy room; users have images and names of realistic length."""
    chance = random.Random(5)
    kinds = chance.choices(list(MIX), weights=list(MIX.values()), k=GENERATED)
    return [_build_message(kind, number, chance) for number, kind in enumerate(kinds)]


def _build_user(chance: random.Random) -> base.User:
    number = chance.randrange(10**18, 10**19)
    urls = [f"https://p16-sign.example/avatar/{number}~{size}.webp" for size in (100, 200, 720)]
    return base.User(
        id=number,
        nickname=f"user {number % 9999}",
        avatar_thumb=base.Image(url_list=urls, uri=f"avatar/{number}"),
        follow_info=base.FollowInfo(following_count=12, follower_count=345),
        display_id=f"name{number}",
        sec_uid=f"MS4wLjABAAAA{number}{number}{number}",
    )


def _build_message(kind: str, number: int, chance: random.Random) -> base.Message:
    method = f"Webcast{kind.capitalize()}Message"
    common = base.Common(
        method=method, msg_id=number + 1, room_id=7, create_time=1_795_262_400_000, is_show_msg=True
    )
    own: dict[str, dict[str, Any]] = {
        "member": {"member_count": number, "action": 1},
        "like": {"count": 15, "total": number * 15},
        "chat": {"content": "so good to be here again " * chance.randint(1, 3)},
        "gift": {
            "gift_id": 5655,
            "repeat_count": 3,
            "group_id": 1_795_262_400_000 + number,
            "gift": proto.GiftStruct(id=5655, name="Rose", diamond_count=1, combo=True),
        },
        "social": {"action": 1, "follow_count": number},
    }
    payload = getattr(proto, method.removeprefix("Webcast"))(
        common=common, user=_build_user(chance), **own[kind]
    )
    return base.Message(method=method, payload=payload.SerializeToString(), msg_id=number + 1)


def read_recorded() -> list[Load]:
    """Return the recorded frames, if the folder exists."""
    samples = RECORDED / "tiktok/frames/events_by_method.json"
    answer = RECORDED / "douyin/frames/im_fetch_response_2022_a.bin"
    if not samples.is_file() or not answer.is_file():
        print("recorded frames: skipped, ../shared is not here")
        return []
    pool = {
        method: [base64.b64decode(sample["eventData"]) for sample in found]
        for method, found in json.loads(samples.read_bytes()).items()
    }
    douyin = list(parse_response(answer.read_bytes()).messages)
    return [
        build_load(
            "recorded TikTok 2023, in the shares of a busy room", "tiktok", mix_messages(pool)
        ),
        build_load("recorded Douyin 2022, in their order", "douyin", douyin * 10),
    ]


def mix_messages(pool: dict[str, list[bytes]]) -> list[base.Message]:
    """Return recorded messages in the shares of `MIX`."""
    chance = random.Random(5)
    kinds = chance.choices(list(MIX), weights=list(MIX.values()), k=GENERATED)
    names = [f"Webcast{kind.capitalize()}Message" for kind in kinds]
    return [
        base.Message(method=name, payload=chance.choice(pool[name]), msg_id=number)
        for number, name in enumerate(names, 1)
    ]


def measure_f2scrapy(given: Load, only: str, *, keep: bool = True) -> float:
    """Return the CPU seconds for all frames, as the median of some turns.

    With `keep`, events keep their messages as they came.
    """
    wanted = get_kind(only) if only else ""
    connection = Connection()
    spent = []
    for _ in range(TURNS):
        start = time.process_time()
        for data in given.frames:
            for message in connection.receive(data, 0.0).messages:
                if not wanted or get_kind(message.method) == wanted:
                    parse_message(message, room_id="7", keep_payload=keep)
        spent.append(time.process_time() - start)
    return median(spent)


def measure_peer(peer: Peer, given: Load, only: str) -> tuple[float, int]:
    """Return the CPU seconds of another program, and the number of messages it could read."""
    python = peers.prepare_python(peer.requirement.partition("==")[0].lower(), peer.requirement)
    task = {
        "platform": given.platform,
        "only": only,
        "turns": THEIR_TURNS,
        "frames": [base64.b64encode(frame).decode() for frame in given.frames],
    }
    with tempfile.TemporaryDirectory() as folder:  # they write logs to the working directory
        done = subprocess.run(
            [python, "-c", peer.code + RUN],
            input=json.dumps(task).encode(),
            capture_output=True,
            check=True,
            cwd=folder,
        )
    result = json.loads(done.stdout.splitlines()[-1])
    return median(result["seconds"]), result["done"]


def compare(given: Load, only: str, goal: float, rounds: int) -> Row:
    """Print the cost of each program, and return how much faster f2scrapy is than the fastest."""
    what = "chat only" if only else "everything"
    print(f"{given.name}, {given.messages} messages, {what}")
    against = [peer for peer in PEERS if given.platform in peer.platforms]
    turns = [
        (measure_f2scrapy(given, only), [measure_peer(p, given, only) for p in against])
        for _ in range(rounds)
    ]
    mine = median(turn[0] for turn in turns)
    _print_row("f2scrapy", mine, given, "")
    ratios = []
    for at, peer in enumerate(against):
        seconds = median(turn[1][at][0] for turn in turns)
        read_by = turns[0][1][at][1]
        ratios += [seconds / mine] * peer.is_whole
        _print_row(peer.name, seconds, given, f"{seconds / mine:6.1f} x, read {read_by}")
    name = f"danmaku {given.name.split(',')[0]}, {what}, x the fastest other"
    return Row(name, f"{given.messages / mine:,.0f} messages/s", min(ratios), least=goal)


def _print_row(name: str, seconds: float, given: Load, note: str) -> None:
    rate, cost = given.messages / seconds, seconds / given.messages * 1e6
    print(f"  {name:15}{rate:9,.0f} messages/s {cost:7.1f} ms CPU per 1,000 {note}".rstrip())


def measure_journal(given: Load, *, keep: bool) -> tuple[float, int]:
    """Return the CPU seconds to write all events to a journal, and its size in bytes."""
    frames = (Connection().receive(data, 0.0).messages for data in given.frames)
    batches = [[parse_message(each, keep_payload=True) for each in found] for found in frames]
    spent, size = [], 0
    for _ in range(TURNS):
        with tempfile.TemporaryDirectory() as folder:
            journal = Journal(Path(folder) / "a", payloads=keep)
            journal.open(Room(platform=given.platform, room_id="7"))
            start = time.process_time()
            for batch in batches:
                journal.write(batch)
            spent.append(time.process_time() - start)
            journal.close()
            size = (Path(folder) / "a.jsonl").stat().st_size
    return median(spent), size


def compare_payloads(given: Load, rounds: int) -> None:
    """Print the cost of keeping messages as they came: in decoding, and in the journal."""
    print(f"{given.name}: messages kept as they came")
    turns = [
        [measure_f2scrapy(given, ALL, keep=keep) for keep in (False, True)] for _ in range(rounds)
    ]
    without, kept = (median(turn[at] for turn in turns) for at in (0, 1))
    print(f"  decoding {100 * (kept / without - 1):+6.1f} % CPU, target 10 %")
    for keep in (False, True):
        seconds, size = measure_journal(given, keep=keep)
        cost, each = seconds / given.messages * 1e6, size / given.messages
        name = "with" if keep else "without"
        print(f"  journal {name:8}{cost:6.1f} ms CPU per 1,000, {each:6.0f} B each")


def main(*, quick: bool) -> list[Row]:
    rounds = ROUNDS_QUICK if quick else ROUNDS
    rows = []
    loads = [build_load("generated", "tiktok", generate_messages()), *read_recorded()]
    for given in loads[:1] if quick else loads:
        if not quick:
            compare_payloads(given, rounds)
        rows += [compare(given, CHAT, 5, rounds), compare(given, ALL, 3, rounds)]
    return rows
