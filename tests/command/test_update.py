"""All lists with files are read again, as they were read."""

import signal

import pytest

from f2scrapy.command.child import Ended
from f2scrapy.command.main import main
from f2scrapy.command.update import KnownList, sort_lists

USER = "MS4wLjABAAAAdemo-JsZpzQgUrEDlModSshxKpkUN"


@pytest.mark.parametrize(
    ("list_id", "spider", "target", "arguments"),
    [
        (f"douyin:post:{USER}|video", "douyin_user_post", USER, []),
        (f"tiktok:like:{USER}|video", "tiktok_user_like", USER, []),
        (
            f"douyin:post:{USER}|video|interval=7d&likes=9..&match=a&b",
            "douyin_user_post",
            USER,
            ["interval=7d", "likes=9..", "match=a&b"],
        ),
        (f"douyin:post:{USER}|video|match=link|b", "douyin_user_post", USER, ["match=link|b"]),
        ("douyin:collection:self|video", "douyin_user_collection", "", []),
        ("douyin:mix:7300000000000000701|video", "douyin_mix", "7300000000000000701", []),
        ("douyin:sound:7270868411033570053|video", "douyin_music", "7270868411033570053", []),
        ("douyin:hashtag:1600000000000001|video", "douyin_hashtag", "1600000000000001", []),
        ("tiktok:hashtag:猫|video", "tiktok_hashtag", "https://www.tiktok.com/tag/%E7%8C%AB", []),
        ("douyin:related:7298145681699622182|video", "douyin_related", "7298145681699622182", []),
        ("douyin:search:夜/晚|video", "douyin_search", "", ["keyword=夜/晚"]),
    ],
)
def test_list_is_read_again(list_id: str, spider: str, target: str, arguments: list[str]) -> None:
    words = ["-s", "F2_MEDIA=video", *(word for one in arguments for word in ("-a", one))]
    assert sort_lists([list_id]) == ([KnownList(spider, target, tuple(words))], 0)


@pytest.mark.parametrize(("wanted", "arguments"), [("", []), ("|kinds=image", ["kinds=image"])])
def test_list_with_links_is_read_with_links(wanted: str, arguments: list[str]) -> None:
    words = ["-s", "F2_MEDIA=video", "-s", "F2_LINK=yes"]
    words += [word for one in arguments for word in ("-a", one)]
    known = KnownList("douyin_user_post", USER, tuple(words))
    assert sort_lists([f"douyin:post:{USER}|video|link{wanted}"]) == ([known], 0)


@pytest.mark.parametrize(
    "list_id",
    [
        f"douyin:post:{USER}|",  # no files
        f"douyin:follower:{USER}|video",  # nor has this any
        f"douyin:user_search:{USER}|video",  # the words are not known
        f"tiktok:mix:{USER}/7300000000000000701|video",
        "none:such:list|video",
    ],
)
def test_other_lists_are_counted(list_id: str) -> None:
    assert sort_lists([list_id]) == ([], 1)


@pytest.mark.parametrize("words", [["extra"], ["-s", "F2_PACE=fast"], ["-s", "F2_PACE"]])
def test_mistake_is_not_repeated_for_ever(
    words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("f2scrapy.command.update.run_child", pytest.fail)
    assert main(["update", "--every", "24h", *words]) == 1
    assert capsys.readouterr().err.startswith("f2scrapy: ")


@pytest.mark.parametrize("every", [["--every", "24h"], ["--every=24h"], ["--ev=24h"]])
def test_each_run_has_the_other_words(every: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that had --every, too, would begin runs without end."""
    commands: list[list[str]] = []

    def run(command: list[str]) -> Ended:
        commands.append(command[3:])
        return Ended(0, True)

    monkeypatch.setattr("f2scrapy.command.update.run_child", run)
    before = signal.getsignal(signal.SIGTERM)
    try:
        assert main(["update", *every, "@nasa", "--path", "24h", "-s", "F2_PACE=2"]) == 0
    finally:
        signal.signal(signal.SIGTERM, before)
    assert commands == [["update", "@nasa", "--path=24h", "-s", "F2_PACE=2"]]


def test_sigterm_ends_the_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first process of a container has no handler of its own, and would not end."""
    before, steps = signal.getsignal(signal.SIGTERM), []

    def sleep(seconds: float) -> None:
        steps.append(seconds)
        signal.raise_signal(signal.SIGTERM)

    monkeypatch.setattr("f2scrapy.command.update.run_child", lambda _: Ended(0, False))
    monkeypatch.setattr("time.sleep", sleep)
    try:
        assert main(["update", "--every", "24h"]) == 0
        assert steps[0] <= 1, "a signal just before a sleep is handled after it"
    finally:
        signal.signal(signal.SIGTERM, before)
