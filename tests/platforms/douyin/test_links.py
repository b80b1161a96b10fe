"""Ids in all forms of Douyin links, and in no other text."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from f2scrapy.model.link import find_links
from f2scrapy.platforms.douyin.links import Link, find, is_platform_url, name_unoffered

WORK = "7298145681699622182"
USER = "MS4wLjABAAAAVsneOf144eGDFf8Xp9QNb1VW6ovXnNT5SqJBhJfe8KQBKWKDTWK5Hh-_i9mJzb8C"
SHORT = Link("short", "https://v.douyin.com/iRNBho6u/")

# Number of a case in which F2 has no id, or one of another kind → the expected link.
OTHERWISE = {
    30: Link("room_id", "7318296342189919011"),  # F2 returns a broadcast as a room
    42: Link("web_rid", "775841227732"),  # F2's resolver of rooms fails here
    80: Link("aweme_id", "7294914031133969705"),  # the work; its mix is in its detail
    82: Link("web_rid", "fashion_room"),  # F2 fails on rooms that have a name
    88: None,  # no link at all
}
KINDS = {"webcast_id": "web_rid"}


def load_cases(shared: Path) -> list[dict[str, Any]]:
    known = json.loads((shared / "reference/f2/url_cases.json").read_text())["cases"]
    return [case for case in known if case["platform"] == "douyin"]


def test_known_links_give_their_id(shared: Path) -> None:
    plain = [case for case in load_cases(shared) if not case["needs_network"]]
    assert len(plain) == 37
    for case in plain:
        kind = KINDS.get(case["kind"], case["kind"])
        expected = OTHERWISE.get(case["n"], Link(kind, case["expected_id"]))
        found = find(case["input"])
        assert expected in found if expected else found == [], case["n"]


@pytest.mark.parametrize(
    "text",
    [
        "https://webcast.amemv.com/douyin/webcast/reflow/733/extra",
        "https://webcast.amemv.com/webcast/reflow/733-4",
        "https://www.douyin.com/follow?webRid=a%20b",
        "https://www.douyin.com/recommend?webRid=745964462470",
    ],
)
def test_longer_paths_are_no_room(text: str) -> None:
    assert find(text) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("https://www.douyin.com/lvdetail/6533092649350464008?a=b", "a film or show"),
        (f"https://www.douyin.com/video/{WORK}", ""),
        ("https://evil.example/vsdetail/7331203341890049058", ""),
    ],
)
def test_pages_that_no_spider_reads_have_a_name(text: str, name: str) -> None:
    assert name_unoffered(text) == name


def test_known_links_that_need_a_request_are_short(shared: Path) -> None:
    short = [case for case in load_cases(shared) if case["needs_network"]]
    assert len(short) == 16
    for case in short:
        url, _, _ = case["url_extracted"].partition("，")  # case 87: what F2 takes into the link
        assert find(case["input"]) == [Link("short", url)], case["n"]


@pytest.mark.parametrize(
    ("text", "kind", "id_"),
    [
        (f"https://www.douyin.com/video/{WORK}", "aweme_id", WORK),
        (f"https://www.douyin.com/note/{WORK}?x=1#top", "aweme_id", WORK),
        (f"https://www.douyin.com/slides/{WORK}", "aweme_id", WORK),
        (f"https://www.douyin.com/article/{WORK}", "aweme_id", WORK),
        (f"https://www.douyin.com/gallery/{WORK}", "aweme_id", WORK),
        (f"https://jingxuan.douyin.com/m/video/{WORK}?x=1", "aweme_id", WORK),
        (f"https://jingxuan.douyin.com/m/note/{WORK}", "aweme_id", WORK),
        ("https://v.iesdouyin.com/xyz789/", "short", "https://v.iesdouyin.com/xyz789/"),
        ("https://v.douyin.com/iRNBho6u//", *SHORT),
        ("https://www.douyin.com/follow?webRid=745964462470", "web_rid", "745964462470"),
        ("https://webcast.amemv.com/douyin/webcast/reflow/731/", "room_id", "731"),
        (
            f"https://www.iesdouyin.com/share/video/{WORK}/?mid=729814576223856",
            "aweme_id",
            WORK,
        ),
        (f"https://www.iesdouyin.com/share/note/{WORK}/", "aweme_id", WORK),
        (f"https://www.iesdouyin.com/share/slides/{WORK}/", "aweme_id", WORK),
        (f"https://www.douyin.com/jingxuan?modal_id={WORK}", "aweme_id", WORK),
        (f"https://www.douyin.com/discover?a=b&modal_id={WORK}&c=d", "aweme_id", WORK),
        (f"https://www.douyin.com/user/{USER}", "sec_user_id", USER),
        (f"https://m.douyin.com/share/user/{USER}?did=MS4wLjABAAAAqqqqqqqq", "sec_user_id", USER),
        (f"https://www.iesdouyin.com/share/user/836?sec_uid={USER}&u_code=1", "sec_user_id", USER),
        ("https://www.douyin.com/collection/7360898383181809676", "mix_id", "7360898383181809676"),
        ("https://www.douyin.com/mix/7360898383181809676", "mix_id", "7360898383181809676"),
        ("https://www.iesdouyin.com/share/mix/detail/736/?schema_type=24", "mix_id", "736"),
        ("https://www.douyin.com/music/7575030299194782782", "music_id", "7575030299194782782"),
        ("https://www.iesdouyin.com/share/music/757503", "music_id", "757503"),
        ("https://www.douyin.com/hashtag/1609602638275588", "hashtag_id", "1609602638275588"),
        ("https://www.iesdouyin.com/share/challenge/160960/?a=1", "hashtag_id", "160960"),
        ("https://www.douyin.com/challenge/detail/160960", "hashtag_id", "160960"),
        ("https://www.douyin.com/series/7345678901234567890", "series_id", "7345678901234567890"),
        (f"https://www.douyin.com/series?series_id={WORK}", "series_id", WORK),
        (f"https://www.douyin.com/vsdetail/{WORK}?enter_from=live", "episode_id", WORK),
        (
            f"https://webcast.amemv.com/douyin/webcast/reflow/episode/{WORK}?replay_id=7&room_id={WORK}",
            "episode_id",
            WORK,
        ),
        (f"https://www.iesdouyin.com/share/playlet/detail/{WORK}?x=1", "series_id", WORK),
        (
            "https://live.douyin.com/775841227732?room_id=7318296342189919011",
            "web_rid",
            "775841227732",
        ),
        ("https://live.douyin.com/fashion_room", "web_rid", "fashion_room"),
        ("https://www.douyin.com/follow/live/775841227732", "web_rid", "775841227732"),
        ("https://webcast.amemv.com/douyin/webcast/reflow/731?x={}", "room_id", "731"),
        ("https://webcast.amemv.com/webcast/reflow/731", "room_id", "731"),
        ("https://v.douyin.com/iRNBho6u", *SHORT),
        ("v.douyin.com/iRNBho6u/", *SHORT),
        (f"www.douyin.com/video/{WORK}", "aweme_id", WORK),
        (f"douyin.com/video/{WORK}", "aweme_id", WORK),
        (f"http://www.douyin.com/video/{WORK}", "aweme_id", WORK),
        (f"HTTPS://WWW.DOUYIN.COM/video/{WORK}", "aweme_id", WORK),
        (f"https://www.douyin.com:443/video/{WORK}", "aweme_id", WORK),
        (WORK, "aweme_id", WORK),
        (USER, "sec_user_id", USER),
    ],
)
def test_forms(text: str, kind: str, id_: str) -> None:
    assert find(text) == [Link(kind, id_)]


@pytest.mark.parametrize(
    "text",
    [
        "看{}，复制此链接",
        "看{}。",
        "see {}.",
        "「{}」",
        "({}).",
        "“{}”",
        "'{}'!",
        "<{}>",
        "链接:{};",
        "{}\n",
    ],
)
@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("https://v.douyin.com/iRNBho6u/", SHORT),
        ("https://v.douyin.com/iRNBho6u", SHORT),
        ("v.douyin.com/iRNBho6u", SHORT),
        (f"https://www.douyin.com/video/{WORK}", Link("aweme_id", WORK)),
        (f"https://www.douyin.com/?modal_id={WORK}", Link("aweme_id", WORK)),
        (f"https://www.douyin.com/user/{USER}", Link("sec_user_id", USER)),
        (WORK, Link("aweme_id", WORK)),
        (USER, Link("sec_user_id", USER)),
    ],
)
def test_text_around_a_link_is_ignored(text: str, link: str, expected: Link) -> None:
    assert find(text.format(link)) == [expected]


@pytest.mark.parametrize("parameter", ["modal_id", "vid"])
def test_work_over_a_user_gives_both_links(parameter: str) -> None:
    found = find(f"https://www.douyin.com/user/{USER}?{parameter}={WORK}")
    assert found == [Link("aweme_id", WORK), Link("sec_user_id", USER)]


def test_links_keep_their_order_without_repeats() -> None:
    text = f"1. https://v.douyin.com/b/ 2. https://v.douyin.com/a/，{WORK}\nv.douyin.com/b/"
    assert [link.id for link in find(text)] == [
        "https://v.douyin.com/b/",
        "https://v.douyin.com/a/",
        WORK,
    ]


FOREIGN = [
    f"https://evil-douyin.com/video/{WORK}",
    f"evil-douyin.com/video/{WORK}",
    f"https://www.douyin.com.evil.net/video/{WORK}",
    f"www.douyin.com.evil.net/video/{WORK}",
    f"https://www.douyin.com@evil.net/video/{WORK}",
    f"https://www.douyin.com:443@evil.net/video/{WORK}",
    f"https://evil.net@www.douyin.com/video/{WORK}",
    f"https://evil.net/www.douyin.com/video/{WORK}",
    f"https://evil.net/?u=https://www.douyin.com/video/{WORK}",
    f"https://evil.net#https://www.douyin.com/video/{WORK}",
    f"https://evil.net\\.douyin.com/video/{WORK}",
    f"https://www%2edouyin.com/video/{WORK}",
    f"https://www.douyin.com%2eevil.net/video/{WORK}",
    f"https://evil.net%2f.douyin.com/video/{WORK}",
    f"https://www．douyin．com/video/{WORK}",
    f"https://www.douyin.com:8443/video/{WORK}",
    f"ftp://www.douyin.com/video/{WORK}",
    f"https://www.tiktok.com/@a/video/{WORK}",
    f"evil.net/video/{WORK}",
]


@pytest.mark.parametrize("url", FOREIGN)
def test_links_of_other_sites_are_not_found(url: str) -> None:
    assert find(url) == []
    assert not is_platform_url(url)


@pytest.mark.parametrize(
    "text",
    [
        "no link here",
        "https://www.douyin.com/",
        "https://www.douyin.com/user/selfie",
        f"https://www.douyin.com/video/{WORK}abc",
        "call 13800138000",
        f"{WORK}0",
    ],
)
def test_texts_without_ids_give_no_link(text: str) -> None:
    assert find(text) == []


@pytest.mark.parametrize(
    "url",
    [
        "https://www.douyin.com/video/1",
        "https://www.iesdouyin.com/share/user/1?sec_uid=2",
        "HTTPS://webcast.amemv.com/douyin/webcast/reflow/1",
        "https://v.douyin.com",
        "https://www.douyin.com:443/",
    ],
)
def test_redirects_to_the_platform_are_allowed(url: str) -> None:
    assert is_platform_url(url)


@pytest.mark.parametrize(
    "url",
    ["http://www.douyin.com/", "//www.douyin.com/", "/video/1", "", "https://www.douyin.com /"],
)
def test_redirects_to_http_are_not_allowed(url: str) -> None:
    assert not is_platform_url(url)


pieces = st.one_of(
    st.text(),
    st.sampled_from(
        "https:// www.douyin.com v.douyin.com live.douyin.com / ? # @ : % [ modal_id= sec_uid= "
        f"/user/ /share/user/ /video/ {USER} {WORK}".split()
    ),
)


@settings(max_examples=settings.default.max_examples * 3)
@given(st.lists(pieces, max_size=12).map("".join))
def test_any_text_is_accepted(text: str) -> None:
    assert all(link.kind and link.id for link in find(text))
    assert not is_platform_url(text) or text[:8].lower() == "https://"


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        (f"{USER} look at this 7.53 w@S.yg https://v.douyin.com/iRNBho6u/ copy it! 12:00", []),
        ("https://v.douyin.com/iRNBho6u/，长按复制此条消息", []),
        (f"https://www.douyin.com/user/{USER},https://v.douyin.com/iRNBho6u/", []),
        (f"https://www.douyin.com/user/{USER}?from=https://x.com/y https://a.cn", ["https://a.cn"]),
        (
            f"{USER} https://www.douyin.com/user/xx，(http://b.cn/foo). HTTPS://C.cn",
            ["https://www.douyin.com/user/xx", "http://b.cn/foo", "HTTPS://C.cn"],
        ),
        (f"https://www.douyin.com/user/{USER}https://a.cn", ["https://a.cn"]),
        (f"{USER} https://www.douyin.com/video/{WORK}", [f"https://www.douyin.com/video/{WORK}"]),
        (f"a word https://www.douyin.com/video/{WORK}", None),
    ],
)
def test_unusable_urls_beside_good_ones_are_returned(text: str, lost: list[str] | None) -> None:
    found, unusable = find_links([text], find, ("sec_user_id",), {})
    assert unusable == ([text] if lost is None else lost)
    assert bool(found) is (lost is not None)


def test_own_page_is_the_account_whatever_it_shows() -> None:
    own = Link("own", "self")
    assert find("see https://www.douyin.com/user/self?showTab=favorite_collection") == [own]
    assert find(f"https://www.douyin.com/user/self?modal_id={WORK}&showTab=like") == [
        Link("aweme_id", WORK), own,
    ]  # fmt: skip
