"""Each row of F2's documented interface, called by F2's names against the sandbox."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from websockets.asyncio.client import connect

from f2scrapy.archive.archive import Archive
from f2scrapy.danmaku.sinks.relay import Relay
from f2scrapy.errors import InputError, Refused
from f2scrapy.f2.apps.douyin import api as douyin_api
from f2scrapy.f2.apps.douyin import filter as douyin_filters
from f2scrapy.f2.apps.douyin import model as douyin_models
from f2scrapy.f2.apps.douyin import utils as douyin_utils
from f2scrapy.f2.apps.douyin.algorithm.webcast_signature import DouyinWebcastSignature
from f2scrapy.f2.apps.douyin.crawler import DouyinCrawler, DouyinWebSocketCrawler
from f2scrapy.f2.apps.douyin.db import AsyncUserDB, AsyncVideoDB
from f2scrapy.f2.apps.douyin.dl import DouyinDownloader
from f2scrapy.f2.apps.douyin.handler import DouyinHandler
from f2scrapy.f2.apps.tiktok import db as tiktok_db
from f2scrapy.f2.apps.tiktok import model as tiktok_models
from f2scrapy.f2.apps.tiktok import utils as tiktok_utils
from f2scrapy.f2.apps.tiktok.crawler import TiktokCrawler, TiktokWebSocketCrawler
from f2scrapy.f2.apps.tiktok.dl import TiktokDownloader
from f2scrapy.f2.apps.tiktok.handler import TiktokHandler
from f2scrapy.f2.utils.utils import filter_by_date_interval
from f2scrapy.sandbox.catalogue import User, Work, build_work
from f2scrapy.sandbox.live.chat import ChatOptions
from f2scrapy.sandbox.server import Sandbox, run_sandbox
from f2scrapy.sandbox.state import Options
from f2scrapy.signing import xbogus
from f2scrapy.signing.webcast import compute_stub, verify

SERIES = User(902, "series", 45, series=True)
WEB_RID = "66000000{:04}"
AGENT = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0.0.0 Safari/537.36"
)


@pytest.fixture(scope="module")
def sandbox(folder: Path):
    """A sandbox whose rooms end a second after the first viewer came."""
    chat = ChatOptions(rate=60, seconds=1)
    with (
        run_sandbox(Options(users=(SERIES,), chat=chat)) as sandbox,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.chdir(folder)
        patch.delenv("F2_COOKIE", raising=False)
        for name, value in {"SANDBOX": sandbox.url, "PACE": "0", "BACKOFF": "0.01", "FSYNC": "0",
                            "LIVE_FREE": "1"}.items():  # fmt: skip
            patch.setenv(f"F2_{name}", value)
        yield sandbox


@dataclass
class Caller:
    """What the rows call with."""

    sandbox: Sandbox
    kwargs: dict[str, Any]
    folder: Path

    @property
    def demo(self) -> User:
        return self.sandbox.state.catalogue.by_name["demo"]

    @property
    def clean(self) -> User:
        return self.sandbox.state.catalogue.by_name["clean200"]

    @property
    def work(self) -> Work:
        return build_work(self.demo, 3)

    def douyin(self, **kwargs: Any) -> DouyinHandler:
        return DouyinHandler(self.kwargs | kwargs)

    def tiktok(self, **kwargs: Any) -> TiktokHandler:
        return TiktokHandler(self.kwargs | kwargs)


@pytest.fixture(scope="module")
def caller(sandbox: Sandbox, kwargs: dict[str, Any], folder: Path) -> Caller:
    return Caller(sandbox, kwargs, folder)


Row = Callable[[Caller], Awaitable[None]]
ROWS: dict[str, Row] = {}
# Not sent, not offered, or by another login: each says so in one line.
EXCEPTIONS = {"D-H33", "D-C19", "D-C20", "D-C21", "D-W8", "D-W11", "X-4"}


def row(*ids: str) -> Callable[[Row], Row]:
    def add(function: Row) -> Row:
        ROWS.update(dict.fromkeys(ids, function))
        return function

    return add


async def read(pages: AsyncIterator[Any]) -> list[Any]:
    """Return the pages of a list; each has the forms of a filter."""
    found = [page async for page in pages]
    for page in found:
        assert page._to_raw()
        assert set(page._to_dict()) > {"has_more"} or set(page._to_dict()) > {"hasMore"}
        assert isinstance(page._to_list(), list)
    return found


def count(pages: list[Any], name: str = "aweme_id") -> int:
    ids = [one for page in pages for one in getattr(page, name)]
    return len(set(map(str, ids)))


# Downloads of a mode


def add_mode(row_id: str, platform: str, method: str, find: Any, files: int, **more: Any) -> None:
    async def call(caller: Caller) -> None:
        handler = caller.douyin if platform == "douyin" else caller.tiktok
        words = {"path": str(caller.folder / row_id), "naming": "{create}_{desc}_{aweme_id}"}
        ended = await getattr(handler(url=find(caller), **words | more), method)()
        assert ended.exit_code == 0, ended.summary
        found = [
            one for one in (caller.folder / row_id).rglob("*") if one.suffix not in (".db", ".json")
        ]
        assert len(found) >= files

    ROWS[row_id] = call


def user_url(name: str, platform: str = "douyin") -> Callable[[Caller], str]:
    return lambda caller: caller.sandbox.get_user_url(name, platform)


def work_url(caller: Caller) -> str:
    return f"https://www.douyin.com/video/{caller.work.aweme_id}"


def tiktok_url(caller: Caller) -> str:
    return f"https://www.tiktok.com/@x/video/{caller.work.aweme_id}"


FEW = {"max_counts": 2}
add_mode("D-H1", "douyin", "handle_one_video", work_url, 1)
add_mode("D-H2", "douyin", "handle_user_post", user_url("demo"), 2, max_counts=3, interval="all")
add_mode("D-H3", "douyin", "handle_user_like", user_url("demo"), 2, **FEW)
add_mode("D-H4", "douyin", "handle_user_music_collection", user_url("demo"), 0, **FEW)
add_mode("D-H5", "douyin", "handle_user_collection", user_url("demo"), 2, **FEW)
add_mode(
    "D-H6",
    "douyin",
    "handle_user_mix",
    lambda _: f"https://www.douyin.com/collection/{SERIES.mix_id}",
    2,
    **FEW,
)
add_mode("D-H8", "douyin", "handle_user_feed", lambda _: "", 2, **FEW)
add_mode("D-H9", "douyin", "handle_related", work_url, 2, **FEW)
add_mode("D-H10", "douyin", "handle_friend_feed", lambda _: "", 2, **FEW)
add_mode("X-1", "douyin", "handle_user_collects", lambda _: "", 2, **FEW)
add_mode("T-H1", "tiktok", "handle_one_video", tiktok_url, 1)
add_mode("T-H2", "tiktok", "handle_user_post", user_url("demo", "tiktok"), 2, **FEW)
add_mode("T-H3", "tiktok", "handle_user_like", user_url("demo", "tiktok"), 2, **FEW)
add_mode("T-H4", "tiktok", "handle_user_collect", user_url("demo", "tiktok"), 2, **FEW)
add_mode("T-H5", "tiktok", "handle_user_mix", user_url("demo", "tiktok"), 2, **FEW)
add_mode("T-H7", "tiktok", "handle_user_feed", lambda _: "", 2, **FEW)
add_mode("X-9", "tiktok", "handle_search", lambda _: "", 1, keyword="demo", **FEW)


# Users and works in databases


@row("D-H11")
async def call_user_data(caller: Caller) -> None:
    async with AsyncUserDB("douyin_users.db") as db:
        folder = await caller.douyin().get_or_add_user_data(
            kwargs=caller.kwargs, sec_user_id=caller.demo.sec_user_id, db=db
        )
        stored = await db.get_user_info(caller.demo.sec_user_id)
        moved = douyin_utils.rename_user_folder(folder, "改名")
        with closing(Archive(moved.parents[2] / "f2scrapy.db", moved.parents[2])) as archive:
            owner = ("douyin", "post", caller.demo.sec_user_id)
            assert archive.find_folder(*owner) == "douyin/post/改名"
        assert folder == await caller.douyin().get_or_add_user_data(caller.kwargs, owner[2], db)
    assert folder == caller.folder.resolve() / "Download/douyin/post/演示账号"
    assert not moved.exists()
    assert folder.is_dir()
    assert (stored["nickname"], stored["aweme_count"]) == ("演示账号", caller.demo.aweme_count)


@row("T-H17", "T-H16")
async def call_tiktok_user_data(caller: Caller) -> None:
    secret = caller.demo.sec_user_id
    async with tiktok_db.AsyncUserDB("tiktok_users.db") as db:
        folder = await caller.tiktok().get_or_add_user_data(caller.kwargs, secret, db)
        assert folder == await caller.tiktok().get_or_add_user_data(secUid=secret, db=db)
        assert (await db.get_user_info("", caller.demo.unique_id))["secUid"] == secret
        assert await caller.tiktok().get_user_nickname(secret, db) == "演示账号"
    assert folder.is_dir()
    assert "tiktok/post" in folder.as_posix()


@row("D-H12")
async def call_video_data(caller: Caller) -> None:
    work = await caller.douyin().fetch_one_video(str(caller.work.aweme_id))
    ignored = ["video_play_addr", "images", "video_bit_rate", "cover"]
    async with AsyncVideoDB("douyin_videos.db") as db:
        await caller.douyin().get_or_add_video_data(work._to_dict(), db, ignored)
        stored = await db.get_video_info(str(caller.work.aweme_id))
    assert stored["desc_raw"] == work.desc_raw
    assert stored["cover"] is None


@row("T-H18")
async def call_tiktok_video_data(caller: Caller) -> None:
    work = await caller.tiktok().fetch_one_video(itemId=str(caller.work.aweme_id))
    async with tiktok_db.AsyncVideoDB("tiktok_videos.db") as db:
        await caller.tiktok().get_or_add_video_data(work._to_dict(), db, ["video_playAddr"])
        assert (await db.get_video_info(str(caller.work.aweme_id)))["desc"] == work.desc


# One answer, and lists


@row("D-H13")
async def call_profile(caller: Caller) -> None:
    user = await caller.douyin().fetch_user_profile(sec_user_id=caller.demo.sec_user_id)
    assert (user.nickname, user.uid) == ("演示账号", caller.demo.uid)
    assert user._to_raw()["user"]["nickname"] == user._to_dict()["nickname_raw"]


@row("T-H15")
async def call_tiktok_profile(caller: Caller) -> None:
    for name, value in {
        "secUid": caller.demo.sec_user_id,
        "uniqueId": caller.demo.unique_id,
    }.items():
        user = await caller.tiktok().fetch_user_profile(**{name: value})
        assert (user.secUid, user.uniqueId) == (caller.demo.sec_user_id, caller.demo.unique_id)
    assert (await caller.tiktok().handler_user_profile(caller.demo.sec_user_id)).nickname


@row("D-H14")
async def call_work(caller: Caller) -> None:
    work = await caller.douyin().fetch_one_video(aweme_id=str(caller.work.aweme_id))
    assert work.aweme_id == str(caller.work.aweme_id)
    assert work.desc_raw.startswith(caller.work.text)
    assert work._to_list() == [work._to_dict()]


@row("T-H8")
async def call_tiktok_work(caller: Caller) -> None:
    work = await caller.tiktok().fetch_one_video(itemId=str(caller.work.aweme_id))
    assert work.aweme_id == str(caller.work.aweme_id)


def add_list(
    row_id: str,
    start: Callable[[Caller], Any],
    rows: int,
    name: str = "aweme_id",
    *,
    pages: int = 1,
) -> None:
    async def call(caller: Caller) -> None:
        found = await read(start(caller))
        assert len(found) >= pages
        assert count(found, name) >= rows

    ROWS[row_id] = call


@row("D-H15")
async def call_posts(caller: Caller) -> None:
    secret = caller.clean.sec_user_id
    pages = await read(caller.douyin().fetch_user_post_videos(secret, 0, 0, 10, 30))
    older = await read(caller.douyin().fetch_user_post_videos(secret, 0, 10, 20))  # as documented
    assert [len(page.aweme_id) for page in pages] == [10, 10, 10]
    assert [page.aweme_id for page in older] == [page.aweme_id for page in pages[:2]]
    later = await read(
        caller.douyin().fetch_user_post_videos(secret, max_cursor=pages[0].max_cursor, max_counts=1)
    )
    assert later[0].aweme_id[0] == pages[1].aweme_id[0]


add_list("D-H16", lambda c: c.douyin().fetch_user_like_videos(c.demo.sec_user_id, 0, 10, 20), 10)
add_list("D-H17", lambda c: c.douyin().fetch_user_music_collection(0, 10, 20), 3, "music_id")
add_list("D-H18", lambda c: c.douyin().fetch_user_collection_videos(0, 10, 20), 10)
add_list("D-H19", lambda c: c.douyin().fetch_user_collects(0, 10, 20), 2, "collects_id")
add_list("D-H21", lambda c: c.douyin().fetch_user_mix_videos(SERIES.mix_id, 0, 10, 20), 20, pages=2)
add_list("D-H24", lambda c: c.douyin().fetch_user_feed_videos(c.demo.sec_user_id, 0, 10, 20), 20)
add_list(
    "D-H25",
    lambda c: c.douyin().fetch_related_videos(
        aweme_id=str(c.work.aweme_id), filterGids="", page_counts=20, max_counts=20
    ),
    20,
)
add_list(
    "D-H26",
    lambda c: c.douyin().fetch_friend_feed_videos(cursor=0, level=1, pull_type=0, max_counts=10),
    5,
)
add_list(
    "D-H28",
    lambda c: c.douyin().fetch_user_follower(sec_user_id=c.demo.sec_user_id, max_counts=40),
    40,
    "sec_uid",
)
add_list(
    "T-H9",
    lambda c: c.tiktok().fetch_user_post_videos(c.clean.sec_user_id, 0, 0, 10, 30),
    30,
    pages=3,
)
add_list("T-H10", lambda c: c.tiktok().fetch_user_like_videos(c.demo.sec_user_id, 0, 10, 20), 10)
add_list("T-H11", lambda c: c.tiktok().fetch_user_collect_videos(c.demo.sec_user_id, 0, 10, 20), 10)


@row("D-H20")
async def call_folder(caller: Caller) -> None:
    [folders, *_] = await read(caller.douyin().fetch_user_collects())
    chosen = await caller.douyin().select_user_collects(folders, "1")
    assert count(await read(caller.douyin().fetch_user_collects_videos(chosen, 0, 10, 20))) > 0


@row("D-H27")
async def call_following(caller: Caller) -> None:
    by_sec = await read(caller.douyin().fetch_user_following(sec_user_id=caller.demo.sec_user_id))
    by_uid = await read(caller.douyin().fetch_user_following(user_id=caller.demo.uid))
    assert count(by_sec, "sec_uid") == count(by_uid, "sec_uid") == caller.demo.following
    rows = {"sec_user_id": caller.demo.sec_user_id, "source_type": 1, "max_counts": 10}
    [first] = await read(caller.douyin().fetch_user_following(count=10, **rows))
    later = await read(caller.douyin().fetch_user_following(max_time=first.min_time, **rows))
    assert set(later[0].sec_uid) - set(first.sec_uid)
    with pytest.raises(InputError, match="source_type=7: there are 1, 3, 4"):
        caller.douyin().fetch_user_following(user_id="1", source_type=7)


@row("T-H12", "T-H13", "T-H19")
async def call_playlists(caller: Caller) -> None:
    playlist = await caller.tiktok().fetch_play_list(caller.demo.sec_user_id, 0, 30)
    assert len(playlist.get("mixId", [])) == len(playlist.mixName) > 0
    number = await caller.tiktok().select_playlist(playlist, "1")
    mix_id = playlist.mixId[number - 1]
    assert count(await read(caller.tiktok().fetch_user_mix_videos(mix_id, 0, 10, 20))) > 0
    assert await caller.tiktok().select_playlist(playlist, "0") == 0


@row("D-H22", "D-H23", "X-5")
async def call_rooms(caller: Caller) -> None:
    room = await caller.douyin().fetch_user_live_videos(WEB_RID.format(6))
    assert (room.live_status, bool(room.room_id)) == (2, True)
    again = await caller.douyin().fetch_user_live_videos_by_room_id(room.room_id)
    assert (str(again.room_id), again.live_status) == (str(room.room_id), 2)
    status = await caller.douyin().fetch_user_live_status(user_id=str(room.user_id))
    assert status.room_id_str == str(room.room_id)


@row("D-H29")
async def call_query_user(caller: Caller) -> None:
    assert re.fullmatch(r"\d{15,20}", (await caller.douyin().fetch_query_user()).user_unique_id)


@row("D-H32")
async def call_following_lives(caller: Caller) -> None:
    rooms = await caller.douyin().fetch_user_following_lives()
    assert len(rooms._to_list()) == len(rooms.room_id) > 0
    assert (await caller.douyin().fetch_following_live()).room_id


@row("X-2", "X-3")
async def call_comments(caller: Caller) -> None:
    works = await read(
        caller.douyin().fetch_user_post_videos(caller.clean.sec_user_id, max_counts=20)
    )
    comments = replies = 0
    for aweme_id in works[0].aweme_id[:8]:
        for page in await read(caller.douyin().fetch_post_comment(aweme_id, 0, 20, 20)):
            comments += len(page.comment_id)
            below = [i for i, n in zip(page.comment_id, page.reply_comment_total, strict=True) if n]
            for comment_id in below[:1]:
                answer = await read(caller.douyin().fetch_post_comment_reply(aweme_id, comment_id))
                replies += count(answer, "comment_id")
    assert comments > 0 < replies
    found = caller.douyin().fetch_home_post_search(caller.clean.uid, "海边", "", 0, 10, 10)
    assert count(await read(found)) > 0
    words = await caller.douyin().fetch_suggest_word("海边")
    assert words._to_list()[0].keys() == {"suggest_word_id", "suggest_word"}


@row("X-10")
async def call_tiktok_rooms(caller: Caller) -> None:
    room = await caller.tiktok().fetch_user_live_videos(caller.demo.unique_id)
    assert room.has_live
    assert room.live_status == 2
    assert room.live_hls_url.startswith("https://")
    ids = f"{room.live_room_id},7600000000000000999"
    rooms = await caller.tiktok().fetch_check_live_alive(room_ids=ids)
    assert rooms.is_alive == [True, False]
    assert (
        count(
            await read(
                caller.tiktok().fetch_search_videos(
                    keyword="demo", offset=0, page_counts=30, max_counts=30
                )
            )
        )
        > 0
    )


# Danmaku, and recordings


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
    for ended in await recordings:
        assert ended.exit_code == 0, ended.summary
    for name in ("one", "two", "three"):
        assert [*(folder / name).rglob("*_live_*.flv")]
    assert not [*(folder / "one").glob("*identity*")], "the guest is that of F2_PATH"
    assert DouyinDownloader.handler_stream is DouyinDownloader.create_stream_tasks


# Downloads of works at hand


@row("D-L3", "D-L4", "S-3")
async def download_works(caller: Caller) -> None:
    [page] = await read(
        caller.douyin().fetch_user_post_videos(caller.demo.sec_user_id, max_counts=4)
    )
    folder, downloader = caller.folder / "here", DouyinDownloader(caller.kwargs)
    words = caller.kwargs | {"desc": True, "cover": True, "folderize": True}
    ended = await downloader.create_download_tasks(words, page._to_list()[:3], folder)
    assert (ended.exit_code, ended.report["kept"]) == (0, 3)
    assert len({one.parent for one in folder.rglob("*_desc.txt")}) == 3
    plain = {"aweme_id": page.aweme_id[3]}  # a dict of the caller's own
    assert (await downloader.handler_download(words, plain, folder)).exit_code == 0
    with pytest.raises(InputError, match="want rows of a filter"):
        await downloader.create_download_task(words, {"title": "x"}, folder)


@row("T-L2", "T-L3")
async def download_tiktok_works(caller: Caller) -> None:
    work = await caller.tiktok().fetch_one_video(str(caller.work.aweme_id))
    downloader = TiktokDownloader(caller.kwargs)
    ended = await downloader.create_download_task(
        caller.kwargs, work._to_dict(), caller.folder / "tt"
    )
    assert ended.exit_code == 0
    assert any(
        "_video" in one.name or "_image_1" in one.name for one in (caller.folder / "tt").rglob("*")
    )
    assert TiktokDownloader.handle_download is TiktokDownloader.create_download_tasks


@row("D-L5", "D-L6")
async def download_music(caller: Caller) -> None:
    [page, *_] = await read(caller.douyin().fetch_user_music_collection(0, 20, 20))
    rows = [one for one in page._to_list() if one["play_url"]][:3]
    downloader, folder = DouyinDownloader({}), caller.folder / "music"
    ended = await downloader.create_music_download_tasks(
        caller.kwargs | {"lyric": True}, rows, folder
    )
    assert ended.exit_code == 0, ended.summary
    assert len([*folder.rglob("*_music.mp3")]) >= 2


@row("D-L1", "T-L1")
async def save_last(caller: Caller) -> None:
    secret = caller.demo.sec_user_id
    async with AsyncUserDB("douyin_users.db") as db:
        await db.add_user_info(sec_user_id=secret)
        await DouyinDownloader({}).save_last_aweme_id(secret, "7")
        assert (await db.get_user_info(secret))["last_aweme_id"] == "7"
    async with tiktok_db.AsyncUserDB("tiktok_users.db") as db:
        await db.add_user_info(secUid=secret)
        await TiktokDownloader({}).save_last_aweme_id(secret, "8")
        assert (await db.get_user_info(secret))["last_aweme_id"] == "8"


@row("D-L2")
async def filter_days(caller: Caller) -> None:
    rows = [{"create_time": f"2024-05-0{day} 10-00-00"} for day in (1, 2, 3)]
    kept = await DouyinDownloader({}).filter_aweme_datas_by_interval(rows, "2024-05-02|2024-05-03")
    assert kept == rows[1:]
    assert filter_by_date_interval(rows[0], "2024-05-02|2024-05-03") is None
    with pytest.raises(InputError, match="interval=May"):
        filter_by_date_interval(rows, "May")


# Configuration, tokens, signatures


@row("D-U1", "S-7")
async def call_configuration(caller: Caller) -> None:
    manager = douyin_utils.ClientConfManager
    assert manager.client()["browser"]["version"]
    assert manager.user_agent() == manager.headers()["User-Agent"]
    assert "{" not in manager.user_agent()
    assert manager.conf_version()
    assert manager.referer() == "https://www.douyin.com/"
    assert manager.msToken()["url"].startswith("https://")
    assert manager.ttwid()["url"] != manager.webid()["url"]
    assert manager.wss()
    assert manager.proxies() == {"http://": None, "https://": None}
    assert tiktok_utils.ClientConfManager.odin_tt()["url"]


TOKENS = {
    "D-U2": (douyin_utils.TokenManager.gen_real_msToken, r"[\w+-]{100,}=*"),
    "D-U3": (douyin_utils.TokenManager.gen_false_msToken, r"[\w+-]{182}=="),
    "D-U4": (douyin_utils.TokenManager.gen_ttwid, r"\S{20,}"),
    "D-U5": (douyin_utils.TokenManager.gen_webid, r"\d{19}"),
    "D-U6": (douyin_utils.VerifyFpManager.gen_verify_fp, r"verify_\w+"),
    "D-U7": (douyin_utils.VerifyFpManager.gen_s_v_web_id, r"verify_\w+"),
    "T-U1": (tiktok_utils.TokenManager.gen_real_msToken, r"[\w+-]{100,}=*"),
    "T-U2": (tiktok_utils.TokenManager.gen_false_msToken, r"[\w+-]{146}=="),
    "T-U3": (tiktok_utils.TokenManager.gen_ttwid, r"\S{20,}"),
    "T-U4": (tiktok_utils.TokenManager.gen_odin_tt, r"\S{10,}"),
}  # fmt: skip


def add_token(row_id: str, make: Callable[[], str], form: str) -> None:
    async def call(caller: Caller) -> None:
        first, second = make(), make()  # synchronous, within a running loop
        assert re.fullmatch(form, first)
        assert first != second or row_id == "D-U5", "another guest each time"

    ROWS[row_id] = call


for row_id, (make, form) in TOKENS.items():
    add_token(row_id, make, form)

QUERY = "aweme_id=7196239141472980280&aid=1128&version_name=23.5.0&device_platform=android"


def check_x_bogus(signed: str, query: str, agent: str) -> None:
    assert signed.startswith(f"{query}&X-Bogus=")
    xbogus.verify(dict(parse_qsl(signed))["X-Bogus"], query.encode(), b"", agent)


@row("D-U8", "D-U9")
async def sign_socket(caller: Caller) -> None:
    signer = DouyinWebcastSignature(AGENT)
    first, second = (
        signer.get_signature("7383573503129258802", "7383588170770138661") for _ in "ab"
    )
    assert (len(first), first != second) == (16, True)
    params = douyin_models.LiveWebcast(
        room_id="7383573503129258802", user_unique_id="1", cursor="c", internal_ext="e"
    ).model_dump()
    url = douyin_utils.WebcastSignatureManager.model_2_endpoint(
        user_agent=AGENT, base_endpoint=douyin_api.DouyinAPIEndpoints.LIVE_IM_WSS, params=params
    )
    values = dict(parse_qsl(urlsplit(url).query))
    verify(values.pop("signature"), compute_stub(values))


@row("D-U10", "D-U12", "T-U5")
async def sign_texts(caller: Caller) -> None:
    manager = douyin_utils.XBogusManager
    for signed in (
        manager.str_2_endpoint(AGENT, QUERY),
        manager.str_2_endpoint(AGENT, endpoint=QUERY),
    ):
        assert re.fullmatch(re.escape(QUERY) + r"&X-Bogus=[\w+/=-]{28}", signed)
    assert manager.str_2_endpoint(QUERY) != tiktok_utils.XBogusManager.str_2_endpoint(QUERY) + "x"
    a_bogus = douyin_utils.ABogusManager.str_2_endpoint(AGENT, QUERY, "GET")
    assert re.fullmatch(re.escape(QUERY) + r"&a_bogus=\S{160,}", a_bogus)
    assert douyin_utils.ABogusManager.str_2_endpoint(AGENT, endpoint=QUERY, request="GET")


@row("D-U11", "D-U13", "T-U6")
async def sign_models(caller: Caller) -> None:
    params = douyin_models.UserProfile(sec_user_id=caller.demo.sec_user_id).model_dump()
    base = douyin_api.DouyinAPIEndpoints.USER_DETAIL
    for manager, name in (
        (douyin_utils.XBogusManager, "X-Bogus"),
        (douyin_utils.ABogusManager, "a_bogus"),
    ):
        url = manager.model_2_endpoint(AGENT, base_endpoint=base, params=params)
        query = dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
        assert url.startswith(f"{base}?")
        assert query.pop(name)
        assert query == params
        with pytest.raises(TypeError):
            manager.model_2_endpoint(AGENT, base, "aid=1")  # type: ignore[arg-type]
    tiktok = tiktok_models.UserProfile(secUid=caller.demo.sec_user_id).model_dump()
    url = tiktok_utils.XBogusManager.model_2_endpoint(
        "https://www.tiktok.com/api/user/detail/", tiktok
    )
    assert dict(parse_qsl(urlsplit(url).query))["secUid"] == caller.demo.sec_user_id


# Ids in links


@row("D-U14", "D-U15", "D-U16", "D-U17", "D-U18", "D-U19", "D-U20", "D-U21", "X-6", "S-5")
async def find_ids(caller: Caller) -> None:
    utils, secret = douyin_utils, caller.demo.sec_user_id
    users = [f"https://www.douyin.com/user/{secret}?x=1", "看 https://v.douyin.com/u-demo/ 吧"]
    assert await utils.SecUserIdFetcher.get_sec_user_id(users[0]) == secret
    assert await utils.SecUserIdFetcher.get_all_sec_user_id(users) == [secret, secret]
    works = [f"https://www.douyin.com/{kind}/7298145681699622182" for kind in ("video", "note")]
    assert await utils.AwemeIdFetcher.get_aweme_id(works[0]) == "7298145681699622182"
    assert await utils.AwemeIdFetcher.get_all_aweme_id(works) == ["7298145681699622182"] * 2
    mix = "https://www.douyin.com/collection/7360898383181809676"
    assert await utils.MixIdFetcher.get_mix_id(mix) == "7360898383181809676"
    assert await utils.MixIdFetcher.get_all_mix_id([mix]) == ["7360898383181809676"]
    rooms = ["https://live.douyin.com/775841227732",
             "https://webcast.amemv.com/douyin/webcast/reflow/7318296342189919011?x=1"]  # fmt: skip
    ids = ["775841227732", "7318296342189919011"]
    assert await utils.WebCastIdFetcher.get_webcast_id(rooms[0]) == ids[0]
    assert await utils.WebCastIdFetcher.get_all_webcast_id(rooms) == ids
    assert await utils.WebCastIdFetcher.get_room_id(rooms[1]) == ids[1]
    assert await utils.WebCastIdFetcher.get_all_room_id(rooms[1:]) == ids[1:]
    with pytest.raises(TypeError):
        await utils.AwemeIdFetcher.get_all_aweme_id("no list")  # type: ignore[arg-type]
    with pytest.raises(InputError):
        await utils.AwemeIdFetcher.get_aweme_id("hello")


@row("T-U7", "T-U8", "T-U9", "T-U10", "T-U11", "T-U12", "T-U13", "T-U14")
async def find_tiktok_ids(caller: Caller) -> None:
    utils, secret, name = tiktok_utils, caller.demo.sec_user_id, caller.demo.unique_id
    user, work = (
        f"https://www.tiktok.com/@{name}",
        f"https://www.tiktok.com/@{name}/video/{caller.work.aweme_id}",
    )
    assert await utils.SecUserIdFetcher.get_secuid(user) == secret
    assert await utils.SecUserIdFetcher.get_all_secuid([user, work]) == [secret, secret]
    assert await utils.SecUserIdFetcher.get_all_secUid([user]) == [secret]
    assert await utils.SecUserIdFetcher.get_uniqueid(user) == name
    assert await utils.SecUserIdFetcher.get_all_uniqueid([user, work]) == [name, name]
    assert await utils.AwemeIdFetcher.get_aweme_id(work) == str(caller.work.aweme_id)
    assert await utils.AwemeIdFetcher.get_all_aweme_id([work]) == [str(caller.work.aweme_id)]
    mix = f"{user}/playlist/list-7100000000000000001"
    assert await utils.MixIdFetcher.get_mix_id(mix) == "7100000000000000001"


@row("X-12")
async def make_devices(caller: Caller) -> None:
    one = await tiktok_utils.DeviceIdManager.gen_device_id(full_cookie=True)
    assert re.fullmatch(r"\d{19}", one["deviceId"])
    assert "ttwid=" in one["cookie"]
    three = await tiktok_utils.DeviceIdManager.gen_device_ids(3)
    assert len(set(three["deviceId"])) == len(three["cookie"]) == 3


# Names and folders


@row("D-U22", "T-U15", "S-4")
async def name_files(caller: Caller) -> None:
    work = (await caller.douyin().fetch_one_video(str(caller.work.aweme_id)))._to_dict()
    for utils in (douyin_utils, tiktok_utils):
        name = utils.format_file_name("{create}_{desc}_{aweme_id}", work)
        assert name.startswith(work["create_time"])
        assert name.endswith(work["aweme_id"])
        own = utils.format_file_name("{aweme_id}_{location}", work, {"location": "New York"})
        assert own == f"{work['aweme_id']}_New York"
        assert len(utils.format_file_name("{desc}", {"desc": "海" * 300}, {}, 100).encode()) <= 100
        with pytest.raises(InputError, match="colour is not known"):
            utils.format_file_name("{colour}", work)


def add_folders(row_ids: str, utils: Any, platform: str) -> None:
    async def call(caller: Caller) -> None:
        words = {"path": str(caller.folder / row_ids[:5]), "mode": "post"}
        made = utils.create_user_folder(words, "New: Name")
        assert made == (caller.folder / row_ids[:5] / platform / "post/New_ Name").resolve()
        assert made.is_dir()
        assert utils.create_user_folder(words, "New: Name") == made
        (made / "v.mp4").touch()
        renamed = utils.rename_user_folder(made, "Other")
        assert [one.name for one in renamed.iterdir()] == ["v.mp4"]
        assert not made.exists()
        again = utils.create_or_rename_user_folder(words, {"nickname": "Other"}, "Third")
        assert [one.name for one in again.iterdir()] == ["v.mp4"]
        assert utils.create_or_rename_user_folder(words, {}, "Third") == again

    for row_id in row_ids.split():
        ROWS[row_id] = call


add_folders("D-U23 D-U24 D-U25", douyin_utils, "douyin")
add_folders("T-U16 T-U17 T-U18", tiktok_utils, "tiktok")


@row("D-U26")
async def draw_code(caller: Caller) -> None:
    assert "▀" in douyin_utils.show_qrcode("https://www.douyin.com/", False)
    assert Path(douyin_utils.show_qrcode("https://www.douyin.com/", show_image=True)).is_file()  # noqa: ASYNC240


@row("D-U27")
async def convert_lyrics(caller: Caller) -> None:
    lines = [{"text": "a", "timeId": "5.700"}, {"text": "b", "timeId": "61.32"}]
    assert douyin_utils.json_2_lrc(lines) == "[00:05.700] a\n[01:01.320] b"


# One page of an interface, by its model


def add_request(
    row_id: str, crawler: Any, method: str, build: Callable[[Caller], Any], key: str
) -> None:
    async def call(caller: Caller) -> None:
        async with crawler(caller.kwargs) as opened:
            answer = await getattr(opened, method)(build(caller))
        assert answer[key] is not None

    ROWS[row_id] = call


M = douyin_models
REQUESTS = [
    ("D-C1", "fetch_user_profile", lambda c: M.UserProfile(sec_user_id=c.demo.sec_user_id), "user"),
    ("D-C2", "fetch_user_post", lambda c: M.UserPost(sec_user_id=c.demo.sec_user_id, max_cursor=0, count=20), "aweme_list"),  # noqa: E501
    ("D-C3", "fetch_user_like", lambda c: M.UserLike(sec_user_id=c.demo.sec_user_id), "aweme_list"),
    ("D-C4", "fetch_user_collection", lambda c: M.UserCollection(cursor=0, count=20), "aweme_list"),
    ("D-C5", "fetch_user_collects", lambda c: M.UserCollects(cursor=0, count=20), "collects_list"),
    ("D-C7", "fetch_user_music_collection", lambda c: M.UserMusicCollection(cursor=0, count=20), "mc_list"),  # noqa: E501
    ("D-C8", "fetch_user_mix", lambda c: M.UserMix(mix_id=SERIES.mix_id), "aweme_list"),
    ("D-C9", "fetch_post_detail", lambda c: M.PostDetail(aweme_id=str(c.work.aweme_id)), "aweme_detail"),  # noqa: E501
    ("D-C10", "fetch_post_comment", lambda c: M.PostComment(aweme_id=str(c.work.aweme_id)), "comments"),  # noqa: E501
    ("D-C11", "fetch_post_feed", lambda c: M.PostFeed(), "aweme_list"),
    ("D-C12", "fetch_follow_feed", lambda c: M.FollowFeed(), "data"),
    ("D-C13", "fetch_friend_feed", lambda c: M.FriendFeed(), "data"),
    ("D-C14", "fetch_post_related", lambda c: M.PostRelated(aweme_id=str(c.work.aweme_id), filterGids=""), "aweme_list"),  # noqa: E501
    ("D-C15", "fetch_live", lambda c: M.UserLive(web_rid=WEB_RID.format(6)), "data"),
    ("D-C16", "fetch_live_room_id", lambda c: M.UserLive2(room_id="7600000000000000060"), "data"),
    ("D-C17", "fetch_following_live", lambda c: M.FollowingUserLive(), "data"),
    ("D-C18", "fetch_locate_post", lambda c: M.PostLocate(sec_user_id=c.demo.sec_user_id, locate_item_id=str(c.work.aweme_id), locate_item_cursor=str(c.work.create_ms)), "aweme_list"),  # noqa: E501
    ("D-C22", "fetch_user_following", lambda c: M.UserFollowing(user_id=c.demo.uid), "followings"),
    ("D-C23", "fetch_user_follower", lambda c: M.UserFollower(sec_user_id=c.demo.sec_user_id), "followers"),  # noqa: E501
    ("D-C24", "fetch_live_im_fetch", lambda c: M.LiveImFetch(room_id="7600000000000000060", user_unique_id="1"), "extra"),  # noqa: E501
    ("D-C25", "fetch_query_user", lambda c: M.QueryUser(), "id"),
]  # fmt: skip
for row_id, method, build, key in REQUESTS:
    add_request(row_id, DouyinCrawler, method, build, key)

N = tiktok_models
TIKTOK_REQUESTS = [
    ("T-C1", "fetch_user_profile", lambda c: N.UserProfile(secUid=c.demo.sec_user_id), "userInfo"),
    ("T-C2", "fetch_user_post", lambda c: N.UserPost(secUid=c.demo.sec_user_id, count=20), "itemList"),  # noqa: E501
    ("T-C3", "fetch_user_like", lambda c: N.UserLike(secUid=c.demo.sec_user_id), "itemList"),
    ("T-C4", "fetch_user_collect", lambda c: N.UserCollect(secUid=c.demo.sec_user_id), "itemList"),
    ("T-C5", "fetch_user_play_list", lambda c: N.UserPlayList(secUid=c.demo.sec_user_id), "playList"),  # noqa: E501
    ("T-C7", "fetch_post_detail", lambda c: N.PostDetail(itemId=str(c.work.aweme_id)), "itemInfo"),
    ("T-C8", "fetch_post_comment", lambda c: N.PostComment(aweme_id=str(c.work.aweme_id)), "comments"),  # noqa: E501
    ("T-C9", "fetch_post_feed", lambda c: N.PostRecommend(), "itemList"),
]  # fmt: skip
for row_id, method, build, key in TIKTOK_REQUESTS:
    add_request(row_id, TiktokCrawler, method, build, key)


@row("D-C6")
async def call_folder_by_model(caller: Caller) -> None:
    async with DouyinCrawler(caller.kwargs) as crawler:
        folders = await crawler.fetch_user_collects(M.UserCollects(cursor=0, count=20))
        collects_id = str(folders["collects_list"][0]["collects_id"])
        answer = await crawler.fetch_user_collects_video(
            M.UserCollectsVideo(collects_id=collects_id)
        )
    assert "aweme_list" in answer


@row("T-C6")
async def call_mix_by_model(caller: Caller) -> None:
    async with TiktokCrawler(caller.kwargs) as crawler:
        lists = await crawler.fetch_user_play_list(N.UserPlayList(secUid=caller.demo.sec_user_id))
        answer = await crawler.fetch_user_mix(N.UserMix(mixId=str(lists["playList"][0]["mixId"])))
    assert "itemList" in answer


# What holds for all


@row("S-1", "S-2")
async def use_filters(caller: Caller) -> None:
    async for page in caller.douyin().fetch_user_post_videos(caller.demo.sec_user_id, max_counts=5):
        raw, columns, rows = page._to_raw(), page._to_dict(), page._to_list()
        assert raw["aweme_list"][0]["aweme_id"] == columns["aweme_id"][0] == rows[0]["aweme_id"]
        assert rows[0]["max_cursor"] == page.max_cursor
        assert douyin_filters.UserPostFilter(raw)._to_dict() == columns


@row("S-6")
async def ask_for_an_account(caller: Caller) -> None:
    with pytest.raises(Refused, match="LOGIN_REQUIRED"):
        await read(DouyinHandler({}).fetch_user_collection_videos())


@row("T-H14")
async def call_later_interfaces(caller: Caller) -> None:
    for name in ("fetch_search_videos", "fetch_user_live_videos", "fetch_check_live_alive",
                 "fetch_live_im", "fetch_live_danmaku"):  # fmt: skip
        assert callable(getattr(caller.tiktok(), name))


def test_each_row_of_the_documentation_is_here(shared: Path) -> None:
    coverage = (shared / "reference/f2/coverage.md").read_text("utf-8")
    named = set(re.findall(r"^\| ((?:D-|T-|S-|X-)\w+) \|", coverage, re.MULTILINE))
    assert named == ROWS.keys() | EXCEPTIONS
    assert not ROWS.keys() & EXCEPTIONS
    assert (len(named), len(ROWS)) == (187, 180)


CALLS = dict.fromkeys(ROWS.values())  # some cover several rows: each runs once


@pytest.mark.parametrize(
    "call", CALLS, ids=lambda call: ",".join(i for i, f in ROWS.items() if f is call)
)
async def test_row(caller: Caller, call: Row) -> None:
    caller.sandbox.state.report.violations.clear()
    await call(caller)
    assert not caller.sandbox.state.report.violations


async def test_exceptions_say_so_in_one_line(caller: Caller) -> None:
    async with DouyinCrawler(caller.kwargs) as crawler:
        for name in ("fetch_login_qrcode", "fetch_check_qrcode", "fetch_check_login"):
            with pytest.raises(InputError, match="log in with a browser"):
                await getattr(crawler, name)()
    with pytest.raises(InputError, match="not offered"):
        await caller.douyin().fetch_post_stats(aweme_id="1", aweme_type=0)
    for name in ("WebcastLeaveMessage", "WebcastFollowMessage"):
        assert (await getattr(DouyinWebSocketCrawler, name)(b""))["kind"] == "unknown"
