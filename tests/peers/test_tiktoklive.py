"""Recorded messages read beside TikTokLive: what it finds of the fields people miss, we find."""

from __future__ import annotations

import base64
import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.peers import BENCH, prepare_python
from f2scrapy.danmaku.messages import as_dict, parse_message
from f2scrapy.danmaku.proto.base_pb2 import Message

NAME, REQUIREMENT = "peers-tiktoklive", "TikTokLive==7.0.1"  # the environment of `make peers`
FRAMES = "reference/recorded/tiktok/frames/events_by_method.json"
READ = """
import base64, json, sys
from TikTokLive import proto
for method, samples in json.load(open(sys.argv[1], encoding="utf-8")).items():
    kind = getattr(proto, method, None)
    for sample in samples if kind else ():
        print(json.dumps(kind().parse(base64.b64decode(sample["eventData"])).to_dict()))
    if kind is None:
        print(*["null"] * len(samples), sep="\\n")
"""
Found = dict[str, Any]


@pytest.fixture(scope="module")
def pairs(shared: Path) -> dict[str, list[tuple[Found, Found]]]:
    """Return the messages by method: as TikTokLive reads them, and as events."""
    if not (BENCH / NAME).exists() and not os.environ.get("CI"):
        pytest.skip("no TikTokLive: run `make peers PART=TikTokLive`")
    path = shared / FRAMES
    command = [str(prepare_python(NAME, REQUIREMENT)), "-c", READ, str(path)]
    output = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    theirs = iter(output.stdout.splitlines())
    found: dict[str, list[tuple[Found, Found]]] = {}
    for method, samples in json.loads(path.read_bytes()).items():
        for sample in samples:
            message = Message(method=method, payload=base64.b64decode(sample["eventData"]))
            other = json.loads(next(theirs))
            if other is not None:
                found.setdefault(method, []).append((other, as_dict(parse_message(message))))
    return found


def get(value: Any, path: str, default: Any = "") -> Any:
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return default if value is None else value


def read_user(user: Found) -> Found:
    """Return a user of TikTokLive with our names."""
    numbers = ("following_count", "followingCount"), ("follower_count", "followerCount"), (
        "follow_status", "followStatus")  # fmt: skip
    return {
        "user_id": get(user, "id"),
        "nickname": get(user, "nickname"),
        "unique_id": get(user, "displayId"),
        "sec_user_id": get(user, "secUid"),
        "avatar": next(iter(get(user, "avatarThumb.urlList", [])), ""),
        "is_admin": bool(get(user, "userAttr.isAdmin", False)),
    } | {ours: int(get(user, f"followInfo.{name}", 0)) for ours, name in numbers}


def list_badges(user: Found) -> set[str]:
    """Return the texts of the badges of a user of TikTokLive."""
    rows = get(user, "badgeList", [])
    texts = (get(row, path) for row in rows for path in ("text.defaultPattern", "combine.str"))
    return {text for text in texts if text}


USERS: dict[str, tuple[str, Callable[[Found], Found]]] = {
    **{
        f"Webcast{name}Message": ("user", lambda event: event["user"])
        for name in ("Chat", "Gift", "Like", "Member", "Social")
    },
    "WebcastQuestionNewMessage": ("data.user", lambda event: event["user"]),
}


@pytest.mark.parametrize("method", USERS)
def test_users_are_complete(method: str, pairs: dict[str, list[tuple[Found, Found]]]) -> None:
    path, choose = USERS[method]
    for theirs, event in pairs[method]:
        user, ours = get(theirs, path, {}), choose(event)
        expected = read_user(user)
        assert {name: ours[name] for name in expected} == expected
        assert list_badges(user) <= {*ours["badges"]}


IDENTITY = {
    "isGiftGiverOfAnchor": "gift_giver", "isSubscriberOfAnchor": "subscriber",
    "isMutualFollowingWithAnchor": "friend", "isFollowerOfAnchor": "follower",
    "isModeratorOfAnchor": "moderator", "isAnchor": "anchor",
}  # fmt: skip


