"""Works and users keep all fields and list the right files."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from support.recordings import Json, Recorded, get_value, iter_objects

from f2scrapy.errors import Outcome
from f2scrapy.model.media import Media, MediaKind
from f2scrapy.model.rendition import choose, parse_policy
from f2scrapy.platforms.douyin.items.posts import AwemeType, Post
from f2scrapy.platforms.douyin.items.users import User

# Fields of F2 under another name.
RENAMED = {
    "UserPostFilter.author_deleted": "music_author_deleted",
    "UserPostFilter.video_duration": "duration_ms",
    "PostDetailFilter.duration": "duration_ms",
    "PostDetailFilter.music_duration": "music_duration_s",
}
ELSEWHERE = {
    "UserPostFilter.status_code": "of the answer: classified before items are parsed",
    "UserPostFilter.has_aweme": "of the answer: whether there are rows",
    "UserPostFilter.has_more": "paging belongs to the endpoint",
    "UserPostFilter.max_cursor": "paging belongs to the endpoint",
    "UserPostFilter.min_cursor": "paging belongs to the endpoint",
    "UserPostFilter.locate_item_cursor": "paging belongs to the endpoint",
    "PostDetailFilter.api_status_code": "of the answer: classified before items are parsed",
}
# Filter of F2 → class of item, and the prefix of a row's paths.
FILTERS = {
    "UserPostFilter": (Post, "$.aweme_list[*]."),
    "PostDetailFilter": (Post, "$.aweme_detail."),
    "UserProfileFilter": (User, "$.user."),
}
# Fields that F2 composes of more than the value at their path; they have tests of their own.
COMPOSED = {"images", "images_video", "animated_cover", "video_bit_rate", "hashtag_ids"}
COMPOSED |= {"hashtag_names"}


def list_fields(filters: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield filter, field and path of all fields of works and users in F2."""
    for name in FILTERS:
        for field, facts in filters[f"douyin.{name}"]["fields"].items():
            yield name, field, facts["path"]


def map_field(name: str, field: str) -> str:
    """Return our name of a field; of two texts in F2 it is the one that is not sanitised."""
    return RENAMED.get(f"{name}.{field}", field.removesuffix("_raw"))


def test_every_field_of_f2_is_here_or_has_a_reason(filters: dict[str, Any]) -> None:
    known = {f"{name}.{field}" for name, field, _ in list_fields(filters)}
    assert len(known) == 139
    assert known >= {*ELSEWHERE, *RENAMED}
    lost = [
        f"{name}.{field}"
        for name, field, _ in list_fields(filters)
        if f"{name}.{field}" not in ELSEWHERE
        and map_field(name, field) not in FILTERS[name][0].model_fields
    ]
    assert lost == []


# Recordings


def list_works(value: Any) -> Iterator[Json]:
    """Yield every work in an answer, at any depth."""
    works = (one for one in iter_objects(value) if "aweme_id" in one)
    return (work for work in works if "author" in work or "video" in work)


@pytest.fixture(scope="module")
def works(answers: Path, recorded: Recorded) -> list[dict[str, Any]]:
    names = [path.stem for path in sorted(answers.glob("*.json"))]
    return [work for name in names for work in list_works(recorded(name))]


@pytest.fixture(scope="module")
def users(recorded: Recorded) -> list[dict[str, Any]]:
    """Users of a profile and lists; the eight recorded without sec_uid get one."""
    bare = [
        {"sec_uid": f"MS4wLjABAAAA{n}"} | u
        for n, u in enumerate(recorded("user_profile_objects_8"))
    ]
    listed = recorded("user_follower_list_first13")["followers"]
    listed += recorded("user_following_list_first13")["followings"]
    return [recorded("user_profile_other")["user"], *listed, *bare]


def is_same(ours: Any, theirs: Any) -> bool:
    if isinstance(ours, datetime):
        return ours.tzinfo is not None and ours.timestamp() == float(theirs)
    if isinstance(ours, str):
        return ours == str(theirs).replace("http://", "https://")
    if isinstance(ours, list):
        return ours == [url.replace("http://", "https://") for url in theirs]
    return bool(ours == theirs)


