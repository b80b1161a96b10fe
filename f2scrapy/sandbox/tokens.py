"""Issue guest tokens, after checking the requests as the real hosts may."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any

from f2scrapy.sandbox.checks import FRESH_S, Requirements, Route, check_user_agent, find_secrets
from f2scrapy.sandbox.http_types import Reply, Request, respond_json
from f2scrapy.sandbox.state import State
from f2scrapy.signing import SignatureError
from f2scrapy.signing.tokens import read_str_data

_POST = Requirements(method="POST")


# The page sends a text, which needs no preflight (a dozen clients written from its requests, 2026;
# chromium.json); F2 0.0.1.7 sends JSON.
REPORT_CONTENTS = ("text/plain", "json")


def serve_ms_token(request: Request, state: State) -> Reply:
    """mssdk: takes a report of the browser, sets the cookie msToken."""
    if note_problems(request, state, _check_douyin_report(request, state), *REPORT_CONTENTS):
        return respond_json({"code": 1, "msg": "param error"})
    token = state.issue_ms_token()
    cookie = f"msToken={token}; Path=/; Domain=bytedance.com; Max-Age=604800; Secure; SameSite=None"
    return respond_json({"code": 0, "msg": "success"}, cookies=[cookie], x_ms_token=token)


def serve_report(request: Request, state: State) -> Reply:
    """mssdk's older path, of F2 0.0.1.7, which wants a token of 120 or 128 characters."""
    if note_problems(request, state, check_report(request, state)):
        return respond_json({"code": 1, "msg": "param error"})
    token = state.issue_ms_token(128)
    cookie = f"msToken={token}; Path=/; Domain=bytedance.com; Max-Age=604800; Secure; SameSite=None"
    return respond_json({"code": 0, "msg": "success"}, cookies=[cookie])


def _check_douyin_report(request: Request, state: State) -> Iterator[str]:
    yield from check_report(request, state)
    if request.params.get("ms_appid") != "6383":
        yield "msToken: ms_appid is not 6383"
    sent = request.json()
    try:
        read_str_data(str(sent.get("strData") or "") if isinstance(sent, dict) else "")
    except SignatureError:
        yield "msToken: strData is malformed"


def check_report(request: Request, state: State) -> Iterator[str]:
    """Yield what both platforms object to in a browser report."""
    sent = request.json()
    if not isinstance(sent, dict):
        yield "msToken: body is not a JSON object"
        return
    for name, value in {"magic": 538969122, "version": 1, "dataType": 8}.items():
        if sent.get(name) != value:
            yield f"msToken: {name} is not {value}"
    if abs(_to_number(sent.get("tspFromClient")) / 1000 - state.clock()) > FRESH_S:
        yield "msToken: tspFromClient is of another time (it is in ms)"


def serve_ttwid(request: Request, state: State) -> Reply:
    """ttwid.bytedance.com: registers a visitor."""
    if note_problems(request, state, _check_registration(request)):
        return respond_json({"status_code": 1105, "message": "param error"})
    cookie = f"ttwid={state.issue_ttwid()}; Path=/; Domain=bytedance.com; Max-Age=31536000"
    cookie += "; HttpOnly; Secure; SameSite=None"
    return respond_json({"status_code": 0, "message": "", "sub_status_code": 0}, cookies=[cookie])


def _check_registration(request: Request) -> Iterator[str]:
    sent = request.json()
    if not isinstance(sent, dict):
        yield "ttwid: body is not a JSON object"
        return
    for name in ("region", "aid", "needFid", "service", "migrate_info", "cbUrlProtocol", "union"):
        if name not in sent:
            yield f"ttwid: {name} missing"
    if sent.get("union") is not True:
        yield "ttwid: union is not true"


def serve_webid(request: Request, state: State) -> Reply:
    """mcs.zijieapi.com: numbers a browser."""
    if note_problems(request, state, _check_webid(request)):
        return respond_json({"e": -1})
    number = 7_000_000_000_000_000_000 + zlib.crc32(request.user_agent.encode()) * 1009
    return respond_json({"e": 0, "web_id": str(number), "ssid": "f2sandbox"})


def _check_webid(request: Request) -> Iterator[str]:
    sent = request.json()
    if not isinstance(sent, dict):
        yield "webid: body is not a JSON object"
        return
    if sent.get("app_id") != 6383 or request.params.get("aid") != "6383":
        yield "webid: app_id or aid is not 6383"
    for name in ("referer", "url", "user_unique_id"):
        if name not in sent:
            yield f"webid: {name} missing"
    if sent.get("user_agent") != request.user_agent:
        yield "webid: user_agent differs from the header"


def note_problems(request: Request, state: State, problems: Iterator[str], *contents: str) -> bool:
    """Note all problems of a token request; return whether there is any.

    *contents* are the allowed parts of the Content-Type; none = "json".
    """
    found = list(problems) if state.is_checked("tokens") else []
    if state.is_checked("user_agent") and (message := check_user_agent(request.user_agent)):
        found.append(message)
    contents, sent = contents or ("json",), request.headers.get("Content-Type")
    if state.is_checked("tokens") and sent and not any(part in sent for part in contents):
        found.append(f"Content-Type is not {' or '.join(contents)}")
    if not request.host.startswith("www."):
        found += [message for message in find_secrets(request) if message.startswith("account")]
    for message in found:
        state.note_violation(request, message)
    return bool(found)


def _to_number(value: Any) -> float:
    return value if isinstance(value, int | float) else 0


EXACT = {
    ("mssdk.bytedance.com", "/web/r/token"): Route("token", serve_ms_token, _POST),
    ("mssdk.bytedance.com", "/web/report"): Route("token", serve_report, _POST),
    ("mssdk.bytedance.com", "/web/common"): Route("token", serve_ms_token, _POST),
    ("ttwid.bytedance.com", "/ttwid/union/register/"): Route("token", serve_ttwid, _POST),
    ("mcs.zijieapi.com", "/webid"): Route("token", serve_webid, _POST),
}
