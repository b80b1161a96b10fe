"""Works of TikTok keep all fields and list the right files."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic.alias_generators import to_snake
from support.recordings import Json, Recorded, get_value, iter_objects

from f2scrapy.errors import Outcome, ProtocolError
from f2scrapy.model.media import Media, MediaKind
from f2scrapy.model.rendition import choose, parse_policy
from f2scrapy.platforms.tiktok.items.posts import Post
from f2scrapy.platforms.tiktok.items.search import FoundPost
from f2scrapy.platforms.tiktok.links import find

# Filter of F2 → class of item, and the prefix of a row's paths; the other lists inherit the first
# one's fields.
FILTERS: dict[str, tuple[type[Post], str]] = {
    "UserPostFilter": (Post, "$.itemList[*]."),
    "PostDetailFilter": (Post, "$.itemInfo.itemStruct."),
    "PostSearchFilter": (FoundPost, "$.item_list[*]."),
}
WORK = "7298145681699622182"
INHERITED = ("UserCollectFilter", "UserMixFilter", "UserLikeFilter")
# Fields of F2 under another name than their own in snake_case.
RENAMED = {
    "secUid": "sec_user_id",
    "privateAccount": "author_is_secret",
    "author_avatarLarger": "avatar_larger",
    "collected": "user_collected",
    "digged": "user_digged",
    "isPinnedItem": "is_top",
    "shareEnabled": "allow_share",
    "challenges_title": "challenge_titles",
    "challenges_desc": "challenge_descs",
    "videoSuggestWordsList": "video_suggest_words",
    "music_authorName": "music_author",
    "music_duration": "music_duration_s",
    "music_original": "is_original",
    "video_bitrate": "bit_rate",
    "video_bitrateInfo": "video_bit_rate",
    "video_codecType": "codec_type",
    "video_dynamicCover": "animated_cover",
    "video_definition": "definition",
    "video_duration": "duration_ms",
    "video_height": "height",
    "video_width": "width",
}
ELSEWHERE = {
    "api_status_code": "of the answer: classified before items are parsed",
    "has_aweme": "of the answer: whether there are rows",
    "hasMore": "paging belongs to the endpoint",
    "has_more": "paging belongs to the endpoint",
    "cursor": "paging belongs to the endpoint",
}
# Fields of the answer that the endpoint adds to each row, or lists with tests of their own.
COMPOSED = {"backtrace", "search_id", "challenges_title", "challenges_desc", "video_bitrateInfo"}


def list_fields(filters: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield filter, field and path of all fields of works in F2."""
    assert {filters[f"tiktok.{name}"]["inherits"] for name in INHERITED} == {"UserPostFilter"}
    for name in FILTERS:
        for field, facts in filters[f"tiktok.{name}"]["fields"].items():
            if field not in ELSEWHERE:
                yield name, field.removesuffix("_raw"), facts["path"]


def map_field(field: str) -> str:
    return RENAMED.get(field, to_snake(field))


def test_every_field_of_f2_is_here_or_has_a_reason(filters: dict[str, Any]) -> None:
    known = {(name, field) for name, field, _ in list_fields(filters)}
    assert len(known) == 125
    assert {*RENAMED, *COMPOSED} <= {field for _, field in known}
    lost = [
        (name, field) for name, field in known
        if map_field(field) not in FILTERS[name][0].model_fields
    ]  # fmt: skip
    assert lost == []


# Recordings


def list_works(value: Any) -> Iterator[Json]:
    """Yield every work in an answer, at any depth."""
    return (one for one in iter_objects(value) if "id" in one and "video" in one)


@pytest.fixture(scope="module")
def works(answers: Path, recorded: Recorded) -> list[dict[str, Any]]:
    names = [path.stem for path in sorted(answers.glob("*.json"))]
    return [work for name in names for work in list_works(recorded(name))]


def get_first(recorded: Recorded, name: str) -> dict[str, Any]:
    return next(list_works(recorded(name)))


def get_expected(row: dict[str, Any], path: str) -> Any:
    """Return the value at a path of F2, with exact counts and durations in ms."""
    exact = get_value(row, path.replace("stats.", "statsV2."))
    value = get_value(row, path) if exact is None else exact
    if path == "video.duration":
        return value * 1000
    if path == "video.playAddr":
        return [value]
    return int(value) if "tats" in path and value is not None else value


