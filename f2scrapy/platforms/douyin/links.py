"""Find the ids in texts that hold links of Douyin, without a request."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qs

from f2scrapy.model import link as model
from f2scrapy.model.link import (
    OWN,
    Kind,
    Link,
    UrlParts,
    decode_urls,
    iter_inner_urls,
    name_page,
    parse_url,
)

_DOMAINS = (".douyin.com", ".iesdouyin.com", ".amemv.com")  # with their subdomains
_SHORT = ("v.douyin.com", "v.iesdouyin.com", "jx.douyin.com")  # jx: of the app 抖音精选 (2025-11)
_LIVE = "live.douyin.com"

KINDS = model.KINDS | {
    "uid": Kind("a user", "用户", bare=r"\d{5,18}"),
    "hashtag_id": Kind("a hashtag", "话题", "hashtag", bare=r"\d{5,20}"),
    "series_id": Kind("a short drama", "短剧", "series", bare=r"\d{15,20}"),
    "web_rid": Kind("a live room", "直播间", "live", bare=r"\d{6,15}"),  # a link may have a name
    "channel_id": Kind("a channel", "频道", "channel", bare=r"\d{6}"),
    "episode_id": Kind("a replay of a broadcast", "直播回放", "live_replay"),
}
_SEC_USER_ID = r"(?-i:MS4wLjAB)[\w-]{8,}"
_ALONE = r"(?<![\w.@%#?&=/\\-])"  # not part of something longer

_HOST = r"(?: (?:[a-z0-9-]+\.)* (?:douyin|iesdouyin|amemv)\.com )"
_MARK = r"""(?: (?! ["'<>()\[\]{}|^`,;] | (?<=\w) https?:// ) [!-~] )"""
# What was searched for, or a topic's title: browsers show them unescaped before a work's id.
_WORDS = r"""/(?:search|hot/\d+)/[^\s/?#"'<>]+(?=[?])"""
# A possible link, or an id that stands alone. A link ends at a character that no link of the
# platform has, such as a Chinese one outside of words; without a scheme its host must be known.
_CANDIDATE = re.compile(
    rf"""(?P<url> (?: https?://
                    | {_ALONE} (?: (?<!:) // )? (?= {_HOST}/ ) )
                  (?: {_WORDS} | {_MARK} )+ )
       | snssdk(?:1128|2329):/ (?P<app> / {_MARK}+ )  # opens the app
       | {_ALONE} (?P<sec_user_id> {_SEC_USER_ID} )
       | {_ALONE} (?P<aweme_id> \d{{19}} ) (?![\w-])""",
    re.ASCII | re.IGNORECASE | re.VERBOSE,
)
_PATHS = [
    (re.compile(pattern + r"(?![\w-])", re.ASCII | re.IGNORECASE), kind)
    for pattern, kind in [
        (r"/(?:share/|m/|jingxuan/)?(?:video|note|slides|article|gallery|light)/(\d+)", "aweme_id"),
        (r"/aweme/detail/(\d+)", "aweme_id"),  # of the app
        (rf"/(?:share/)?user/({_SEC_USER_ID})", "sec_user_id"),
        (r"/(?:collection|(?:share/)?mix(?:/detail)?)/(\d+)", "mix_id"),
        (r"/(?:share/)?music/(\d+)", "music_id"),
        (r"/(?:hashtag|(?:share/)?challenge(?:/detail)?)/(\d+)", "hashtag_id"),
        (r"/(?:share/)?(?:series|playlet)(?:/detail)?/(\d+)", "series_id"),
        (r"/channel/(\d{6})", "channel_id"),
        (r"/(?:follow/|root/)?live/([\w.-]+)", "web_rid"),
        (r"/share/live/(\d{19})", "room_id"),
        (r"/(?:douyin/)?webcast/reflow/(\d+)/*$", "room_id"),
        (r"/(?:vsdetail|(?:douyin/)?webcast/reflow/episode)/(\d+)", "episode_id"),
    ]
]
_WORK_ID = re.compile(r"\d{15,20}", re.ASCII)
_SHORT_ID = re.compile(r"\d{1,14}", re.ASCII)
_USER_ID = re.compile(_SEC_USER_ID, re.ASCII)
_OWN_PAGE = re.compile(r"/user/self/*", re.ASCII)  # the account's own, whatever it shows
_ONE_NAME = re.compile(r"/([\w.-]+)/*", re.ASCII)
# A room has a number, or the name of its user, with dots in it (2026). The names left out are pages
# of the site (all but "recommend" occur in public clients, 2022 to 2026).
_ROOM = re.compile(
    r"(?!(?:hot_live|category(?:new)?|recommend|search|follow)$)[\w.-]+", re.ASCII | re.IGNORECASE
)
# The list that a user's page shows, by the names of its tabs in the link; the rest, of the account.
_TABS = {"like": "user_like"}
_OWN_TABS = _TABS | {
    "favorite_folder": "user_collects_video",
    "favorite_collection": "user_collection",
    "record": "history",
    "watch_later": "watch_later",
}
_TAB = re.compile(r"[?&]show(?:Sub)?Tab=(\w+)", re.ASCII)
_UNOFFERED = [
    (re.compile(r"/lvdetail/"), "a film or show"),
    (
        re.compile(
            r"(?:live\.douyin\.com|douyin\.com/(?:follow/|root/)?live)"
            r"/(?:hot_live|category(?:new)?|recommend)(?:/|$)"
        ),
        "a list of live rooms",
    ),
    (re.compile(r"douyin\.com/share/(?:poi|location)/"), "a place"),
    (re.compile(r"douyin\.com/(?:zhuanti|shipin)/"), "a page of a topic"),
]
# Pages whose spider takes no link, with what to type.
_LINKLESS = [
    (re.compile(r"live\.douyin\.com/search(?:/|$)"), "douyin_search -a type=live -a keyword=…"),
    (re.compile(r"live\.douyin\.com/follow/?$"), "douyin_following_live"),
    (re.compile(r"douyin\.com/(?:root/|jingxuan/)?search(?:/|$)"), "douyin_search -a keyword=…"),
    (re.compile(r"www\.douyin\.com/hot(?:/|$)"), "douyin_hot_search"),
    (re.compile(r"www\.douyin\.com/follow/?$"), "douyin_follow_feed"),
    (re.compile(r"www\.douyin\.com/friend/?$"), "douyin_friend_feed"),
    (re.compile(r"(?:www\.|^)douyin\.com/(?:(?:discover|jingxuan)/?)?$"), "douyin_feed"),
]


def find(text: str) -> list[Link]:
    """Return the links in `text`, in its order and without repeats.

    `text` is a link, an id that stands alone, or any text around them. A link that names several
    ids gives the most specific first: the open work, then the user it was opened from. Links of
    other sites are skipped entirely.
    """
    matches = _CANDIDATE.finditer(decode_urls(text))
    return list(dict.fromkeys(link for match in matches for link in _read(match)))


def choose_list(link: Link, text: str) -> str:
    """Return the spider, without the platform, of the list that the page of `link` shows in `text`.

    "" = the one for its kind.
    """
    shown = set(_TAB.findall(text))
    tabs = {"own": _OWN_TABS, "sec_user_id": _TABS}.get(link.kind, {})
    return next((name for tab, name in tabs.items() if tab in shown), "")


def name_unoffered(text: str) -> str:
    """Return what a link in `text` shows that no spider reads, in words; "" = there is none."""
    return name_page(_iterate_urls(text), _UNOFFERED)


def name_spider(text: str) -> str | None:
    """Return the spider of a page of the platform that takes no link of it, with its argument.

    "" = there is none; None = `text` has no link of the platform.
    """
    urls = list(_iterate_urls(text))
    return name_page(urls, _LINKLESS) if any(urls) else None


def _iterate_urls(text: str) -> Iterator[UrlParts | None]:
    urls = (match[0].rstrip(".!?:*~") for match in _CANDIDATE.finditer(text) if match["url"])
    return (parse_url(url, _DOMAINS) for url in urls)


def is_platform_url(url: str) -> bool:
    """Return whether `url` is an https URL of the platform, which a redirect may lead to."""
    parts = parse_url(url, _DOMAINS)
    return parts is not None and parts.scheme == "https"


def _read(match: re.Match[str]) -> Iterator[Link]:
    kind = match.lastgroup or ""
    if kind not in ("url", "app"):
        yield Link(kind, match[0])
        return
    url = match[0] if kind == "url" else f"https://www.douyin.com{match['app']}"
    if parts := parse_url(url.rstrip(".!?:*~"), _DOMAINS):
        inner = (parse_url(url, _DOMAINS) for url in iter_inner_urls(parts.query))
        for one in (parts, *filter(None, inner)):
            if not _is_cut(one):
                yield from _find_in_query(one)
                yield from _find_in_path(one)


def _is_cut(parts: UrlParts) -> bool:
    """Return whether a URL ends within the id of a work: its user is not what is meant."""
    return any(map(_SHORT_ID.fullmatch, parse_qs(parts.query).get("modal_id", ())))


def _find_in_query(parts: UrlParts) -> Iterator[Link]:
    query = parse_qs(parts.query)
    for value in [*query.get("modal_id", ()), *query.get("vid", ())]:
        if work := _WORK_ID.match(value):
            yield Link("aweme_id", work[0])
    if parts.path.startswith("/series"):
        yield from (Link("series_id", v) for v in query.get("series_id", ()) if _WORK_ID.match(v))
    if parts.path.startswith("/follow"):
        yield from (Link("web_rid", v) for v in query.get("webRid", ()) if _ROOM.fullmatch(v))
    if "/reflow" in parts.path and "/episode" not in parts.path:
        yield from (Link("room_id", v) for v in query.get("room_id", ()) if _WORK_ID.fullmatch(v))
    if parts.path.startswith(("/share/user/", "/user/profile/")):
        for value in query.get("sec_uid", ()):
            if user := _USER_ID.match(value):
                yield Link("sec_user_id", user[0])


def _find_in_path(parts: UrlParts) -> Iterator[Link]:
    name = _ONE_NAME.fullmatch(parts.path)
    if name and parts.host in _SHORT:
        yield Link("short", f"https://{parts.host}/{name[1]}/")
    elif name and parts.host == _LIVE and _ROOM.fullmatch(name[1]):
        yield Link("web_rid", name[1])
    for regex, kind in _PATHS:
        found = regex.match(parts.path)
        if found and (kind != "web_rid" or _ROOM.fullmatch(found[1])):
            yield Link(kind, found[1])
    if _OWN_PAGE.fullmatch(parts.path):
        yield OWN
