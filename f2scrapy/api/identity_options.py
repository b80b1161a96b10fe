"""Build the identity that the options describe: cookies, a saved login, or a guest."""

from __future__ import annotations

from pathlib import Path

from f2scrapy.api.browser_facts import BrowserFacts
from f2scrapy.api.browser_profile import load_profile
from f2scrapy.api.cookies import is_sent_to, parse_cookie_header, read_cookies
from f2scrapy.api.identity import Identity
from f2scrapy.api.login_file import read_login
from f2scrapy.config.options import Options


def build_identity(
    options: Options, platform: str, *, uses_login: bool = True, path: Path | None = None
) -> Identity:
    """Return the identity for `platform` that the options and the environment describe.

    Without other cookies it is that of a saved login, if there is one and `uses_login`. `path` is
    the file of its guest's tokens, None = that of the options.

    Raises:
        InputError: the cookies cannot be used.
    """
    profile = load_profile(platform, options.client, options.file_name)
    account = read_cookies(options.cookies, profile.cookie_hosts) if options.cookies else []
    account += parse_cookie_header(options.cookie, profile.cookie_hosts)
    wanted = uses_login and not account
    login = read_login(options.login_path, platform) if wanted else None
    if login:
        account = login.list_cookies()
    ours = [c for c in account if any(is_sent_to(c.domain, h) for h in profile.cookie_hosts)]
    browser = login.browser if login else BrowserFacts()
    return Identity(platform, profile, path or options.identity_path, tuple(ours), browser)


def build_guest(options: Options, platform: str) -> Identity:
    """Return a new guest of `platform`, without account; its tokens are not saved."""
    return Identity(platform, load_profile(platform, options.client, options.file_name), None)
