"""How the platforms say no: each refusal as it arrives, by the name a fault calls it."""

from __future__ import annotations

from collections.abc import Callable

from f2scrapy.sandbox.exchange import Answer, html, redirect, reply


def empty() -> Answer:
    """The commonest: 200 and nothing."""
    return Answer(content_type="text/plain; charset=utf-8")


def argus(reason: str = "validate error") -> Answer:
    """The gateway of 2026."""
    return Answer(403, f"Blocked by ArgusSecurityPlugin {reason}".encode(), "text/plain")


def blocked() -> Answer:
    """A socket's handshake with a signature that is not taken."""
    words = (("Handshake-Msg", "DEVICE_BLOCKED"), ("Handshake-Status", "415"))
    return Answer(200, content_type="text/plain", headers=words)


def captcha() -> Answer:
    """The verification centre's JSON, in place of the answer."""
    detail = {
        "code": "10000", "from": "shark_admin", "type": "verify", "version": "", "region": "cn",
        "subtype": "slide", "ui_type": "", "detail": "c2FuZGJveA==", "verify_event": "",
        "fp": "verify_0", "scene": "", "verify_ticket": "", "channel_mobile": "",
    }  # fmt: skip
    return reply(detail, bdturing_verify='{"type":"verify","subtype":"slide"}')


def captcha_page() -> Answer:
    return html(
        "<!DOCTYPE html><html><head><title>验证码中间页</title></head><body>"
        '<div id="captcha_container"></div><script>window.TTGCaptcha={};'
        'var verify_data={"type":"verify","subtype":"slide"};</script></body></html>'
    )


def status(code: int, message: str = "") -> Answer:
    """The platform's own error: 200, and a status_code that is not 0."""
    return reply({"status_code": code, "status_msg": message, "log_pb": {"impr_id": "0"}})


def login() -> Answer:
    return status(8, "用户未登录")


def login_page() -> Answer:
    return html(
        "<!DOCTYPE html><html><head><title>登录 - 抖音</title></head><body>"
        '<div id="login-panel-new" class="web-login">登录后即可观看</div></body></html>'
    )


def login_redirect() -> Answer:
    return redirect("https://sso.douyin.com/?service=https%3A%2F%2Fwww.douyin.com%2F")


def http(code: int) -> Answer:
    """A bare status of the gateway, such as 429, 444 or 503."""
    texts = {404: "404 page not found", 429: "Too Many Requests", 502: "Bad Gateway",
             503: "Service Temporarily Unavailable", 504: "Gateway Time-out"}  # fmt: skip
    text = texts.get(code, "")
    return html(f"<html><body><center><h1>{code} {text}</h1></center></body></html>", code)


NAMED: dict[str, Callable[[], Answer]] = {
    "empty": empty,
    "argus": argus,
    "argus_uifid": lambda: argus("Uifid Not Found"),
    "captcha": captcha,
    "captcha_page": captcha_page,
    "login": login,
    "login_page": login_page,
    "login_redirect": login_redirect,
    "blocked": blocked,
    "rate_limit": lambda: http(429),
    "not_json": lambda: Answer(body=b'{"status_code":0,"aweme_list":[{"aweme_id":'),
}
