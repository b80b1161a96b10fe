"""Sounds, hashtags, reposts, stories and folders of TikTok: requests, cursors and fields."""

import pytest

from f2scrapy.model.endpoint import Endpoint
from f2scrapy.platforms.tiktok.endpoints.hashtags import HashtagDetail, HashtagPosts
from f2scrapy.platforms.tiktok.endpoints.mixes import UserCollects
from f2scrapy.platforms.tiktok.endpoints.music import MusicDetail, MusicPosts
from f2scrapy.platforms.tiktok.endpoints.posts import UserRepost, UserStory
from f2scrapy.platforms.tiktok.items.hashtags import Hashtag
from f2scrapy.platforms.tiktok.items.mixes import CollectsFolder
from f2scrapy.platforms.tiktok.items.music import Sound


@pytest.mark.parametrize(
    ("endpoint", "query"),
    [
        (MusicDetail(music_id="7"), "musicId=7"),
        (MusicPosts(music_id="7"), "count=30&cursor=0&musicID=7"),
        (HashtagDetail(hashtag_name="旅行"), "challengeName=%E6%97%85%E8%A1%8C"),
        (HashtagPosts(hashtag_id="7"), "challengeID=7&count=30&cursor=0"),
        (UserCollects(sec_user_id="S"), "count=30&cursor=0&secUid=S"),
        (UserRepost(sec_user_id="S"),
         "count=30&cursor=0&coverFormat=2&secUid=S&needPinnedItemIds=false"
         "&post_item_list_request_type=0"),
        (UserStory(author_id="7"), "count=5&cursor=0&authorId=7&loadBackward=false"),
    ],
)  # fmt: skip
def test_parameters(endpoint: Endpoint, query: str) -> None:
    assert endpoint.encode_query() == query


def test_stories_go_on_by_a_cursor_of_their_own() -> None:
    page = UserStory(author_id="7")
    answer = {"itemList": [], "HasMoreAfter": True, "MaxCursor": "100", "hasMore": False}
    assert not page.is_last_page(answer)
    assert page.next_page(answer).cursor == 100


def test_owners_of_lists_name_the_folder() -> None:
    row = {"music": {"id": "7", "title": "t"}, "author": {"secUid": "S"},
           "stats": {"videoCount": 3}}  # fmt: skip
    sound = Sound.parse(row)
    assert (sound.key, sound.folder) == ("tiktok:music:7", ("7", "t"))
    assert (sound.sec_user_id, sound.video_count) == ("S", 3)
    tag = Hashtag.parse({"challenge": {"id": "7", "title": "moon"}, "stats": {"viewCount": 9}})
    assert (tag.key, tag.folder, tag.view_count) == ("tiktok:hashtag:7", ("7", "moon"), 9)


@pytest.mark.parametrize("name", ["collectionId", "id"])
def test_folder_has_its_id_under_either_name(name: str) -> None:
    folder = CollectsFolder.parse({name: "7", "name": "Moon", "total": 3})
    assert (folder.id, folder.collection_name, folder.video_count) == ("7", "Moon", 3)


@pytest.mark.parametrize(("answer", "total"), [({"total": 5}, 5), ({}, None)])
def test_folders_that_are_counted_and_not_shown_are_missed(
    answer: dict[str, int], total: int | None
) -> None:
    """An account may get the number of its own folders, and none of them (2026)."""
    assert UserCollects(sec_user_id="S").read_total(answer) == total
