"""Links of other projects' tests: each is read right, or refused with a clear reason."""

from collections.abc import Callable
from typing import Any

from f2scrapy.crawl.targets import explain_unusable
from f2scrapy.model.link import Link
from f2scrapy.platforms import get_platform, list_platforms

# Kinds of links that are not offered, by a word of the case; sounds and hashtags are offered now.
NAMES = {"replay": "a replay of a broadcast"}
TOPICS = {
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
        elif want in TOPICS:
            assert found == [TOPICS[want]]
        elif want.startswith("a collection"):
            assert found == [Link("collection_id", "7371330159376370462")]
        else:
            assert found == [], text
            refused = explain_unusable(text, "douyin_post", "douyin", ("aweme_id",))
            name = next((name for word, name in NAMES.items() if word in want), "")
            assert ("which f2scrapy does not offer" in refused) is bool(name), text
            assert name in refused