def test_recorded_works_keep_all_fields(works: Any, filters: dict[str, Any]) -> None:
    assert len(works) == 60
    lost, known = [], list(list_fields(filters))
    for row in works:
        posts = {kind: kind.parse(row) for kind, _ in FILTERS.values()}
        for name, field, path in known:
            kind, before = FILTERS[name]
            ours = getattr(posts[kind], map_field(field))
            theirs = get_expected(row, path.removeprefix(before))
            if isinstance(ours, datetime):
                ours = int(ours.timestamp())
            if field not in COMPOSED and theirs is not None and str(ours) != str(theirs):
                lost.append(f"{row['id']} {field}: {ours!r} is not {theirs!r}")
    assert lost == []


def test_recorded_lists_stay_aligned_with_their_rows(works: Any) -> None:
    for row in works:
        post = Post.parse(row)
        tags = [tag for tag in row.get("textExtra") or [] if tag.get("hashtagName")]
        challenges = row.get("challenges") or []
        assert post.hashtag_names == [tag["hashtagName"] for tag in tags]
        ids = {challenge["title"]: challenge["id"] for challenge in challenges}
        assert post.hashtag_ids == [
            tag.get("hashtagId") or ids.get(tag["hashtagName"], "") for tag in tags
        ]
        assert post.challenge_titles == [challenge["title"] for challenge in challenges]
        assert post.challenge_descs == [challenge["desc"] for challenge in challenges]
        gears = row["video"].get("bitrateInfo") or []
        assert post.video_bit_rate == [gear["Bitrate"] for gear in gears]


def test_work_of_2020(recorded: Recorded) -> None:
    """An answer of 2022, without encodings."""
    post = Post.parse(get_first(recorded, "item_detail_2022"))
    assert post.key == "tiktok:post:6838005349703192969"
    assert post.create_time == datetime(2020, 5, 29, 17, 47, 59, tzinfo=UTC)
    assert (post.uid, post.verified, post.duration_ms) == ("6745150767977023818", True, 6000)
    assert (post.digg_count, post.play_count, post.collect_count) == (231700, 1200000, None)
    assert post.hashtag_names == ["gwxezeznrn", "wkb", "wnkknx"]
    [video, *_] = post.list_media()
    [only] = video.renditions
    assert (only.width, only.height, only.codec, only.bit_rate) == (576, 1024, "", 0)


def test_work_of_a_page_of_2023(recorded: Recorded) -> None:
    """Its author is a name; time and counts are text."""
    row = get_first(recorded, "user_page_sigi_state_2023")
    post = Post.parse(row)
    assert isinstance(row["author"], str)
    assert isinstance(row["createTime"], str)
    assert post.create_time == datetime(2023, 9, 14, 18, 33, 45, tzinfo=UTC)
    assert (post.uid, post.unique_id) == ("6876856863108336726", row["author"])
    assert (post.sec_user_id, post.nickname) == (row["authorSecId"], row["nickname"])
    assert post.author_avatar_thumb == row["avatarThumb"]
    assert (post.collect_count, post.region) == (126, "US")


def test_work_of_2025(recorded: Recorded) -> None:
    post = Post.parse(get_first(recorded, "post_item_list_1item_2025"))
    assert (post.is_top, post.is_pinned, post.text_language) == (True, True, "zh-Hans")
    assert (post.original_language, post.subtitle_sources) == ("cmn-Hant-CN", ["MT", "ASR"])
    assert (post.author_aweme_count, post.author_total_favorited) == (1605, 6800000)
    assert (post.can_repost, post.in_reviewing, post.state) == (True, False, Outcome.OK)
    assert post.hashtag_ids == post.challenge_ids == ["5873", "7023598740895745577"]


def test_works_of_2025_and_2026(recorded: Recorded, works: Any) -> None:
    page = recorded("post_item_list_page12")["itemList"]
    assert {Post.parse(row).mix_id for row in page} >= {"7458067619722451040", ""}
    exact = Post.parse(page[0])
    assert exact.digg_count == int(page[0]["statsV2"]["diggCount"])
    related = recorded("related_items_first8")
    places = [Post.parse(row) for row in related]
    assert {post.poi_name for post in places} >= {"乐と土", "天美画山花书秋"}
    assert any(post.effect_names for post in places)
    assert any(Post.parse(row).mentions for row in works)


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("item_detail_2022", "_video.mp4 _cover.webp _music.mp3 _desc.txt"),
        ("items_2022_12", "_video.mp4 _cover.webp _music.mp3 _desc.txt"),
        ("search_general_first8", "_video.mp4 _cover.webp _desc.txt"),
        (
            "video_page_default_scope",
            "_video.mp4 _cover.webp _subtitle_vie-VN.vtt _subtitle_vie-VN.srt"
            " _translation_eng-US.vtt _translation_eng-US.srt _music.mp3 _desc.txt",
        ),
    ],
)
def test_files_of_recorded_works(recorded: Recorded, name: str, files: str) -> None:
    assert list_suffixes(Post.parse(get_first(recorded, name))) == files.split()


