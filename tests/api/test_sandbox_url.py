"""Addresses of the platforms map to addresses of the sandbox."""

import pytest

from f2scrapy.api.sandbox_url import to_sandbox

SANDBOX = "http://127.0.0.1:8000"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://www.douyin.com/a/b?c=%2D&d=", "/www.douyin.com/a/b?c=%2D&d="),
        ("http://v3.cdn.com:8080/v.mp4", "/v3.cdn.com:8080/v.mp4"),
        ("https://v.douyin.com", "/v.douyin.com/"),
        ("https://v.douyin.com?a=/b", "/v.douyin.com/?a=/b"),
        ("HTTPS://www.douyin.com/#top", "/www.douyin.com/"),
        ("https://www.douyin.com/?url=https://x.com/", "/www.douyin.com/?url=https://x.com/"),
    ],
)
def test_host_becomes_the_first_folder(url, expected):
    assert to_sandbox(SANDBOX, url) == SANDBOX + expected
    assert to_sandbox(SANDBOX + "/", url) == SANDBOX + expected


def test_web_sockets_stay_web_sockets():
    url = "wss://webcast5-ws-web-hl.douyin.com/webcast/im/push/v2/?a=1"
    assert to_sandbox(SANDBOX, url) == url.replace("wss://", "ws://127.0.0.1:8000/")


def test_who_is_in_the_sandbox_already_stays_there():
    assert to_sandbox(SANDBOX, f"{SANDBOX}/__report") == f"{SANDBOX}/__report"


@pytest.mark.parametrize("url", ["", "www.douyin.com/a", "/a/b"])
def test_without_host_there_is_no_way_in(url):
    with pytest.raises(ValueError, match="host"):
        to_sandbox(SANDBOX, url)
