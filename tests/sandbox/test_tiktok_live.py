"""TikTok's live rooms: by interface and by page, on air, over, and never."""

import json
from typing import Any

import pytest
from support.tiktok_client import BROWSER, WEB, Visitor, script

from f2scrapy.sandbox.douyin.live import Broadcast

ROOM = "/api-live/user/room/"


async def room(visitor: Visitor, name: str) -> Any:
    user = visitor.sandbox.world.catalogue.by_name[name]
    return (await visitor.api(ROOM, uniqueId=user.unique_id, sourceType=54)).json()


async def test_on_air(visitor: Visitor) -> None:
    told = (await room(visitor, "demo"))["data"]
    assert told["liveRoom"]["status"] == 2
    assert told["user"]["roomId"].isdecimal()
    for name, codec in {"streamData": "h264", "hevcStreamData": "h265"}.items():
        pulled = told["liveRoom"][name]["pull_data"]
        streams = json.loads(pulled["stream_data"])["data"]
        keys = {quality["sdk_key"] for quality in pulled["options"]["qualities"]}
        assert streams.keys() == keys | {"ao"}
        assert json.loads(streams["origin"]["main"]["sdk_params"])["VCodec"] == codec
        assert streams["origin"]["main"]["flv"].startswith("https://pull-f5-sg01.tiktokcdn.com/")
        assert not streams["ao"]["main"]["hls"]
    assert not visitor.violations


async def test_over(visitor: Visitor) -> None:
    told = (await room(visitor, "big20k"))["data"]["liveRoom"]
    assert (told["status"], "streamData" in told) == (4, False)


async def test_never_on_air(visitor: Visitor) -> None:
    told = (await room(visitor, "empty"))["data"]
    assert len(told) == 4
    assert not told["user"]["roomId"]
    assert "liveRoom" not in told


@pytest.mark.parametrize(("name", "status"), [("nobody", 10202), ("sandbox16", 10221)])
async def test_nobodys_room(visitor: Visitor, name: str, status: int) -> None:
    told = (await visitor.api(ROOM, uniqueId=name, sourceType=54)).json()
    assert told["statusCode"] == status


async def test_another_source_is_noted(visitor: Visitor) -> None:
    await visitor.api(ROOM, uniqueId="sandbox1", sourceType=1)
    assert visitor.violations == ["sourceType is not 54"]


async def test_which_broadcasts_are_on_air(visitor: Visitor) -> None:
    users = visitor.sandbox.world.catalogue.by_name
    ids = [Broadcast(users["demo"]).room_id, Broadcast(users["demo"], 1).room_id, "7"]
    url = visitor.signed("/webcast/room/check_alive/", room_ids=",".join(ids), from_page="live")
    reply = await visitor.get(url.replace(WEB, "https://webcast.tiktok.com"))
    told = {row["room_id_str"]: row["alive"] for row in reply.json()["data"]}
    assert told == dict(zip(ids, (True, False, False), strict=True))
    assert not visitor.violations
    assert BROWSER.keys() < visitor.params.keys()


@pytest.mark.parametrize("name", ["demo", "big20k", "empty"])
async def test_the_page_says_what_the_interface_says(visitor: Visitor, name: str) -> None:
    user = visitor.sandbox.world.catalogue.by_name[name]
    page = await visitor.get(f"{WEB}/@{user.unique_id}/live")
    told = script(page, "SIGI_STATE")["LiveRoom"]["liveRoomUserInfo"]
    asked = (await room(visitor, name))["data"]
    assert told["user"] == asked["user"]
    assert told.keys() == asked.keys()


async def test_the_page_of_nobody(visitor: Visitor) -> None:
    state = script(await visitor.get(f"{WEB}/@nobody/live"), "SIGI_STATE")
    assert state["LiveRoom"]["liveRoomUserInfo"] is None