def find_differences(rows: list[dict[str, Any]], kind: Any, filters: dict[str, Any]) -> list[str]:
    """Return fields that differ from the recorded rows, with both values."""
    items = [kind.model_validate(row) for row in rows]
    lost = []
    for name, field, path in list_fields(filters):
        if FILTERS[name][0] is not kind or field in COMPOSED or f"{name}.{field}" in ELSEWHERE:
            continue
        for item, row in zip(items, rows, strict=True):
            theirs = get_value(row, path.removeprefix(FILTERS[name][1]))
            ours = getattr(item, map_field(name, field))
            nothing = theirs is None or (theirs in (0, "0") and ours == "")
            if not nothing and not is_same(ours, theirs):
                lost.append(f"{item.key} {field}: {ours!r} is not {theirs!r}")
    return lost


def test_recorded_works_keep_all_fields(works: Any, filters: dict[str, Any]) -> None:
    assert len(works) == 88
    assert find_differences(works, Post, filters) == []


def test_recorded_users_keep_all_fields(users: Any, filters: dict[str, Any]) -> None:
    assert len(users) == 35
    assert find_differences(users, User, filters) == []


def test_recorded_lists_stay_aligned_with_their_rows(works: Any) -> None:
    for row in works:
        post = Post.model_validate(row)
        images = row.get("images") or []
        gears = (row.get("video") or {}).get("bit_rate") or []
        tags = [tag for tag in row.get("text_extra") or [] if tag.get("hashtag_name")]
        assert len(post.images) == len(post.images_video) == len(images)
        assert post.video_bit_rate == [gear["bit_rate"] for gear in gears]
        assert post.hashtag_names == [tag["hashtag_name"] for tag in tags]
        assert post.hashtag_ids == [tag["hashtag_id"] for tag in tags]


def test_recorded_media_are_https_and_of_the_right_kind(works: Any) -> None:
    for row in works:
        post = Post.model_validate(row)
        files = post.list_media()
        kinds = {file.kind for file in files}
        assert all(url.startswith("https://") for url in list_urls(files))
        assert len({file.suffix for file in files}) == len(files)
        assert (MediaKind.IMAGE in kinds) == bool(row.get("images"))
        assert (MediaKind.VIDEO in kinds) == bool(get_value(row, "video.bit_rate.0"))
        assert (MediaKind.COVER in kinds) == (row["aweme_type"] != AwemeType.LIVE)


def test_recorded_encodings_are_all_offered_once(works: Any) -> None:
    for row in works:
        gears = (row.get("video") or {}).get("bit_rate") or []
        heard = {g["play_addr"]["file_hash"] for g in gears if g.get("format") != "dash"}
        for file in Post.model_validate(row).list_media():
            if file.kind is MediaKind.VIDEO:
                assert len(file.renditions) >= len(heard)
                assert len({r.key for r in file.renditions}) == len(file.renditions)
                assert len({r.urls for r in file.renditions}) == len(file.renditions)
                assert all(r.size and r.width and r.bit_rate for r in file.renditions)


def list_urls(files: list[Media]) -> list[str]:
    return [url for file in files for rendition in file.renditions for url in rendition.urls]


def load_post(recorded: Recorded, name: str) -> Post:
    [row] = list_works(recorded(name))
    return Post.model_validate(row)


def list_suffixes(post: Post) -> list[str]:
    return [file.suffix for file in post.list_media()]


DANMAKU = "_danmaku.xml _video.ass"  # of videos whose answer does not count them


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("aweme_detail_video", "_video.mp4 _cover.jpeg _music.mp3 _desc.txt"),
        ("aweme_item_video_2026", "_video.mp4 _cover.webp _music.mp3"),
        ("aweme_item_type55", f"_video.mp4 _cover.webp _music.mp3 _desc.txt {DANMAKU}"),
        ("aweme_item_type61", f"_video.mp4 _cover.webp _music.mp3 _desc.txt {DANMAKU}"),
        ("aweme_item_type61_2026", "_video.mp4 _cover.webp _music.mp3 _desc.txt"),
        ("aweme_item_type66", f"_video.mp4 _cover.webp _music.mp3 _desc.txt {DANMAKU}"),
        ("aweme_item_type68", "_image_1.webp _image_2.webp _cover.jpeg _music.mp3 _desc.txt"),
        ("aweme_item_gallery_1img", "_image_1.webp _cover.jpeg _music.mp3 _desc.txt"),
        (
            "aweme_item_gallery_3img",
            "_image_1.webp _image_2.webp _image_3.webp _cover.jpeg _music.mp3 _desc.txt",
        ),
        ("aweme_item_live_photo", "_image_1.webp _live_1.mp4 _cover.jpeg _music.mp3 _desc.txt"),
        ("aweme_item_type101", ""),
    ],
)
def test_files_of_each_kind_of_work(recorded: Recorded, name: str, expected: str) -> None:
    assert list_suffixes(load_post(recorded, name)) == expected.split()