def list_chat(theirs: Found) -> Iterator[tuple[str, Any]]:
    yield "content", get(theirs, "content")
    yield "content_language", get(theirs, "contentLanguage")
    flags = get(theirs, "userIdentity", {})
    yield "identity", sorted(IDENTITY[name] for name in IDENTITY if flags.get(name))
    yield "mentions", [get(theirs, "atUser.id")] if get(theirs, "atUser.id") else []


def list_gift(theirs: Found) -> Iterator[tuple[str, Any]]:
    for ours, name in {
        "gift_id": "giftId", "gift_name": "gift.name", "diamond_count": "gift.diamondCount",
        "repeat_count": "repeatCount", "group_id": "groupId", "fan_ticket_count": "fanTicketCount",
        "room_fan_ticket_count": "roomFanTicketCount", "send_type": "sendType",
    }.items():  # fmt: skip
        yield ours, str(get(theirs, name, 0))


def list_viewers(theirs: Found) -> Iterator[tuple[str, Any]]:
    yield "total", str(get(theirs, "total", 0))
    yield "total_user", str(get(theirs, "totalUser", 0))
    ranks = get(theirs, "ranks", [])
    yield "ranks", [(str(get(row, "score", 0)), get(row, "user.id")) for row in ranks]


def list_armies(theirs: Found) -> Iterator[tuple[str, Any]]:
    sides = get(theirs, "armies", {})
    yield "scores", {host: str(get(side, "hostscore", 0)) for host, side in sides.items()}
    yield "armies", {
        (host, get(one, "userId"), str(get(one, "score", 0)), get(one, "nickname"))
        for host, side in sides.items() for one in get(side, "userArmies", [])
    }  # fmt: skip


RESULTS = {"WIN": "won", "LOSE": "lost", "DRAW": "drawn"}


def list_battle(theirs: Found) -> Iterator[tuple[str, Any]]:
    results = get(theirs, "battleResult", {})
    yield "results", {host: RESULTS[get(row, "result", "WIN")] for host, row in results.items()}
    yield "hosts", {get(row, "value.user.userId") for row in get(theirs, "anchorsInfo", [])}


def list_poll(theirs: Found) -> Iterator[tuple[str, Any]]:
    parts = ("endContent", "updateVotesContent", "startContent")
    rows = next((rows for part in parts if (rows := get(theirs, f"{part}.optionList", []))), [])
    yield "options", [
        (get(row, "displayContent"), int(get(row, "votes", 0)),
         [get(one, "userId") for one in get(row, "voteUserList", [])])
        for row in rows
    ]  # fmt: skip


def list_tickets(theirs: Found) -> Iterator[tuple[str, Any]]:
    rows = get(theirs, "fanTicketRoomNotice.userFanTicket", [])
    yield "scores", {get(row, "userId"): str(get(row, "fanTicket", 0)) for row in rows}


Ours = dict[str, Callable[[Any], Any]]
OURS: Ours = {  # how a field of an event is compared; a text by default
    "ranks": lambda rows: [(row["exact_score"], row["user"]["user_id"]) for row in rows],
    "scores": lambda scores: {host: str(score) for host, score in scores.items()},
    "armies": lambda rows: {
        (row["host_id"], row["user_id"], str(row["score"]), row["nickname"]) for row in rows
    },
    "results": dict,
    "hosts": lambda rows: {row["user_id"] for row in rows},
    "options": lambda rows: [
        (row["content"], row["votes"], [one["user_id"] for one in row["voters"]]) for row in rows
    ],
    "identity": sorted,
    "mentions": lambda rows: [row["user_id"] for row in rows],
}
FIELDS: dict[str, Callable[[Found], Iterator[tuple[str, Any]]]] = {
    "WebcastChatMessage": list_chat,
    "WebcastGiftMessage": list_gift,
    "WebcastRoomUserSeqMessage": list_viewers,
    "WebcastLinkMicArmies": list_armies,
    "WebcastLinkMicBattle": list_battle,
    "WebcastPollMessage": list_poll,
    "WebcastLinkMicFanTicketMethod": list_tickets,
}


@pytest.mark.parametrize("method", FIELDS)
def test_fields_are_complete(method: str, pairs: dict[str, list[tuple[Found, Found]]]) -> None:
    for theirs, event in pairs[method]:
        for name, expected in FIELDS[method](theirs):
            assert OURS.get(name, str)(event[name]) == expected, name
