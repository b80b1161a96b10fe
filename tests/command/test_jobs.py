"""Links of all kinds find their spiders."""

import json
from pathlib import Path

import pytest

from f2scrapy.command.jobs import Job, ShortLink, find_jobs
from f2scrapy.errors import InputError

DOUYIN_USER = "https://www.douyin.com/user/MS4wLjABAAAAdemo12345"
SELF = "https://www.douyin.com/user/self"


@pytest.mark.parametrize(
    ("word", "spider"),
    [
        (DOUYIN_USER, "douyin_user_post"),
        (f"{DOUYIN_USER}?modal_id=7298145681699622182", "douyin_post"),
        (f"{DOUYIN_USER}?from_tab_name=main&showTab=like", "douyin_user_like"),
        (f"{DOUYIN_USER}?showTab=post", "douyin_user_post"),
        (f"{SELF}?showSubTab=video&showTab=post", "douyin_user_post"),
        (f"{SELF}?showTab=like", "douyin_user_like"),
        (f"{SELF}?showSubTab=video&showTab=favorite_collection", "douyin_user_collection"),
        (
            f"{SELF}?from_tab_name=main&showSubTab=favorite_folder&showTab=favorite_collection",
            "douyin_user_collects_video",
        ),
        (f"{SELF}?from_tab_name=main&showTab=record", "douyin_history"),
        (f"{SELF}?showTab=watch_later", "douyin_watch_later"),
        (f"{SELF}?modal_id=7298145681699622182&showTab=record", "douyin_post"),
        (r"https://www.douyin.com/jingxuan\?modal_id\=7540211102848797986", "douyin_post"),
        ("https://www.douyin.com/collection/7596327885565470902", "douyin_mix"),
        ("https://live.douyin.com/660393530147", "douyin_live"),
        ("7298145681699622182", "douyin_post"),
        ("@nasa", "tiktok_user_post"),
        ("https://www.tiktok.com/@nasa", "tiktok_user_post"),
        ("https://www.tiktok.com/@nasa/live", "tiktok_live"),
        ("https://www.tiktok.com/@nasa/story/7298145681699622182", "tiktok_story"),
        ("https://www.tiktok.com/@nasa/reposts", "tiktok_repost"),
        ("https://www.tiktok.com/@nasa/liked?lang=en", "tiktok_user_like"),
        ("https://www.tiktok.com/@nasa/playlist", "tiktok_user_playlist"),
        ("https://www.tiktok.com/@MS4wLjABAAAAdemo12345/following", "tiktok_following"),
        (
            "https://www.tiktok.com/login?redirect_url=https%3A%2F%2Fwww.tiktok.com%2F%40nasa%2Fliked",
            "tiktok_user_like",
        ),
        ("https://www.tiktok.com/@nasa/?lang=en", "tiktok_user_post"),
        ("https://www.tiktok.com/share/live/7298145681699622182", "tiktok_live"),
        ("https://live.douyin.com/hot_live_show", "douyin_live"),
        ("快看 @nasa !", "tiktok_user_post"),
        ("看7298145681699622182吧", "douyin_post"),
        ("https://www.tiktok.com/@nasa/video/7298145681699622182", "tiktok_post"),
        ("https://www.tiktok.com/@nasa/playlist/moon-7298145681699622182", "tiktok_mix"),
        ("https://www.tiktok.com/@nasa/collection/moon-7298145681699622182", "tiktok_collection"),
        ("https://www.tiktok.com/tag/cats", "tiktok_hashtag"),
        ("https://www.tiktok.com/music/moon-7270868411033570053", "tiktok_music"),
        ("https://www.douyin.com/music/7270868411033570053", "douyin_music"),
        ("douyin_hot_search", "douyin_hot_search"),
        ("看这个 https://www.douyin.com/video/7298145681699622182 复制打开抖音", "douyin_post"),
    ],
)
def test_word_finds_its_spider(word: str, spider: str) -> None:
    [job] = find_jobs([word])
    assert isinstance(job, Job)
    assert job.spider == spider


def test_links_of_different_kinds_are_jobs_of_their_own(tmp_path: Path) -> None:
    file = tmp_path / "links.txt"
    file.write_text(f"# mine\n{DOUYIN_USER}\n@nasa\n{DOUYIN_USER}\n", encoding="utf-8")
    text = f"https://www.tiktok.com/@a/video/7298145681699622182 {DOUYIN_USER}1"
    assert find_jobs([f"@{file}", text]) == [
        Job("douyin_user_post", [DOUYIN_USER, f"{DOUYIN_USER}1"]),
        Job("tiktok_user_post", ["@nasa"]),
        Job("tiktok_post", ["https://www.tiktok.com/@a/video/7298145681699622182"]),
    ]


