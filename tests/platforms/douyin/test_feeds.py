"""Collections, similar works, feeds, and the page around a work: requests and rows."""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
import yaml
from support.recordings import Recorded, get_value

from f2scrapy.errors import Outcome, ProtocolError
from f2scrapy.model.endpoint import Endpoint
from f2scrapy.platforms.douyin.endpoints.feeds import FollowFeed, FriendFeed, HomeFeed, RelatedPosts
from f2scrapy.platforms.douyin.endpoints.mixes import MixPosts
from f2scrapy.platforms.douyin.endpoints.posts import LocatePost
from f2scrapy.platforms.douyin.items.feeds import FeedPost
from f2scrapy.platforms.douyin.items.posts import Post

# Fields of F2 under another name.
RENAMED = {
    "friend_feed_type": "feed_type",
    "friend_feed_source": "feed_source",
    "sec_uid": "sec_user_id",
    "music_duration": "music_duration_s",
}
# Fields composed of more than the value at their path, in F2 or here.
COMPOSED = {"caption", "caption_raw", "cover", "animated_cover", "images", "images_video"}
ELSEWHERE = {
    "status_code": "of the answer: classified before items are parsed",
    "status_msg": "of the answer: quoted by the refusal",
    "toast": "of the answer: a message for the user",
    "has_more": "paging belongs to the endpoint",
    "has_aweme": "of the answer: whether there are rows",
    "friend_update_count": "of the answer: how many works are new to the account",
    "cursor": "paging belongs to the endpoint",
    "level": "paging belongs to the endpoint",
}


def test_every_field_of_friend_feed_is_here_or_has_a_reason(filters: dict[str, Any]) -> None:
    known = set(filters["douyin.FriendFeedFilter"]["fields"])
    assert len(known) == 50
    assert known >= {*ELSEWHERE, *RENAMED}
    ours = {RENAMED.get(name, name.removesuffix("_raw")) for name in known - ELSEWHERE.keys()}
    assert ours <= FeedPost.model_fields.keys()


@pytest.mark.parametrize("name", ["UserMixFilter", "PostRelatedFilter"])
def test_other_filters_inherit_the_fields_of_works(filters: dict[str, Any], name: str) -> None:
    """Their rows have the fields of `Post`, which test_items.py checks."""
    mine = filters[f"douyin.{name}"]
    assert mine["inherits"] == "UserPostFilter"
    assert set(mine["fields"]) <= {"max_cursor"}


# Requests


def parse_query(endpoint: Endpoint) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(endpoint.encode_query(), True).items()}


DEFAULTS = [
    ("mix_aweme", MixPosts(mix_id="7"), {"cursor": 0, "count": 20}),
    ("post_related", RelatedPosts(aweme_id="7"), {"filterGids": "7,"}),
    ("tab_feed", HomeFeed(), {}),
    ("follow_feed", FollowFeed(), {}),
    ("friend_feed", FriendFeed(), {}),
    (
        "locate_post",
        LocatePost(sec_user_id="MS4w", locate_item_id="7", locate_item_cursor="9"),
        {"max_cursor": "0", "sec_user_id": "MS4w", "locate_item_id": "7"},
    ),
]


@pytest.mark.parametrize(("name", "endpoint", "ours"), DEFAULTS, ids=[row[0] for row in DEFAULTS])
def test_first_page_has_the_parameters_of_f2(
    shared: Path, name: str, endpoint: Endpoint, ours: dict[str, Any]
) -> None:
    facts = yaml.safe_load((shared / "reference/f2/endpoints.yaml").read_text())
    listed = facts["endpoints"] if isinstance(facts, dict) else facts
    [fact] = [f for f in listed if (f["platform"], f["name"]) == ("douyin", name)]
    sent = parse_query(endpoint)
    theirs = {p["name"]: p for p in fact["params"] if not p.get("overrides_base")}
    assert fact["url"] == endpoint.url
    assert fact["method"] == endpoint.method
    assert endpoint.encode_body() == b""
    assert sent.keys() == theirs.keys()
    for parameter, fact in theirs.items():
        default = str(fact.get("default", "")).replace("%7B", "{").replace("%7D", "}")
        default = default.replace("%22", '"').replace("%3A", ":")
        if parameter in ours:
            assert sent[parameter] == str(ours[parameter])
        elif not fact.get("required") and parameter != "locate_item_id":
            assert sent[parameter] == default


def test_similar_works_send_all_shown_ids() -> None:
    first = RelatedPosts(aweme_id="7")
    second = first.next_page({"aweme_list": [{"aweme_id": "1"}, {"aweme_id": "2"}], "has_more": 1})
    third = second.next_page({"aweme_list": [{"aweme_id": "2"}, {"aweme_id": "3"}, "gone"]})
    assert parse_query(second)["filterGids"] == "7,1,2,"
    assert parse_query(third)["filterGids"] == "7,1,2,3,"
    assert [page.position for page in (first, second, third)] == [0, 2, 3]
    assert third.next_page({"aweme_list": []}).position == third.position
    with pytest.raises(ProtocolError, match="aweme_list"):
        third.next_page({"has_more": 1})


def test_home_feed_counts_its_pages() -> None:
    page = {"aweme_list": [], "has_more": 1}
    assert HomeFeed().next_page(page).next_page(page).refresh_index == 3
    assert not HomeFeed().is_last_page(page)


