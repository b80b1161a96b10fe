"""How long a person has for the captcha in the window."""

from f2scrapy.crawl.browser.captcha import CaptchaWait


def test_each_captcha_has_its_own_five_minutes() -> None:
    wait = CaptchaWait()
    assert not wait.is_shown
    assert [wait.may_wait(now) for now in (10.0, 309.0)] == [True, True]
    wait.end()
    assert not wait.is_shown
    assert [wait.may_wait(now) for now in (1000.0, 1299.0)] == [True, True]
    assert wait.is_shown


def test_after_a_missed_captcha_no_other_is_shown() -> None:
    wait = CaptchaWait(60)
    assert [wait.may_wait(now) for now in (0.0, 59.0, 60.0, 61.0)] == [True, True, False, False]
    assert not wait.is_shown
