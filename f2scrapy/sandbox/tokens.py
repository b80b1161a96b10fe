"""The hosts that hand out guest tokens; each looks at what it is sent as the real one may."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any

from f2scrapy.sandbox.checks import FRESH_S, Guard, Route, implausible, secrets_sent
from f2scrapy.sandbox.http_types import Answer, Ask, reply
from f2scrapy.sandbox.state import World
from f2scrapy.signing import SignatureError
from f2scrapy.signing.tokens import read_str_data

_POST = Guard(method="POST")


def ms_token(ask: Ask, world: World) -> Answer:
    """mssdk: a report of the browser goes in, a cookie comes out."""
    if refused(ask, world, _douyin_problems(ask, world)):
        return reply({"code": 1, "msg": "param error"})
    token = world.issue_ms_token()
    cookie = f"msToken={token}; Path=/; Domain=bytedance.com; Max-Age=604800; Secure; SameSite=None"
    return reply({"code": 0, "msg": "success"}, cookies=[cookie], x_ms_token=token)


def _douyin_problems(ask: Ask, world: World) -> Iterator[str]:
    yield from report_problems(ask, world)
    if ask.params.get("ms_appid") != "6383":
        yield "msToken: ms_appid is not 6383"
    sent = ask.json()
    try:
        read_str_data(str(sent.get("strData") or "") if isinstance(sent, dict) else "")
    except SignatureError:
        yield "msToken: strData is none"


def report_problems(ask: Ask, world: World) -> Iterator[str]:
    """What both platforms mind in a browser's report."""
    sent = ask.json()
    if not isinstance(sent, dict):
        yield "msToken: body is not a JSON object"
        return
    for name, value in {"magic": 538969122, "version": 1, "dataType": 8}.items():
        if sent.get(name) != value:
            yield f"msToken: {name} is not {value}"
    if abs(_number(sent.get("tspFromClient")) / 1000 - world.clock()) > FRESH_S:
        yield "msToken: tspFromClient is of another time (it is in ms)"


def ttwid(ask: Ask, world: World) -> Answer:
    """ttwid.bytedance.com: registers a visitor."""
    if refused(ask, world, _register_problems(ask)):
        return reply({"status_code": 1105, "message": "param error"})
    cookie = f"ttwid={world.issue_ttwid()}; Path=/; Domain=bytedance.com; Max-Age=31536000"
    cookie += "; HttpOnly; Secure; SameSite=None"
    return reply({"status_code": 0, "message": "", "sub_status_code": 0}, cookies=[cookie])


def _register_problems(ask: Ask) -> Iterator[str]:
    sent = ask.json()
    if not isinstance(sent, dict):
        yield "ttwid: body is not a JSON object"
        return
    for name in ("region", "aid", "needFid", "service", "migrate_info", "cbUrlProtocol", "union"):
        if name not in sent:
            yield f"ttwid: {name} missing"
    if sent.get("union") is not True:
        yield "ttwid: union is not true"


def webid(ask: Ask, world: World) -> Answer:
    """mcs.zijieapi.com: numbers a browser."""
    if refused(ask, world, _webid_problems(ask)):
        return reply({"e": -1})
    number = 7_000_000_000_000_000_000 + zlib.crc32(ask.user_agent.encode()) * 1009
    return reply({"e": 0, "web_id": str(number), "ssid": "f2sandbox"})


def _webid_problems(ask: Ask) -> Iterator[str]:
    sent = ask.json()
    if not isinstance(sent, dict):
        yield "webid: body is not a JSON object"
        return
    if sent.get("app_id") != 6383 or ask.params.get("aid") != "6383":
        yield "webid: app_id or aid is not 6383"
    for name in ("referer", "url", "user_unique_id"):
        if name not in sent:
            yield f"webid: {name} missing"
    if sent.get("user_agent") != ask.user_agent:
        yield "webid: user_agent differs from the header"


def refused(ask: Ask, world: World, problems: Iterator[str], content: str = "json") -> bool:
    """Notes what is wrong; whether anything is. *content* is what the body's type has in it."""
    found = list(problems) if world.checks("tokens") else []
    if world.checks("user_agent") and (what := implausible(ask.user_agent)):
        found.append(what)
    if world.checks("tokens") and content not in ask.headers.get("Content-Type", content):
        found.append(f"Content-Type is not {content}")
    if not ask.host.startswith("www."):
        found += [what for what in secrets_sent(ask) if what.startswith("account")]
    for what in found:
        world.note(ask, what)
    return bool(found)


def _number(value: Any) -> float:
    return value if isinstance(value, int | float) else 0


EXACT = {
    ("mssdk.bytedance.com", "/web/r/token"): Route("token", ms_token, _POST),
    ("mssdk.bytedance.com", "/web/common"): Route("token", ms_token, _POST),
    ("ttwid.bytedance.com", "/ttwid/union/register/"): Route("token", ttwid, _POST),
    ("mcs.zijieapi.com", "/webid"): Route("token", webid, _POST),
}
