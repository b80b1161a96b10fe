"""Links of TikTok: from what people paste to the ids that stand in it, without a request."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qs

from f2scrapy.model.link import Address, Link, address

# Whatever stands below these; tiktokv.com in the lists of works that users have exported.
_OURS = (".tiktok.com", ".tiktokv.com")
_SHORT = ("vm.tiktok.com", "vt.tiktok.com")

_UNIQUE_ID = r"[\w.]{2,24}"
_SEC_USER_ID = r"(?-i:MS4wLjAB)[\w-]{8,}"
_ALONE = r"(?<![\w.@%#?&=/\\-])"  # not part of something longer

# Forms of bare ids, where such are asked for; a name alone is one with or without its @.
IDS = {"unique_id": rf"(?!\d+$)(?!MS4w){_UNIQUE_ID}", "room_id": r"\d{19}"}

# What may be a link, or an id that stands alone. A link ends at what none of the platform's holds
# (a playlist's name holds anything); without a scheme its host must be known.
_CANDIDATE = re.compile(
    rf"""(?P<url> (?: https?:// | {_ALONE} (?= (?:[a-z0-9-]+\.)* tiktokv?\.com/ ) )
                  (?: /playlist/[^\s/?#]*-\d{{15,20}}
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
        (rf"/@[\w.-]*/(?:playlist|collection)/(?:[^/]*-)?(\d{{15,20}}){_END}", "mix_id"),
        (rf"/share/live/(\d{{15,20}}){_END}", "room_id"),
        (rf"/@({_SEC_USER_ID})", "sec_user_id"),
        (rf"/@(?!MS4wLjAB)({_UNIQUE_ID})(?![\w.-])", "unique_id"),
    ]
]
_USER_PAGE = re.compile(r"/(?:h5/|i18n/)?share/use?r/\d", re.ASCII)  # of the app, by number
_USER_ID = re.compile(_SEC_USER_ID, re.ASCII)
_T = re.compile(r"/t/([\w-]+)/?", re.ASCII)
_ONE_NAME = re.compile(r"/([\w-]+)/?", re.ASCII)


def find(text: str) -> list[Link]:
    """What `text` points to, in its order and without repeats; empty where nothing is ours.

    `text` is a link, an id that stands alone, or anything that holds some. A link that names
    several things gives the most specific first: the work, then whose page it is on. Links of
    other sites are passed over as a whole.
    """
    return list(dict.fromkeys(link for match in _CANDIDATE.finditer(text) for link in _read(match)))


def is_ours(url: str) -> bool:
    """Whether `url` leads to the platform by https: what a redirect may be followed to."""
    there = address(url, _OURS)
    return there is not None and there.scheme == "https"


def _read(match: re.Match[str]) -> Iterator[Link]:
    kind = match.lastgroup or ""
    if kind != "url":
        yield Link(kind, match[kind].rstrip(".") if kind == "unique_id" else match[kind])
    elif there := address(match[0].rstrip(".!?:*~"), _OURS):
        yield from _in_query(there)
        yield from _in_path(there)


def _in_query(there: Address) -> Iterator[Link]:
    query = parse_qs(there.query) if _USER_PAGE.match(there.path) else {}
    for value in [*query.get("sec_uid", ()), *query.get("sec_user_id", ())]:
        if user := _USER_ID.match(value):
            yield Link("sec_user_id", user[0])


def _in_path(there: Address) -> Iterator[Link]:
    name = _ONE_NAME.fullmatch(there.path)
    if name and there.host in _SHORT:
        yield Link("short", f"https://{there.host}/{name[1]}/")
    if app := _T.fullmatch(there.path):
        yield Link("short", f"https://www.tiktok.com/t/{app[1]}/")
    for regex, kind in _PATHS:
        if found := regex.match(there.path):
            yield Link(kind, found[1])
