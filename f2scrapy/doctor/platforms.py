"""Examine a platform: the login, the guest's tokens, and one cheap request."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from f2scrapy.api.identity import Identity
from f2scrapy.api.login import LoginCheck
from f2scrapy.api.session import Session
from f2scrapy.doctor.finding import Finding, State
from f2scrapy.errors import Outcome, Refused
from f2scrapy.model.account import LoginState, describe_end, ends_soon
from f2scrapy.platforms import get_platform
from f2scrapy.text import CHINA, pluralize

_HOUR_S = 3600
_OFF_S = 60  # of this machine's clock; answers take some seconds


async def examine_platform(session: Session, *, offline: bool) -> AsyncIterator[Finding]:
    """Yield what is true of a platform; `offline` sends no request."""
    name, identity = session.identity.platform, session.identity
    until = _describe_end(identity)
    if offline:
        held = f"cookies of a login, {until}" if identity.is_logged_in else "a guest"
        yield Finding(name, State.SKIPPED, f"not asked; {held}")
        yield _list_tokens(identity)
        return
    began = time.monotonic()
    login = await session.check_login()
    if login.state is LoginState.VALID:
        seconds = time.monotonic() - began
        yield Finding(name, State.GOOD, f"answers in {seconds:.1f} s")
    else:
        yield await _ask_as_guest(session)
    if session.date:
        yield examine_clock(session.date, datetime.now(UTC))
    yield _describe_login(login, until)
    yield _list_tokens(identity)


async def _ask_as_guest(session: Session) -> Finding:
    name = session.identity.platform
    began = time.monotonic()
    try:
        await session.ask(get_platform(name).account.GUEST_CHECK)
    except Refused as refused:
        if not refused.outcome.is_explanation:  # that one thing is gone
            kind = State.REFUSED if refused.outcome.is_refusal else State.BAD
            return Finding(name, kind, str(refused), refused.advice)
    return Finding(name, State.GOOD, f"answers a guest in {time.monotonic() - began:.1f} s")


def examine_clock(date: str, now: datetime) -> Finding:
    """Compare `now` with the Date header of an answer that has just come."""
    try:
        moment = parsedate_to_datetime(date)
    except ValueError:
        return Finding("  clock", State.SKIPPED, "the platform's answer has no valid date")
    off_s = (now - moment.replace(tzinfo=moment.tzinfo or UTC)).total_seconds()
    if abs(off_s) <= _OFF_S:
        return Finding("  clock", State.GOOD, "agrees with the platform's")
    count = f"{abs(off_s) / 60:.0f}"
    ahead, behind = f"{count} min ahead of the platform's", f"{count} min behind the platform's"
    advice = "Set this machine's clock: signatures hold the time, and old ones are refused."
    return Finding("  clock", State.NOTE, ahead if off_s > 0 else behind, advice)


def _describe_login(login: LoginCheck, until: str) -> Finding:
    if login.state is LoginState.NONE:
        return Finding("  login", State.GOOD, "none: a guest")
    if login.owner:
        user = login.owner.unique_id or login.owner.sec_user_id
        return Finding("  login", State.GOOD, f"{user}, {until}")
    if login.state is LoginState.EXPIRED:
        text = f"expired ({login.detail})"
        return Finding("  login", State.REFUSED, text, Outcome.COOKIE_EXPIRED.advice)
    return Finding("  login", State.NOTE, f"not checked ({login.detail}), {until}")


def _describe_end(identity: Identity) -> str:
    end = identity.login_end
    if end and ends_soon(end, datetime.now(UTC)):
        return describe_end(end)
    return f"until {end.astimezone(CHINA):%Y-%m-%d}" if end else "its end is not known"


def _list_tokens(identity: Identity) -> Finding:
    now = time.time()
    ages = [
        f"{name} {pluralize(max(0, round((now - token.made) / _HOUR_S)), 'hour')} old"
        + (" (made up)" if token.made_up else "")
        for name, token in identity.tokens.items()
        if token.value
    ]
    return Finding("  tokens", State.GOOD, ", ".join(ages) or "none yet: a run requests them")
