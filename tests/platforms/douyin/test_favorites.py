"""Liked works, collections, folders, music: paging, fields, lyrics; no request is made."""

import json
from typing import Any

import pytest
from pydantic import ValidationError
from support.recordings import Recorded

from f2scrapy.crawl.arguments import parse_arguments
from f2scrapy.errors import InputError, Outcome, ProtocolError
from f2scrapy.model.endpoint import Login
from f2scrapy.model.item import Item
from f2scrapy.platforms.douyin.endpoints.favorites import (
    UserCollection,
    UserCollects,
    UserCollectsVideo,
    UserLike,
    UserMusicCollection,
)
from f2scrapy.platforms.douyin.items.favorites import CollectsFolder, Liker, Sound
from f2scrapy.platforms.douyin.items.posts import Post
from f2scrapy.platforms.douyin.lyrics import decode_lrc, json_to_lrc
from spiders.douyin_user_collects_video import CollectsArgs

# Fields of F2 under another name.
RENAMED = {
    "duration": "duration_s",
    "audition_duration": "audition_duration_s",
    "owner_id": "music_owner_id",
    "owner_nickname": "music_owner_nickname",
    "sec_uid": "sec_user_id",
}
ELSEWHERE = {
    "status_code": "of the answer: classified before items are parsed",
    "msg": "of the answer: classified before items are parsed",
    "has_more": "paging belongs to the endpoint",
    "max_cursor": "paging belongs to the endpoint",
    "collects_total_number": "of the list: compared with the rows by `Endpoint.total_path`",
}
FILTERS = {"UserCollectsFilter": CollectsFolder, "UserMusicCollectionFilter": Sound}
SAME = {"UserLikeFilter", "UserCollectionFilter"}  # as UserPostFilter: see test_items.py


# Paging


def test_own_lists_require_an_account() -> None:
    own = (UserCollection, UserCollects, UserCollectsVideo, UserMusicCollection)
    assert {kind.login for kind in own} == {Login.ACCOUNT}
    assert UserLike.login is Login.GUEST


def test_collection_sends_its_parameters_in_url_and_body() -> None:
    second = UserCollection(count=18).next_page({"cursor": "1762000000000123"})
    assert second.encode_query() == "cursor=1762000000000123&count=18"
    assert json.loads(second.encode_body()) == {"cursor": 1762000000000123, "count": 18}
    assert second.build_headers()["Content-Type"].startswith("application/json")
    assert second.method == "POST"


def test_folder_keeps_its_id_from_page_to_page() -> None:
    page = {"aweme_list": [], "has_more": True, "cursor": 7}
    first = UserCollectsVideo(collects_id="1")
    assert not first.is_last_page(page)
    assert first.next_page(page) == UserCollectsVideo(collects_id="1", cursor=7)


def test_list_of_folders_holds_its_total() -> None:
    page = {"collects_list": [{}], "has_more": False, "cursor": 0, "total_number": 12}
    assert UserCollects().read_total(page) == 12
    assert UserCollects().is_last_page(page)


def test_rows_of_music() -> None:
    assert UserMusicCollection().read_rows({"mc_list": [1], "has_more": 0}) == [1]
    assert UserMusicCollection().read_rows({"mc_list": None, "has_more": 0}) == []


def test_recorded_likes(recorded: Recorded) -> None:
    page, first = recorded("aweme_favorite_first13"), UserLike(sec_user_id="MS4w")
    posts = [Post.model_validate(row) for row in first.read_rows(page)]
    assert not first.is_last_page(page)
    assert first.next_page(page).position == 1630306344000
    assert [p.aweme_id for p in posts] == [row["aweme_id"] for row in page["aweme_list"]]
    assert [p.nickname for p in posts] == [row["author"]["nickname"] for row in page["aweme_list"]]
    times = [post.create_time.timestamp() for post in posts if post.create_time]
    assert times == [row["create_time"] for row in page["aweme_list"]]
    assert times != sorted(times, reverse=True), "liked works do not come by their age"