def test_silent_encodings_are_left_out_beside_others(recorded: Recorded) -> None:
    page = recorded("aweme_post_page18_video")
    row = page["aweme_list"][0]
    silent = {g["bit_rate"] for g in row["video"]["bit_rate"] if g["format"] == "dash"}
    [video, *_] = Post.model_validate(row).list_media()
    assert len(silent) == 10
    assert len(video.renditions) == 11
    assert not silent & {rendition.bit_rate for rendition in video.renditions}


def test_best_encoding_of_a_recorded_video(recorded: Recorded) -> None:
    [video, *_] = load_post(recorded, "aweme_detail_video").list_media()
    best = choose(video.renditions, parse_policy("best")).rendition
    small = choose(video.renditions, parse_policy("smallest")).rendition
    assert (best.label, best.codec, best.fps, len(best.urls)) == ("normal_1080_0", "h264", 29, 3)
    assert (small.label, small.codec) == ("adapt_lower_540_1", "h265")
    assert best.size > small.size > 0


def test_bytevc2_is_recognized(works: Any) -> None:
    codecs = {
        r.codec
        for row in works
        for f in Post.model_validate(row).list_media()
        for r in f.renditions
    }
    assert codecs >= {"h264", "h265", "bytevc2"}


def test_pictures_of_two_formats_are_two_renditions(works: Any) -> None:
    row = next(row for row in works if ".heic?" in str(row.get("images")))
    image = Post.model_validate(row).list_media()[0]
    assert [rendition.codec for rendition in image.renditions] == ["jpeg", "heic"]
    assert image.suffix == "_image_1.jpeg"
    for text in ("best", "smallest", "codec:h264,height<=720"):
        assert choose(image.renditions, parse_policy(text)).rendition == image.renditions[0]


# Constructed


def make_post(**more: Any) -> Post:
    return Post.model_validate({"aweme_id": "7298145681699622182", **more})


def make_video(**more: Any) -> dict[str, Any]:
    return {"play_addr": {"url_list": ["http://v.example/1.mp4"]}, **more}


def make_image(name: str, moving: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"url_list": [f"https://p.example/{name}.webp?x=1"], "video": moving}


def test_only_the_id_is_required() -> None:
    post = make_post()
    assert post.key == "douyin:post:7298145681699622182"
    assert post.list_media() == []
    assert (post.state, post.create_time, post.aweme_type) == (Outcome.OK, None, None)
    for row in ({}, {"aweme_id": None}, {"aweme_id": ""}):
        with pytest.raises(ValidationError, match="aweme_id"):
            Post.model_validate(row)


def test_null_in_every_field_is_still_a_post(works: Any) -> None:
    for row in works:
        bare = dict.fromkeys(row) | {"aweme_id": row["aweme_id"]}
        assert Post.model_validate(bare).list_media() == []


def test_null_in_every_field_is_still_a_user(users: Any) -> None:
    for row in users:
        assert User.model_validate(dict.fromkeys(row) | {"sec_uid": row["sec_uid"]}).id


def test_numbers_as_text_are_parsed() -> None:
    post = make_post(
        create_time="1764582911",
        aweme_type="68",
        is_top="1",
        statistics={"digg_count": "12"},
        music={"id": 7575030299194782782, "duration": "15"},
        video={"bit_rate": [{"bit_rate": "100", "play_addr": {"data_size": "7"}}]},
    )
    assert post.create_time == datetime(2025, 12, 1, 9, 55, 11, tzinfo=UTC)
    assert post.aweme_type is AwemeType.IMAGES
    assert (post.is_top, post.digg_count, post.music_duration_s) == (True, 12, 15)
    assert (post.music_id, post.video_bit_rate) == ("7575030299194782782", [100])


