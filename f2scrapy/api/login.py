"""Ask a platform once whether it accepts a login, and whose it is."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple

from f2scrapy.api.identity import Identity
from f2scrapy.errors import Outcome, ProtocolError, Refused
from f2scrapy.model.account import AccountOwner, LoginState
from f2scrapy.model.endpoint import Endpoint, convert_errors
from f2scrapy.platforms import get_platform

logger = logging.getLogger(__name__)

_EXPIRED = (Outcome.COOKIE_EXPIRED, Outcome.LOGIN_REQUIRED)


class LoginCheck(NamedTuple):
    """The result of a check; `owner` is None unless the login is valid."""

    state: LoginState
    outcome: Outcome  # of requests that need an account
    owner: AccountOwner | None = None
    detail: str = ""  # why it is expired or unchecked, in words; "" otherwise


async def check_login(
    identity: Identity, ask: Callable[[Endpoint], Awaitable[Mapping[str, Any]]]
) -> LoginCheck:
    """Check the login of an identity by one request; a guest asks nothing.

    After a refusal the identity is a guest. `ask` returns the answer of an interface, or raises
    Refused.
    """
    if not identity.is_logged_in:
        had_login = identity.login_failure is Outcome.COOKIE_EXPIRED
        return (
            _expire(identity, "its cookies have expired")
            if had_login
            else LoginCheck(LoginState.NONE, identity.login_failure)
        )
    account = get_platform(identity.platform).account
    try:
        answer = await ask(account.CHECK)
        with convert_errors():
            return LoginCheck(LoginState.VALID, Outcome.OK, account.read_owner(answer))
    except Refused as refused:
        if refused.outcome in _EXPIRED:
            return _expire(identity, refused.detail)
        return LoginCheck(LoginState.UNCHECKED, refused.outcome, detail=str(refused))
    except ProtocolError as error:
        return LoginCheck(LoginState.UNCHECKED, Outcome.SCHEMA_CHANGED, detail=str(error))


def _expire(identity: Identity, detail: str) -> LoginCheck:
    identity.expire_login()
    return LoginCheck(LoginState.EXPIRED, Outcome.COOKIE_EXPIRED, detail=detail)
