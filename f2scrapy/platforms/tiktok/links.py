"""Find the ids in texts that hold links of TikTok, without a request."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, unquote

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

# With their subdomains; tiktokv.com occurs in the lists of works that users export.
_DOMAINS = (".tiktok.com", ".tiktokv.com")
_LINKED = (*_DOMAINS, ".tiktokv.us", ".tiktokv.eu")  # links may name them; nothing is asked there
_SHORT = ("vm.tiktok.com", "vt.tiktok.com")

_UNIQUE_ID = r"[\w.]{2,24}"
_SEC_USER_ID = r"(?-i:MS4wLjAB)[\w-]{8,}"
_ALONE = r"(?<![\w.@%#?&=/\\-])"  # not part of something longer

# A user's name counts with or without its @.
_NAME = rf"(?!\d+$)(?!MS4w){_UNIQUE_ID}"
KINDS = model.KINDS | {
    "aweme_id": model.KINDS["aweme_id"]._replace(form="https://www.tiktok.com/@user/video/{}"),
    "unique_id": Kind("a user's name", "用户名", "user_post", bare=_NAME),
    "mix_id": Kind("a playlist", "播放列表", "mix"),
    "collection_id": Kind("a collection", "收藏集", "collection",
                          form="https://www.tiktok.com/@user/collection/list-{}"),
    "poi_id": Kind("a place", "地点", "place", bare=r"\d{15,20}"),
    "hashtag_name": Kind("a hashtag's name", "话题名", "hashtag",
                         form="https://www.tiktok.com/tag/{}"),
}  # fmt: skip
_TAG = r"[^\s/?#\"'<>()，。、！？；：]+"  # a hashtag's name, in any script

_HOST = r"(?: (?:[a-z0-9-]+\.)* tiktok(?:v?\.com|v\.(?:us|eu)) )"
_MARK = r"""(?: (?! ["'<>()\[\]{}|^`,;] | (?<=\w) https?:// ) [!-~] )"""
# A possible link, or an id that stands alone. A link ends at a character that no link of the
# platform has (names of playlists and hashtags, and old ones of users, have any); without a scheme
# its host must be known.
_CANDIDATE = re.compile(
    rf"""(?P<url> (?: https?:// | {_ALONE} (?: (?<!:) // )? (?= {_HOST}/ ) )
                  (?: /(?:playlist|collection|music|place)/[^\s/?#]*-\d{{5,20}} | /tag/{_TAG}
                    | /@[^\s/?#]+(?=/(?:video|photo)/\d) | {_MARK} )+ )
       | snssdk(?:1180|1233|1340):/ (?P<app> / {_MARK}+ )  # opens the app
       | {_ALONE} (?P<sec_user_id> {_SEC_USER_ID} )
       | {_ALONE} @ (?P<unique_id> {_UNIQUE_ID} ) (?![\w.-]*@)
       | {_ALONE} (?P<aweme_id> \d{{19}} ) (?![\w-])""",
    re.ASCII | re.IGNORECASE | re.VERBOSE,
)
_END = r"(?![\w-])"
_LOCALE = r"(?:/[a-z]{2}(?:-[a-z]{2,4}){0,2}(?=/))?"  # such as /en or /zh-Hant-TW
# The pages of a user beside that of the works, with their spiders.
_PAGES = {
    "live": "live",
    "story": "story", "stories": "story",
    "repost": "repost", "reposts": "repost",
    "like": "user_like", "likes": "user_like", "liked": "user_like",
    "favorite": "user_collect", "favorites": "user_collect",
    "playlist": "user_playlist", "playlists": "user_playlist",
    "collection": "user_collects", "collections": "user_collects",
    "follower": "follower", "followers": "follower",
    "following": "following",
}  # fmt: skip
_PAGE = re.compile(r"/@[\w.-]+/([a-z]+)\b", re.ASCII | re.IGNORECASE)
# A page of no work and of none of these; or the id of a work or a list is cut.
_OTHER = (
    rf"/(?!$|(?:{'|'.join(_PAGES)})(?:/|$)|(?:video|photo)/\d{{15,20}}{_END})"
    rf"|/(?:playlist|collection)/(?!$|(?:[^/]*-)?\d{{15,20}}{_END})"
)
_PATHS = [
    (re.compile(_LOCALE + pattern, re.ASCII | re.IGNORECASE), kind)
    for pattern, kind in [
        (rf"/@[^/]*/(?:video|photo)/(\d{{15,20}}){_END}", "aweme_id"),
        (rf"/(?:(?:h5/|i18n/)?share/)?(?:video|photo|item)/(\d{{15,20}}){_END}", "aweme_id"),
        (rf"/(?:embed|player)(?:/v\d)?/(\d{{15,20}}){_END}", "aweme_id"),
        (rf"/v/(\d{{15,20}})(?:\.html)?{_END}", "aweme_id"),
        (rf"/aweme/detail/(\d{{15,20}}){_END}", "aweme_id"),  # of the app
        (rf"/@[^/]*/playlist/(?:[^/]*-)?(\d{{15,20}}){_END}", "mix_id"),
        (rf"/@[^/]*/collection/(?:[^/]*-)?(\d{{15,20}}){_END}", "collection_id"),
        (rf"/(?:[^/]*/)*music/(?:[^/]*-)?(\d{{5,20}})(?:\.html)?{_END}", "music_id"),
        (rf"/(?:(?:h5/|i18n/)?share/)?(?:tag|hashtag)/({_TAG})", "hashtag_name"),
        (rf"/place/(?:[^/]*-)?(\d{{15,20}}){_END}", "poi_id"),
        (rf"/(?:(?:h5/|i18n/)?share/)live/(\d{{15,20}}){_END}", "room_id"),
        (rf"/(?:embed/)?@({_SEC_USER_ID})(?![\w-]|{_OTHER})", "sec_user_id"),
        (rf"/(?:embed/)?@(?!(?-i:MS4wLjAB))({_UNIQUE_ID})(?![\w.%-]|{_OTHER})", "unique_id"),
    ]
]
# Pages of the app, by number.
_USER_PAGE = re.compile(r"/(?:(?:h5/|i18n/)?share/use?r|user/profile)/\d", re.ASCII)
_WORK_ID = re.compile(r"\d{15,20}", re.ASCII)
_USER_ID = re.compile(_SEC_USER_ID, re.ASCII)
_OWN_PAGE = re.compile(r"/profile/*", re.ASCII)  # it leads to that of the account
_T = re.compile(r"/t/([\w-]+)/*", re.ASCII)
_ONE_NAME = re.compile(r"/([\w-]+)/*", re.ASCII)
_UNOFFERED = [
    (re.compile(r"tiktok\.com/(?:h5/|i18n/)?(?:share/)?(?:sticker|effect)/"), "an effect"),
    (re.compile(r"tiktok\.com/(?:discover|topics|channel|find)/"), "a page of a topic"),
    (re.compile(r"tiktok\.com/live/?$"), "a list of live rooms"),
    (re.compile(r"tiktok\.com/(?:shop|view/product)/"), "a product"),
]
# Pages whose spider takes no link, with what to type.
_LINKLESS = [
    (re.compile(r"tiktok\.com/search(?:/|$)"), "tiktok_search -a keyword=…"),
    (re.compile(r"(?:(?:www|m)\.|^)tiktok\.com/(?:foryou/?)?$"), "tiktok_feed"),
    (re.compile(r"www\.tiktok\.com/explore/?$"), "tiktok_explore"),
]


def find(text: str) -> list[Link]:
    """Return the links in `text`, in its order and without repeats.

    `text` is a link, an id that stands alone, or any text around them. A link that names several
    ids gives the most specific first: the work, then its author. Links of other sites are skipped
    entirely.
    """
    matches = _CANDIDATE.finditer(decode_urls(text))
    return list(dict.fromkeys(link for match in matches for link in _read(match)))


def choose_list(link: Link, text: str) -> str:
    """Return the spider, without the platform, of the list that the page of `link` shows in `text`.

    "" = the one for its kind.
    """
    is_user = link.kind in ("unique_id", "sec_user_id")
    page = _PAGE.search(unquote(text)) if is_user else None
    return _PAGES.get(page[1].lower(), "") if page else ""


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
    return (parse_url(url, _LINKED) for url in urls)


def is_platform_url(url: str) -> bool:
    """Return whether `url` is an https URL of the platform, which a redirect may lead to."""
    parts = parse_url(url, _DOMAINS)
    return parts is not None and parts.scheme == "https"


def _read(match: re.Match[str]) -> Iterator[Link]:
    kind = match.lastgroup or ""
    if kind not in ("url", "app"):
        yield Link(kind, match[kind].rstrip(".") if kind == "unique_id" else match[kind])
        return
    url = match[0] if kind == "url" else f"https://www.tiktok.com{match['app']}"
    if parts := parse_url(url.rstrip(".!?:*~"), _LINKED):
        inner = (parse_url(url, _LINKED) for url in iter_inner_urls(parts.query))
        for one in (parts, *filter(None, inner)):
            yield from _find_in_query(one)
            yield from _find_in_path(one._replace(path=one.path.replace("%40", "@")))


def _find_in_query(parts: UrlParts) -> Iterator[Link]:
    query = parse_qs(parts.query)
    if parts.path.rstrip("/") in ("/trending", "/foryou"):
        for value in [*query.get("shareId", ()), *query.get("item_id", ())]:
            yield from [Link("aweme_id", value)] if _WORK_ID.fullmatch(value) else []
    if not _USER_PAGE.match(parts.path):
        return
    for value in [*query.get("sec_uid", ()), *query.get("sec_user_id", ())]:
        if user := _USER_ID.match(value):
            yield Link("sec_user_id", user[0])


def _find_in_path(parts: UrlParts) -> Iterator[Link]:
    name = _ONE_NAME.fullmatch(parts.path)
    if name and parts.host in _SHORT:
        yield Link("short", f"https://{parts.host}/{name[1]}/")
    if shared := _T.fullmatch(parts.path):
        yield Link("short", f"https://www.tiktok.com/t/{shared[1]}/")
    if _OWN_PAGE.fullmatch(parts.path):
        yield OWN
    for regex, kind in _PATHS:
        if found := regex.match(parts.path):
            yield Link(kind, unquote(found[1]) if kind == "hashtag_name" else found[1])
            if kind == "collection_id":
                return  # not its owner: the works are other users', and a spider of users is wrong