def test_unknown_type_of_work_keeps_its_files() -> None:
    post = make_post(aweme_type=4711, video=make_video())
    assert post.aweme_type == 4711
    assert post.model_dump(mode="json")["aweme_type"] == 4711
    assert list_suffixes(post) == ["_video.mp4"]


def test_a_wrong_type_names_its_path() -> None:
    with pytest.raises(ValidationError) as caught:
        make_post(video={"bit_rate": [{"play_addr": {"url_list": "https://x"}}]})
    named = {fault["loc"] for fault in caught.value.errors()}
    assert ("video", "bit_rate", 0, "play_addr", "url_list") in named


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ({}, Outcome.OK),
        ({"private_status": 0}, Outcome.OK),
        ({"private_status": 1}, Outcome.OK),
        ({"private_status": 2}, Outcome.OK),
        ({"in_reviewing": True}, Outcome.OK),
        ({"private_status": 3}, Outcome.PRIVATE),
        ({"is_prohibited": True}, Outcome.PROHIBITED),
        ({"is_delete": True}, Outcome.DELETED),
        ({"is_delete": 1, "is_prohibited": 1, "private_status": 1}, Outcome.DELETED),
    ],
)
def test_state_of_a_work_with_urls(status: Any, expected: Outcome) -> None:
    post = make_post(status=status, video=make_video(), desc="text")
    assert post.state is expected
    assert bool(post.list_media()) == (expected is Outcome.OK)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ({"private_status": 0}, Outcome.OK),
        ({"private_status": 1}, Outcome.PRIVATE),
        ({"private_status": 2}, Outcome.PRIVATE),
        ({"in_reviewing": True}, Outcome.PROHIBITED),
        ({"is_delete": True}, Outcome.DELETED),
    ],
)
def test_state_of_a_work_without_urls(status: Any, expected: Outcome) -> None:
    assert make_post(status=status, video=None).state is expected


def test_live_photos_have_the_number_of_their_picture() -> None:
    post = make_post(
        images=[
            make_image("a"),
            make_image("b", make_video()),
            make_image("c"),
            make_image("d", make_video()),
        ]
    )
    expected = "_image_1.webp _image_2.webp _live_2.mp4 _image_3.webp _image_4.webp _live_4.mp4"
    assert list_suffixes(post) == expected.split()
    assert post.images_video == ["", "https://v.example/1.mp4", "", "https://v.example/1.mp4"]


def test_a_picture_that_only_moves_keeps_its_number() -> None:
    post = make_post(images=[make_image("a"), {"url_list": None, "video": make_video()}])
    assert list_suffixes(post) == ["_image_1.webp", "_live_2.mp4"]
    assert post.images == ["https://p.example/a.webp?x=1", ""]


def test_media_without_urls_are_listed_without_renditions() -> None:
    nowhere = {"play_addr": {"url_list": []}}
    [moving] = make_post(video=nowhere).list_media()
    pictures = make_post(
        images=[make_image("a"), {"url_list": None, "video": nowhere}]
    ).list_media()
    assert (moving.asset, moving.renditions) == ("video", ())
    assert [(m.asset, bool(m.renditions)) for m in pictures] == [
        ("image_1", True),
        ("image_2", False),
    ]


@pytest.mark.parametrize("video", [
    {"play_addr": {"url_list": []}}, {"play_addr": None}, {"bit_rate": [{"play_addr": {}}]},
])  # fmt: skip
def test_a_live_photo_without_an_address_is_missing(video: dict[str, Any]) -> None:
    post = make_post(images=[make_image("a", video), make_image("b"), make_image("c", {})])
    wanted = post.list_wanted(frozenset({MediaKind.LIVE_PHOTO}))
    assert [(file.asset, file.renditions) for file in wanted] == [("live_1", ())]


