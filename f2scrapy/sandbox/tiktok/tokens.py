"""Issue TikTok's guest tokens; its home page (`tiktok.pages`) does, too."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error
from collections.abc import Iterator
from secrets import token_hex

from f2scrapy.sandbox.checks import Requirements, Route
from f2scrapy.sandbox.http_types import Reply, Request, respond_json
from f2scrapy.sandbox.state import State
from f2scrapy.sandbox.tiktok.checks import HOST
from f2scrapy.sandbox.tokens import REPORT_CONTENTS, check_report, note_problems

_ATTRIBUTES = "Path=/; Domain=.tiktok.com; Max-Age=864000; Secure; SameSite=None"


def serve_ms_token(request: Request, state: State) -> Reply:
    """mssdk: takes a report of the browser, sets the cookie msToken."""
    if note_problems(request, state, _check_report(request, state), *REPORT_CONTENTS):
        return respond_json({"code": 1, "msg": "param error"})
    token = state.issue_ms_token(148)
    return respond_json({"code": 0, "msg": "success"}, cookies=[f"msToken={token}; {_ATTRIBUTES}"],
                        x_ms_token=token)  # fmt: skip


def _check_report(request: Request, state: State) -> Iterator[str]:
    yield from check_report(request, state)
    sent = request.json()
    text = sent.get("strData") if isinstance(sent, dict) else None
    try:
        packed = b64decode(str(text or ""), validate=True)
    except Error:
        packed = b""
    if not packed:
        yield "msToken: strData is not base64"


def serve_ttwid(request: Request, state: State) -> Reply:
    """Renew a visitor's ttwid; refuse an expired or unknown one."""
    if note_problems(request, state, _check_visitor(request), "text/plain"):
        return respond_json({"status_code": 1105, "message": "param error"})
    before = request.cookies["ttwid"]
    if not state.is_known_ttwid(before):
        state.note_violation(
            request, "ttwid expired" if before in state.expired_tokens else "ttwid not issued here"
        )
        return respond_json({"status_code": 0, "message": ""})
    cookie = f"ttwid={state.issue_ttwid(before)}; {_ATTRIBUTES}; HttpOnly"
    return respond_json({"status_code": 0, "message": ""}, cookies=[cookie])


def _check_visitor(request: Request) -> Iterator[str]:
    if not request.cookies.get("ttwid"):
        yield "ttwid: cookie ttwid missing"
    sent = request.json()
    if not isinstance(sent, dict):
        yield "ttwid: body is not a JSON object"
        return
    required = {"aid": 1988, "service": HOST, "union": False, "unionHost": "", "needFid": False,
                "fid": "", "migrate_priority": 0}  # fmt: skip
    for name, value in required.items():
        if name not in sent or sent[name] != value:
            yield f"ttwid: {name} is not {value!r}"


def serve_odin_tt(request: Request, state: State) -> Reply:
    """Serve the login options; sets the cookie odin_tt."""
    if note_problems(request, state, _check_passport(request)):
        return respond_json({"message": "error", "data": {"error_code": 1}})
    cookie = f"odin_tt={token_hex(64)}; {_ATTRIBUTES}; HttpOnly"
    return respond_json(
        {"message": "success", "data": {"captcha": {}, "configs": {}}}, cookies=[cookie]
    )


def _check_passport(request: Request) -> Iterator[str]:
    if request.params.get("aid") != "1459":
        yield "odin_tt: aid is not 1459"
    if not request.headers.get("Referer", "").startswith(f"https://{HOST}/"):
        yield f"odin_tt: Referer is not https://{HOST}/"


_POST = Requirements(method="POST")
EXACT = {
    ("mssdk-sg.tiktok.com", "/web/common"): Route("token", serve_ms_token, _POST),
    ("mssdk-sg.tiktok.com", "/web/report"): Route("token", serve_ms_token, _POST),
    (HOST, "/ttwid/check/"): Route("token", serve_ttwid, _POST),
    (HOST, "/passport/web/auth/config"): Route("token", serve_odin_tt),
    (HOST, "/passport/web/auth/config/"): Route("token", serve_odin_tt),
}
