"""Log in to Douyin by a QR code, under F2's name for it: a real browser shows the code."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from f2scrapy.api.proxy import use_proxy
from f2scrapy.browser.login import SECONDS, BrowserLogin, CodeState, LoginResult
from f2scrapy.errors import Refused
from f2scrapy.f2.apps.douyin.utils import show_qrcode
from f2scrapy.f2.arguments import read_options, read_proxy


async def log_in(kwargs: Mapping[str, Any], seconds: float = SECONDS) -> LoginResult:
    """Show the code, wait, save the login (F2_LOGIN); return the result.

    Raises:
        InputError: there is no browser.
    """
    with use_proxy(read_proxy(kwargs)):
        async with BrowserLogin("douyin", window=None, **read_options(kwargs)) as login:
            return await _wait_for_login(login, time.monotonic() + seconds)


async def _wait_for_login(login: BrowserLogin, end: float) -> LoginResult:
    shown = ""
    while not (result := await login.check_login()).is_login:
        if login.is_closed or time.monotonic() > end:
            return LoginResult(False, "")
        if await login.get_state() is CodeState.NONE:
            continue
        if (code := await login.get_qrcode()) != shown and not login.has_window:
            show_qrcode(shown := code)
    try:
        await login.save()
    except Refused:  # the user has closed the browser
        return LoginResult(False, "")
    return result