def test_recorded_media_are_https_without_a_watermark(works: Any) -> None:
    for row in works:
        files = Post.parse(row).list_media()
        assert {MediaKind.VIDEO, MediaKind.COVER} <= {file.kind for file in files}
        assert len({file.asset for file in files}) == len(files)
        assert len({file.suffix for file in files}) == len(files)
        urls = {url for file in files for r in file.renditions for url in r.urls}
        marked = row["video"].get("downloadAddr")
        assert all(url.startswith("https://") for url in urls)
        assert not marked or marked not in urls or marked == row["video"]["playAddr"]


def test_recorded_encodings_are_all_offered_once(works: Any) -> None:
    codecs = set()
    for row in works:
        gears = row["video"].get("bitrateInfo") or []
        video = Post.parse(row).list_media()[0]
        assert len(video.renditions) == max(len(gears), 1)
        for gear, rendition in zip(gears, video.renditions, strict=False):
            codecs.add(rendition.codec)
            assert rendition.urls == tuple(gear["PlayAddr"]["UrlList"])
            assert rendition.size == int(gear["PlayAddr"]["DataSize"])
            assert rendition.width
            assert rendition.height
    assert codecs == {"h264", "h265"}


def test_missing_size_of_an_encoding_follows_from_its_name(recorded: Recorded) -> None:
    row = get_first(recorded, "item_detail_f2")
    assert "Width" not in row["video"]["bitrateInfo"][0]["PlayAddr"]
    [video, *_] = Post.parse(row).list_media()
    best = choose(video.renditions, parse_policy("best")).rendition
    plays = choose(video.renditions, parse_policy("codec:h264")).rendition
    small = choose(video.renditions, parse_policy("smallest")).rendition
    assert (best.label, best.width, best.height) == ("adapt_lowest_1080_1", 1080, 1920)
    assert (plays.label, plays.width, plays.height) == ("normal_540_0", 576, 1024)
    assert (small.label, small.codec) == ("adapt_540_1", "h265")


def test_recorded_captions_are_subtitles_or_translations(works: Any) -> None:
    """The spoken language is a subtitle, all others translations; both lists of 2025 agree."""
    for row in works:
        captions = row["video"].get("subtitleInfos") or []
        heard = {caption["LanguageCodeName"] for caption in captions if caption["Source"] == "ASR"}
        others = {caption["LanguageCodeName"] for caption in captions} - heard
        files = {file.asset: file for file in Post.parse(row).list_media()}
        assert {name for name in files if name.startswith("subtitle_")} == {
            f"subtitle_{language}_{end}" for language in heard for end in ("vtt", "srt")
        }
        assert {name for name in files if name.startswith("translation_")} == {
            f"translation_{language}_{end}" for language in others for end in ("vtt", "srt")
        }


def test_captions_have_their_mirrors(recorded: Recorded) -> None:
    row = get_first(recorded, "video_page_default_scope")
    files = {file.asset: file for file in Post.parse(row).list_media()}
    caption = row["video"]["claInfo"]["captionInfos"][0]
    for end in ("vtt", "srt"):
        [rendition] = files[f"subtitle_{caption['language']}_{end}"].renditions
        assert list(rendition.urls) == list(dict.fromkeys([caption["url"], *caption["urlList"]]))


# Constructed


def make_post(**more: Any) -> Post:
    return Post.parse({"id": "7298145681699622182", **more})


def list_suffixes(post: Post) -> list[str]:
    return [file.suffix for file in post.list_media()]


def make_photo(name: str) -> dict[str, Any]:
    return {
        "imageURL": {"urlList": [f"https://p.example/{name}.jpeg?x=1"]},
        "imageWidth": 1080,
        "imageHeight": 1440,
    }


PLAYED = {"playAddr": "https://v.example/1", "cover": "https://p.example/c"}


