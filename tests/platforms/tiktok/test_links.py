"""Ids in all forms of TikTok links, and in no other text."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from f2scrapy.model.link import Link, find_links
from f2scrapy.platforms.tiktok.links import KINDS, find, is_platform_url, name_unoffered

WORK = "7140296406429977898"
SEC = "MS4wLjABAAAAIDvnmw4IM9I6Jk7M0up6Fd4JC_OtGgVCwsy0vu51T9CGyxQwGLEmN_QZY1v2TYY5"
CASES = {"tk_aweme_id": "aweme_id", "tk_unique_id": "unique_id", "tk_sec_uid": "unique_id"}


def load_cases(shared: Path) -> list[dict[str, Any]]:
    known = json.loads((shared / "reference/f2/url_cases.json").read_text())["cases"]
    return [case for case in known if case["platform"] == "tiktok"]


def test_all_known_links(shared: Path) -> None:
    """A link that needs a request is a short one, or begins with the user's name or a work."""
    known = load_cases(shared)
    assert len(known) == 35
    for case in known:
        first = find(case["input"])[0]
        if case["needs_network"]:
            assert first.kind in ("short", "unique_id", "aweme_id"), case["n"]
        else:
            assert Link(CASES[case["kind"]], case["expected_id"]) in find(case["input"]), case["n"]


@pytest.mark.parametrize(
    ("text", "kind", "id_"),
    [
        (f"https://www.tiktok.com/@nasa/video/{WORK}?is_from_webapp=1", "aweme_id", WORK),
        (f"https://www.tiktok.com/@nasa/photo/{WORK}", "aweme_id", WORK),
        (f"https://www.tiktok.com/@_/video/{WORK}", "aweme_id", WORK),
        (f"https://www.tiktok.com/@/video/{WORK}", "aweme_id", WORK),
        (f"https://www.tiktok.com/share/video/{WORK}", "aweme_id", WORK),
        (f"https://www.tiktok.com/embed/v2/{WORK}", "aweme_id", WORK),
        (f"https://www.tiktok.com/player/v1/{WORK}?autoplay=1", "aweme_id", WORK),
        (f"https://m.tiktok.com/v/{WORK}.html?u_code=0", "aweme_id", WORK),
        (f"see www.tiktok.com/@nasa/video/{WORK}.", "aweme_id", WORK),
        (WORK, "aweme_id", WORK),
        ("https://www.tiktok.com/@na.sa_1", "unique_id", "na.sa_1"),
        ("https://www.tiktok.com/@nasa/live", "unique_id", "nasa"),
        ("https://m.tiktok.com/@nasa?lang=en", "unique_id", "nasa"),
        ("@nasa", "unique_id", "nasa"),
        ("Look at @nasa. Great!", "unique_id", "nasa"),
        (SEC, "sec_user_id", SEC),
        ("https://www.tiktok.com/t/ZT8abcdef/", "short", "https://www.tiktok.com/t/ZT8abcdef/"),
        ("看 https://vm.tiktok.com/ZMabcdef，好看", "short", "https://vm.tiktok.com/ZMabcdef/"),
        ("vt.tiktok.com/ZS66e9D4C", "short", "https://vt.tiktok.com/ZS66e9D4C/"),
        (f"https://www.tiktok.com/@nasa/playlist/Moon%20-%201-{WORK}", "mix_id", WORK),
        (f"看https://www.tiktok.com/@nasa/playlist/旅行-{WORK}，", "mix_id", WORK),
        (f"https://www.tiktok.com/@nasa/collection/Moon%20-%201-{WORK}", "collection_id", WORK),
        (f"看https://www.tiktok.com/@nasa/collection/旅行-{WORK}，", "collection_id", WORK),
        ("https://www.tiktok.com/t/ZT8abcdef//", "short", "https://www.tiktok.com/t/ZT8abcdef/"),
        ("https://vm.tiktok.com/ZMabcdef//", "short", "https://vm.tiktok.com/ZMabcdef/"),
        (
            "https://www.tiktok.com/music/Moon-1-6956990112127585029?x=1",
            "music_id",
            "6956990112127585029",
        ),
        ("看https://www.tiktok.com/music/原声-嗯-227837，", "music_id", "227837"),
        (
            "https://m.tiktok.com/h5/share/music/6956990112127585029.html",
            "music_id",
            "6956990112127585029",
        ),
        ("https://www.tiktok.com/tag/hello2018?lang=en", "hashtag_name", "hello2018"),
        ("https://www.tiktok.com/tag/%E6%97%85%E8%A1%8C", "hashtag_name", "旅行"),
        ("看https://www.tiktok.com/tag/旅行，好看", "hashtag_name", "旅行"),
        ("https://m.tiktok.com/h5/share/tag/moon", "hashtag_name", "moon"),
        (f"https://m.tiktok.com/share/live/{WORK}", "room_id", WORK),
        (f"https://m.tiktok.com/h5/share/live/{WORK}.html", "room_id", WORK),
        (f"https://www.tiktokv.com/share/video/{WORK}/", "aweme_id", WORK),
        (f"https://m.tiktok.com/i18n/share/video/{WORK}/?_d=x", "aweme_id", WORK),
        (
            f"https://m.tiktok.com/h5/share/usr/6747935906352907269.html?sec_uid={SEC}&u_code=0",
            "sec_user_id",
            SEC,
        ),
        (f"https://www.tiktok.com/@{SEC}?lang=en", "sec_user_id", SEC),
    ],
)
def test_a_link_gives_its_id(text: str, kind: str, id_: str) -> None:
    assert find(text)[0] == Link(kind, id_)


