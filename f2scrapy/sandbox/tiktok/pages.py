"""Pages of www.tiktok.com: what they are drawn from stands in them, as UNIVERSAL_DATA.

The interfaces' answers, but for a few numbers that are texts here. A page makes its asker a
visitor: it sets the cookies and numbers the browser.
"""

from __future__ import annotations

import json
import re
from secrets import token_urlsafe
from typing import Any, NamedTuple

from f2scrapy.sandbox.catalogue import Work
from f2scrapy.sandbox.checks import Route
from f2scrapy.sandbox.http_types import Answer, Ask, html, redirect
from f2scrapy.sandbox.refusals import notfound
from f2scrapy.sandbox.state import World
from f2scrapy.sandbox.tiktok.checks import HOST
from f2scrapy.sandbox.tiktok.lists import (
    BANNED,
    CHAIN,
    NO_USER,
    row,
    share_meta,
    user_detail,
    why_hidden,
)
from f2scrapy.sandbox.works import is_album

_HTML = (
    '<!DOCTYPE html><html lang="en"><head><title>TikTok - Make Your Day</title>'
    '<script src="https://lf16-tiktok-web.ttwstatic.com/obj/webmssdk.js"></script></head><body>'
    '%s<div id="app"></div></body></html>'
)
_SCRIPT = '<script id="%s" type="application/json">%s</script>'
LANGUAGE, REGION = "en", "SG"
_YEAR_S = 31_536_000


class Visitor(NamedTuple):
    """Who asks for a page, with the cookies that were sent or are given now."""

    ttwid: str
    chain: str
    csrf: str

    @classmethod
    def of(cls, ask: Ask, world: World) -> Visitor:
        sent = ask.cookies
        known = sent.get("ttwid", "")
        ttwid = known if world.knows_ttwid(known) else world.issue_ttwid()
        chain = sent.get(CHAIN, "")
        if not chain or chain in world.lapsed:
            chain = f"{token_urlsafe(16)}=="
        return cls(ttwid, chain, sent.get("tt_csrf_token") or token_urlsafe(18))

    def cookies(self) -> list[str]:
        """As Set-Cookie has them."""
        rest = f"Path=/; Domain=.tiktok.com; Max-Age={_YEAR_S}; Secure; SameSite=None"
        return [f"ttwid={self.ttwid}; {rest}; HttpOnly", f"{CHAIN}={self.chain}; {rest}; HttpOnly",
                f"tt_csrf_token={self.csrf}; Path=/; Domain=.tiktok.com; Secure"]  # fmt: skip


def home(ask: Ask, world: World) -> Answer:
    """What a new browser sees first."""
    return shown({}, Visitor.of(ask, world), ask, world)


def shown(
    scope: dict[str, Any], visitor: Visitor, ask: Ask, world: World, **scripts: Any
) -> Answer:
    """A page with *scope* in it, besides what every page has; *scripts* are others, by id."""
    blocks = {"webapp.app-context": _context(visitor, ask, world), "webapp.a-b": {"b_c": {}}}
    scripts = {
        "__UNIVERSAL_DATA_FOR_REHYDRATION__": {"__DEFAULT_SCOPE__": blocks | scope},
        **scripts,
    }
    text = "".join(
        _SCRIPT % (name, json.dumps(value, ensure_ascii=False).replace("</", "<\\/"))
        for name, value in scripts.items()
    )
    return html(_HTML % text, cookies=visitor.cookies())


def _context(visitor: Visitor, ask: Ask, world: World) -> dict[str, Any]:
    created = int(visitor.ttwid.replace("%7C", "|").split("|")[2])
    device = world.device_id(visitor.ttwid)
    return {
        "language": LANGUAGE, "region": REGION, "appId": 1233, "appType": "t", "wid": device,
        "webIdCreatedTime": str(created), "odinId": str(int(device) - 7919), "nonce": "c2FuZGJveA",
        "botType": "others", "requestId": "20261101200000A1B2C3D4E5F60718293A",
        "clusterRegion": "ALL_SG", "csrfToken": visitor.csrf, "userAgent": ask.user_agent,
        "encryptedWebid": "c2FuZGJveA", "host": HOST,
    }  # fmt: skip


def user_page(ask: Ask, world: World) -> Answer:
    """/@uniqueId"""
    user = world.catalogue.anybody(unique_id=ask.path.strip("/").removeprefix("@"))
    if user is None or user.banned:
        told: dict[str, Any] = {"statusCode": NO_USER if user is None else BANNED, "statusMsg": ""}
    else:
        world.met(user, ask)
        told = {**user_detail(user, world), "statusMsg": "", "needFix": True}
        told["userInfo"]["itemList"] = []
    return shown({"webapp.user-detail": told}, Visitor.of(ask, world), ask, world)


def work_page(ask: Ask, world: World) -> Answer:
    """/@uniqueId/video/ID, and /photo/ID; who names another user, or kind, is led to the right."""
    work = world.catalogue.work(int(ask.path.rstrip("/").rpartition("/")[2]))
    hidden = why_hidden(work)
    if work is not None and ask.path.rstrip("/") != path_of(work):
        return redirect(f"https://{HOST}{path_of(work)}")
    visitor = Visitor.of(ask, world)
    if work is None or hidden:
        told: dict[str, Any] = {"statusCode": hidden, "statusMsg": ""}
    else:
        item = _as_page(json.loads(row(work, world, "detail", visitor.chain)))
        told = {"itemInfo": {"itemStruct": item}, "shareMeta": share_meta(work), "statusCode": 0,
                "statusMsg": ""}  # fmt: skip
    return shown({"webapp.video-detail": told}, visitor, ask, world)


def path_of(work: Work) -> str:
    kind = "photo" if is_album(work) else "video"
    return f"/@{work.user.unique_id}/{kind}/{work.aweme_id}"


def _as_page(item: dict[str, Any]) -> dict[str, Any]:
    """An item as a page has it: some numbers are texts."""
    collects = item["stats"]["collectCount"]
    return item | {"createTime": str(item["createTime"]), "scheduleTime": 0, "takeDown": 0,
                   "stats": item["stats"] | {"collectCount": str(collects)},
                   "locationCreated": REGION, "comments": [], "warnInfo": []}  # fmt: skip


def not_served(ask: Ask, world: World) -> Answer:
    """The page for regions TikTok is not in."""
    del ask, world
    return html("<!DOCTYPE html><title>TikTok</title><h1>TikTok is not available</h1>")


def mobile(ask: Ask, world: World) -> Answer:
    """m.tiktok.com: on to the big site."""
    found = re.fullmatch(r"/v/(\d+)\.html", ask.path)
    work = world.catalogue.work(int(found[1])) if found else None
    if found and work is None:
        return notfound()
    return redirect(f"https://{HOST}{path_of(work) if work else ask.path}")


PATTERNS = {
    r"www\.tiktok\.com/(explore|foryou)?/?": Route("page", home),
    r"www\.tiktok\.com/@[\w.]+/?": Route("page", user_page),
    r"www\.tiktok\.com/@[\w.]*/(video|photo)/\d+/?": Route("page", work_page),
    r"www\.tiktok\.com/(\w+/)?notfound": Route("page", not_served),
    r"m\.tiktok\.com/.*": Route("link", mobile),
}
