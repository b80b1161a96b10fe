"""Serve the HTML pages of www.tiktok.com, with their state as UNIVERSAL_DATA.

The state is the answer of the interfaces; a few numbers are text here. A page registers the
visitor: it sets the cookies and numbers the browser.
"""

from __future__ import annotations

import json
import re
from secrets import token_urlsafe
from typing import Any, NamedTuple

from f2scrapy.sandbox.catalogue import Work
from f2scrapy.sandbox.checks import Route
from f2scrapy.sandbox.http_types import Reply, Request, redirect, respond_html
from f2scrapy.sandbox.proof import build_tag
from f2scrapy.sandbox.refusals import refuse_region
from f2scrapy.sandbox.state import State
from f2scrapy.sandbox.tiktok.checks import HOST
from f2scrapy.sandbox.tiktok.lists import (
    BANNED,
    CHAIN,
    NO_USER,
    build_row,
    build_share_meta,
    build_user_detail,
    get_hidden_status,
)
from f2scrapy.sandbox.works import is_album

_HTML = (
    '<!DOCTYPE html><html lang="en"><head><title>TikTok - Make Your Day</title>'
    '<script src="https://lf16-tiktok-web.ttwstatic.com/obj/webmssdk.js"></script>%s</head>'
    '<body>%s<div id="app"></div></body></html>'
)
_SCRIPT = '<script id="%s" type="application/json">%s</script>'
LANGUAGE, REGION = "en", "SG"
_YEAR_S = 31_536_000


class Visitor(NamedTuple):
    """A browser's cookies, as sent or as set now."""

    ttwid: str
    chain: str
    csrf: str

    @classmethod
    def from_request(cls, request: Request, state: State) -> Visitor:
        sent = request.cookies
        known = sent.get("ttwid", "")
        ttwid = known if state.is_known_ttwid(known) else state.issue_ttwid()
        chain = sent.get(CHAIN, "")
        if not chain or chain in state.expired_tokens:
            chain = f"{token_urlsafe(16)}=="
        return cls(ttwid, chain, sent.get("tt_csrf_token") or token_urlsafe(18))

    def build_cookies(self) -> list[str]:
        """Return the values of Set-Cookie."""
        rest = f"Path=/; Domain=.tiktok.com; Max-Age={_YEAR_S}; Secure; SameSite=None"
        return [f"ttwid={self.ttwid}; {rest}; HttpOnly", f"{CHAIN}={self.chain}; {rest}; HttpOnly",
                f"tt_csrf_token={self.csrf}; Path=/; Domain=.tiktok.com; Secure"]  # fmt: skip


def serve_home(request: Request, state: State) -> Reply:
    """Serve the page a new browser sees first."""
    return render_page({}, Visitor.from_request(request, state), request, state)


def render_page(
    scope: dict[str, Any], visitor: Visitor, request: Request, state: State, **scripts: Any
) -> Reply:
    """Return a page with *scope* added to the common state; *scripts* are more scripts, by id."""
    blocks = {
        "webapp.app-context": _build_context(visitor, request, state),
        "webapp.a-b": {"b_c": {}},
    }
    scripts = {
        "__UNIVERSAL_DATA_FOR_REHYDRATION__": {"__DEFAULT_SCOPE__": blocks | scope},
        **scripts,
    }
    text = "".join(
        _SCRIPT % (name, json.dumps(value, ensure_ascii=False).replace("</", "<\\/"))
        for name, value in scripts.items()
    )
    return respond_html(_HTML % (build_tag(), text), cookies=visitor.build_cookies())


def _build_context(visitor: Visitor, request: Request, state: State) -> dict[str, Any]:
    created = int(visitor.ttwid.replace("%7C", "|").split("|")[2])
    device = state.derive_device_id(visitor.ttwid)
    return {
        "language": LANGUAGE, "region": REGION, "appId": 1233, "appType": "t", "wid": device,
        "webIdCreatedTime": str(created), "odinId": str(int(device) - 7919), "nonce": "c2FuZGJveA",
        "botType": "others", "requestId": "20261101200000A1B2C3D4E5F60718293A",
        "clusterRegion": "ALL_SG", "csrfToken": visitor.csrf, "userAgent": request.user_agent,
        "encryptedWebid": "c2FuZGJveA", "host": HOST,
    }  # fmt: skip


def serve_user_page(request: Request, state: State) -> Reply:
    """Serve /@uniqueId."""
    user = state.catalogue.find_user(unique_id=request.path.strip("/").removeprefix("@"))
    if user is None or user.banned:
        detail: dict[str, Any] = {
            "statusCode": NO_USER if user is None else BANNED,
            "statusMsg": "",
        }
    else:
        state.apply_renamed(user, request)
        detail = {**build_user_detail(user, state), "statusMsg": "", "needFix": True}
        detail["userInfo"]["itemList"] = []
    return render_page(
        {"webapp.user-detail": detail}, Visitor.from_request(request, state), request, state
    )


def serve_work_page(request: Request, state: State) -> Reply:
    """Serve /@uniqueId/video/ID and /photo/ID; redirect a wrong uniqueId or kind."""
    work = state.catalogue.find_work(int(request.path.rstrip("/").rpartition("/")[2]))
    hidden = get_hidden_status(work)
    if work is not None and request.path.rstrip("/") != make_path(work):
        return redirect(f"https://{HOST}{make_path(work)}")
    visitor = Visitor.from_request(request, state)
    if work is None or hidden:
        detail: dict[str, Any] = {"statusCode": hidden, "statusMsg": ""}
    else:
        item = _convert_item(json.loads(build_row(work, state, "detail", visitor.chain)))
        detail = {"itemInfo": {"itemStruct": item}, "shareMeta": build_share_meta(work),
                  "statusCode": 0, "statusMsg": ""}  # fmt: skip
    return render_page({"webapp.video-detail": detail}, visitor, request, state)


def make_path(work: Work) -> str:
    kind = "photo" if is_album(work) else "video"
    return f"/@{work.user.unique_id}/{kind}/{work.aweme_id}"


def _convert_item(item: dict[str, Any]) -> dict[str, Any]:
    """Return an item as pages have it: some numbers are text."""
    collects = item["stats"]["collectCount"]
    return item | {"createTime": str(item["createTime"]), "scheduleTime": 0, "takeDown": 0,
                   "stats": item["stats"] | {"collectCount": str(collects)},
                   "locationCreated": REGION, "comments": [], "warnInfo": []}  # fmt: skip


def serve_unavailable(request: Request, state: State) -> Reply:
    """Serve the page for regions without TikTok."""
    del request, state
    return respond_html("<!DOCTYPE html><title>TikTok</title><h1>TikTok is not available</h1>")


def serve_mobile(request: Request, state: State) -> Reply:
    """m.tiktok.com: redirects to www.tiktok.com."""
    found = re.fullmatch(r"/v/(\d+)\.html", request.path)
    work = state.catalogue.find_work(int(found[1])) if found else None
    if found and work is None:
        return refuse_region()
    return redirect(f"https://{HOST}{make_path(work) if work else request.path}")


PATTERNS = {
    r"www\.tiktok\.com/(explore|foryou|profile)?/?": Route("page", serve_home),
    r"www\.tiktok\.com/@[\w.]+/?": Route("page", serve_user_page),
    r"www\.tiktok\.com/@[\w.]*/(video|photo)/\d+/?": Route("page", serve_work_page),
    r"www\.tiktok\.com/(\w+/)?notfound": Route("page", serve_unavailable),
    r"m\.tiktok\.com/.*": Route("link", serve_mobile),
}
