"""Notifications say that a crawl began, ended or failed; no log shows their addresses."""

from collections.abc import Callable

import pytest
from support.crawling import Crawler
from support.listener import SECRET, start_listener

from f2scrapy.config.file import load_options
from f2scrapy.errors import InputError
from f2scrapy.notify import Notifier

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
        for addresses in (("", f"{url}/{SECRET}"), (f"{url}/{SECRET}", "")):
            notifier = Notifier(*addresses)
            notifier.send("end", "title", "OK: 3 of 3.", more=1)
            await notifier.close()
    (path, bark), (_, webhook) = told
    assert path == f"/{SECRET}"
    assert bark == {"title": "title", "body": "OK：3/3。", "group": "f2scrapy"}
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
