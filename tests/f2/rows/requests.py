"""One page of an interface, by its model."""

from collections.abc import Callable
from typing import Any

from f2scrapy.f2.apps.douyin import model as douyin_models
from f2scrapy.f2.apps.douyin.crawler import DouyinCrawler
from f2scrapy.f2.apps.tiktok import model as tiktok_models
from f2scrapy.f2.apps.tiktok.crawler import TiktokCrawler
from tests.f2.rows.table import ROWS, SERIES, WEB_RID, Caller, row


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
    ("D-C16", "fetch_live_room_id", lambda c: M.UserLive2(room_id="7600000000000000090"), "data"),
    ("D-C17", "fetch_following_live", lambda c: M.FollowingUserLive(), "data"),
    ("D-C18", "fetch_locate_post", lambda c: M.PostLocate(sec_user_id=c.demo.sec_user_id, locate_item_id=str(c.work.aweme_id), locate_item_cursor=str(c.work.create_ms)), "aweme_list"),  # noqa: E501
    ("D-C22", "fetch_user_following", lambda c: M.UserFollowing(user_id=c.demo.uid), "followings"),
    ("D-C23", "fetch_user_follower", lambda c: M.UserFollower(sec_user_id=c.demo.sec_user_id), "followers"),  # noqa: E501
    ("D-C24", "fetch_live_im_fetch", lambda c: M.LiveImFetch(room_id="7600000000000000090", user_unique_id="1"), "extra"),  # noqa: E501
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
