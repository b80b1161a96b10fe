"""Serve sounds, hashtags and short dramas of www.douyin.com, and their works.

Asked by jiji262/douyin-downloader and other public clients (2026); no answer is recorded in this
project.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from f2scrapy.sandbox import refusals, work_lists
from f2scrapy.sandbox.catalogue import Work, build_work
from f2scrapy.sandbox.checks import WEB, Route
from f2scrapy.sandbox.douyin.addresses import LOG_ID
from f2scrapy.sandbox.douyin.lists import HOST, build_mix, build_rows_page, build_works_page
from f2scrapy.sandbox.http_types import Page, Reply, Request, respond_json
from f2scrapy.sandbox.state import State
from f2scrapy.sandbox.work_lists import Folder

DRAMAS = (Folder(40, "山里的云", 100, 30), Folder(41, "回家", 140, 12))
_AUTHOR = "clean200"  # of the short dramas
_LOG = {"log_pb": {"impr_id": LOG_ID}}


# Sounds and hashtags


def serve_music(request: Request, state: State) -> Reply:
    """Serve a sound: that of a work has the id of the work."""
    works = work_lists.list_with_sound(state, request.get_int("music_id"))
    if not works:
        return refusals.refuse_status(2053, "音乐不存在")
    work = works[0]
    nickname = state.get_nickname(work.user)
    info = {"id": work.aweme_id, "id_str": str(work.aweme_id), "mid": str(work.aweme_id),
            "title": f"@{nickname}创作的原声", "author": nickname, "album": "", "duration": 15,
            "status": 1, "owner_id": work.user.uid, "owner_nickname": nickname,
            "sec_uid": work.user.sec_user_id, "user_count": len(works)}  # fmt: skip
    return respond_json({"music_info": info, "status_code": 0, **_LOG})


def serve_music_posts(request: Request, state: State) -> Reply | Page:
    """Serve works with a sound from position `cursor` on."""
    works = work_lists.list_with_sound(state, request.get_int("music_id"))
    return (
        build_works_page(works, request, state) if works else refusals.refuse_status(2053, "不存在")
    )


def serve_hashtag(request: Request, state: State) -> Reply:
    """Serve a hashtag."""
    hashtag_id = request.params.get("ch_id", "")
    tag = work_lists.find_hashtag(hashtag_id)
    if not tag:
        return refusals.refuse_status(2053, "话题不存在")
    info = {"cid": hashtag_id, "cha_name": tag, "desc": "", "view_count": 1_234_567,
            "user_count": len(work_lists.list_tagged(state, tag))}  # fmt: skip
    return respond_json({"ch_info": info, "status_code": 0, **_LOG})


def serve_hashtag_posts(request: Request, state: State) -> Reply | Page:
    """Serve works with a hashtag from position `cursor` on."""
    tag = work_lists.find_hashtag(request.params.get("ch_id", ""))
    if not tag:
        return refusals.refuse_status(2053, "话题不存在")
    return build_works_page(work_lists.list_tagged(state, tag), request, state)


# Short dramas


def find_drama(request: Request) -> Folder | None:
    series_id = request.params.get("series_id", "")
    return next((drama for drama in DRAMAS if drama.id == series_id), None)


def list_episodes(drama: Folder, state: State) -> list[Work]:
    """Return the works of a short drama, the first episode first."""
    user = state.catalogue.by_name[_AUTHOR]
    return [build_work(user, drama.start + drama.count - 1 - n) for n in range(drama.count)]


def serve_drama(request: Request, state: State) -> Reply:
    """Serve a short drama."""
    drama = find_drama(request)
    if drama is None:
        return refusals.refuse_status(2053, "短剧不存在")
    return respond_json({"series_info": _build_drama(drama, state), "status_code": 0, **_LOG})


def _build_drama(drama: Folder, state: State) -> dict[str, Any]:
    user = state.catalogue.by_name[_AUTHOR]
    counts = {"total_episode": drama.count, "updated_to_episode": drama.count, "play_vv": 9,
              "collect_vv": 3}  # fmt: skip
    return {"series_id": drama.id, "series_name": drama.name, "desc": "", "stats": counts,
            "author": {"uid": user.uid, "sec_uid": user.sec_user_id,
                       "nickname": state.get_nickname(user)}}  # fmt: skip


def serve_episodes(request: Request, state: State) -> Reply | Page:
    """Serve the episodes after position `cursor`; the next cursor is `max_cursor`."""
    drama = find_drama(request)
    if drama is None:
        return refusals.refuse_status(5, "参数不合法")
    if request.params.get("pull_type") != "2":
        state.note_violation(request, "pull_type is not 2")
    page = build_works_page(list_episodes(drama, state), request, state)
    end = page.fields["cursor"]
    fields = page.drop_field("cursor").with_fields(max_cursor=end, min_cursor=0)
    return replace(fields, cursor_key="max_cursor")


def serve_user_dramas(request: Request, state: State) -> Reply | Page:
    """Serve the short dramas of a user."""
    user = state.catalogue.find_visible(request.params.get("sec_user_id", ""))
    if user is None:
        return refusals.refuse_status(2053, "用户不存在")
    dramas = DRAMAS if user.name == _AUTHOR else ()
    rows = [_build_drama(drama, state) for drama in dramas]
    return build_rows_page(rows, request, "series_infos", "series_id").with_fields(total=len(rows))


# Collected by the account


def serve_mix_collection(request: Request, state: State) -> Page:
    """Serve the mixes the account collected: that of each user who publishes a series."""
    users = [user for user in state.catalogue.users if user.series]
    rows = [build_mix(user, state) for user in users]
    return build_rows_page(rows, request, "mix_infos", "mix_id")


def serve_drama_collection(request: Request, state: State) -> Page:
    """Serve the short dramas the account collected."""
    rows = [_build_drama(drama, state) for drama in DRAMAS]
    return build_rows_page(rows, request, "series_infos", "series_id")


_API = "/aweme/v1/web"
_OWN = replace(WEB, account=True)
EXACT = {
    (HOST, f"{_API}/music/detail/"): Route("detail", serve_music, WEB),
    (HOST, f"{_API}/music/aweme/"): Route("list", serve_music_posts, WEB),
    (HOST, f"{_API}/challenge/detail/"): Route("detail", serve_hashtag, WEB),
    (HOST, f"{_API}/challenge/aweme/"): Route("list", serve_hashtag_posts, WEB),
    (HOST, f"{_API}/series/detail/"): Route("detail", serve_drama, WEB),
    (HOST, f"{_API}/series/aweme/"): Route("list", serve_episodes, WEB),
    (HOST, f"{_API}/series/list/"): Route("list", serve_user_dramas, WEB),
    (HOST, f"{_API}/mix/listcollection/"): Route("list", serve_mix_collection, _OWN),
    (HOST, f"{_API}/series/collections/"): Route("list", serve_drama_collection, _OWN),
}
