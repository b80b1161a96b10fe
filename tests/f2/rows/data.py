"""Users and works in databases; one answer, and lists."""

import re
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

from f2scrapy.archive.archive import Archive
from f2scrapy.errors import InputError, Refused
from f2scrapy.f2.apps.douyin import filter as douyin_filters
from f2scrapy.f2.apps.douyin import utils as douyin_utils
from f2scrapy.f2.apps.douyin.db import AsyncUserDB, AsyncVideoDB
from f2scrapy.f2.apps.douyin.handler import DouyinHandler
from f2scrapy.f2.apps.tiktok import db as tiktok_db
from tests.f2.rows.table import ROWS, SERIES, WEB_RID, Caller, count, read, row


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
    hostile = caller.sandbox.state.catalogue.by_name["hostile"]
    room = await caller.tiktok().fetch_user_live_videos(hostile.unique_id)
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
