"""Links of other projects' tests: each is read right, or refused with a clear reason."""

from collections.abc import Callable
from typing import Any

from f2scrapy.crawl.targets import explain_unusable
from f2scrapy.model.link import Link
from f2scrapy.platforms import get_platform, list_platforms

# The id of a link by its kind in words, and words of the refusal of one that is not offered.
KINDS = {"aweme_id": "aweme_id", "short": "short", "web_rid": "web_rid"}
NAMES = {"replay": "a replay of a broadcast", "sound": "a sound", "hashtag": "a hashtag"}


def find_all(text: str) -> list[Link]:
    return [link for name in list_platforms() for link in get_platform(name).links.find(text)]


def test_links_of_other_projects(truth: Callable[[str], Any]) -> None:
    cases = truth("links")
    assert len(cases) == 10
    for case in cases:
        text, want, found = case["text"], case["want"], find_all(case["text"])
        if want in KINDS:
            assert [link.kind for link in found] == [want], text
            assert want == "short" or found[0].id in text
        elif want.startswith("a collection"):
            assert found == [Link("collection_id", "7371330159376370462")]
        else:
            assert found == [], text
            refused = explain_unusable(text, "douyin_post", "douyin", ("aweme_id",))
            name = next((name for word, name in NAMES.items() if word in want), "")
            assert ("which f2scrapy does not offer" in refused) is bool(name), text
            assert name in refused
