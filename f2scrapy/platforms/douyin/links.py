"""Links of Douyin: from what people paste to the ids that stand in it, without a request."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qs

from f2scrapy.model.link import Address, Link, address

_OURS = (".douyin.com", ".iesdouyin.com", ".amemv.com")  # whatever stands below these
_SHORT = "v.douyin.com"
_LIVE = "live.douyin.com"

# Forms of bare ids, where such are asked for.
IDS = {"web_rid": r"\d{6,15}", "room_id": r"\d{19}", "uid": r"\d{5,18}"}
_SEC_USER_ID = r"(?-i:MS4wLjAB)[\w-]{8,}"
_ALONE = r"(?<![\w.@%#?&=/\\-])"  # not part of something longer

# What may be a link, or an id that stands alone. A link ends at what none of the platform's holds,
# such as Chinese text; without a scheme its host must be known.
_CANDIDATE = re.compile(
    rf"""(?P<url> (?: https?://
                    | {_ALONE} (?= (?:[a-z0-9-]+\.)* (?:douyin|iesdouyin|amemv)\.com/ ) )
                  (?: (?! ["'<>()\[\]{{}}|^`,;] | (?<=\w) https?:// ) [!-~] )+ )
       | {_ALONE} (?P<sec_user_id> {_SEC_USER_ID} )
       | {_ALONE} (?P<aweme_id> \d{{19}} ) (?![\w-])""",
    re.ASCII | re.IGNORECASE | re.VERBOSE,
)
_PATHS = [
    (re.compile(pattern + r"(?![\w-])", re.ASCII), kind)
    for pattern, kind in [
        (r"/(?:share/)?(?:video|note|slides|article)/(\d+)", "aweme_id"),
        (rf"/(?:share/)?user/({_SEC_USER_ID})", "sec_user_id"),
        (r"/(?:collection|(?:share/)?mix(?:/detail)?)/(\d+)", "mix_id"),
        (r"/(?:share/)?music/(\d+)", "music_id"),
        (r"/(?:follow/|root/)?live/([\w-]+)", "web_rid"),
        (r"/(?:douyin/)?webcast/reflow/(\d+)", "room_id"),
    ]
]
_WORK_ID = re.compile(r"\d{15,20}", re.ASCII)
_USER_ID = re.compile(_SEC_USER_ID, re.ASCII)
_ONE_NAME = re.compile(r"/([\w-]+)/?", re.ASCII)


def find(text: str) -> list[Link]:
    """What `text` points to, in its order and without repeats; empty where nothing is ours.

    `text` is a link, an id that stands alone, or anything that holds some. A link that names
    several things gives the most specific first: the open work, then the user it was opened from.
    Links of other sites are passed over as a whole.
    """
    return list(dict.fromkeys(link for match in _CANDIDATE.finditer(text) for link in _read(match)))


def is_ours(url: str) -> bool:
    """Whether `url` leads to the platform by https: what a redirect may be followed to."""
    there = address(url, _OURS)
    return there is not None and there.scheme == "https"


def _read(match: re.Match[str]) -> Iterator[Link]:
    kind = match.lastgroup or ""
    if kind != "url":
        yield Link(kind, match[0])
    elif there := address(match[0].rstrip(".!?:*~"), _OURS):
        yield from _in_query(there)
        yield from _in_path(there)


def _in_query(there: Address) -> Iterator[Link]:
    query = parse_qs(there.query)
    for value in [*query.get("modal_id", ()), *query.get("vid", ())]:
        if work := _WORK_ID.match(value):
            yield Link("aweme_id", work[0])
    if there.path.startswith("/share/user/"):
        for value in query.get("sec_uid", ()):
            if user := _USER_ID.match(value):
                yield Link("sec_user_id", user[0])


def _in_path(there: Address) -> Iterator[Link]:
    name = _ONE_NAME.fullmatch(there.path)
    if name and there.host == _SHORT:
        yield Link("short", f"https://{_SHORT}/{name[1]}/")
    elif name and there.host == _LIVE:
        yield Link("web_rid", name[1])
    for regex, kind in _PATHS:
        if found := regex.match(there.path):
            yield Link(kind, found[1])
