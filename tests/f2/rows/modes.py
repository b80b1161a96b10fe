"""Downloads of a mode, and of works at hand."""

from collections.abc import Callable
from typing import Any

import pytest

from f2scrapy.errors import InputError
from f2scrapy.f2.apps.douyin.db import AsyncUserDB
from f2scrapy.f2.apps.douyin.dl import DouyinDownloader
from f2scrapy.f2.apps.tiktok import db as tiktok_db
from f2scrapy.f2.apps.tiktok.dl import TiktokDownloader
from f2scrapy.f2.utils.utils import filter_by_date_interval
from tests.f2.rows.table import ROWS, SERIES, Caller, read, row


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
    assert await filter_by_date_interval(rows[0], "2024-05-02|2024-05-03") is None
    with pytest.raises(InputError, match="interval=May"):
        await filter_by_date_interval(rows, "May")
