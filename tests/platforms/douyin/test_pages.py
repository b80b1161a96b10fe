"""Site pages with RENDER_DATA give the same items as the interfaces."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest
from support.recordings import Recorded

from f2scrapy.api.verdict import classify_answer
from f2scrapy.errors import Outcome, ProtocolError
from f2scrapy.model.endpoint import Endpoint
from f2scrapy.platforms.douyin.endpoints.mixes import MixPosts
from f2scrapy.platforms.douyin.endpoints.music import MusicDetail
from f2scrapy.platforms.douyin.endpoints.posts import PostDetail
from f2scrapy.platforms.douyin.endpoints.users import UserProfile
from f2scrapy.platforms.douyin.items.favorites import Sound
from f2scrapy.platforms.douyin.items.posts import Post
from f2scrapy.platforms.douyin.items.users import User
from f2scrapy.platforms.douyin.pages import (
    parse_detail,
    parse_music,
    parse_profile,
    parse_works,
    read_render_data,
)

Load = Callable[[str], Any]


def make_page(data: Any) -> str:
    """Return an HTML page with RENDER_DATA."""
    inner = quote(json.dumps(data, ensure_ascii=False))
    return (
        '<!DOCTYPE html><html><body><div id="root"></div><script id="RENDER_DATA" '
        f'type="application/json">{inner}</script><script>var x = "</div>"</script></body></html>'
    )


def make_recorded_page(recorded: Recorded, name: str) -> str:
    """Return a recording as an HTML page."""
    return make_page(recorded(f"render_data_{name}"))


def parse_post(data: Any) -> Post:
    return Post.model_validate(parse_detail(data)["aweme_detail"])


def parse_posts(data: Any) -> list[Post]:
    return [Post.model_validate(row) for row in parse_works(data)["aweme_list"]]


def parse_user(data: Any) -> User:
    return User.model_validate(parse_profile(data)["user"])


def parse_sound(data: Any) -> Sound:
    return Sound.model_validate(parse_music(data))


@pytest.fixture(scope="module")
def load(recorded: Recorded) -> Load:
    """Return a function that reads the data of a recording through its HTML."""
    return lambda name: read_render_data(make_recorded_page(recorded, name))


def test_work_of_a_page(load: Load) -> None:
    post = parse_post(load("video"))
    assert (post.key, post.aweme_type) == ("douyin:post:7230012789339133930", 0)
    assert post.create_time == datetime(2023, 5, 18, 12, 40, 3, tzinfo=UTC)
    assert post.desc.startswith("草天日米！")
    assert post.share_url.startswith("https://www.iesdouyin.com/share/video/7230012789339133930/")
    assert (post.uid, post.nickname) == ("104831292495", "东好乐云")
    assert post.sec_user_id.startswith("MS4wLjABAAAA6P_m7")
    assert post.author_avatar_thumb.startswith("https://p3-pc.douyinpic.com/")
    assert (post.digg_count, post.comment_count) == (248861, 26547)
    assert (post.share_count, post.collect_count) == (30524, 8691)
    assert (post.can_comment, post.can_forward, post.can_share) == (True, True, True)
    assert (post.is_top, post.is_delete, post.state) == (False, False, Outcome.OK)
    assert (post.duration_ms, post.width, post.height) == (212609, 1920, 1080)
    assert post.seo_ocr_content.startswith("7 马乐")
    assert (post.mix_id, post.images) == ("", [])


def test_music_of_a_work_of_a_page(load: Load) -> None:
    post = parse_post(load("video"))
    assert (post.music_id, post.music_mid) == ("7234469697105440838", "7234469697105440838")
    assert (post.music_title, post.music_author) == ("@东好乐云雨春鸟美海", "东好乐云")
    assert (post.music_duration_s, post.music_status, post.music_play_url) == (212, 1, "")


def test_files_of_a_work_of_a_page(load: Load) -> None:
    files = parse_post(load("video")).list_media()
    video, *others = [file for file in files if file.kind != "danmaku"]
    assert (video.suffix, *(file.suffix for file in others)) == (
        "_video.mp4", "_cover.jpeg", "_desc.txt",
    )  # fmt: skip
    assert len(files) == 5, "a page counts no danmaku: their interface says how many there are"
    best = video.renditions[0]
    assert len(video.renditions) == 15
    assert (best.label, best.codec, best.bit_rate) == ("normal_1080_0", "h264", 2981243)
    assert (best.width, best.height, best.size, len(best.urls)) == (1920, 1080, 79229891, 3)
    assert best.urls[2].startswith("https://www.douyin.com/aweme/v1/play/")
    urls = [url for medium in (video, others[0]) for r in medium.renditions for url in r.urls]
    assert all(url.startswith("https://") for url in urls)


def test_user_of_a_page(load: Load) -> None:
    user = parse_user(load("user"))
    assert user.sec_user_id.startswith("MS4wLjABAAAA6P_m7")
    assert (user.uid, user.unique_id, user.short_id) == ("104831292495", "kykhfye", "5")
    assert (user.nickname, user.signature) == ("东好乐云", "绿大、云秋、鸟火面长。")
    assert (user.aweme_count, user.favoriting_count, user.following_count) == (5357, 100, 28)
    assert (user.follower_count, user.mplatform_followers_count) == (162889136, 162889136)
    assert user.total_favorited == 11082480684
    assert user.avatar_url.startswith("https://p3-pc.douyinpic.com/")
    assert user.enterprise_verify_reason == "东好乐云小木羊大"
    assert (user.user_age, user.gender, user.room_id, user.school_name) == (-1, 0, "", "")
    assert (user.is_secret, user.is_canceled, user.state) == (False, False, Outcome.OK)


def test_works_of_a_users_page(load: Load) -> None:
    posts = parse_posts(load("user"))
    assert len({post.aweme_id for post in posts}) == 20
    assert posts[0].aweme_id == "7230210482894488476"
    assert posts[0].create_time == datetime(2023, 5, 14, 2, 3, 23, tzinfo=UTC)
    assert {post.sec_user_id for post in posts} == {posts[0].sec_user_id}
    assert all(post.desc and len(post.list_media()[0].renditions) >= 13 for post in posts)


def test_works_of_a_collections_page(load: Load) -> None:
    data = load("collection_mix")
    posts = parse_posts(data)
    assert [post.mix_episode for post in posts] == [1, 2, 3, 4, 5, 6]
    assert {post.mix_id for post in posts} == {"7018726246954216857"}
    assert {post.mix_name for post in posts} == {"林棋田15:65《面青远秋牛》"}
    kinds = [[file.kind for file in post.list_media()] for post in posts]
    assert [len(one) - one.count("danmaku") for one in kinds] == [4] * 6
    opened = parse_post(data)
    assert (opened.aweme_id, opened.mix_episode) == ("7019605426686131664", 1)
    assert opened.hashtag_names == ["面青远秋牛近远小火", "面青远秋牛", "东白红"]
    assert opened.hashtag_ids == ["1716186868809201", "1605326059227795", "1560839325992921"]
    assert opened.music_play_url.endswith("/obj/ies-music/7011283071070739566.mp3")


def test_music_of_a_page(load: Load) -> None:
    sound = parse_sound(load("music"))
    assert (sound.key, sound.mid) == ("douyin:music:6951598877642440142", "6951598877642440142")
    assert (sound.title, sound.author) == ("@长长雨春鸟美海", "长长")
    assert (sound.duration_s, sound.status, sound.is_original) == (18, 1, False)
    assert sound.sec_user_id.startswith("MS4wLjABAAAAEGu7uMgHVu5hooznRhIQ11c7N2")
    assert sound.play_url.endswith("/obj/ies-music/6958231949969307484.mp3")
    assert [file.suffix for file in sound.list_media()] == ["_music.mp3", "_cover.jpeg"]


@pytest.mark.parametrize(
    ("read", "name"),
    [(parse_post, "music"), (parse_user, "video"), (parse_sound, "user"), (parse_posts, "music")],
)
def test_other_page_raises_not_on_this_page(
    load: Load, read: Callable[[Any], Any], name: str
) -> None:
    with pytest.raises(ProtocolError, match="not on this page"):
        read(load(name))


@pytest.mark.parametrize(
    "page",
    [
        "<html><title>验证码中间页</title></html>",
        '<script id="RENDER_DATA" type="application/json">%7B%22a%22</script>',
        '<script id="RENDER_DATA" type="application/json">%5B1%5D</script>',
    ],
)
def test_page_without_data_raises(page: str) -> None:
    with pytest.raises(ProtocolError, match="RENDER_DATA"):
        read_render_data(page)


def test_pictures_and_states_of_a_page() -> None:
    """Not recorded: pictures, and works that are not public."""
    image = {"urlList": ["https://p.example/1.webp"], "width": 9}
    work = {"awemeId": "7", "images": [image], "isPrivate": False, "status": {"isDelete": False}}
    [still, *_] = parse_post({"1": {"aweme": {"detail": work}}}).list_media()
    assert (still.suffix, still.renditions[0].width) == ("_image_1.webp", 9)
    hidden = work | {"isPrivate": True, "images": []}
    assert parse_post({"1": {"aweme": {"detail": hidden}}}).state is Outcome.PRIVATE
    gone = work | {"status": {"isDelete": True}}
    assert parse_post({"1": {"aweme": {"detail": gone}}}).state is Outcome.DELETED


def test_user_without_works_lists_none() -> None:
    assert parse_posts({"app": [], "41": {"post": {"data": []}}}) == []


# Site pages in place of answers


def test_site_page_replaces_the_answer(recorded: Recorded) -> None:
    work = PostDetail(aweme_id="7230012789339133930")
    assert work.site_page_url == "https://www.douyin.com/video/7230012789339133930"
    [row] = work.read_rows(work.read_site_page(make_recorded_page(recorded, "video")))
    assert Post.model_validate(row).id == work.aweme_id
    page = make_recorded_page(recorded, "user")
    user = UserProfile(sec_user_id=parse_user(read_render_data(page)).sec_user_id)
    assert user.site_page_url == f"https://www.douyin.com/user/{user.sec_user_id}"
    [row] = user.read_rows(user.read_site_page(page))
    assert User.model_validate(row).aweme_count == 5357
    sound = MusicDetail(music_id="6951598877642440142")
    assert sound.site_page_url == "https://www.douyin.com/music/6951598877642440142"
    [row] = sound.read_rows(sound.read_site_page(make_recorded_page(recorded, "music")))
    assert Sound.model_validate(row).id == sound.music_id


def test_page_of_a_collection_has_the_next_cursor(recorded: Recorded) -> None:
    mix = MixPosts(mix_id="7018726246954216857")
    assert mix.site_page_url == "https://www.douyin.com/collection/7018726246954216857"
    answer = mix.read_site_page(make_recorded_page(recorded, "collection_mix"))
    assert len(mix.read_rows(answer)) == 6
    assert not mix.is_last_page(answer)
    following = mix.next_page(answer)
    assert (following.cursor, following.site_page_url) == (6, "")


@pytest.mark.parametrize(
    ("endpoint", "name"),
    [
        (PostDetail(aweme_id="7"), "video"),
        (UserProfile(sec_user_id="MS4w"), "user"),
        (MixPosts(mix_id="7"), "collection_mix"),
        (MusicDetail(music_id="7"), "music"),
    ],
)
def test_page_of_another_id_is_refused(recorded: Recorded, endpoint: Endpoint, name: str) -> None:
    verdict = classify_answer(endpoint.read_site_page(make_recorded_page(recorded, name)), endpoint)
    assert (verdict.outcome, verdict.detail) == (
        Outcome.SERVER_ERROR, "the answer is about something else"
    )  # fmt: skip


def test_page_with_odd_shapes_is_read_in_part() -> None:
    odd = {"awemeId": "7", "tag": "", "status": "?", "music": [], "images": "", "video": None}
    post = parse_post({"1": {"aweme": {"detail": odd}}})
    assert (post.id, post.state) == ("7", Outcome.OK)
    with pytest.raises(ProtocolError, match="not on this page"):
        parse_detail({"1": {"aweme": {"detail": "gone"}}})


@pytest.mark.parametrize("odd", [7, [7, None, {"src": 8}], {"src": []}, True])
def test_odd_addresses_of_a_page_are_left_out(odd: Any) -> None:
    work = {"awemeId": "1", "video": {"playAddr": odd, "cover": odd, "bitRateList": [odd]}}
    found = parse_detail({"1": {"aweme": {"detail": work}}})["aweme_detail"]
    assert found["video"]["play_addr"]["url_list"] == []


def test_an_odd_row_of_a_page_does_not_cost_the_others() -> None:
    rows = [{"awemeId": "1"}, None, 7, "x", [], {"awemeId": "2"}]
    found = parse_works({"1": {"post": {"data": rows, "hasMore": 0}}})["aweme_list"]
    assert [row["aweme_id"] for row in found if isinstance(row, dict)] == ["1", "2"]
    assert len(found) == 6


@pytest.mark.parametrize("data", [{"a": []}, {"a": {"aweme": {"detail": []}}}, {"a": None}])
def test_odd_pages_are_protocol_errors(data: Any) -> None:
    for parse in (parse_detail, parse_works, parse_profile, parse_music):
        with pytest.raises(ProtocolError):
            parse(data)