# Fields


def get_fields(filters: dict[str, Any], name: str) -> dict[str, Any]:
    known: dict[str, Any] = filters[f"douyin.{name}"]["fields"] or {}
    return known


def map_field(field: str) -> str:
    name = field.removesuffix("_raw")
    return RENAMED.get(name, name)


@pytest.mark.parametrize("name", FILTERS)
def test_every_field_of_f2_is_here_or_has_a_reason(filters: dict[str, Any], name: str) -> None:
    known = set(get_fields(filters, name)) - set(ELSEWHERE)
    assert len(known) == {"UserCollectsFilter": 20, "UserMusicCollectionFilter": 23}[name]
    assert [f for f in sorted(known) if map_field(f) not in FILTERS[name].model_fields] == []


@pytest.mark.parametrize("name", sorted(SAME))
def test_likes_and_collections_have_the_fields_of_works(filters: dict[str, Any], name: str) -> None:
    assert set(get_fields(filters, name)) <= set(ELSEWHERE)


def make_row(path: str, value: Any) -> dict[str, Any]:
    """Return a row with `value` at a path such as "$.mc_list[*].cover_hd.url_list[0]"."""
    steps = path.partition("[*].")[2].removesuffix("[0]").split(".")
    row: Any = [value] if path.endswith("[0]") else value
    for step in reversed(steps):
        row = {step: row}
    return dict(row)


VALUES = {"int": 7, "bool": True, "str": "7", "str (url)": "https://a.example/7"}


@pytest.mark.parametrize("name", FILTERS)
def test_every_field_is_read_from_the_path_of_f2(filters: dict[str, Any], name: str) -> None:
    needed = {"collects_id": "1", "collects_name": "a", "id": "1"}
    for field, facts in get_fields(filters, name).items():
        if field in ELSEWHERE:
            continue
        value = 1762000000 if field.endswith("_time") else VALUES.get(facts["type"], "https://7/")
        item = FILTERS[name].model_validate(needed | make_row(facts["path"], value))
        got = getattr(item, map_field(field))
        assert (got.timestamp() if field.endswith("_time") else got) == value, field


@pytest.mark.parametrize("kind", FILTERS.values())
def test_null_in_every_field_but_the_id(kind: type[Item]) -> None:
    names = {*kind.model_fields, "duration", "cover_hd", "play_url", "user_info"}
    row = dict.fromkeys(names - set(Item.model_fields)) | {
        "collects_id": 7,
        "collects_name": "a",
        "id": 7,
    }
    assert kind.model_validate(row).id == "7"


