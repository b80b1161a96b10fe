"""Find the ids in texts that hold links of TikTok, without a request."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, unquote

from f2scrapy.model.link import OWN, Link, UrlParts, name_page, parse_url

# With their subdomains; tiktokv.com occurs in the lists of works that users export.
_DOMAINS = (".tiktok.com", ".tiktokv.com")
_SHORT = ("vm.tiktok.com", "vt.tiktok.com")

_UNIQUE_ID = r"[\w.]{2,24}"
_SEC_USER_ID = r"(?-i:MS4wLjAB)[\w-]{8,}"
_ALONE = r"(?<![\w.@%#?&=/\\-])"  # not part of something longer

# Regexes of bare ids by kind; a user's name counts with or without its @.
IDS = {
    "unique_id": rf"(?!\d+$)(?!MS4w){_UNIQUE_ID}",
    "room_id": r"\d{19}",
    "music_id": r"\d{5,20}",
}
_TAG = r"[^\s/?#\"'<>()，。、！？；：]+"  # a hashtag's name, in any script

# A possible link, or an id that stands alone. A link ends at a character that no link of the
# platform has (names of playlists and hashtags have any); without a scheme its host must be known.
_CANDIDATE = re.compile(
    rf"""(?P<url> (?: https?:// | {_ALONE} (?= (?:[a-z0-9-]+\.)* tiktokv?\.com/ ) )
                  (?: /(?:playlist|collection|music)/[^\s/?#]*-\d{{5,20}} | /tag/{_TAG}
                    | (?! ["'<>()\[\]{{}}|^`,;] | (?<=\w) https?:// ) [!-~] )+ )
       | {_ALONE} (?P<sec_user_id> {_SEC_USER_ID} )
       | {_ALONE} @ (?P<unique_id> {_UNIQUE_ID} ) (?![\w.-]*@)
       | {_ALONE} (?P<aweme_id> \d{{19}} ) (?![\w-])""",
    re.ASCII | re.IGNORECASE | re.VERBOSE,
)
_END = r"(?![\w-])"
_PATHS = [
    (re.compile(pattern, re.ASCII), kind)
    for pattern, kind in [
        (rf"/@[\w.-]*/(?:video|photo)/(\d{{15,20}}){_END}", "aweme_id"),
        (rf"/(?:(?:h5/|i18n/)?share/)?(?:video|photo)/(\d{{15,20}}){_END}", "aweme_id"),
        (rf"/(?:embed|player)(?:/v\d)?/(\d{{15,20}}){_END}", "aweme_id"),
        (rf"/v/(\d{{15,20}})\.html{_END}", "aweme_id"),
        (rf"/@[\w.-]*/playlist/(?:[^/]*-)?(\d{{15,20}}){_END}", "mix_id"),
        (rf"/@[\w.-]*/collection/(?:[^/]*-)?(\d{{15,20}}){_END}", "collection_id"),
        (rf"/(?:[^/]*/)*music/(?:[^/]*-)?(\d{{5,20}})(?:\.html)?{_END}", "music_id"),
        (rf"/(?:(?:h5/|i18n/)?share/)?(?:tag|hashtag)/({_TAG})", "hashtag_name"),
        (rf"/share/live/(\d{{15,20}}){_END}", "room_id"),
        (rf"/@({_SEC_USER_ID})", "sec_user_id"),
        (rf"/@(?!MS4wLjAB)({_UNIQUE_ID})(?![\w.-])", "unique_id"),
    ]
]
_USER_PAGE = re.compile(r"/(?:h5/|i18n/)?share/use?r/\d", re.ASCII)  # of the app, by number
_USER_ID = re.compile(_SEC_USER_ID, re.ASCII)
_OWN_PAGE = re.compile(r"/profile/*", re.ASCII)  # it leads to that of the account
_T = re.compile(r"/t/([\w-]+)/*", re.ASCII)
_ONE_NAME = re.compile(r"/([\w-]+)/*", re.ASCII)
_UNOFFERED = [
    (re.compile(r"tiktok\.com/(?:h5/|i18n/)?(?:share/)?(?:sticker|effect)/"), "an effect"),
]


def find(text: str) -> list[Link]:
    """Return the links in `text`, in its order and without repeats.

    `text` is a link, an id that stands alone, or any text around them. A link that names several
    ids gives the most specific first: the work, then its author. Links of other sites are skipped
    entirely.
    """
    return list(dict.fromkeys(link for match in _CANDIDATE.finditer(text) for link in _read(match)))


def name_unoffered(text: str) -> str:
    """Return what a link in `text` shows that no spider reads, in words; "" = there is none."""
    urls = (match[0].rstrip(".!?:*~") for match in _CANDIDATE.finditer(text) if match["url"])
    return name_page((parse_url(url, _DOMAINS) for url in urls), _UNOFFERED)


def is_platform_url(url: str) -> bool:
    """Return whether `url` is an https URL of the platform, which a redirect may lead to."""
    parts = parse_url(url, _DOMAINS)
    return parts is not None and parts.scheme == "https"


def _read(match: re.Match[str]) -> Iterator[Link]:
    kind = match.lastgroup or ""
    if kind != "url":
        yield Link(kind, match[kind].rstrip(".") if kind == "unique_id" else match[kind])
    elif parts := parse_url(match[0].rstrip(".!?:*~"), _DOMAINS):
        yield from _find_in_query(parts)
        yield from _find_in_path(parts)


def _find_in_query(parts: UrlParts) -> Iterator[Link]:
    query = parse_qs(parts.query) if _USER_PAGE.match(parts.path) else {}
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
