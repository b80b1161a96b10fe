"""Messages of live rooms of TikTok."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from functools import partial
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from support.live_rooms import FAST, Play, serve_rooms

from f2scrapy.api.identity_options import build_identity
from f2scrapy.config.file import load_options
from f2scrapy.danmaku.client import listen
from f2scrapy.danmaku.messages import Control
from f2scrapy.danmaku.rooms import NotOnAir
from f2scrapy.errors import InputError, Outcome, Refused
from f2scrapy.model.link import Link
from f2scrapy.platforms.tiktok import webcast
from f2scrapy.platforms.tiktok.endpoints.live import DirectSocket
from f2scrapy.rooms import parse_targets

PATH = "/webcast/im/ws_proxy/ws_reuse_supplement/"
FALLBACK = f"webcast16-ws-alisg.tiktok.com{PATH}"


@pytest.fixture
async def play(tmp_path: Path) -> AsyncIterator[Play]:
    async with serve_rooms(tmp_path) as play:
        yield partial(play, platform="tiktok")


async def test_a_room_is_watched_until_it_ends(play: Play) -> None:
    rooms = await play(rate=300, seconds=1)
    events = await rooms.watch()
    assert isinstance(events[-1], Control)
    assert rooms.is_complete()
    assert not rooms.violations
    with pytest.raises(NotOnAir):
        await rooms.watch()


@pytest.mark.parametrize("fault", ["drop=50", "torn:1", "silent=30:1", "http=403~socket:3"])
async def test_faults_lose_no_message_with_replay(play: Play, fault: str) -> None:
    rooms = await play(fault, heartbeat=1)
    await rooms.watch(until=300)
    assert rooms.is_complete()
    assert rooms.sockets["opened"] >= 2 or fault.startswith("http")
    assert not rooms.violations


async def test_messages_without_replay_are_a_gap(play: Play) -> None:
    rooms = await play("drop=50", "no_replay")
    await rooms.watch(until=300)
    assert rooms.gaps


async def test_a_broadcast_by_its_room_id_and_a_room_by_its_owners_id(play: Play) -> None:
    rooms = await play()
    user = rooms.sandbox.state.catalogue.by_name["room0"]
    assert parse_targets([rooms.get_url()])[0].link == Link("unique_id", user.unique_id)
    for text in (f"https://m.tiktok.com/share/live/{rooms.get_stream().room_id}",
                 f"https://www.tiktok.com/@{user.unique_id}"):  # fmt: skip
        async with aclosing(listen(text, policy=FAST)) as events:
            assert (await anext(events)).kind


async def test_silent_and_missing_rooms_raise(play: Play) -> None:
    rooms = await play()
    for number, name in ((11, "少三个"), (4, "空空如也")):
        with pytest.raises(NotOnAir, match=f"tiktok room sandbox{number} of {name} is not on air"):
            await anext(listen(f"https://www.tiktok.com/@sandbox{number}/live"))
    with pytest.raises(Refused) as caught:
        await anext(listen("https://www.tiktok.com/@nobody.at.all/live"))
    assert caught.value.outcome is Outcome.DELETED
    with pytest.raises(InputError, match="this names no live room"):
        await anext(listen("sandbox1"))
    assert rooms.sandbox.state.report.kinds["socket"] == 0


ROUTE = {"wrss": "w", "imprp": "i", "empty": ""}


@pytest.mark.parametrize(
    ("server", "address"),
    [
        (
            "wss://webcast-ws.eu.tiktok.com/webcast/im/ws/",
            "webcast-ws.eu.tiktok.com/webcast/im/ws/",
        ),
        ("wss://webcast16-ws-useast1a.tiktok.com", f"webcast16-ws-useast1a.tiktok.com{PATH}"),
        ("webcast-ws.us.tiktok.com/a/", "webcast-ws.us.tiktok.com/a/"),
        ("", FALLBACK),
        ("ws://webcast-ws.tiktok.com/a/", FALLBACK),
        ("wss://webcast-ws.tiktok.com.evil.example/a/", FALLBACK),
        ("wss://evil.example/webcast-ws.tiktok.com", FALLBACK),
        ("wss://user:x@webcast-ws.tiktok.com:81/a/?b=c", "webcast-ws.tiktok.com/a/"),
        ("wss://v16-webapp-prime.tiktok.com/a/", FALLBACK),
        ("wss://[/", FALLBACK),
    ],
)
def test_socket_is_at_the_push_server_of_the_platform(server: str, address: str) -> None:
    socket = webcast.socket_endpoint("7", "c", "e", ROUTE, server)
    assert socket.address == f"wss://{address}"


def test_all_route_parameters_are_passed_on() -> None:
    query = webcast.socket_endpoint("7", "c", "e", ROUTE | {"room_id": "8"}, "").encode_query()
    assert dict(parse_qsl(query)) == {
        "wrss": "w", "imprp": "i", "room_id": "7", "cursor": "c", "internal_ext": "e",
    }  # fmt: skip


def test_without_a_route_the_socket_is_opened_directly() -> None:
    socket = webcast.socket_endpoint("7", "", "", {}, "wss://webcast-ws.eu.tiktok.com/")
    assert isinstance(socket, DirectSocket)
    assert socket.address.startswith("wss://webcast-ws.tiktok.com/webcast/im/ws_proxy/")
    query = dict(parse_qsl(socket.encode_query(), keep_blank_values=True))
    assert (query["room_id"], query["ws_direct"]) == ("7", "1")
    assert not {"cursor", "internal_ext"} & query.keys()
    again = webcast.socket_endpoint("7", "c", "e", {}, "").encode_query()
    assert dict(parse_qsl(again)) == {**query, "cursor": "c", "internal_ext": "e"}


@pytest.mark.parametrize(
    ("url", "sent"),
    [
        ("wss://webcast-ws.eu.tiktok.com/a/", True),
        ("wss://webcast16-ws-alisg.tiktok.com/a/", True),
        ("https://webcast-ws.eu.tiktok.com/a/", False),
        ("wss://v16-webapp-prime.tiktok.com/a/", False),
        ("wss://webcast-ws.tiktok.com.evil.example/a/", False),
    ],
)
def test_cookies_go_to_sockets_of_the_platform_alone(
    url: str, sent: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    cookie = "sessionid=s3cret"
    monkeypatch.setenv("F2_COOKIE", cookie)
    identity = build_identity(load_options(), "tiktok")
    assert (cookie in identity.build_cookie_header(url)) is sent


@pytest.mark.parametrize("fault", ["", "no_push_server"])
async def test_room_is_entered_at_either_host(play: Play, fault: str) -> None:
    rooms = await play(*filter(None, [fault]), rate=300, seconds=1)
    await rooms.watch()
    assert rooms.is_complete()
    assert not rooms.violations
