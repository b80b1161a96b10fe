"""Searches: requests, paging, and the items in each kind of card."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from support.recordings import Recorded, get_value

from f2scrapy.errors import InputError, Outcome, ProtocolError
from f2scrapy.platforms.douyin.endpoints.search import (
    SEARCHES,
    Filters,
    GeneralSearch,
    HomePostSearch,
    HotSearch,
    LiveSearch,
    SuggestWords,
    UserSearch,
    VideoSearch,
)
from f2scrapy.platforms.douyin.items.posts import Post
from f2scrapy.platforms.douyin.items.search import (
    FoundPost,
    FoundRoom,
    FoundUser,
    HotTopic,
    SearchResult,
    SuggestWord,
)

pytestmark = pytest.mark.clock

FIRST = GeneralSearch(keyword="猫")

# Fields of F2 under another name.
RENAMED = {
    "user_id": "uid",
    "sec_uid": "sec_user_id",
    "cover": "video_cover",
    "music_id_str": "music_id",
    "music_duration": "music_duration_s",
}
COMPOSED = {"images", "images_video", "animated_cover"}  # tested with works
COMPOSED |= {"music_id_str"}  # equal to the id at the platform, not in the recordings
OF_THE_PAGE = {"status_code", "status_msg", "has_aweme", "has_more", "cursor"}


def make_answer(*cards: Any, **more: Any) -> dict[str, Any]:
    return {"data": list(cards), "has_more": 1, "cursor": 15} | more


# Requests


def test_next_page_has_the_cursor_and_the_search_id() -> None:
    following = FIRST.next_page(make_answer(cursor="30", log_pb={"impr_id": "A1"}))
    assert (following.offset, following.search_id) == (30, "A1")
    assert following.next_page(make_answer(cursor=45)).search_id == "A1"


def test_position_ignores_the_search_id() -> None:
    assert FIRST.next_page(make_answer(log_pb={"impr_id": "A"})).position == 15
    assert FIRST.next_page(make_answer(log_pb={"impr_id": "B"})).position == 15


def test_filter_words_become_values() -> None:
    words = Filters(sort="likes", published="week", duration="short", content="images")
    chosen = json.loads(GeneralSearch.with_filters("猫", words).filter_selected)
    assert chosen == {"sort_type": "1", "publish_time": "7", "filter_duration": "0-1",
                      "search_range": "0", "content_type": "2"}  # fmt: skip
    video = VideoSearch.with_filters("猫", Filters(sort="newest"))
    assert (video.sort_type, video.is_filter_search) == ("2", 1)
    assert "filter_selected=&" in GeneralSearch.with_filters("猫", Filters()).encode_query()


def test_unknown_filter_word_raises() -> None:
    with pytest.raises(ValueError, match="there are: relevance, likes, newest"):
        Filters(sort="best")


@pytest.mark.parametrize("kind", [UserSearch, LiveSearch])
def test_tabs_without_filters_raise(kind: Any) -> None:
    assert kind.with_filters("猫", Filters()).offset == 0
    with pytest.raises(InputError, match="only for -a type=general or video"):
        kind.with_filters("猫", Filters(content="images"))


def test_each_tab_has_a_channel_and_an_address_of_its_own() -> None:
    tabs = [kind(keyword="猫") for kind in SEARCHES.values()]
    assert len({tab.search_channel for tab in tabs}) == len({tab.url for tab in tabs}) == 4


# Answers


def test_empty_list_with_verify_check_is_a_captcha() -> None:
    refused = FIRST.find_refusal(make_answer(search_nil_info={"search_nil_type": "verify_check"}))
    assert refused
    assert refused.outcome is Outcome.CAPTCHA
    assert FIRST.find_refusal(make_answer(search_nil_info={"search_nil_type": ""})) is None


def test_cards_expand_to_their_contents() -> None:
    work, user = {"aweme_id": "7"}, {"user_info": {"sec_uid": "MS4w"}}
    cards = [
        {"type": 1, "aweme_info": work, "card_unique_name": "video"},
        {"type": 4, "user_list": [user, user]},
        {"type": 66, "aweme_mix_info": {"mix_items": [work, {"aweme_id": "8"}]}},
        {"type": 9},
    ]
    rows = FIRST.model_copy(update={"offset": 15}).read_rows(make_answer(*cards))
    items = [SearchResult.from_row(row) for row in rows]
    kinds = [FoundPost, FoundUser, FoundUser, FoundPost, FoundPost, SearchResult]
    assert [type(item) for item in items] == kinds
    assert [item.rank for item in items] == [15, 16, 16, 17, 17, 18]  # type: ignore[attr-defined]
    assert (items[0].card_type, items[0].card_name) == (1, "video")  # type: ignore[attr-defined]
    assert items[0].folder == ("keyword:猫", "猫")
    assert items[-1].key == "douyin:card:猫@18"


def test_rows_of_an_unknown_shape_are_returned_unchanged() -> None:
    assert FIRST.read_rows(make_answer("gone")) == ["gone"]
    with pytest.raises(ProtocolError, match="data: expected a list"):
        FIRST.read_rows({"has_more": 1, "data": {}})
    with pytest.raises(ProtocolError, match="rawdata"):
        LiveSearch(keyword="猫").read_rows(make_answer({"lives": {"rawdata": "{"}}))


def test_words() -> None:
    ask = SuggestWords(keyword="猫")
    assert "query=%E7%8C%AB&count=10" in ask.encode_query()
    answer = {"msg": "success", "data": [{"words": [{"id": "1", "word": "猫粮"}]}]}
    assert ask.find_refusal(answer) is None
    [word] = map(SuggestWord.model_validate, ask.read_rows(answer))
    assert (word.suggest_word_id, word.suggest_word, word.key) == ("1", "猫粮", "douyin:word:猫粮")
    assert ask.find_refusal({"msg": "busy"}) is not None


# The board of topics

TOPIC = {"word": "猫", "sentence_id": "1", "position": 0, "hot_value": 9, "video_count": 2,
         "event_time": 1_790_000_000, "label": 3,
         "word_cover": {"url_list": ["http://p3.douyinpic.com/a"]}}  # fmt: skip


def make_board(*topics: Any, rising: Any = ()) -> dict[str, Any]:
    return {"data": {"active_time": "2026", "word_list": [*topics], "trending_list": rising}}


def test_board_is_one_page_with_parameters_of_its_own() -> None:
    assert HotSearch().encode_query() == "detail_list=1&source=6&main_billboard_count=5"
    assert HotSearch().is_last_page(make_board(TOPIC))


def test_fields_of_a_topic() -> None:
    [row] = HotSearch().read_rows(make_board(TOPIC))
    topic = HotTopic.parse(row)
    assert topic.key == "douyin:topic:1"
    assert (topic.word, topic.position, topic.hot_value, topic.video_count) == ("猫", 0, 9, 2)
    assert topic.event_time == datetime(2026, 9, 21, 14, 13, 20, tzinfo=UTC)
    assert (topic.label, topic.word_cover) == (3, "https://p3.douyinpic.com/a")
    assert (topic.active_time, topic.is_pinned) == ("2026", True)


def test_rising_topic_has_no_position_and_is_not_pinned() -> None:
    answer = make_board(TOPIC, rising=[{"word": "狗", "sentence_id": "2"}])
    topics = [HotTopic.parse(row) for row in HotSearch().read_rows(answer)]
    assert [(topic.word, topic.position, topic.hot_value) for topic in topics] == [
        ("猫", 0, 9),
        ("狗", None, None),
    ]
    assert [topic.is_pinned for topic in topics] == [True, False]


def test_board_of_an_unknown_shape_raises() -> None:
    assert HotSearch().read_rows(make_board("gone", rising=None)) == ["gone"]
    with pytest.raises(ProtocolError, match="trending_list: expected a list"):
        HotSearch().read_rows(make_board(rising="gone"))
    with pytest.raises(ProtocolError, match="word_list: expected a list"):
        HotSearch().read_rows({"data": {"word_list": None}})


@pytest.mark.parametrize("promise", ["word", "sentence_id"])
def test_topic_without_word_or_id_raises(promise: str) -> None:
    with pytest.raises(ProtocolError, match=promise):
        HotTopic.parse(TOPIC | {promise: ""})


# Recordings


def parse_hits(answer: dict[str, Any]) -> list[Any]:
    return [SearchResult.from_row(row) for row in FIRST.read_rows(answer)]


def test_recorded_page_of_2026(recorded: Recorded) -> None:
    answer = recorded("general_search_2026_first12")
    items = parse_hits(answer)
    assert [type(item) for item in items].count(FoundPost) == 11
    assert all(item.list_media() for item in items if isinstance(item, FoundPost))
    assert [item.rank for item in items] == list(range(12))
    images, words = items[0], items[8]
    assert images.aweme_id == answer["data"][0]["aweme_info"]["aweme_id"]
    assert images.card_name == "douyin.doctype_aweme_image"
    assert images.search_id == answer["log_pb"]["impr_id"]
    assert (words.doc_id, len(words.words)) == ("6586289130148203107", 8)
    assert FIRST.next_page(answer).position == 20
    assert not FIRST.is_last_page(answer)


def test_recorded_rows_of_2023(recorded: Recorded) -> None:
    items = parse_hits(make_answer(*recorded("general_search_data_first10")))
    topic, *works = (item for item in items if item.card_name == "douyin_trending")
    assert (topic.title[:3], topic.hot_value, topic.doc_id) == ("鱼画东", 10536118, "1686831507")
    assert len(works) == 8
    assert all(work.list_media() for work in works)
    [article] = (item for item in items if item.card_name == "baike_wiki_doc")
    assert article.display["title"] == "鱼画东"
    assert sum(item.card_name == "video" for item in items) == 8


def test_recorded_room(recorded: Recorded) -> None:
    card = {"lives": recorded("aweme_item_type101")}
    [room] = parse_hits(make_answer(card))
    assert isinstance(room, FoundRoom)
    assert (room.room_id, room.web_rid) == ("7236050026851003046", "748792781975")
    assert room.nickname == recorded("feed_live_card_rawdata")["owner"]["nickname"]
    assert room.on_air
    assert room.streams
    assert room.create_time


def test_recorded_feed_of_a_page_module(recorded: Recorded) -> None:
    rows = recorded("module_feed_first6")["aweme_list"]
    works = [Post.model_validate(row) for row in rows]
    assert [work.aweme_id for work in works] == [row["aweme_id"] for row in rows]
    assert all(work.list_media() and work.nickname and work.create_time for work in works)
    assert [bool(work.mix_id) for work in works].count(True) == 1


# F2's fields


def test_every_field_of_f2_is_here_or_has_a_reason(filters: dict[str, Any]) -> None:
    known = set(filters["douyin.HomePostSearchFilter"]["fields"])
    assert len(known) == 39
    assert known >= {*RENAMED, *OF_THE_PAGE}
    ours = {RENAMED.get(name, name.removesuffix("_raw")) for name in known - OF_THE_PAGE}
    assert ours <= set(FoundPost.model_fields)
    words = set(filters["douyin.SuggestWordFilter"]["fields"]) - OF_THE_PAGE
    assert words <= set(SuggestWord.model_fields)


def test_fields_equal_the_values_at_the_paths_of_f2(
    filters: dict[str, Any], recorded: Recorded
) -> None:
    works = [card["aweme_info"] for card in recorded("general_search_2026_first12")["data"]
             if "aweme_info" in card]  # fmt: skip
    search = HomePostSearch(keyword="猫", from_user="1")
    context = {"log_pb": {"impr_id": "A1"}, "global_doodle_config": {"home_text": "共 9 个"}}
    answer = {"aweme_list": [{"item": work} for work in works], "has_more": 0} | context
    items = [SearchResult.from_row(row) for row in search.read_rows(answer)]
    compared = 0
    for field, facts in filters["douyin.HomePostSearchFilter"]["fields"].items():
        path = facts["path"].removeprefix("$.aweme_list[*].item.")
        if not facts.get("per_row") or field in COMPOSED:
            continue
        for work, item in zip(works, items, strict=True):
            theirs = get_value(work, path)
            ours = getattr(item, RENAMED.get(field, field.removesuffix("_raw")))
            assert (str(ours) == str(theirs)) if theirs else not ours, field
            compared += theirs is not None
    assert compared > 200
    assert (items[0].search_id, items[0].home_text) == ("A1", "共 9 个")  # type: ignore[attr-defined]
