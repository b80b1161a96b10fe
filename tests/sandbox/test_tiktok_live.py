"""Test TikTok's live rooms by interface and by page: on air, over, never on air."""

import json
from typing import Any

import pytest
from support.tiktok_client import BROWSER, WEB, Visitor, read_script

from f2scrapy.sandbox.douyin.live import Broadcast

ROOM = "/api-live/user/room/"


async def fetch_room(visitor: Visitor, name: str) -> Any:
    user = visitor.sandbox.state.catalogue.by_name[name]
    return (await visitor.call_api(ROOM, uniqueId=user.unique_id, sourceType=54)).json()


async def test_on_air(visitor: Visitor) -> None:
    answer = (await fetch_room(visitor, "demo"))["data"]
    assert answer["liveRoom"]["status"] == 2
    assert answer["user"]["roomId"].isdecimal()
    for name, codec in {"streamData": "h264", "hevcStreamData": "h265"}.items():
        pulled = answer["liveRoom"][name]["pull_data"]
        streams = json.loads(pulled["stream_data"])["data"]
        keys = {quality["sdk_key"] for quality in pulled["options"]["qualities"]}
        assert streams.keys() == keys | {"ao"}
        assert json.loads(streams["origin"]["main"]["sdk_params"])["VCodec"] == codec
        assert streams["origin"]["main"]["flv"].startswith("https://pull-f5-sg01.tiktokcdn.com/")
        assert not streams["ao"]["main"]["hls"]
    assert not visitor.violations


async def test_over(visitor: Visitor) -> None:
    answer = (await fetch_room(visitor, "big20k"))["data"]["liveRoom"]
    assert (answer["status"], "streamData" in answer) == (4, False)


async def test_never_on_air(visitor: Visitor) -> None:
    answer = (await fetch_room(visitor, "empty"))["data"]
    assert len(answer) == 4
    assert not answer["user"]["roomId"]
    assert "liveRoom" not in answer


@pytest.mark.parametrize(("name", "status"), [("nobody", 10202), ("sandbox16", 10221)])
async def test_rooms_of_unknown_and_banned_users(visitor: Visitor, name: str, status: int) -> None:
    answer = (await visitor.call_api(ROOM, uniqueId=name, sourceType=54)).json()
    assert answer["statusCode"] == status


async def test_another_source_is_noted(visitor: Visitor) -> None:
    await visitor.call_api(ROOM, uniqueId="sandbox1", sourceType=1)
    assert visitor.violations == ["sourceType is not 54"]


async def test_which_broadcasts_are_on_air(visitor: Visitor) -> None:
    users = visitor.sandbox.state.catalogue.by_name
    ids = [Broadcast(users["demo"]).room_id, Broadcast(users["demo"], 1).room_id, "7"]
    url = visitor.sign_url("/webcast/room/check_alive/", room_ids=",".join(ids), from_page="live")
    reply = await visitor.get(url.replace(WEB, "https://webcast.tiktok.com"))
    answer = {row["room_id_str"]: row["alive"] for row in reply.json()["data"]}
    assert answer == dict(zip(ids, (True, False, False), strict=True))
    assert not visitor.violations
    assert BROWSER.keys() < visitor.params.keys()


@pytest.mark.parametrize("name", ["demo", "big20k", "empty"])
async def test_page_and_interface_agree(visitor: Visitor, name: str) -> None:
    user = visitor.sandbox.state.catalogue.by_name[name]
    page = await visitor.get(f"{WEB}/@{user.unique_id}/live")
    answer = read_script(page, "SIGI_STATE")["LiveRoom"]["liveRoomUserInfo"]
    expected = (await fetch_room(visitor, name))["data"]
    assert answer["user"] == expected["user"]
    assert answer.keys() == expected.keys()


async def test_the_page_of_an_unknown_user(visitor: Visitor) -> None:
    state = read_script(await visitor.get(f"{WEB}/@nobody/live"), "SIGI_STATE")
    assert state["LiveRoom"]["liveRoomUserInfo"] is None


async def test_messages_want_a_signature(visitor: Visitor) -> None:
    room = Broadcast(visitor.sandbox.state.catalogue.by_name["demo"]).room_id
    params = {"room_id": room, "resp_content_type": "protobuf"}
    url = visitor.sign_url("/webcast/im/fetch/", **params).replace("www.", "webcast.", 1)
    assert (await visitor.get(url)).body
    assert not visitor.violations
    assert not (await visitor.get(url.partition("&X-Bogus=")[0])).body
    assert visitor.violations == ["x_bogus: X-Bogus is missing"]