def test_of_several_addresses_the_usable_one_is_taken() -> None:
    here, nowhere = {"url_list": ["//p.example/a.jpeg"]}, {"url_list": [""]}
    silent = {"play_addr": {"url_list": ["https://v.example/2.mp4"]}, "format": "DASH"}
    post = make_post(video=make_video(bit_rate=[silent], origin_cover=nowhere, cover=here))
    video, cover = post.list_media()
    assert [rendition.urls for rendition in video.renditions] == [("https://v.example/1.mp4",)]
    assert cover.renditions[0].urls == ("https://p.example/a.jpeg",)


def test_video_of_an_image_set_is_music() -> None:
    sound = {"play_addr": {"url_list": ["https://m.example/1.mp3"]}}
    assert list_suffixes(make_post(images=[make_image("a")], video=sound)) == ["_image_1.webp"]
    assert list_suffixes(make_post(images=None, video=sound)) == []


def test_missing_bit_rate_follows_from_size_and_duration() -> None:
    file = {"url_list": ["https://v.example/h265"], "data_size": 1_000_000}
    media, *_ = make_post(
        video={"duration": 4000, "play_addr_265": file, "play_addr": file}
    ).list_media()
    [rendition] = media.renditions
    assert (rendition.codec, rendition.bit_rate, rendition.size) == ("h265", 2_000_000, 1_000_000)


def test_same_file_hash_is_one_encoding() -> None:
    gear = {"play_addr": {"file_hash": "f", "url_list": ["https://v1.example/"]}, "is_h265": 0}
    again = {"file_hash": "f", "url_list": ["https://v2.example/"]}
    [media] = make_post(video={"bit_rate": [gear], "play_addr": again}).list_media()
    assert [rendition.codec for rendition in media.renditions] == ["h264"]


def test_silent_encoding_is_used_if_alone() -> None:
    gear = {"format": "dash", "play_addr": {"url_list": ["https://v.example/dash"]}}
    [media] = make_post(video={"bit_rate": [gear]}).list_media()
    assert media.renditions[0].urls == ("https://v.example/dash",)


@pytest.mark.parametrize(("charge", "is_whole"), [
    ({"is_charge_content": True, "has_paid": False}, False),
    ({"is_charge_content": True, "has_paid": 0}, False),
    ({"is_charge_content": True, "has_paid": True}, True),  # as a free episode (recorded)
    ({"is_charge_content": False, "has_paid": False}, True),
    ({"is_charge_content": True}, True), (None, True),
])  # fmt: skip
def test_preview_of_paid_content_is_not_the_work(charge: Any, is_whole: bool) -> None:
    address = {"url_list": ["https://v.example/1.mp4"]}
    cover = {"url_list": ["https://p.example/1.jpeg"]}
    post = make_post(charge_info=charge, video={"play_addr": address, "cover": cover})
    video = post.assets["video"]
    assert bool(video.renditions) is is_whole
    assert "cover" in post.assets
    if not is_whole:
        assert (post.state, video.absence) == (Outcome.OK, Outcome.PRIVATE)
        assert "paid for" in video.absence_detail


def test_unavailable_music_is_left_out() -> None:
    music = {"play_url": {"url_list": ["https://m.example/1.mp3"]}}
    for known in ({"status": 1}, {}, {"status": None}):  # not every answer names it
        assert list_suffixes(make_post(music=music | known)) == ["_music.mp3"]
    assert list_suffixes(make_post(music=music | {"status": 0})) == []


def test_music_without_mirrors_has_its_own_address() -> None:
    address = {"uri": "http://m.example/1.mp3", "url_list": []}
    post = make_post(music={"status": 1, "play_url": address})
    assert post.assets["music"].renditions[0].urls == ("https://m.example/1.mp3",)
    nothing = make_post(music={"status": 1, "play_url": {"uri": "v0d00fg1", "url_list": None}})
    assert "music" not in nothing.assets


def test_only_web_addresses_are_fetched() -> None:
    urls = ["file:///etc/passwd", "ftp://v.example/", "http://v.example/a", "https://v.example/b"]
    [media] = make_post(video={"play_addr": {"url_list": urls}}).list_media()
    assert media.renditions[0].urls == ("https://v.example/a", "https://v.example/b")


def test_the_description_is_the_true_text() -> None:
    [media] = make_post(desc="a/b\u200d🦊\n#c").list_media()
    assert (media.suffix, media.text) == ("_desc.txt", "a/b\u200d🦊\n#c")


