"""How the platforms say no: each refusal as it arrives, by platform and fault."""

from __future__ import annotations

from collections.abc import Callable

from f2scrapy.sandbox.http_types import Answer, html, redirect, reply

Refusal = Callable[[str], Answer]  # of what stands behind "=" in a fault


def empty() -> Answer:
    """The commonest: 200 and nothing."""
    return Answer(content_type="text/plain; charset=utf-8")


def http(code: int) -> Answer:
    """A bare status of the gateway, such as 429, 444 or 503."""
    texts = {404: "404 page not found", 429: "Too Many Requests", 502: "Bad Gateway",
             503: "Service Temporarily Unavailable", 504: "Gateway Time-out"}  # fmt: skip
    text = texts.get(code, "")
    return html(f"<html><body><center><h1>{code} {text}</h1></center></body></html>", code)


# Douyin


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


def login_page() -> Answer:
    return html(
        "<!DOCTYPE html><html><head><title>登录 - 抖音</title></head><body>"
        '<div id="login-panel-new" class="web-login">登录后即可观看</div></body></html>'
    )


# TikTok

_SAID = {10204: "item doesn't exist", 10216: "item is private"}


def tiktok_status(code: int) -> Answer:
    """The platform's own error: 200, the same code under two names, seldom a word."""
    log = "20261101200000A1B2C3D4E5F60718293A"
    said = _SAID.get(code, "")
    return reply({"extra": {"fatal_item_ids": [], "logid": log, "now": 1793534400000},
                  "log_pb": {"impr_id": log}, "statusCode": code, "statusMsg": said,
                  "status_code": code, "status_msg": said})  # fmt: skip


def _tiktok_captcha() -> Answer:
    detail = {
        "statusCode": 10000, "code": "10000", "from": "", "type": "verify", "version": "",
        "region": "sg", "subtype": "slide", "detail": "c2FuZGJveA==", "verify_event": "",
        "fp": "verify_0", "server_sdk_env": "{}", "is_assist_mobile": False,
    }  # fmt: skip
    return reply(detail, bdturing_verify='{"type":"verify","subtype":"slide"}')


def _tiktok_captcha_page() -> Answer:
    return html(
        "<!DOCTYPE html><html><head><title>Security Check</title></head><body>"
        '<div id="tiktok-verify-ele" class="captcha_verify_container"></div>'
        "<script>window._verify_data={};</script></body></html>"
    )


def _tiktok_login_page() -> Answer:
    return html(
        "<!DOCTYPE html><html><head><title>Log in | TikTok</title></head><body>"
        '<div id="loginContainer">Log in to TikTok</div></body></html>'
    )


def notfound() -> Answer:
    """Where TikTok does not serve the region it sees."""
    return redirect("https://www.tiktok.com/hk/notfound")


# By name


def _made(make: Callable[[], Answer]) -> Refusal:
    return lambda _value: make()


_EVERYWHERE: dict[str, Refusal] = {
    "empty": _made(empty),
    "http": lambda value: http(int(value or 503)),
    "rate_limit": _made(lambda: http(429)),
    "blocked": _made(blocked),
}
NAMED: dict[str, dict[str, Refusal]] = {
    "douyin": {
        **_EVERYWHERE,
        "argus": _made(argus),
        "argus_uifid": _made(lambda: argus("Uifid Not Found")),
        "captcha": _made(captcha),
        "captcha_page": _made(captcha_page),
        "login": _made(lambda: status(8, "用户未登录")),
        "login_page": _made(login_page),
        "login_redirect": _made(
            lambda: redirect("https://sso.douyin.com/?service=https%3A%2F%2Fwww.douyin.com%2F")
        ),
        "not_json": _made(lambda: Answer(body=b'{"status_code":0,"aweme_list":[{"aweme_id":')),
        "status": lambda value: status(int(value or 2154), "服务异常"),
    },
    "tiktok": {
        **_EVERYWHERE,
        "captcha": _made(_tiktok_captcha),
        "captcha_page": _made(_tiktok_captcha_page),
        "login": _made(lambda: tiktok_status(10102)),
        "login_page": _made(_tiktok_login_page),
        "login_redirect": _made(
            lambda: redirect(
                "https://www.tiktok.com/login?redirect_url=https%3A%2F%2Fwww.tiktok.com"
            )
        ),
        "not_json": _made(lambda: Answer(body=b'{"statusCode":0,"itemList":[{"id":')),
        "region": _made(lambda: tiktok_status(10231)),
        "notfound": _made(notfound),
        "status": lambda value: tiktok_status(int(value or 10101)),
    },
}
NAMES = frozenset(name for names in NAMED.values() for name in names)


def named(name: str, platform: str, value: str = "") -> Answer:
    """The refusal of that name in the platform's words; an empty answer where it has none."""
    return NAMED[platform].get(name, _made(empty))(value)