def test_only_the_id_is_required() -> None:
    post = make_post()
    assert (post.list_media(), post.state, post.create_time) == ([], Outcome.OK, None)
    for row in ({}, {"id": None}, {"id": ""}):
        with pytest.raises(ProtocolError, match="id"):
            Post.parse(row)


def test_null_in_every_field_is_still_a_post(works: Any) -> None:
    for row in works:
        assert Post.parse(dict.fromkeys(row) | {"id": row["id"]}).list_media() == []
        hollow = {k: dict.fromkeys(v) if isinstance(v, dict) else v for k, v in row.items()}
        assert Post.parse(hollow).id == row["id"]


def test_photos_and_their_music() -> None:
    """Not recorded."""
    post = make_post(
        imagePost={"images": [make_photo("a"), make_photo("b")], "title": "T"},
        music={"id": "7", "playUrl": "https://m.example/1.mp3"},
        video={"playAddr": "", "duration": 0, "cover": "https://p.example/c.jpeg"},
        desc="d",
    )
    expected = "_image_1.jpeg _image_2.jpeg _cover.jpeg _music.mp3 _desc.txt"
    assert list_suffixes(post) == expected.split()
    assert post.images == [f"https://p.example/{name}.jpeg?x=1" for name in "ab"]
    [image, *_] = post.list_media()
    assert (image.renditions[0].width, image.renditions[0].height) == (1080, 1440)
    assert (post.title, post.state) == ("T", Outcome.OK)


def test_photo_without_urls_is_listed_without_renditions() -> None:
    files = make_post(imagePost={"images": [make_photo("a"), {"imageURL": None}]}).list_media()
    assert [(file.asset, bool(file.renditions)) for file in files] == [
        ("image_1", True),
        ("image_2", False),
    ]


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ({}, Outcome.OK),
        ({"privateItem": True}, Outcome.PRIVATE),
        ({"secret": True}, Outcome.PRIVATE),
        ({"forFriend": True}, Outcome.PRIVATE),
        ({"author": {"privateAccount": True}}, Outcome.PRIVATE),
        ({"isReviewing": True}, Outcome.PROHIBITED),
        ({"takeDown": 1, "privateItem": True}, Outcome.PROHIBITED),
    ],
)
def test_state_of_a_work_without_urls(flags: Any, expected: Outcome) -> None:
    assert make_post(video=None, **flags).state is expected
    assert make_post(video={"playAddr": "", "bitrateInfo": []}, **flags).state is expected


@pytest.mark.parametrize("flag", ["privateItem", "secret", "forFriend", "isReviewing"])
def test_private_work_with_urls_is_ok(flag: str) -> None:
    assert make_post(video=PLAYED, **{flag: True}).state is Outcome.OK
    gone = make_post(video=PLAYED, takeDown=1, **{flag: True})
    assert (gone.state, gone.list_media()) == (Outcome.PROHIBITED, [])


def test_video_without_urls_is_listed_without_renditions() -> None:
    [video] = make_post(video={"playAddr": "", "cover": ""}).list_media()
    assert (video.asset, video.renditions) == ("video", ())


def test_codecs_by_all_their_names() -> None:
    names = ("h264", "h265_hvc1", "bytevc1", "av1", "h266", "bytevc2", "vp9", None)
    gears = [
        {"CodecType": name, "PlayAddr": {"UrlList": [f"https://v.example/{n}"]}}
        for n, name in enumerate(names)
    ]
    [video] = make_post(video={"bitrateInfo": gears}).list_media()
    codecs = [rendition.codec for rendition in video.renditions]
    assert codecs == ["h264", "h265", "h265", "av1", "bytevc2", "bytevc2", "", ""]


def test_played_file_is_not_a_second_encoding() -> None:
    file = {"UrlList": ["https://v.example/1"], "FileHash": "f", "DataSize": "7"}
    gear = {"CodecType": "h264", "Bitrate": 9, "PlayAddr": file}
    [video] = make_post(video={"bitrateInfo": [gear], "PlayAddrStruct": file}).list_media()
    assert [(r.codec, r.size) for r in video.renditions] == [("h264", 7)]
    [alone] = make_post(
        video={"PlayAddrStruct": file, "codecType": "h264", "bitrate": 9}
    ).list_media()
    assert [(r.codec, r.size, r.bit_rate) for r in alone.renditions] == [("h264", 7, 9)]