def test_task_chooses_another_list_of_the_link() -> None:
    assert find_jobs([DOUYIN_USER], "user_like") == [Job("douyin_user_like", [DOUYIN_USER])]
    likes = f"{DOUYIN_USER}?showTab=like"
    assert find_jobs([likes], "user_post") == [Job("douyin_user_post", [likes])]


def test_short_link_is_left_to_the_network() -> None:
    text = "https://v.douyin.com/iRNBho6u/"
    assert find_jobs([text]) == [ShortLink("douyin", text)]


def test_export_of_an_account_gives_its_works(tmp_path: Path) -> None:
    link = "https://www.tiktokv.com/share/video/7699826113376157705/"
    others = ["https://www.tiktok.com/sticker/x-12345", "https://p16.example.com/me.jpeg"]
    content = {"Login": [{"IP": "203.0.113.7"}], "Likes": [{"link": link}], "Others": others}
    file = tmp_path / "user_data_tiktok.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    assert find_jobs([f"@{file}"]) == [Job("tiktok_post", [link])]
    file.write_text(json.dumps(others), encoding="utf-8")
    with pytest.raises(InputError, match="this is an effect"):
        find_jobs([f"@{file}"])


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("nonsense", "nonsense: this is no link, id or @name of a platform"),
        ("https://example.com/video/1", "this is no link"),
        ("https://www.tiktok.com/sticker/x-1", "this is an effect, which f2scrapy does not offer"),
        ("https://www.tiktok.com/search/user?q=cats", "f2scrapy tiktok_search -a keyword=…"),
        ("https://www.douyin.com/search/猫?type=user", "f2scrapy douyin_search -a keyword=…"),
        ("https://www.tiktok.com/explore", "a spider of its own: f2scrapy tiktok_explore"),
        ("https://www.douyin.com/?recommend=1", "a spider of its own: f2scrapy douyin_feed"),
        (
            "https://www.tiktok.com/@nasa/video/729814568169",
            "knows no such page of tiktok: want the",
        ),
        ("https://www.tiktok.com/@nasa/playlist/moon-729814", "knows no such page of tiktok"),
        ("https://www.tiktok.com/@nasa/collection/moon-729814", "knows no such page of tiktok"),
        ("https://www.tiktok.com/@nasa/shop", "knows no such page of tiktok"),
        ("https://live.douyin.com/hot_live", "this is a list of live rooms, which f2scrapy does"),
        ("https://live.douyin.com/category/1_101", "this is a list of live rooms"),
        ("https://live.douyin.com/recommend?x=1", "this is a list of live rooms"),
        ("https://www.douyin.com/root/live/hot_live", "this is a list of live rooms"),
        ("https://live.douyin.com/search", "f2scrapy douyin_search -a type=live -a keyword=…"),
        ("https://live.douyin.com/follow", "of its own: f2scrapy douyin_following_live"),
        ("https://live.douyin.com/game/rooms", "knows no such page of douyin"),
        ("https://www.tiktok.com/live", "this is a list of live rooms"),
        ("https://www.tiktok.com/live/creators/en", "knows no such page of tiktok"),
        ("@san dbox", "dbox: this is no link, id or @name"),
        ("dbox, 7298145681699622182", "dbox: this is no link, id or @name"),
        (f"{DOUYIN_USER} https://example.com/x", "https://example.com/x: this is no link"),
        ("", "LINK is empty"),
        (f"{DOUYIN_USER}?modal_id=729814568169", "knows no such page of douyin: want the whole"),
        ("https://live.douyin.com/", "knows no such page of douyin"),
        ("uptade", "no command or spider of f2scrapy; did you mean update?"),
        ("douyin_user_posts", "did you mean douyin_user_post?"),
        ("@/nowhere/links.txt", "cannot read that file"),
    ],
)
def test_word_that_names_nothing_is_refused(word: str, message: str) -> None:
    with pytest.raises(InputError) as error:
        find_jobs([word])
    assert message in str(error.value)


def test_unknown_task_is_refused() -> None:
    with pytest.raises(InputError, match="--what comments of douyin is not known; did you mean"):
        find_jobs([DOUYIN_USER], "comments")
