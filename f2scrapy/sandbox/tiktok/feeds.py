"""Serve liked and collected works, playlists, similar and recommended works of www.tiktok.com."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from f2scrapy.sandbox import work_lists
from f2scrapy.sandbox.catalogue import User, Work, build_work
from f2scrapy.sandbox.checks import Route
from f2scrapy.sandbox.http_types import Page, Reply, Request
from f2scrapy.sandbox.refusals import refuse_tiktok
from f2scrapy.sandbox.state import SESSION, State
from f2scrapy.sandbox.tiktok.addresses import make_avatar_url
from f2scrapy.sandbox.tiktok.checks import HOST, OPEN, WEB
from f2scrapy.sandbox.tiktok.lists import (
    BAD_PARAMETER,
    MOST,
    build_item_page,
    build_rows_page,
    build_works_page,
    find_owner,
)
from f2scrapy.sandbox.work_lists import ACCOUNT, COLLECTED, SIMILAR, Folder, TimeSlice, draw_works

# Playlists of the account's own works: a long one, a name invalid in file systems, an empty one,
# two of one name with common works; then enough playlists for several pages of playlists.
PLAYLISTS = (
    Folder(0, "旅行", 0, 12),
    Folder(1, "做饭/菜谱 ", 12, 7),
    Folder(2, "空的", 0, 0),
    Folder(3, "旅行", 0, 3),
    *(Folder(n, f"列表{n}", n, 1) for n in range(4, 23)),
)
# Folders of the account's collected works: a public one, two for the account alone.
COLLECTS = (
    Folder(30, "月亮", 0, COLLECTED),
    Folder(31, "做饭/菜谱 ", 50, 7),
    Folder(32, "空的", 0, 0),
)
COLLECTION = COLLECTS[0].id


def serve_user_like(request: Request, state: State) -> Reply | Page:
    """Serve works a user likes; none if the list is private."""
    user = find_owner(request, state)
    if isinstance(user, int):
        return refuse_tiktok(user)
    count = user.likes if user.shows_likes and not user.secret else 0
    return _build_slice(request, state, count, 7 * user.number)


def serve_user_collect(request: Request, state: State) -> Reply | Page:
    """Serve works the account collected; none for other users."""
    user = find_owner(request, state)
    if isinstance(user, int):
        return refuse_tiktok(user)
    return _build_slice(request, state, COLLECTED if user.name == ACCOUNT else 0, 0)


def _build_slice(request: Request, state: State, count: int, start: int) -> Page:
    span = TimeSlice.from_request(request, "cursor", count, most=MOST)
    works = [work_lists.get_work(start + number, state) for number in span.rows]
    return build_item_page(works, request, state, cursor=str(span.next_cursor), more=span.has_more)


def serve_reposts(request: Request, state: State) -> Reply | Page:
    """Serve works a user reposted: as many as a tenth of the liked ones."""
    user = find_owner(request, state)
    if isinstance(user, int):
        return refuse_tiktok(user)
    return _build_slice(request, state, 0 if user.secret else user.likes // 10, 11 * user.number)


def serve_stories(request: Request, state: State) -> Reply | Page:
    """Serve the stories of a user by its uid; the account has two."""
    author_id = request.params.get("authorId", "")
    user = next((user for user in state.catalogue.users if user.uid == author_id), None)
    if user is None:
        return refuse_tiktok(BAD_PARAMETER)
    works = draw_works(state, 3, 2) if user.name == ACCOUNT else []
    page = build_item_page(works, request, state, cursor="0", more=False)
    fields = {**page.fields, "HasMoreAfter": False, "HasMoreBefore": False, "MaxCursor": "0",
              "MinCursor": "0", "TotalCount": len(works)}  # fmt: skip
    return replace(page, fields=fields)


# Playlists


def list_playlists(user: User) -> tuple[Folder, ...]:
    """Return the playlists of a user; a series is one playlist."""
    if user.series:
        return (Folder(user.number, f"{user.nickname}合集", 0, user.count),)
    return PLAYLISTS if user.name == ACCOUNT else ()


def get_mix_id(user: User, playlist: Folder) -> str:
    return user.mix_id if user.series else playlist.id


def serve_user_playlist(request: Request, state: State) -> Reply | Page:
    """Serve the playlists of a user; the cursor counts them."""
    user = find_owner(request, state)
    if isinstance(user, int):
        return refuse_tiktok(user)
    rows = [_build_playlist(user, playlist, state) for playlist in list_playlists(user)]
    return build_rows_page(rows, request, "playList")


def _build_playlist(user: User, playlist: Folder, state: State) -> dict[str, Any]:
    ids = {"id": get_mix_id(user, playlist), "mixId": get_mix_id(user, playlist)}
    creator = {"id": user.uid, "nickname": state.get_nickname(user), "secUid": user.sec_user_id,
               "uniqueId": user.unique_id}  # fmt: skip
    return {**ids, "name": playlist.name, "mixName": playlist.name, "creator": creator,
            "cover": make_avatar_url(user.uid, 720), "videoCount": playlist.count}  # fmt: skip


def serve_mix(request: Request, state: State) -> Reply | Page:
    """Serve works of a playlist from position `cursor` on; those of a series oldest first."""
    works = _find_episodes(request.params.get("mixId", ""), state)
    if works is None:
        return refuse_tiktok(BAD_PARAMETER)
    return build_works_page(works, request, state)


def _find_episodes(mix_id: str, state: State) -> list[Work] | None:
    for user in state.catalogue.users:
        for playlist in list_playlists(user):
            if get_mix_id(user, playlist) == mix_id:
                places = range(playlist.start, playlist.start + playlist.count)
                works = [build_work(user, place) for place in places]
                return works[::-1] if user.series else works
    return None


def serve_collection(request: Request, state: State) -> Reply | Page:
    """Serve works of a folder from position `cursor` on."""
    folders = {folder.id: folder for folder in _list_collects(request)}
    folder = folders.get(request.params.get("collectionId", ""))
    if folder is None:
        return refuse_tiktok(BAD_PARAMETER)
    works = [work_lists.get_work(folder.start + number, state) for number in range(folder.count)]
    return build_works_page(works, request, state)


def _list_collects(request: Request) -> tuple[Folder, ...]:
    """Return the account's folders, for others only the public one."""
    return COLLECTS if request.cookies.get("sessionid") == SESSION else COLLECTS[:1]


