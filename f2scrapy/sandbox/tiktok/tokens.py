"""The hosts that hand out TikTok's guest tokens; its home page does, too (`tiktok_pages`)."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error
from collections.abc import Iterator
from secrets import token_hex

from f2scrapy.sandbox.checks import Guard, Route
from f2scrapy.sandbox.http_types import Answer, Ask, reply
from f2scrapy.sandbox.state import World
from f2scrapy.sandbox.tiktok.checks import HOST
from f2scrapy.sandbox.tokens import refused, report_problems

_BEHIND = "Path=/; Domain=.tiktok.com; Max-Age=864000; Secure; SameSite=None"


def ms_token(ask: Ask, world: World) -> Answer:
    """mssdk: a report of the browser goes in, a cookie comes out."""
    if refused(ask, world, _problems(ask, world)):
        return reply({"code": 1, "msg": "param error"})
    token = world.issue_ms_token(148)
    return reply({"code": 0, "msg": "success"}, cookies=[f"msToken={token}; {_BEHIND}"],
                 x_ms_token=token)  # fmt: skip


def _problems(ask: Ask, world: World) -> Iterator[str]:
    yield from report_problems(ask, world)
    sent = ask.json()
    text = sent.get("strData") if isinstance(sent, dict) else None
    try:
        packed = b64decode(str(text or ""), validate=True)
    except Error:
        packed = b""
    if not packed:
        yield "msToken: strData is no base64"


def ttwid(ask: Ask, world: World) -> Answer:
    """Renews a visitor's ttwid; one that lapsed or was never given is not."""
    if refused(ask, world, _visitor_problems(ask), "text/plain"):
        return reply({"status_code": 1105, "message": "param error"})
    before = ask.cookies["ttwid"]
    if not world.knows_ttwid(before):
        world.note(ask, "ttwid lapsed" if before in world.lapsed else "ttwid not issued here")
        return reply({"status_code": 0, "message": ""})
    cookie = f"ttwid={world.issue_ttwid(before)}; {_BEHIND}; HttpOnly"
    return reply({"status_code": 0, "message": ""}, cookies=[cookie])


def _visitor_problems(ask: Ask) -> Iterator[str]:
    if not ask.cookies.get("ttwid"):
        yield "ttwid: cookie ttwid missing"
    sent = ask.json()
    if not isinstance(sent, dict):
        yield "ttwid: body is not a JSON object"
        return
    wanted = {"aid": 1988, "service": HOST, "union": False, "unionHost": "", "needFid": False,
              "fid": "", "migrate_priority": 0}  # fmt: skip
    for name, value in wanted.items():
        if name not in sent or sent[name] != value:
            yield f"ttwid: {name} is not {value!r}"


def odin_tt(ask: Ask, world: World) -> Answer:
    """How one may log in; on the way, a number for who has not."""
    if refused(ask, world, _passport_problems(ask)):
        return reply({"message": "error", "data": {"error_code": 1}})
    cookie = f"odin_tt={token_hex(64)}; {_BEHIND}; HttpOnly"
    return reply({"message": "success", "data": {"captcha": {}, "configs": {}}}, cookies=[cookie])


def _passport_problems(ask: Ask) -> Iterator[str]:
    if ask.params.get("aid") != "1459":
        yield "odin_tt: aid is not 1459"
    if not ask.headers.get("Referer", "").startswith(f"https://{HOST}/"):
        yield f"odin_tt: Referer is not https://{HOST}/"


_POST = Guard(method="POST")
EXACT = {
    ("mssdk-sg.tiktok.com", "/web/common"): Route("token", ms_token, _POST),
    ("mssdk-sg.tiktok.com", "/web/report"): Route("token", ms_token, _POST),
    (HOST, "/ttwid/check/"): Route("token", ttwid, _POST),
    (HOST, "/passport/web/auth/config"): Route("token", odin_tt),
    (HOST, "/passport/web/auth/config/"): Route("token", odin_tt),
}