def test_mentions_and_hashtags() -> None:
    tag = {"type": 1, "hashtag_name": "冰岛", "hashtag_id": 1607979988024584}
    post = make_post(text_extra=[{"type": 0, "sec_uid": "MS4w"}, tag, tag | {"hashtag_id": None}])
    assert post.hashtag_names == ["冰岛", "冰岛"]
    assert post.hashtag_ids == ["1607979988024584", ""]
    assert post.mentions == ["MS4w"]


def test_feeds_hold_flat_values_only(recorded: Recorded) -> None:
    dumped = load_post(recorded, "aweme_item_live_photo").model_dump(mode="json")
    assert not {"video", "pictures", "sound"} & set(dumped)
    flat = (str, int, float, bool, type(None))
    for name, value in dumped.items():
        assert all(
            isinstance(part, flat) for part in (value if isinstance(value, list) else [value])
        ), name


def test_detail_endpoint_of_a_post() -> None:
    assert make_post().detail_endpoint().aweme_id == "7298145681699622182"


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ({}, Outcome.OK),
        ({"secret": 1}, Outcome.PRIVATE),
        ({"secret": 1, "follow_status": 1}, Outcome.OK),
        ({"is_ban": True}, Outcome.PROHIBITED),
        ({"user_canceled": True, "is_ban": True}, Outcome.DELETED),
    ],
)
def test_state_of_a_user(flags: Any, expected: Outcome) -> None:
    assert User.model_validate({"sec_uid": "MS4w", **flags}).state is expected


def test_a_user_without_a_room_has_none() -> None:
    assert User.model_validate({"sec_uid": "MS4w", "room_id": 0}).room_id == ""
    assert User.model_validate({"sec_uid": "MS4w", "room_id": 7230580}).room_id == "7230580"
    assert User.model_validate({"sec_uid": "MS4w"}).key == "douyin:user:MS4w"


def test_music_id_that_javascript_rounded(truth: Callable[[str], Any]) -> None:
    row = truth("douyin_music_id_rounded")
    assert Post.from_row(row).music_id == row["_right"]["music_id"]
    del row["music"]["id_str"]
    assert Post.from_row(row).music_id == "7000000000000001000"


@pytest.mark.parametrize(
    ("charge", "series", "right"),
    [
        (
            {"is_charge_content": True, "has_paid": False},
            {
                "is_charge_series": 1,
                "series_id": "7",
                "series_name": "戏",
                "stats": {"current_episode": 3, "total_episode": 35, "play_vv": 9},
            },
            (True, False, True, "7", "戏", 3, 35, 9),
        ),
        (None, None, (None, None, None, "", "", 0, 0, None)),
        ({"has_paid": None}, {"stats": None}, (None, None, None, "", "", 0, 0, None)),
    ],
)
def test_paid_series(charge: Any, series: Any, right: tuple[Any, ...]) -> None:
    post = Post.from_row({"aweme_id": "1", "charge_info": charge, "series_info": series})
    assert right == (
        post.is_charge_content, post.has_paid, post.is_charge_series, post.series_id,
        post.series_name, post.series_episode, post.series_episode_count, post.series_play_count,
    )  # fmt: skip


def test_paid_series_of_a_recording(recorded: Recorded) -> None:
    first = Post.from_row(recorded("mix_aweme_first10")["aweme_list"][0])
    assert (first.is_charge_content, first.has_paid, first.is_charge_series) == (True, True, True)
    assert (first.series_episode, first.series_episode_count) == (3, 35)


@pytest.mark.parametrize(
    ("uri", "count"), [("v0300fg10000abc", 2), ("", 0), (None, 0), ("a&b=https://evil.example/", 0)]
)
def test_upload_itself_is_at_the_player(uri: str | None, count: int) -> None:
    video = {"play_addr": {"uri": uri, "url_list": ["https://v3-web.douyinvod.com/a"]}}
    [medium] = Post.parse({"aweme_id": "7", "video": video}).list_media()
    urls = medium.original.urls if medium.original else ()
    assert len(urls) == count
    assert all(f"video_id={uri}&ratio=default" in url for url in urls)
