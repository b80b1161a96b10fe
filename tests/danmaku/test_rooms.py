"""Find a room from the text of a user, and its first messages."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from support.live_rooms import Play, serve_rooms

from f2scrapy.api.session import Session
from f2scrapy.danmaku.rooms import NotOnAir, find, find_on_air
from f2scrapy.errors import InputError, Outcome, Refused
from f2scrapy.rooms import parse_targets

pytestmark = pytest.mark.clock


@pytest.fixture
async def play(tmp_path: Path) -> AsyncIterator[Play]:
    async with serve_rooms(tmp_path) as play:
        yield play


@pytest.mark.parametrize(
    ("text", "kind", "id_"),
    [
        ("660000000400", "web_rid", "660000000400"),
        ("https://live.douyin.com/660000000400?x=1", "web_rid", "660000000400"),
        ("https://www.douyin.com/follow/live/660000000400", "web_rid", "660000000400"),
        ("7600000000000004000", "room_id", "7600000000000004000"),
        ("https://webcast.amemv.com/douyin/webcast/reflow/7600000000000004000", "room_id",
         "7600000000000004000"),
        ("来看直播 https://v.douyin.com/iRNBho6u/ 吧", "short", "https://v.douyin.com/iRNBho6u/"),
        ("https://live.douyin.com/fashion_room", "web_rid", "fashion_room"),
        ("https://live.douyin.com/Sunset5..y?x=1", "web_rid", "Sunset5..y"),
        ("https://www.douyin.com/follow/live/a.b-c", "web_rid", "a.b-c"),
        ("https://www.douyin.com/follow?webRid=a.b", "web_rid", "a.b"),
        ("在 https://live.douyin.com/a.b.", "web_rid", "a.b"),
    ],
)  # fmt: skip
def test_texts_that_name_a_room(text: str, kind: str, id_: str) -> None:
    [target] = parse_targets([text])
    assert (target.platform, target.link.kind, target.link.id) == ("douyin", kind, id_)
    assert target.text == text


def test_several_rooms_in_order() -> None:
    found = parse_targets(["660000000401 660000000400", "7600000000000004000"])
    assert [target.link.id[-3:] for target in found] == ["401", "400", "000"]


def test_a_link_to_a_user_names_a_room() -> None:
    user = "https://www.douyin.com/user/MS4wLjABAAAAroom0-xyzxyzxyz"
    assert [target.link.kind for target in parse_targets([user])] == ["sec_user_id"]
    both = f"{user} https://live.douyin.com/660000000400"
    assert [target.link.kind for target in parse_targets([both])] == ["web_rid"]


@pytest.mark.parametrize("text", ["", "nonsense", "12", "https://www.douyin.com/video/1234"])
def test_texts_that_name_no_room(text: str) -> None:
    with pytest.raises(InputError, match="names no live room"):
        parse_targets(["660000000400", text])


async def test_find_returns_rooms_on_air(play: Play) -> None:
    rooms = await play()
    user = rooms.sandbox.state.catalogue.by_name["room0"]
    links = ["660000000400", "7600000000000004000", "https://v.douyin.com/r-7600000000000004000/",
             rooms.sandbox.get_user_url("room0")]  # fmt: skip
    async with Session("douyin", guest=True) as session:
        found = [await find(session, target) for target in parse_targets(links)]
    assert {room.room_id for room in found} == {"7600000000000004000"}
    assert {room.sec_user_id for room in found} == {user.sec_user_id}
    assert all(room.on_air and room.create_time for room in found)
    assert str(found[0]) == "douyin room 660000000400 of room0"
    assert (found[0].id, found[0].desc) == (found[0].room_id, "room0的直播间")
    assert not rooms.violations


async def test_find_returns_rooms_off_air(play: Play) -> None:
    rooms = await play()
    links = ["660000000004", "660000000002", rooms.sandbox.get_user_url("empty")]
    rooms.sandbox.state.broadcasts["douyin", "7600000000000000020"] = 0  # began long ago
    async with Session("douyin", guest=True) as session:
        assert [(await find(session, t)).on_air for t in parse_targets(links)] == [
            False,
            True,
            False,
        ]
        with pytest.raises(NotOnAir, match="空空如也 is not on air"):
            await find_on_air(session, parse_targets(links)[0])


def test_links_in_one_text_are_of_any_platform_and_none_is_left_out() -> None:
    found = parse_targets(
        ["看 https://live.douyin.com/123 https://www.tiktok.com/@nasa/live https://x.com/y"]
    )
    assert [(t.platform, *t.link) for t in found] == [
        ("douyin", "web_rid", "123"), ("tiktok", "unique_id", "nasa"), ("douyin", "", "https://x.com/y"),
    ]  # fmt: skip


async def test_waiting_survives_temporary_failures_only(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("F2_RETRIES", "0")
    await play("http=502~room/web/enter:2", after=0.5)
    [target] = parse_targets(["660000000400"])
    async with Session("douyin", guest=True) as session, asyncio.timeout(20):
        with pytest.raises(Refused):
            await find_on_air(session, target)
        assert (await find_on_air(session, target, wait=True, poll=0.02)).on_air
    await play("captcha~room/web/enter")
    async with Session("douyin", guest=True) as session:
        with pytest.raises(Refused) as caught:
            await find_on_air(session, target, wait=True, poll=0.02)
    assert caught.value.outcome is Outcome.CAPTCHA


async def test_a_guest_has_no_login_and_leaves_no_files(
    play: Play, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rooms = await play()
    monkeypatch.setenv("F2_COOKIE", "sessionid=f2sandboxsession; ttwid=mine")
    async with Session("douyin", guest=True) as one, Session("douyin", guest=True) as two:
        assert not one.identity.is_logged_in
        assert await one.get_token("ttwid") != await two.get_token("ttwid")
        await find(one, parse_targets([rooms.get_url()])[0])
    assert not list(tmp_path.rglob("*identity*"))  # noqa: ASYNC240
    assert not rooms.violations


async def test_a_socket_is_signed_for_its_own_host(play: Play) -> None:
    from f2scrapy.platforms.douyin import webcast

    rooms = await play()
    async with Session("douyin", guest=True) as session:
        wire = await session.prepare(webcast.socket_endpoint("7600000000000004000", "c", "i|n", {}))
        again = await session.prepare(
            webcast.socket_endpoint("7600000000000004000", "c", "i|n", {})
        )
    assert wire.url.startswith("ws" + rooms.sandbox.url[4:] + "/webcast5-ws-web-hl.douyin.com/")
    assert "&internal_ext=i%7Cn&user_unique_id=" in wire.url
    assert wire.url != again.url  # signed again
    assert "ttwid=" in wire.headers["Cookie"]
    assert "signature=" not in repr(wire)
