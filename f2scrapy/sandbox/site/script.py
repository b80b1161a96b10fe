"""Serve the script of the pages, and the uifid that it asks for."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from f2scrapy.sandbox.checks import Route
from f2scrapy.sandbox.http_types import Reply, Request
from f2scrapy.sandbox.proof import SCRIPT, is_known_key
from f2scrapy.sandbox.state import State

_HOSTS = ("www.douyin.com", "www.tiktok.com")


@cache
def _read_script() -> bytes:
    return files(__package__).joinpath("page.js").read_bytes()


def serve_script(request: Request, state: State) -> Reply:
    """Serve the script, which takes its key from its own address."""
    del request, state
    return Reply(body=_read_script(), content_type="text/javascript; charset=utf-8")


def serve_nothing(request: Request, state: State) -> Reply:
    """Serve what browsers ask for beside a page, and what no test needs."""
    del request, state
    return Reply(content_type="text/javascript; charset=utf-8")


def serve_uifid(request: Request, state: State) -> Reply:
    """Serve the uifid that a page's script makes, which a client without a browser does not get."""
    if not is_known_key(request.params.get("key", "")):
        return Reply(403)
    return Reply(body=state.issue_uifid().encode(), content_type="text/plain")


EXACT = {
    **{(host, SCRIPT): Route("script", serve_script) for host in _HOSTS},
    **{(host, "/favicon.ico"): Route("script", serve_nothing) for host in _HOSTS},
    ("www.douyin.com", "/site/uifid"): Route("script", serve_uifid),
    ("lf16-tiktok-web.ttwstatic.com", "/obj/webmssdk.js"): Route("script", serve_nothing),
}