@pytest.mark.parametrize("row", [{}, {"id": None, "collects_id": None}, {"id": ""}])
@pytest.mark.parametrize("kind", FILTERS.values())
def test_the_id_is_required(kind: type[Item], row: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        kind.model_validate({"collects_name": "a", **row})


def test_cover_without_urls_is_empty() -> None:
    row = {"collects_id": "1", "collects_name": "a", "collects_cover": {"url_list": []}}
    assert CollectsFolder.parse(row).collects_cover == ""


def make_song(**more: Any) -> Sound:
    sound = {"url_list": ["http://m.example/1.mp3"], "width": 720}
    return Sound.parse({"id": 69, "title": "晴天", "play_url": sound, **more})


def test_files_of_a_song() -> None:
    cover = {"url_list": ["https://p.example/1.jpeg"]}
    files = make_song(cover_hd=cover, lyric_url="https://l.example/1").list_media()
    assert [file.suffix for file in files] == ["_music.mp3", "_cover.jpeg", "_lyric.lrc"]
    assert files[0].renditions[0].urls == ("https://m.example/1.mp3",)
    assert [file.suffix for file in make_song().list_media()] == ["_music.mp3"]


def test_a_song_is_known_by_its_id_and_named_by_its_title() -> None:
    assert (make_song().key, make_song().naming) == ("douyin:music:69", "{title}")


def test_unavailable_song_is_prohibited() -> None:
    gone = make_song(play_url={"url_list": []}, status=0)
    assert (gone.state, gone.list_media()) == (Outcome.PROHIBITED, [])
    assert make_song(status=0).state is Outcome.OK
    assert [file.renditions for file in make_song(play_url=None).list_media()] == [()]


@pytest.mark.parametrize(
    ("flag", "expected"), [(True, Outcome.OK), (None, Outcome.OK), (False, Outcome.PRIVATE)]
)
def test_likes_are_private_if_the_profile_hides_them(flag: Any, expected: Outcome) -> None:
    row = {"sec_uid": "MS4w", "show_favorite_list": flag}
    assert Liker.model_validate(row).state is expected


@pytest.mark.parametrize(
    ("given", "wanted"),
    [({}, None), ({"collects": "a"}, {"a"}), ({"collects": "旅行, 71,"}, {"旅行", "71"})],
)
def test_folders_are_named_by_comma(given: dict[str, str], wanted: set[str] | None) -> None:
    args = parse_arguments(CollectsArgs, given)
    assert isinstance(args, CollectsArgs)
    assert args.collects == wanted


def test_empty_list_of_folders_raises() -> None:
    with pytest.raises(InputError, match="-a collects= ,"):
        parse_arguments(CollectsArgs, {"collects": " ,"})


# Lyrics


def test_lyrics_become_lrc() -> None:
    lines = [
        {"text": "第一行", "timeId": "0.06"},
        {"text": "second\nline", "timeId": 61.5},
        {"text": "", "timeId": "3661.9999"},
        {"text": "exact", "timeId": 1.001},
    ]
    assert json_to_lrc(lines).splitlines() == [
        "[00:00.060] 第一行",
        "[01:01.500] second line",
        "[61:01.999] ",
        "[00:01.001] exact",
    ]
    assert json_to_lrc([]) == ""


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([{"text": "a", "timeId": "1"}, {"text": "b"}], "lyrics, line 2 timeId"),
        ([{"timeId": "1"}], "lyrics, line 1 text"),
        ([{"text": "a", "timeId": "soon"}], "line 1 timeId"),
        ([{"text": "a", "timeId": "-1"}], "line 1 timeId"),
        ([{"text": "a", "timeId": "NaN"}], "line 1 timeId"),
        ([{"text": None, "timeId": "1"}], "line 1 text"),
        (["a"], "line 1"),
        ({"text": "a", "timeId": "1"}, "lyrics, all: .*list"),
        (None, "lyrics, all: .*list"),
    ],
)
def test_bad_lyrics_raise_with_the_line(lines: Any, message: str) -> None:
    with pytest.raises(ProtocolError, match=message):
        json_to_lrc(lines)


def test_downloaded_lyrics_are_converted() -> None:
    assert decode_lrc('[{"text": "日", "timeId": "1"}]'.encode()) == "[00:01.000] 日"
    for body in (b"", b"<html>", b"[00:01.00] text", b"\xff"):
        with pytest.raises(ProtocolError, match="no JSON"):
            decode_lrc(body)


@pytest.mark.parametrize("body", [
    b"[" * 100_000, b'[{"text": "a", "timeId": "1e300000"}]', b'[{"text":"a","timeId":"NaN"}]',
    b'[{"text": "a", "timeId": 1e400}]', b'[{"text": "a", "timeId": "' + b"9" * 100_000 + b'"}]',
    b'[{"text": "a", "timeId": "-1"}]', b"{}", b"null", b'[{"text": null, "timeId": "1"}]',
])  # fmt: skip
def test_odd_lyrics_are_a_protocol_error(body: bytes) -> None:
    with pytest.raises(ProtocolError):
        decode_lrc(body)
