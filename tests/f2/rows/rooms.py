"""The messages of rooms, and recordings."""

import asyncio
from typing import Any

import pytest
from websockets.asyncio.client import connect

from f2scrapy.danmaku.sinks.relay import Relay
from f2scrapy.errors import InputError
from f2scrapy.f2.apps.douyin.crawler import DouyinWebSocketCrawler
from f2scrapy.f2.apps.douyin.dl import DouyinDownloader
from f2scrapy.f2.apps.douyin.handler import DouyinHandler
from f2scrapy.f2.apps.tiktok.crawler import TiktokWebSocketCrawler
from f2scrapy.f2.apps.tiktok.dl import TiktokDownloader
from f2scrapy.f2.apps.tiktok.handler import TiktokHandler
from tests.f2.rows.table import ROWS, WEB_RID, Caller, row


async def watch(handler: Any, crawler: Any, **words: Any) -> list[tuple[str, Any]]:
    """Watch a room until it ends; return what the callbacks got."""
    seen: list[tuple[str, Any]] = []

    def collect(name: str) -> Any:
        async def callback(data: bytes) -> None:
            seen.append((name, await getattr(crawler, name)(data)))

        return callback

    names = ("WebcastChatMessage", "WebcastGiftMessage", "WebcastLikeMessage")
    reason = await handler.fetch_live_danmaku(**words, wss_callbacks={n: collect(n) for n in names})
    assert reason == "the room has ended"
    return seen


@row("D-H30", "D-H31", "D-W1")
async def call_danmaku(caller: Caller) -> None:
    user = await caller.douyin().fetch_query_user()
    room = await caller.douyin().fetch_user_live_videos(WEB_RID.format(1))
    im = await caller.douyin().fetch_live_im(room_id=room.room_id, unique_id=user.user_unique_id)
    assert im.cursor
    assert im.internal_ext
    seen = await watch(
        DouyinHandler({"show_message": True}), DouyinWebSocketCrawler, room_id=room.room_id,
        user_unique_id=user.user_unique_id, internal_ext=im.internal_ext, cursor=im.cursor,
    )  # fmt: skip
    assert {event["kind"] for _, event in seen} == {"chat", "gift", "like"}


@row("X-11")
async def call_tiktok_danmaku(caller: Caller) -> None:
    room = await caller.tiktok().fetch_user_live_videos(caller.demo.unique_id)
    im = await TiktokHandler({}).fetch_live_im(room_id=room.live_room_id)
    seen = await watch(
        TiktokHandler({}), TiktokWebSocketCrawler, room_id=room.live_room_id,
        internal_ext=im.internalExt, cursor=im.cursor, wrss=im.routeParams.wrss,
    )  # fmt: skip
    assert len(seen) > 10
    for method in TiktokWebSocketCrawler.methods:
        assert (await getattr(TiktokWebSocketCrawler, method)(b""))["method"] == method


@row("D-W2", "D-W3", "D-W4")
async def call_frames(caller: Caller) -> None:
    from f2scrapy.danmaku.proto.base_pb2 import Message, PushFrame, Response
    from f2scrapy.f2.apps.douyin.crawler import DouyinWebSocketCrawler as Socket

    sent: list[bytes] = []

    class Peer:
        async def send(self, frame: bytes) -> None:
            sent.append(frame)

    crawler = Socket({}, {})
    crawler.websocket = Peer()
    inner = Response(
        messages=[Message(method="WebcastChatMessage", payload=b"", msg_id=1)], cursor="c",
        internal_ext="ext", need_ack=True,
    )  # fmt: skip
    frame = PushFrame(log_id=7, payload_type="msg", payload=inner.SerializeToString())
    [event] = await crawler.handle_wss_message(frame.SerializeToString())
    assert event["kind"] == "chat"
    assert PushFrame.FromString(sent[0]).payload_type == "ack"
    assert PushFrame.FromString(await crawler.send_ack(7, "ext")).log_id == 7
    assert PushFrame.FromString(await crawler.send_ping()).payload_type == "hb"


@row("X-13")
async def use_proxies_and_relay(caller: Caller) -> None:
    proxies = {"http://": None, "https://": "ftp://127.0.0.1:1"}
    with pytest.raises(InputError, match="proxy: ftp:// is not understood"):
        await caller.douyin(proxies=proxies).fetch_query_user()
    assert (await caller.douyin(proxies={"https": "127.0.0.1:1"}).fetch_query_user()).user_unique_id
    async with Relay(port=0) as relay, connect(f"ws://127.0.0.1:{relay.port}"):
        assert relay.port


MESSAGES = {
    "D-W5": "WebcastRoomMessage", "D-W6": "WebcastLikeMessage", "D-W7": "WebcastMemberMessage",
    "D-W9": "WebcastGiftMessage", "D-W10": "WebcastSocialMessage",
    "D-W12": "WebcastRoomUserSeqMessage", "D-W13": "WebcastUpdateFanTicketMessage",
    "D-W14": "WebcastCommonTextMessage", "D-W15": "WebcastMatchAgainstScoreMessage",
    "D-W16": "WebcastFansclubMessage", "D-W17": "WebcastChatMessage",
    "D-W18": "WebcastRanklistHourEntranceMessage", "D-W19": "WebcastRoomStatsMessage",
    "D-W20": "WebcastLiveShoppingMessage", "D-W21": "WebcastLiveEcomGeneralMessage",
    "D-W22": "WebcastProductChangeMessage", "D-W23": "WebcastRoomStreamAdaptationMessage",
}  # fmt: skip


def add_message(row_id: str, *methods: str) -> None:
    async def call(caller: Caller) -> None:
        for method in methods:
            event = await getattr(DouyinWebSocketCrawler, method)(data=b"")
            assert event["method"] == method
            assert event["kind"] != "unknown"

    ROWS[row_id] = call


for row_id, method in MESSAGES.items():
    add_message(row_id, method)
add_message("X-7", *DouyinWebSocketCrawler.methods[23:34])
add_message("X-8", *DouyinWebSocketCrawler.methods[34:])


@row("D-H7", "D-L7", "D-L8", "T-H6", "T-L4", "T-L5")
async def record(caller: Caller) -> None:
    room = await caller.douyin().fetch_user_live_videos(WEB_RID.format(2))
    other = await caller.tiktok().fetch_user_live_videos(caller.clean.unique_id)
    words, folder = caller.kwargs, caller.folder / "rooms"
    recordings = asyncio.gather(
        DouyinDownloader({}).create_stream_tasks(words, room._to_dict(), folder / "one"),
        TiktokDownloader({}).handle_stream(words, [other._to_dict()], folder / "two"),
        caller.douyin(url=WEB_RID.format(6), path=str(folder / "three")).handle_user_live(),
    )
    for _ in range(400):
        await asyncio.sleep(0.05)
        parts = [one for one in folder.rglob("*_live_*.part") if one.stat().st_size > 50_000]
        if len(parts) == 3:
            break
    caller.sandbox.state.switch_on("over")
    finished = await recordings
    caller.sandbox.state.faults.active.clear()  # the other rows' rooms go on
    for ended in finished:
        assert ended.exit_code == 0, ended.summary
    for name in ("one", "two", "three"):
        assert [*(folder / name).rglob("*_live_*.flv")]
    assert not [*(folder / "one").glob("*identity*")], "the guest is that of F2_PATH"
    assert DouyinDownloader.handler_stream is DouyinDownloader.create_stream_tasks