@pytest.mark.parametrize(
    "text",
    [
        "https://www.tiktok.com/",
        "https://www.tiktok.com/explore",
        f"https://evil.example/@nasa/video/{WORK}",
        f"https://www.tiktok.com.evil.example/@nasa/video/{WORK}",
        f"https://evil.example/?u=https://www.tiktok.com/@nasa/video/{WORK}",
        "mail somebody@nasa.example",
        f"https://www.douyin.com/video/{WORK}",
        "nasa",
    ],
)
def test_other_texts_give_no_link(text: str) -> None:
    assert find(text) == []


def test_collection_link_names_no_user() -> None:
    found = find(f"https://www.tiktok.com/@nasa/collection/Moon-{WORK}")
    assert found == [Link("collection_id", WORK)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("https://www.tiktok.com/sticker/Name-1234567", "an effect"),
        ("https://www.douyin.com/music/6956990112127585029", ""),
        ("https://www.tiktok.com/@music/video/6956990112127585029", ""),
        ("a hashtag", ""),
    ],
)
def test_pages_that_no_spider_reads_have_a_name(text: str, name: str) -> None:
    assert name_unoffered(text) == name
    assert find(text) == [] or not name


def test_work_link_precedes_its_author() -> None:
    found = find(f"https://www.tiktok.com/@nasa/video/{WORK}")
    assert found == [Link("aweme_id", WORK), Link("unique_id", "nasa")]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("nasa, e.s.a", ["nasa", "e.s.a"]),
        ("the moon", ["the", "moon"]),
        (f"@nasa @esa {SEC}", ["nasa", "esa", SEC]),
        ("快看 @nasa", ["nasa"]),  # names are ASCII
    ],
)
def test_bare_names_are_users_if_one_is_wanted(text: str, ids: list[str]) -> None:
    users, unusable = find_links([text], find, ("unique_id", "sec_user_id"), KINDS)
    assert [link.id for link in users] == ids
    assert unusable == []


@pytest.mark.parametrize(
    ("text", "ids", "lost"),
    [
        ("Check out this profile on TikTok https://vm.tiktok.com/ZM8/", ["ZM8"], []),
        ("look here https://www.tiktok.com/@e.s.a", ["e.s.a"], []),
        ("look @e.s.a here", ["e.s.a"], ["look", "here"]),
        (f"nasa {SEC}", [SEC], ["nasa"]),
        ("https://www.tiktok.com/@nasahttps://www.tiktok.com/@e.s.a", ["nasa", "e.s.a"], []),
        ("https://www.tiktok.com/@nasahttps://x.com/y", ["nasa"], ["https://x.com/y"]),
    ],
)
def test_words_beside_links_are_not_names(text: str, ids: list[str], lost: list[str]) -> None:
    users, unusable = find_links([text], find, ("unique_id", "sec_user_id"), KINDS)
    assert [link.id.rstrip("/").rpartition("/")[2] for link in users] == ids
    assert unusable == lost


def test_bare_number_is_a_broadcast_if_one_is_wanted() -> None:
    assert find_links([WORK], find, ("unique_id", "room_id"), KINDS)[0] == [Link("room_id", WORK)]
    assert find_links([WORK], find, ("unique_id",), KINDS) == ([], [WORK])
    assert find_links(["nasa https://x.com/"], find, ("unique_id",), KINDS)[1] == ["https://x.com/"]


def test_invitation_below_a_shared_link_is_not_unusable() -> None:
    text = "https://vm.tiktok.com/ZM8/ Get TikTok Lite: https://www.tiktok.com/tiktoklite"
    assert find_links([text], find, ("aweme_id",), {}) == (
        [Link("short", "https://vm.tiktok.com/ZM8/")],
        [],
    )


@pytest.mark.parametrize("url", ["https://www.tiktok.com/notfound", "https://vm.tiktok.com/x/"])
def test_redirects_stay_on_the_platform(url: str) -> None:
    assert is_platform_url(url)
    assert not is_platform_url(url.replace("https", "http"))
    assert not is_platform_url(url.replace("tiktok.com", "tiktok.com.evil.example"))
    assert not is_platform_url(url.replace("https://", "https://evil.example/"))


@given(st.text())
def test_any_text_is_read_without_trouble(text: str) -> None:
    for link in find(text):
        assert link.kind
        assert link.id
    assert is_platform_url(text) is False or "tiktok.com" in text.lower()


def test_own_page_is_the_account() -> None:
    assert find("https://www.tiktok.com/profile?lang=en") == [Link("own", "self")]
    assert find("https://www.tiktok.com/@profile") == [Link("unique_id", "profile")]
