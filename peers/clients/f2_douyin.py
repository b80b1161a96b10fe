"""F2 0.0.1.7, Douyin: its crawler's interfaces with an account, and its danmaku."""

import asyncio
import json
import os
from contextlib import suppress

import f2_options  # noqa: F401 - before the rest of F2
from f2.apps.douyin import handler, model, utils
from f2.apps.douyin.crawler import DouyinCrawler, DouyinWebSocketCrawler
from judge import PROXY, tell, try_out

FACTS = json.loads(os.environ["PEERS_FACTS"])
PART = os.environ.get("PEERS_PART", "all")
KWARGS = {
    "headers": {
        "User-Agent": utils.ClientConfManager.user_agent(),
        "Referer": utils.ClientConfManager.referer(),
        # Of F2's options, too: the gateway's headers of 2026-09, which F2's PR #446 sends. Without
        # them an address that is guarded gets 403 on seven interfaces (--strict=-argus: none).
        "uifid": FACTS["uifid"],
        "x-tt-argus": "1",
    },
    "proxies": {"http://": PROXY, "https://": PROXY},
    "cookie": f"ttwid={utils.TokenManager.gen_ttwid()}; sessionid={FACTS['session']};",
    "timeout": 5,
    "max_retries": 1,
    "max_tasks": 1,
}
USER, WORK, MIX, ROOM = FACTS["user"], FACTS["work"], FACTS["mix"], FACTS["room_id"]
PAGE = {"max_cursor": 0, "count": 18, "sec_user_id": USER}
OWN = {"cursor": 0, "count": 20}
CALLS = {
    "post": ("fetch_user_post", lambda: model.UserPost(**PAGE), "aweme_list"),
    "profile": ("fetch_user_profile", lambda: model.UserProfile(sec_user_id=USER), "user"),
    "like": ("fetch_user_like", lambda: model.UserLike(**PAGE), "aweme_list"),
    "collection": ("fetch_user_collection", lambda: model.UserCollection(**OWN), "aweme_list"),
    "collects": ("fetch_user_collects", lambda: model.UserCollects(**OWN), "collects_list"),
    "collects_video": (
        "fetch_user_collects_video",
        lambda: model.UserCollectsVideo(**OWN, collects_id=FACTS["folder"]),
        "aweme_list",
    ),
    "music_collection": (
        "fetch_user_music_collection",
        lambda: model.UserMusicCollection(**OWN),
        "mc_list",
    ),
    "mix": ("fetch_user_mix", lambda: model.UserMix(**OWN, mix_id=MIX), "aweme_list"),
    "detail": ("fetch_post_detail", lambda: model.PostDetail(aweme_id=WORK), "aweme_detail"),
    "related": (
        "fetch_post_related",
        lambda: model.PostRelated(aweme_id=WORK, filterGids=f"{WORK},"),
        "aweme_list",
    ),
    "friend_feed": ("fetch_friend_feed", model.FriendFeed, "data"),
    "following": (
        "fetch_user_following",
        lambda: model.UserFollowing(sec_user_id=USER, user_id=FACTS["uid"]),
        "followings",
    ),
    "follower": (
        "fetch_user_follower",
        lambda: model.UserFollower(sec_user_id=USER, user_id=FACTS["uid"]),
        "followers",
    ),
    "live": (
        "fetch_live",
        lambda: model.UserLive(web_rid=FACTS["web_rid"], room_id_str=""),
        "data",
    ),
    "live_room_id": ("fetch_live_room_id", lambda: model.UserLive2(room_id=ROOM), "data"),
    "following_live": ("fetch_following_live", model.FollowingUserLive, "data"),
    "query_user": ("fetch_query_user", model.QueryUser, "id"),
}


async def fetch(name, params):
    async with DouyinCrawler(KWARGS) as crawler:
        return await getattr(crawler, name)(params())


async def fetch_messages(uid):
    async with DouyinCrawler(KWARGS) as crawler:
        return await crawler.fetch_live_im_fetch(
            model.LiveImFetch(room_id=ROOM, user_unique_id=uid)
        )


async def listen(begin, uid):
    """Return the number of frames that F2 reads in some seconds."""
    count = 0

    class Counting(DouyinWebSocketCrawler):
        async def on_message(self, message):
            nonlocal count
            await super().on_message(message)
            count += 1

    handler.DouyinWebSocketCrawler = Counting
    listening = handler.DouyinHandler({**KWARGS, "show_message": False}).fetch_live_danmaku(
        room_id=ROOM,
        user_unique_id=uid,
        internal_ext=begin["internal_ext"],
        cursor=begin["extra"]["cursor"],
        wss_callbacks={"WebcastChatMessage": DouyinWebSocketCrawler.WebcastChatMessage},
    )
    with suppress(asyncio.TimeoutError, asyncio.CancelledError):
        await asyncio.wait_for(listening, 8)
    return count


async def main():
    names = ["post"] if PART == "quick" else CALLS
    for name in names:
        call, params, key = CALLS[name]
        await try_out(name, lambda c=call, p=params: fetch(c, p), lambda found, k=key: found.get(k))
    if PART == "quick":
        return
    uid = FACTS["visitor"]
    begin = await try_out("live_im", lambda: fetch_messages(uid), lambda a: a.get("internal_ext"))
    if begin:
        await try_out("danmaku", lambda: listen(begin, uid), lambda count: count > 2)
    else:
        tell("danmaku", False, "no cursor of live_im")


asyncio.run(main())
