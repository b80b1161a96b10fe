"""Links of other projects' tests: each is read right, or refused with a clear reason."""

from collections.abc import Callable
from typing import Any

import pytest

from f2scrapy.crawl.targets import explain_unusable
from f2scrapy.model.link import Link
from f2scrapy.platforms import get_platform, list_platforms

# Kinds of links that were not offered when the cases were written.
NEW = {
    "a replay of a broadcast: not offered": Link("episode_id", "7331203341890049058"),
    "sound: not offered": Link("music_id", "6956990112127585029"),
    "hashtag: not offered": Link("hashtag_name", "hello2018"),
}


def find_all(text: str) -> list[Link]:
    return [link for name in list_platforms() for link in get_platform(name).links.find(text)]


def test_links_of_other_projects(truth: Callable[[str], Any]) -> None:
    cases = truth("links")
    assert len(cases) == 10
    for case in cases:
        text, want, found = case["text"], case["want"], find_all(case["text"])
        if want in ("aweme_id", "short", "web_rid"):
            assert [link.kind for link in found] == [want], text
            assert want == "short" or found[0].id in text
        elif want in NEW:
            assert found == [NEW[want]]
        elif want.startswith("a collection"):
            assert found == [Link("collection_id", "7371330159376370462")]
        else:
            assert found == [], text
            refused = explain_unusable(text, "douyin_post", "douyin", ("aweme_id",))
            assert "which f2scrapy does not offer" not in refused, text


WORK = "7320876060210373923"
USER = "MS4wLjABAAAAVsneOf144eGDFf8Xp9QNb1VW6ovXnNT5SqJBhJfe8KQBKWKDTWK5Hh"
# Texts as they are copied from shells, programs, files and pages, with the ids they name.
COPIED = [
    (rf"https://www.douyin.com/jingxuan\?modal_id\={WORK}", [WORK]),
    (f"https://www.douyin.com/jingxuan?a=b^&modal_id={WORK}", [WORK]),
    (f"https://www.douyin.com/jingxuan?a=b&amp;amp;modal_id={WORK}", [WORK]),
    (f"https://www.douyin.com/jingxuan?a=b&#38;modal_id={WORK}", [WORK]),
    (rf"https://www.douyin.com/jingxuan?a=b\u0026modal_id={WORK}", [WORK]),
    (rf'{{"share_url": "https:\/\/www.douyin.com\/note\/{WORK}\/?a=b"}}', [WORK]),
    (rf"https:\u002F\u002Fwww.tiktok.com\u002F@a.b\u002Fvideo\u002F{WORK}", [WORK, "a.b"]),
    (f"https&#x3A;&#47;&#47;www.tiktok.com/@a.b/video/{WORK}", [WORK, "a.b"]),
    (rf"https://www.tiktok.com/@a\_b/video/{WORK}", [WORK, "a_b"]),
    (rf"https://www.douyin.com/video/{WORK}\n\r", [WORK]),
    (f"https%3A%2F%2Fwww.douyin.com%2Fvideo%2F{WORK}", [WORK]),
    (f"https://www.tiktok.com/%40a.b/video/{WORK}", [WORK, "a.b"]),
    (f"https://www.tiktok.com/@%E4%B8%80/video/{WORK}", [WORK]),
    (f"https://www.douyin.com/link?target=https%3A%2F%2Fwww.douyin.com%2Fvideo%2F{WORK}", [WORK]),
    ("https://www.tiktok.com/login?lang=en&redirect_url=https%3A%2F%2Fwww.tiktok.com%2F%40a.b",
     ["a.b"]),
    (f'<a href="//www.douyin.com/video/{WORK}">', [WORK]),
    (f"HTTPS://WWW.DOUYIN.COM/VIDEO/{WORK}", [WORK]),
    (f"HTTPS://WWW.TIKTOK.COM/@A.B/VIDEO/{WORK}", [WORK, "A.B"]),
    (f"https://www.douyin.com//video//{WORK}", [WORK]),
    (f"https://www.tiktok.com/@a.b//video/{WORK}", [WORK, "a.b"]),
    (f"看看（https://www.douyin.com/video/{WORK}）。", [WORK]),
    (f"snssdk1128://aweme/detail/{WORK}?refer=web", [WORK]),
    (f"snssdk1128://user/profile/99?sec_uid={USER}", [USER]),
    (f"snssdk1233://aweme/detail/{WORK}", [WORK]),
    (f"https://www.iesdouyin.com/share/live/{WORK}", [WORK]),
    (f"https://webcast-open.douyin.com/open/webcast/reflow/?a=1&room_id={WORK}", [WORK]),
    (f"https://www.tiktokv.us/share/video/{WORK}/", [WORK]),
    (f"https://m.tiktok.com/share/item/{WORK}", [WORK]),
    ("https://www.tiktok.com/embed/@a.b", ["a.b"]),
    (f"https://www.tiktok.com/trending/?shareId={WORK}", [WORK]),
    (f"https://www.tiktok.com/en/@a.b/video/{WORK}", [WORK, "a.b"]),
    (f"https://www.tiktok.com/zh-Hant-TW/@a.b/video/{WORK}", [WORK, "a.b"]),
    ("https://v.douyin.com/a-B1/https://v.douyin.com/c_D/",
     ["https://v.douyin.com/a-B1/", "https://v.douyin.com/c_D/"]),
    (f"https://www.douyin.com/light/{WORK}", [WORK]),
    ("看看 https://jx.douyin.com/m-tmsX_0/ 08/12", ["https://jx.douyin.com/m-tmsX_0/"]),
    (f"https://www.douyin.com/search/猫咪 视频?modal_id={WORK}", []),
    (f"https://www.douyin.com/search/猫咪视频?aid=a-b&modal_id={WORK}&type=general", [WORK]),
    (f"https://www.douyin.com/user/{USER}/search/猫?modal_id={WORK}", [WORK, USER]),
    (f"https://www.douyin.com/hot/2408149/热点“标题”?modal_id={WORK}", [WORK]),
    (f"https://m.tiktok.com/v/{WORK}", [WORK]),
    # Users of the first years have names in any script, which no list is read by.
    (f"https://www.tiktok.com/@ציפי.1/video/{WORK}?lang=he", [WORK]),
    (f"https://www.tiktok.com/@мария/photo/{WORK}", [WORK]),
    (f"https://www.tiktok.com/@jos%C3%A9/video/{WORK}", [WORK]),
    ("https://www.tiktok.com/@jos%C3%A9", []),
    # An invitation to install the app is none; a second link to a work is one.
    ("https://vt.tiktok.com/ZSj9VwD1o/ Bu gönderi TikTok üzerinden paylaşılır. Daha fazla gönderi "
     "için TikTok'u indirin: https://vt.tiktok.com/ZSj9VWdDE/",
     ["https://vt.tiktok.com/ZSj9VwD1o/"]),
    ("https://vm.tiktok.com/ZMa This post is shared via TikTok. Download TikTok to enjoy more "
     "posts: https://vm.tiktok.com/ZMb https://vm.tiktok.com/ZMc",
     ["https://vm.tiktok.com/ZMa/", "https://vm.tiktok.com/ZMc/"]),
    ("https://vm.tiktok.com/ZMa/ and this TikTok: https://vm.tiktok.com/ZMb/",
     ["https://vm.tiktok.com/ZMa/", "https://vm.tiktok.com/ZMb/"]),
    # cut off within the id of the work: not the whole list of its user
    ("https://www.tiktok.com/@a.b/video/72981456816", []),
    ("https://www.tiktok.com/@a.b/photo/", []),
    (f"https://www.douyin.com/user/{USER}?modal_id=72981456816", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "ids"), COPIED)
