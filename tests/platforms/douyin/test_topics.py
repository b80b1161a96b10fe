"""Sounds, hashtags, short dramas and own lists: requests, cursors and fields."""

from typing import Any

import pytest

from f2scrapy.errors import ProtocolError
from f2scrapy.model.endpoint import Endpoint
from f2scrapy.platforms.douyin.endpoints.favorites import (
    History,
    UserMixCollection,
    UserSeriesCollection,
    WatchLater,
)
from f2scrapy.platforms.douyin.endpoints.hashtags import HashtagDetail, HashtagPosts
from f2scrapy.platforms.douyin.endpoints.music import MusicDetail, MusicPosts
from f2scrapy.platforms.douyin.endpoints.series import SeriesDetail, SeriesPosts
from f2scrapy.platforms.douyin.items.favorites import Sound
from f2scrapy.platforms.douyin.items.hashtags import Hashtag
from f2scrapy.platforms.douyin.items.series import ListedMix, Series


@pytest.mark.parametrize(
    ("endpoint", "query"),
    [
        (MusicDetail(music_id="7"), "music_id=7"),
        (MusicPosts(music_id="7"), "music_id=7&cursor=0&count=20"),
        (HashtagDetail(hashtag_id="7"), "ch_id=7&query_type=0"),
        (HashtagPosts(hashtag_id="7"), "ch_id=7&cursor=0&count=20"),
        (SeriesDetail(series_id="7"), "series_id=7&req_from=channel_pc_web"),
        (SeriesPosts(series_id="7"), "series_id=7&pull_type=2&cursor=0&count=20"),
        (UserMixCollection(), "cursor=0&count=12"),
        (UserSeriesCollection(), "cursor=0&count=12"),
        (History(), "max_cursor=0&count=20"),
        (WatchLater(), "offset=0&list_type=0&operate_type=0"),
    ],
)
def test_parameters(endpoint: Endpoint, query: str) -> None:
    assert endpoint.encode_query() == query


@pytest.mark.parametrize(
    "answer", [{"cursor": 20}, {"cursor": 20, "max_cursor": 3}, {"cursor": 0, "max_cursor": 20}]
)
def test_short_drama_goes_on_by_either_cursor(answer: dict[str, Any]) -> None:
    assert SeriesPosts(series_id="7").next_page(answer).cursor == 20


def test_short_drama_without_a_cursor_raises() -> None:
    with pytest.raises(ProtocolError, match="cursor"):
        SeriesPosts(series_id="7").next_page({"has_more": 1})


@pytest.mark.parametrize("offset", [20, 23, None])
def test_works_to_watch_later_go_on_behind_their_rows(offset: int | None) -> None:
    answer = {"items": [{"aweme_id": "1"}] * 3, "has_more": 1, "offset": offset}
    assert WatchLater(offset=20).next_page(answer).offset == 23


def test_owners_of_lists_name_the_folder() -> None:
    author = {"uid": "9", "sec_uid": "MS4w", "nickname": "n"}
    row = {"series_id": 7, "series_name": "s", "stats": {"updated_to_episode": 3}, "author": author}
    series = Series.parse(row)
    assert (series.key, series.folder, series.updated_to) == ("douyin:series:7", ("7", "s"), 3)
    assert (series.sec_user_id, series.nickname) == ("MS4w", "n")
    assert Hashtag.parse({"cid": "7", "cha_name": "h"}).folder == ("7", "h")
    sound = Sound.parse({"id": 7_000_000_000_000_000_000, "id_str": "7000000000000000001",
                         "title": "t"})  # fmt: skip
    assert sound.folder == ("7000000000000000001", "t")


def test_collected_mix() -> None:
    row = {"mix_id": "7", "mix_name": "m", "statis": {"updated_to_episode": 45}}
    mix = ListedMix.parse(row)
    assert (mix.key, mix.mix_name, mix.updated_to) == ("douyin:mix:7", "m", 45)
    with pytest.raises(ProtocolError, match="mix_id"):
        ListedMix.parse(row | {"mix_id": ""})
