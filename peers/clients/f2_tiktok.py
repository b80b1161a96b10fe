"""F2 0.0.1.7, TikTok: its crawler's interfaces."""

import asyncio
import json
import os

import f2_options  # noqa: F401 - before the rest of F2
from f2.apps.tiktok import model, utils
from f2.apps.tiktok.crawler import TiktokCrawler
from judge import PROXY, try_out

FACTS = json.loads(os.environ["PEERS_FACTS"])
KWARGS = {
    "headers": {
        "User-Agent": utils.ClientConfManager.user_agent(),
        "Referer": utils.ClientConfManager.referer(),
    },
    "proxies": {"http://": PROXY, "https://": PROXY},
    "timeout": 5,
    "max_retries": 1,
    "max_tasks": 1,
}
USER, WORK, MIX = FACTS["user"], FACTS["work"], FACTS["playlist"]
CALLS = {
    "profile": (
        "fetch_user_profile",
        lambda: model.UserProfile(secUid=USER, uniqueId=""),
        "userInfo",
    ),
    "post": ("fetch_user_post", lambda: model.UserPost(secUid=USER), "itemList"),
    "like": ("fetch_user_like", lambda: model.UserLike(secUid=USER), "itemList"),
    "collect": ("fetch_user_collect", lambda: model.UserCollect(secUid=USER), "itemList"),
    "playlist": ("fetch_user_play_list", lambda: model.UserPlayList(secUid=USER), "playList"),
    "mix": ("fetch_user_mix", lambda: model.UserMix(mixId=MIX), "itemList"),
    "detail": ("fetch_post_detail", lambda: model.PostDetail(itemId=WORK), "itemInfo"),
    "comment": ("fetch_post_comment", lambda: model.PostComment(aweme_id=WORK), "comments"),
    "search": ("fetch_post_search", lambda: model.PostSearch(keyword="demo"), "item_list"),
    "live": ("fetch_user_live", lambda: model.UserLive(uniqueId=FACTS["unique_id"]), "data"),
    "alive": (
        "fetch_check_live_alive",
        lambda: model.CheckLiveAlive(room_ids=FACTS["room_id"]),
        "data",
    ),
    "recommend": ("fetch_post_recommend", lambda: model.PostDetail(itemId=WORK), "itemList"),
}


async def fetch(name, params):
    cookie = f"sessionid={FACTS['session']}; ttwid={FACTS['ttwid']}; odin_tt=a"
    async with TiktokCrawler({**KWARGS, "cookie": cookie}) as crawler:
        return await getattr(crawler, name)(params())


async def main():
    for name, (call, params, key) in CALLS.items():
        await try_out(name, lambda c=call, p=params: fetch(c, p), lambda a, k=key: a.get(k))


asyncio.run(main())