def test_friend_feed_sends_the_level() -> None:
    page = {"data": [], "cursor": "17", "level": 2, "has_more": True}
    second = FriendFeed().next_page(page)
    assert (second.cursor, second.level, second.pull_type, second.refresh_type) == (17, 2, 2, 2)
    assert (FriendFeed().position, second.position) == (0, 17)
    third = second.next_page({"data": [], "cursor": 18, "has_more": 1})  # one cursor is absent
    assert (third.cursor, third.level, third.pull_type) == (18, 2, 2)
    with pytest.raises(ProtocolError, match="cursor, level"):
        second.next_page({"data": [], "has_more": 1})


def test_null_rows_of_friends_are_an_empty_list() -> None:
    assert FriendFeed().read_rows({"data": None, "has_more": 0}) == []


def test_located_page_without_the_work_is_refused() -> None:
    endpoint = LocatePost(sec_user_id="MS4w", locate_item_id="7", locate_item_cursor="9")
    assert endpoint.find_refusal({"aweme_list": ["gone", {"aweme_id": "7"}]}) is None
    refused = endpoint.find_refusal({"aweme_list": [{"aweme_id": "8"}], "has_more": 1})
    assert refused is not None
    assert refused.outcome is Outcome.LIST_GAP
    assert endpoint.is_last_page({"aweme_list": []})
    login = endpoint.find_refusal({"status_code": 8})
    assert login is not None
    assert login.outcome is Outcome.LOGIN_REQUIRED


# Rows


def test_work_of_a_feed_keeps_the_feeds_fields() -> None:
    work = {
        "aweme_id": "7",
        "author": {"avatar_larger": {"url_list": ["http://p.example/a.jpeg"]}},
        "music": {"sec_uid": "MS4wMusic"},
        "statistics": {"exposure_count": 5, "live_watch_count": None},
        "fall_card_struct": {"recommend_reason": "朋友推荐"},
        "is_24_story": 1,
    }
    post = FeedPost.model_validate({"aweme": work, "feed_type": 1, "source": 4, "user": None})
    assert (post.key, post.feed_type, post.feed_source) == ("douyin:post:7", 1, 4)
    assert post.avatar_larger == "https://p.example/a.jpeg"
    assert (post.music_sec_uid, post.recommend_reason) == ("MS4wMusic", "朋友推荐")
    assert (post.is_24_story, post.exposure_count, post.live_watch_count) == (True, 5, None)
    assert FeedPost.model_validate(work).feed_type == 0, (
        "a plain work, as its own interface sends it"
    )


# Recordings


def test_recorded_collection(recorded: Recorded) -> None:
    page = recorded("mix_aweme_first10")
    endpoint = MixPosts(mix_id="7596327885565470902", cursor=2)
    posts = [Post.model_validate(row) for row in endpoint.read_rows(page)]
    episodes = json.loads(page["item_id_to_episode"])
    assert [post.mix_episode for post in posts] == list(range(3, 13))
    assert all(episodes[post.aweme_id] == post.mix_episode for post in posts)
    assert {post.mix_id for post in posts} == {endpoint.mix_id}
    assert {post.mix_name for post in posts} == {"长羊面羊"}
    assert endpoint.read_total(page) == 35
    assert endpoint.next_page(page).cursor == 17
    assert not endpoint.is_last_page(page)


def test_recorded_works_in_a_friend_feed_keep_all_fields(
    recorded: Recorded, filters: dict[str, Any]
) -> None:
    page = recorded("module_feed_first6")
    paths = {
        name: fact["path"].removeprefix("$.data[*].aweme.")
        for name, fact in filters["douyin.FriendFeedFilter"]["fields"].items()
        if fact["path"].startswith("$.data[*].aweme.") and name not in COMPOSED
    }
    assert len(paths) == 34
    for row in page["aweme_list"]:
        post = FeedPost.from_row({"aweme": row, "feed_type": 1, "source": 4})
        for name, path in paths.items():
            ours = getattr(post, RENAMED.get(name, name.removesuffix("_raw")))
            theirs = get_value(row, path)
            assert not theirs or is_same(ours, theirs), name


def is_same(ours: Any, theirs: Any) -> bool:
    if isinstance(ours, datetime):
        return ours.timestamp() == theirs
    if isinstance(ours, list | bool):
        return bool(ours == theirs)
    return str(ours) == str(theirs).replace("http://", "https://")


def test_recorded_recommendations(recorded: Recorded) -> None:
    page = recorded("module_feed_first6")
    assert HomeFeed().find_refusal(page) is None
    posts = [FeedPost.from_row(row) for row in HomeFeed().read_rows(page)]
    assert [post.aweme_id[:4] for post in posts] == ["7587", "7571", "7580", "7581", "7577", "7588"]
    assert posts[0].digg_count == 6632
    assert all(post.list_media() and post.create_time for post in posts)
    assert not HomeFeed().is_last_page(page)


def test_collection_without_works_has_no_count() -> None:
    assert MixPosts(mix_id="7").read_total({"aweme_list": [], "has_more": 0}) is None


def test_allow_share_of_a_feed_is_that_of_the_status(truth: Callable[[str], Any]) -> None:
    [row] = truth("douyin_allow_share")["data"]
    assert FeedPost.from_row(row).allow_share is True
    assert Post.from_row(row["aweme"]).allow_share is False
    del row["aweme"]["status"]
    assert FeedPost.from_row(row).allow_share is False


def test_works_already_shown_may_be_a_text() -> None:
    endpoint = RelatedPosts.model_validate({"aweme_id": "7", "filterGids": "7,8,9,8,"})
    assert endpoint.shown == ("8", "9")
    assert "filterGids=7%2C8%2C9%2C&" in endpoint.encode_query()
