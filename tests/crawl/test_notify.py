"""Notifications say that a crawl began, ended or failed; no log shows their addresses."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.crawling import Crawler
from support.listener import SECRET, start_listener

from f2scrapy.config.file import load_options
from f2scrapy.crawl.extensions.notify import count_new
from f2scrapy.crawl.run_log import RunLog
from f2scrapy.errors import InputError
from f2scrapy.notify import Notifier
from f2scrapy.text import CHINA

pytestmark = pytest.mark.clock

Play = Callable[..., Crawler]


def test_a_crawl_that_ends_and_one_that_fails(play: Play) -> None:
    crawl = play("captcha@3")
    with start_listener() as (url, told):
        options = {"F2_NOTIFY_WEBHOOK": f"{url}/{SECRET}", "F2_MEDIA": "", "F2_RETRIES": "0"}
        first = crawl.run_user_post("one", **options)
        second = crawl.run_user_post("one", **options, F2_NOTIFY_ON="failure")
    assert (first.code, second.code) == (0, 5)
    events = [(body["event"], body.get("outcome")) for _, body in told]
    assert events == [("start", None), ("end", "OK"), ("failure", "CAPTCHA")]
    assert told[1][1]["text"] == first.report["summary"]
    assert SECRET not in first.log + second.log


@pytest.mark.parametrize(
    ("days", "events", "sent"),
    [(6, "start,end,failure,login", ["start", "end"]), (6, "failure,login", ["login"]),
     (30, "failure,login", [])],
)  # fmt: skip
def test_login_that_ends_soon_is_named_once(
    play: Play, tmp_path: Path, days: int, events: str, sent: list[str]
) -> None:
    crawl, end = play(), int(time.time()) + days * 86_400
    cookies = tmp_path / "cookies.txt"
    row = f"#HttpOnly_.douyin.com\tTRUE\t/\tTRUE\t{end}\tsessionid\tf2sandboxsession\n"
    cookies.write_text(row, "utf-8")
    with start_listener() as (url, told):
        run = crawl.run_user_post("one", F2_COOKIES=str(cookies), F2_MEDIA="", F2_NOTIFY_ON=events,
                                  F2_NOTIFY_WEBHOOK=f"{url}/{SECRET}")  # fmt: skip
    assert (run.code, run.report["login"]) == (0, "valid")
    moment = datetime.fromtimestamp(end, UTC)
    assert run.report["login_end"] == moment.isoformat()
    words = f"The login ends on {moment.astimezone(CHINA):%Y-%m-%d}: log in again"
    assert [body["event"] for _, body in told] == sent
    texts = [run.report["summary"], *(body["text"] for _, body in told if body["event"] != "start")]
    assert all((words in text) is (days < 7) for text in texts)


def test_new_works_are_counted_by_user_and_none_is_lost() -> None:
    run = RunLog("douyin_user_post", datetime(2026, 1, 1, tzinfo=UTC))
    for target, owner, new in [("1", "Anna", 3), ("2", "Anna", 1), ("3", "Bob", 2), ("4", "Eve", 0),
                               ("5", "", 7)]:  # fmt: skip
        listing = run.get_listing(f"douyin:post:{target}")
        listing.owner, listing.new = owner, new
    assert count_new(run) == {
        "Anna (douyin:post:1)": 3, "Anna (douyin:post:2)": 1, "Bob": 2, "douyin:post:5": 7,
    }  # fmt: skip


async def test_failed_notification_harms_nothing_and_logs_no_address(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with start_listener() as (url, _):
        refused = Notifier(f"{url}/wrong", "http://127.0.0.1:9/" + SECRET)
        refused.send("end", "title", "text")
        await refused.close()
    assert "webhook: HTTP 403" in caplog.text
    assert "Bark failed: no connection could be made" in caplog.text
    assert SECRET not in caplog.text + repr(refused)


async def test_bark_gets_its_own_words_in_the_language_of_the_user(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("F2_LANG", "zh")
    with start_listener() as (url, told):
        new = {f"user {number}": number for number in range(1, 31)}
        for addresses in (("", f"{url}/{SECRET}"), (f"{url}/{SECRET}", "")):
            notifier = Notifier(*addresses)
            notifier.send("end", "title", "OK: 3 of 3.", more=1, new=new)
            await notifier.close()
    (path, bark), (_, webhook) = told
    lines = bark.pop("body").splitlines()
    assert (path, bark) == (f"/{SECRET}", {"title": "title", "group": "f2scrapy"})
    assert lines[:2] + lines[-2:] == ["OK：3/3。", "user 30: 30", "user 11: 11", "另有 10 项：55"]
    assert len(lines) == 22
    assert webhook["text"] == "OK: 3 of 3."  # for programs


@pytest.mark.parametrize(
    ("name", "value"), [("F2_NOTIFY_ON", "ends"), ("F2_NOTIFY_WEBHOOK", SECRET)]
)
def test_bad_options(name: str, value: str) -> None:
    with pytest.raises(InputError, match=name) as error:
        Notifier.from_options(load_options(**{name: value}))
    assert SECRET not in str(error.value)


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")  # by apprise 2.3
async def test_apprise_gets_numbers_and_logs_no_address(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with start_listener() as (url, told):
        host = url.removeprefix("http://")
        addresses = f"json://{host}/{SECRET} json://{host}/wrong"
        notifier = Notifier.from_options(load_options(F2_NOTIFY_APPRISE=addresses))
        notifier.send("end", "title", "text", new={"Anna": 3})
        await notifier.close()
    [body] = [body for path, body in told if SECRET in path]
    assert (body["title"], body["message"]) == ("title", "text\nAnna: 3")
    assert "by Apprise failed for at least one address" in caplog.text
    assert SECRET not in caplog.text + repr(notifier)


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")
def test_address_that_apprise_does_not_know_is_not_shown() -> None:
    with pytest.raises(InputError, match=r"does not know address 2$") as error:
        Notifier.from_options(load_options(F2_NOTIFY_APPRISE=f"json://host nothing://{SECRET}"))
    assert SECRET not in str(error.value)
