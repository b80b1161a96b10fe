"""Play the "Please wait" page (SlardarWAF), a proof of work, in both forms; the fault please_wait.

The page comes in place of a page or an answer until the request has the cookie of a solution, sent
by the same user agent. Its forms are those of public reports (gallery-dl #8850, yt-dlp #15672,
tiktok-live-recorder #314, sherlock #2958; 2025 and 2026).
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from hashlib import sha256
from random import randrange
from secrets import token_bytes, token_hex

from f2scrapy.sandbox.http_types import Reply, Request, respond_html
from f2scrapy.sandbox.state import State

COOKIE, ORIGINAL = "_wafchallengeid", "waforiginalreid"
_MOST = 2000  # numbers to choose from; a real page had 73
_HEAD = (
    '<!DOCTYPE html><html><head><meta charset="utf-8"><title>Please wait...</title>'
    '<script>window._WAF={name:"SlardarWAF"}</script><script src="/waf-aiso/%s/c.js"></script>'
)


def find_page(request: Request, kind: str, state: State) -> Reply | None:
    """Return the page if the fault strikes a request without a solution; None = it passes.

    The value of the fault chooses the page: "" = the form of the platform, "rci" = with a second
    cookie (TikTok), "again" = no solution is accepted, "hard" = there is none.
    """
    fault = state.faults.find("please_wait")
    if fault is None or (fault.value != "again" and _is_solved(request, state)):
        return None
    return _build_page(request, fault.value, state) if fault.try_strike(request, kind) else None


def _build_page(request: Request, value: str, state: State) -> Reply:
    second = value == "rci" and request.platform == "tiktok"
    prefix, original = token_bytes(24), token_hex(12) if second else ""
    solved = prefix if value != "hard" else token_bytes(24)
    digest = sha256(b"%b%d" % (solved, randrange(_MOST))).digest()
    task = _encode(
        {
            "v": {"a": b64encode(prefix).decode(), "b": 1, "c": b64encode(digest).decode()},
            "s": token_hex(16),
        }
    )
    state.challenges[prefix] = (request.user_agent, original, digest)
    write = _write_elements if request.platform == "tiktok" else _write_script
    return respond_html(_HEAD % token_hex(4) + write(task, original) + "</body></html>")


def _write_elements(task: str, original: str) -> str:
    """Return TikTok's form: the data are classes of elements, known by their ids."""
    second = f'<p id="rci" class="{ORIGINAL}"></p><p id="rs" class="{original}"></p>'
    return (
        f'</head><body>Please wait...<p id="cs" class="{task}"></p>'
        f'<p id="wci" class="{COOKIE}"></p>{second if original else ""}'
    )


def _write_script(task: str, _original: str) -> str:
    """Return Douyin's form: the same task in a script."""
    return f'<script>var wci="{COOKIE}",cs="{task}";</script></head><body>Please wait...'


def _is_solved(request: Request, state: State) -> bool:
    """Return whether the cookies of a request solve a page that was sent to this user agent."""
    try:
        sent = json.loads(b64decode(request.cookies.get(COOKIE, ""), validate=True))
        prefix, number = b64decode(sent["v"]["a"]), b64decode(sent["d"])
    except (ValueError, LookupError, TypeError):
        return False
    if prefix not in state.challenges:
        return False  # of another time, or of another sandbox
    user_agent, original, digest = state.challenges[prefix]
    fits = sha256(prefix + number).digest() == digest and number.isdigit()
    if not fits or request.user_agent != user_agent:
        state.note_violation(request, f"{COOKIE} is no solution")
        return False
    return not original or request.cookies.get(ORIGINAL) == original


def _encode(value: object) -> str:
    return b64encode(json.dumps(value, separators=(",", ":")).encode()).decode()
