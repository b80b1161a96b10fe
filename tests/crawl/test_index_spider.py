"""Folders and playlists: those named are walked, a person at a terminal is asked."""

import io

import pytest
from rich.console import Console

from f2scrapy.crawl.declaration import ChildList
from f2scrapy.crawl.index_spider import pick_lists
from f2scrapy.platforms.tiktok.endpoints.mixes import MixPosts
from f2scrapy.platforms.tiktok.items.posts import Post

OFFERED = [
    ChildList("71", MixPosts(mix_id="71"), Post, 12, "Moon [bold]"),
    ChildList("72", MixPosts(mix_id="72"), Post, None, "Mars\x1b[2J\u202e"),
    ChildList("73", MixPosts(mix_id="73"), Post, 1, "Moon [bold]"),
]


def answered(monkeypatch: pytest.MonkeyPatch, *answers: str) -> tuple[list[str], str]:
    """Return the choice after these answers, and the lines shown."""
    left = iter(answers)
    monkeypatch.setattr("builtins.input", lambda: next(left))
    shown = io.StringIO()
    taken = pick_lists(OFFERED, Console(file=shown, width=80))
    assert list(left) == [], "no more was asked than said"
    return [one.name for one in taken], shown.getvalue()


@pytest.mark.parametrize(
    ("answer", "taken"),
    [
        ("", ["71", "72", "73"]),
        ("all", ["71", "72", "73"]),
        ("2", ["72"]),
        ("3, 1", ["71", "73"]),
        ("Mars[2J", ["72"]),
        ("Moon [bold]", ["71", "73"]),
        ("73", ["73"]),
    ],
)
def test_a_person_chooses(monkeypatch: pytest.MonkeyPatch, answer: str, taken: list[str]) -> None:
    assert answered(monkeypatch, answer)[0] == taken


def test_what_is_not_there_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    taken, shown = answered(monkeypatch, "4,Venus", " , ", "2")
    assert taken == ["72"]
    assert "not there: 4, Venus" in shown
    assert "   1  Moon [bold] (12)" in shown
    assert "   2  Mars[2J\n" in shown, "names are strangers'; none rules the terminal"