def test_copied_links_are_read(text: str, ids: list[str]) -> None:
    assert [link.id for link in find_all(text)] == ids


@pytest.mark.parametrize("text", [
    f"https://evil.example/?target=https%3A%2F%2Fwww.douyin.com%2Fvideo%2F{WORK}",
    f"https%3A%2F%2Fevil.example%2Fwww.douyin.com%2Fvideo%2F{WORK}",
    f"javascript://www.douyin.com/video/{WORK}",
    rf"https://evil.example\@www.douyin.com/video/{WORK}",
    f"https://www.douyin.com%2F@evil.example/video/{WORK}",
    f"//evil.example/www.tiktok.com/@a.b/video/{WORK}",
])  # fmt: skip
def test_links_within_other_sites_are_not_read(text: str) -> None:
    assert find_all(text) == []


@pytest.mark.parametrize(("path", "name"), [
    ("iesdouyin.com/share/poi/1", "a place"),
    ("douyin.com/lvdetail/1", "a film or show"), ("douyin.com/shipin/1", "a page of a topic"),
    ("tiktok.com/discover/cats", "a page of a topic"),
    ("tiktok.com/view/product/1", "a product"),
])  # fmt: skip
def test_pages_that_no_spider_reads_are_named(path: str, name: str) -> None:
    refused = explain_unusable(f"https://www.{path}", "douyin_post", "douyin", ("aweme_id",))
    assert refused == f"this is {name}, which f2scrapy does not offer"
