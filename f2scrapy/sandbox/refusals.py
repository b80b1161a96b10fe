"""Build refusals as the platforms send them, by platform and fault."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from f2scrapy.sandbox.http_types import Reply, Request, redirect, respond_html, respond_json

Refusal = Callable[[str], Reply]  # takes the value of the fault


def refuse_empty() -> Reply:
    """Reply with 200 and no body, the commonest refusal."""
    return Reply(content_type="text/plain; charset=utf-8")


def refuse_http(code: int) -> Reply:
    """Reply with a bare status of the gateway, such as 429, 444 or 503."""
    texts = {404: "404 page not found", 429: "Too Many Requests", 502: "Bad Gateway",
             503: "Service Temporarily Unavailable", 504: "Gateway Time-out"}  # fmt: skip
    text = texts.get(code, "")
    return respond_html(f"<html><body><center><h1>{code} {text}</h1></center></body></html>", code)


def quote_request(request: Request, status: int) -> Reply:
    """Reply as a gateway that repeats the headers of the request, with its cookies (2026).

    Status 200 is a refusal of the interface with them in its message.
    """
    lines = "\n".join(f"{name}: {value}" for name, value in request.headers.items())
    if status == 200:
        return refuse_status(2154, f"bad request\n{lines}")
    return respond_html(f"<h1>Refused</h1><pre>{escape(lines)}</pre>", status)


# Douyin


def refuse_argus(reason: str = "Validate Error", code: str = "") -> Reply:
    """Reply as the gateway of 2026; `code` is that of its header, which some reasons have."""
    body = f"Blocked by ArgusSecurityPlugin {reason}".encode()
    return Reply(403, body, "text/plain", (("argus_security_code", code),) if code else ())


def refuse_socket() -> Reply:
    """Refuse the handshake of a socket for its signature."""
    headers = (("Handshake-Msg", "DEVICE_BLOCKED"), ("Handshake-Status", "415"))
    return Reply(200, content_type="text/plain", headers=headers)


def refuse_captcha() -> Reply:
    """Reply with the JSON of the verification centre."""
    detail = {
        "code": "10000", "from": "shark_admin", "type": "verify", "version": "", "region": "cn",
        "subtype": "slide", "ui_type": "", "detail": "c2FuZGJveA==", "verify_event": "",
        "fp": "verify_0", "scene": "", "verify_ticket": "", "channel_mobile": "",
    }  # fmt: skip
    return respond_json(detail, bdturing_verify='{"type":"verify","subtype":"slide"}')


def refuse_captcha_page() -> Reply:
    return respond_html(
        "<!DOCTYPE html><html><head><title>验证码中间页</title></head><body>"
        '<div id="captcha_container"></div><script>window.TTGCaptcha={};'
        'var verify_data={"type":"verify","subtype":"slide"};</script></body></html>'
    )


def refuse_script_page() -> Reply:
    """Reply with the page whose script computes __ac_signature (72 kB in life)."""
    return respond_html(
        "<html><head><script>window.byted_acrawler=(function(_$jsvmprt){})({});"
        "document.cookie='__ac_signature=;path=/'</script></head><body></body></html>",
        cookies=["__ac_nonce=0692c2f3a00b9e6ad5a1e; Path=/; Max-Age=1800"],
    )


def refuse_status(code: int, message: str = "") -> Reply:
    """Reply with an error of the interface: 200, and a status_code other than 0."""
    return respond_json({"status_code": code, "status_msg": message, "log_pb": {"impr_id": "0"}})


def refuse_login_page() -> Reply:
    return respond_html(
        "<!DOCTYPE html><html><head><title>登录 - 抖音</title></head><body>"
        '<div id="login-panel-new" class="web-login">登录后即可观看</div></body></html>'
    )


# TikTok

_STATUS_MESSAGES = {10204: "item doesn't exist", 10216: "item is private"}


def refuse_tiktok(code: int) -> Reply:
    """Reply with an error of TikTok: 200, the code under two names, mostly without a message."""
    log = "20261101200000A1B2C3D4E5F60718293A"
    message = _STATUS_MESSAGES.get(code, "")
    return respond_json({"extra": {"fatal_item_ids": [], "logid": log, "now": 1793534400000},
                         "log_pb": {"impr_id": log}, "statusCode": code, "statusMsg": message,
                         "status_code": code, "status_msg": message})  # fmt: skip


def _refuse_tiktok_captcha() -> Reply:
    detail = {
        "statusCode": 10000, "code": "10000", "from": "", "type": "verify", "version": "",
        "region": "sg", "subtype": "slide", "detail": "c2FuZGJveA==", "verify_event": "",
        "fp": "verify_0", "server_sdk_env": "{}", "is_assist_mobile": False,
    }  # fmt: skip
    return respond_json(detail, bdturing_verify='{"type":"verify","subtype":"slide"}')


def _refuse_tiktok_captcha_page() -> Reply:
    return respond_html(
        "<!DOCTYPE html><html><head><title>Security Check</title></head><body>"
        '<div id="tiktok-verify-ele" class="captcha_verify_container"></div>'
        "<script>window._verify_data={};</script></body></html>"
    )


def _refuse_tiktok_login_page() -> Reply:
    return respond_html(
        "<!DOCTYPE html><html><head><title>Log in | TikTok</title></head><body>"
        '<div id="loginContainer">Log in to TikTok</div></body></html>'
    )


def refuse_region() -> Reply:
    """Redirect to the page for regions without TikTok."""
    return redirect("https://www.tiktok.com/hk/notfound")


# By name


def _ignore_value(make: Callable[[], Reply]) -> Refusal:
    return lambda _value: make()


_EVERYWHERE: dict[str, Refusal] = {
    "empty": _ignore_value(refuse_empty),
    "http": lambda value: refuse_http(int(value or 503)),
    "rate_limit": _ignore_value(lambda: refuse_http(429)),
    "blocked": _ignore_value(refuse_socket),
}
NAMED: dict[str, dict[str, Refusal]] = {
    "douyin": {
        **_EVERYWHERE,
        "argus": _ignore_value(refuse_argus),
        "argus_uifid": _ignore_value(lambda: refuse_argus("Uifid Not Found")),
        "argus_signature": _ignore_value(lambda: refuse_argus("Signature Not Found")),
        "argus_sign": _ignore_value(lambda: refuse_argus("Sign Invalid", "web_id_sign_invalid")),
        "script_page": _ignore_value(refuse_script_page),
        "captcha": _ignore_value(refuse_captcha),
        "captcha_page": _ignore_value(refuse_captcha_page),
        "login": _ignore_value(lambda: refuse_status(8, "用户未登录")),
        "login_page": _ignore_value(refuse_login_page),
        "login_redirect": _ignore_value(
            lambda: redirect("https://sso.douyin.com/?service=https%3A%2F%2Fwww.douyin.com%2F")
        ),
        "not_json": _ignore_value(
            lambda: Reply(body=b'{"status_code":0,"aweme_list":[{"aweme_id":')
        ),
        "status": lambda value: refuse_status(int(value or 2154), "服务异常"),
    },
    "tiktok": {
        **_EVERYWHERE,
        "captcha": _ignore_value(_refuse_tiktok_captcha),
        "captcha_page": _ignore_value(_refuse_tiktok_captcha_page),
        "login": _ignore_value(lambda: refuse_tiktok(10102)),
        "login_page": _ignore_value(_refuse_tiktok_login_page),
        "login_redirect": _ignore_value(
            lambda: redirect(
                "https://www.tiktok.com/login?redirect_url=https%3A%2F%2Fwww.tiktok.com"
            )
        ),
        "not_json": _ignore_value(lambda: Reply(body=b'{"statusCode":0,"itemList":[{"id":')),
        "region": _ignore_value(lambda: refuse_tiktok(10231)),
        "notfound": _ignore_value(refuse_region),
        "status": lambda value: refuse_tiktok(int(value or 10101)),
    },
}
NAMES = frozenset(name for names in NAMED.values() for name in names)


def refuse(name: str, platform: str, value: str = "") -> Reply:
    """Return the refusal *name* of the platform; an empty reply if it has none of that name."""
    return NAMED[platform].get(name, _ignore_value(refuse_empty))(value)
