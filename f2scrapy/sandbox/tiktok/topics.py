"""Serve sounds and hashtags of www.tiktok.com, and the works that have them.

Asked by davidteather/TikTok-Api (2026); no answer is recorded in this project.
"""

from __future__ import annotations

from f2scrapy.sandbox import work_lists
from f2scrapy.sandbox.catalogue import TAGS, make_hashtag_id
from f2scrapy.sandbox.checks import Route
from f2scrapy.sandbox.http_types import Page, Reply, Request, respond_json
from f2scrapy.sandbox.refusals import refuse_tiktok
from f2scrapy.sandbox.state import State
from f2scrapy.sandbox.tiktok.addresses import make_avatar_url
from f2scrapy.sandbox.tiktok.checks import HOST, WEB
from f2scrapy.sandbox.tiktok.lists import BAD_PARAMETER, ENVELOPE, build_works_page
from f2scrapy.sandbox.tiktok.shapes import build_user

NO_MUSIC, NO_HASHTAG = 10203, 10205
PLACE = "22535865202914970"


def serve_music(request: Request, state: State) -> Reply:
    """Serve a sound: that of a work has the id of the work."""
    works = work_lists.list_with_sound(state, request.get_int("musicId"))
    if not works:
        return refuse_tiktok(NO_MUSIC)
    user, music_id = works[0].user, str(works[0].aweme_id)
    nickname = state.get_nickname(user)
    music = {
        "id": music_id, "title": f"original sound - {user.unique_id}", "authorName": nickname,
        "album": "", "duration": 15, "original": True, "isCopyrighted": False, "private": False,
        "coverLarge": make_avatar_url(user.uid, 1080),
        "playUrl": f"https://sf16-ies-music-va.tiktokcdn.com/obj/ies-music-aiso/{music_id}-m.mp3",
    }  # fmt: skip
    info = {"music": music, "author": build_user(user, nickname),
            "stats": {"videoCount": len(works)}}  # fmt: skip
    return respond_json({"musicInfo": info, **ENVELOPE})


def serve_music_posts(request: Request, state: State) -> Reply | Page:
    """Serve works with a sound from position `cursor` on."""
    works = work_lists.list_with_sound(state, request.get_int("musicID"))
    return build_works_page(works, request, state, 16) if works else refuse_tiktok(NO_MUSIC)


def serve_hashtag(request: Request, state: State) -> Reply:
    """Serve a hashtag by its name."""
    tag = request.params.get("challengeName", "")
    if tag not in TAGS:
        return refuse_tiktok(NO_HASHTAG)
    challenge = {"id": make_hashtag_id(tag), "title": tag, "desc": "", "isCommerce": False}
    counts = {"videoCount": len(work_lists.list_tagged(state, tag)), "viewCount": 1_234_567}
    info = {"challenge": challenge, "stats": counts,
            "statsV2": {name: str(count) for name, count in counts.items()}}  # fmt: skip
    return respond_json({"challengeInfo": info, **ENVELOPE})


def serve_hashtag_posts(request: Request, state: State) -> Reply | Page:
    """Serve works with a hashtag from position `cursor` on."""
    tag = work_lists.find_hashtag(request.params.get("challengeID", ""))
    if not tag:
        return refuse_tiktok(NO_HASHTAG)
    return build_works_page(work_lists.list_tagged(state, tag), request, state, 16)


def serve_place_posts(request: Request, state: State) -> Reply | Page:
    """Serve works at a place from position `cursor` on."""
    if request.params.get("poiId") != PLACE:
        return refuse_tiktok(BAD_PARAMETER)
    return build_works_page(work_lists.list_tagged(state, "城市夜景"), request, state)


EXACT = {
    (HOST, "/api/music/detail/"): Route("detail", serve_music, WEB),
    (HOST, "/api/music/item_list/"): Route("list", serve_music_posts, WEB),
    (HOST, "/api/challenge/detail/"): Route("detail", serve_hashtag, WEB),
    (HOST, "/api/challenge/item_list/"): Route("list", serve_hashtag_posts, WEB),
    (HOST, "/api/poi/item_list/"): Route("list", serve_place_posts, WEB),
}
