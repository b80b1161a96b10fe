"""Find the users, works and rooms of a sandbox that the clients are sent to."""

from __future__ import annotations

from collections.abc import Mapping

from f2scrapy.sandbox.catalogue import build_work
from f2scrapy.sandbox.douyin.favorites import FOLDERS
from f2scrapy.sandbox.douyin.live import find_latest, make_web_rid
from f2scrapy.sandbox.state import SESSION, State
from f2scrapy.sandbox.tiktok.feeds import COLLECTION, PLAYLISTS


def find_facts(state: State) -> Mapping[str, str]:
    """Return the ids that the clients need, of both platforms."""
    user, series = state.catalogue.by_name["demo"], state.catalogue.by_name["series"]
    room = find_latest(user, state)
    assert room is not None
    works = [build_work(user, place) for place in range(user.count)]
    video = next(work for work in works if work.recipe == "video")
    album = next(work for work in works if work.recipe == "images")
    return {
        "user": user.sec_user_id,
        "uid": user.uid,
        "unique_id": user.unique_id,
        "work": str(video.aweme_id),
        "album": str(album.aweme_id),
        "mix": series.mix_id,
        "folder": FOLDERS[0].id,
        "playlist": PLAYLISTS[0].id,
        "collection": COLLECTION,
        "room_id": room.room_id,
        "web_rid": make_web_rid(user),
        "session": SESSION,
        "ttwid": state.issue_ttwid(),
        "uifid": state.issue_uifid(),
        "visitor": "7310000000000000001",
    }