def test_language_cannot_leave_the_folder() -> None:
    subtitle = {"LanguageCodeName": "../../x/..", "Source": "ASR", "Url": "https://v.example/s"}
    files: list[Media] = make_post(video=PLAYED | {"subtitleInfos": [subtitle]}).list_media()
    assert [file.suffix for file in files][2:] == ["_subtitle__x_.vtt", "_subtitle__x_.srt"]


def test_feeds_leave_out_internal_fields(works: Any) -> None:
    for row in works:
        dumped = Post.parse(row).model_dump(mode="json")
        assert not {"video", "pictures", "sound"} & set(dumped)


def test_detail_endpoint_of_a_post() -> None:
    assert make_post().detail_endpoint().aweme_id == "7298145681699622182"


def test_both_platforms_share_field_names() -> None:
    from f2scrapy.platforms.douyin.items.posts import Post as Aweme

    common = set(Post.model_fields) & set(Aweme.model_fields)
    assert len(common) > 50
    assert {"digg_count", "sec_user_id", "music_play_url", "mix_id", "hashtag_names"} <= common


@pytest.mark.parametrize("place", [
    ("textExtra",), ("video", "bitrateInfo"), ("video", "subtitleInfos"), ("imagePost", "images"),
    ("video", "PlayAddrStruct", "UrlList"), ("challenges",), ("warnInfo",),
])  # fmt: skip
def test_null_in_a_list_loses_no_other_field(place: tuple[str, ...]) -> None:
    row: dict[str, Any] = {"id": "7", "desc": "a"}
    inside = row
    for step in place[:-1]:
        inside = inside.setdefault(step, {})
    inside[place[-1]] = [None]
    assert Post.parse(row).desc == "a"


def test_null_keeps_its_number_among_pictures() -> None:
    image = {"imageURL": {"urlList": ["https://p16.tiktokcdn.com/a.jpeg"]}}
    post = Post.parse({"id": "7", "imagePost": {"images": [image, None, image]}})
    pictures = [file for file in post.list_media() if file.kind is MediaKind.IMAGE]
    assert [bool(file.renditions) for file in pictures] == [True, False, True]


@pytest.mark.parametrize("duration", ["Infinity", 1e308, {"seconds": 12}])
def test_impossible_numbers_are_left_out(duration: object) -> None:
    post = Post.parse({"id": "7", "desc": "a", "video": {"duration": duration}})
    assert (post.desc, post.duration_ms) == ("a", 0)
    assert [part.path[:14] for part in post.unreadable] == ["video.duration"]


@pytest.mark.parametrize("video", [
    {"bitrateInfo": [{"PlayAddr": {"UrlList": []}}], "playAddr": "https://v.example/1"},
    {"bitrateInfo": [{}], "PlayAddrStruct": {"UrlList": []}, "playAddr": "//v.example/1"},
    {"bitrateInfo": [{"PlayAddr": {"UrlList": ["", "https://v.example/1"]}}], "playAddr": ""},
])  # fmt: skip
def test_the_address_that_is_left_is_taken(video: dict[str, Any]) -> None:
    [file] = make_post(video=video).list_media()
    assert [rendition.urls for rendition in file.renditions] == [("https://v.example/1",)]


def test_rounded_ids_of_rows_within_a_work_are_restored() -> None:
    rounded, exact = 7320876060210374000, "7320876060210373923"
    post = make_post(
        challenges=[{"id": rounded, "id_str": exact}, {"id": rounded}, {"id": "5"}],
        textExtra=[{"hashtagName": "a", "hashtagId": rounded, "hashtagIdStr": exact}],
        effectStickers=[{"ID": rounded, "ID_str": exact}],
    )
    assert post.challenge_ids == [exact, str(rounded), "5"]
    assert (post.hashtag_ids, post.effect_ids) == ([exact], [exact])


@pytest.mark.parametrize(
    ("answer", "url"),
    [
        (
            {"id": WORK, "author": {"uniqueId": "n.a_1"}},
            f"https://www.tiktok.com/@n.a_1/video/{WORK}",
        ),
        (
            {"id": WORK, "author": "名", "imagePost": {"images": [{}]}},
            f"https://www.tiktok.com/@%E5%90%8D/photo/{WORK}",
        ),
        ({"id": WORK}, f"https://www.tiktok.com/@user/video/{WORK}"),
    ],
)
def test_page_of_a_work_has_the_name_of_its_author(answer: dict[str, Any], url: str) -> None:
    assert Post.model_validate(answer).share_url == url
    assert [link.id for link in find(url) if link.kind == "aweme_id"] == [WORK]