def serve_user_collects(request: Request, state: State) -> Reply | Page:
    """Serve the folders of a user; the cursor counts them."""
    user = find_owner(request, state)
    if isinstance(user, int):
        return refuse_tiktok(user)
    whole = _list_collects(request) if user.name == ACCOUNT else ()
    rows = [{"collectionId": one.id, "name": one.name, "total": one.count} for one in whole]
    page = build_rows_page(rows, request, "collectionList", "collectionId")
    return page.with_fields(total=len(whole))


# Chosen by the platform


def serve_related(request: Request, state: State) -> Reply | Page:
    """Serve works similar to one; the cursor counts them."""
    item_id = request.get_int("itemID")
    if state.catalogue.find_work(item_id) is None:
        return refuse_tiktok(BAD_PARAMETER)
    start = max(0, request.get_int("cursor"))
    end = min(start + request.get_count(16), SIMILAR)
    works = draw_works(state, item_id % 10_000 + start, max(0, end - start))
    return build_item_page(works, request, state, cursor=str(end), more=end < SIMILAR)


def serve_recommend(request: Request, state: State) -> Page:
    """Serve another choice for each request; its first row was the last one before."""
    device, size = request.params.get("device_id", ""), request.get_count(6, 30)
    start = state.recommend_counts[device] * max(size - 1, 1)
    state.recommend_counts[device] += 1
    page = build_item_page(draw_works(state, start, size), request, state, cursor="0", more=True)
    return replace(page, cursor_key="").drop_field("cursor")


def serve_explore(request: Request, state: State) -> Page:
    """Serve a tab of the page "Explore" from position `cursor` on."""
    works = draw_works(state, request.get_int("categoryType"), SIMILAR)
    return build_works_page(works, request, state)


EXACT = {
    (HOST, "/api/favorite/item_list/"): Route("list", serve_user_like, OPEN),
    (HOST, "/api/repost/item_list/"): Route("list", serve_reposts, OPEN),
    (HOST, "/api/story/item_list/"): Route("list", serve_stories, OPEN),
    (HOST, "/api/user/collect/item_list/"): Route(
        "list", serve_user_collect, replace(OPEN, account=True)
    ),
    (HOST, "/api/user/playlist/"): Route("list", serve_user_playlist, WEB),
    (HOST, "/api/mix/item_list/"): Route("list", serve_mix, WEB),
    (HOST, "/api/collection/item_list/"): Route("list", serve_collection, OPEN),
    (HOST, "/api/user/collection_list/"): Route("list", serve_user_collects, OPEN),
    (HOST, "/api/related/item_list/"): Route("list", serve_related, WEB),
    (HOST, "/api/recommend/item_list/"): Route("list", serve_recommend, WEB),
    (HOST, "/api/explore/item_list/"): Route("list", serve_explore, WEB),
}
