"""Link: an id, of a known kind, that a user's text names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from html import unescape
from itertools import islice
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote


class Link(NamedTuple):
    """An id in a text.

    `kind` is a key of the platform's `links.KINDS`, "own" (see OWN), or "short": then `id` is the
    short URL itself, which only its redirects resolve.
    """

    kind: str
    id: str


class Kind(NamedTuple):
    """A kind of link: what it shows, and the spider for it."""

    name: str  # in messages, such as "a work"
    chinese: str
    task: str = ""  # the spider that reads it, without the platform; "" = none by the link alone
    bare: str = ""  # regex of ids that count without a link; "" = none, or those `find` knows
    form: str = ""  # the link of an id, with {} in its place, if the id alone does not count


# Kinds that both platforms have; each adds its own in `links.KINDS`.
KINDS = {
    "aweme_id": Kind("a work", "作品", "post"),
    "sec_user_id": Kind("a user", "用户", "user_post"),
    "mix_id": Kind("a collection", "合集", "mix"),
    "music_id": Kind("a sound", "音乐", "music", bare=r"\d{5,20}"),
    "room_id": Kind("a broadcast", "一场直播", "live", bare=r"\d{19}"),
}
# A URL within a text; two may stand together, with a comma between or nothing.
_URL_IN_TEXT = re.compile(
    r"https?://(?:(?!(?:[,;]|(?<=\w))https?://)[!-~])+(?<=[\w/=&%#-])", re.ASCII | re.IGNORECASE
)
# The invitation to install the app that apps append to a shared text.
_INVITATION = re.compile(r"https://www\.[a-z]+\.com/[a-z]+lite/?", re.IGNORECASE)

_IS_URL = re.compile(r"https?://", re.IGNORECASE)
_MAX_PARAMETERS = 100  # of one URL; shared links have 20 (2026)
_ENTITY = re.compile(r"&(?:amp;)*(?:amp|(#\d{1,3}|#x[0-9a-f]{1,2}));", re.IGNORECASE)
_CARET = re.compile(r"\^(?=[?&=%^])")
_ESCAPE = re.compile(  # of a mark, or the end of a line
    r"(?<!\\)\\++(?:u00([2-7][0-9a-f])|([/?&=@_:#%-])|[nrt](?![a-z]))", re.IGNORECASE
)
# What TikTok appends to a shared text in any language: "This post is shared via TikTok. Download
# TikTok to enjoy more posts: https://vt.tiktok.com/…/" (public reports of 2024 and 2026).
_WORDS_OF = r"(?:(?!https?://)[^\n]){0,99}?"
_ADVERTISED = re.compile(
    r"(https?://v[mt]\.([a-z]+)\.com/[\w-]+/?\s"
    rf"{_WORDS_OF}\2{_WORDS_OF}\2{_WORDS_OF}[:：]\s*)https?://v[mt]\.\2\.com/[\w-]+/?",
    re.ASCII | re.IGNORECASE,
)
# Two short links that stand together: the first one ends with a slash.
_JOINED = re.compile(
    r"(https?://v[mt]?\.[a-z]+\.com/[\w-]+/)(?=https?://)", re.ASCII | re.IGNORECASE
)
# A URL whose marks are percent-encoded, as parts of other URLs are.
_ENCODED_URL = re.compile(r"(?<![\w=/&?%])https?%3a%2f%2f[\w.~%-]+", re.ASCII | re.IGNORECASE)
_URL = re.compile(
    r"(?:(?:(?P<scheme>https?):)?//)?(?P<host>[a-z0-9.-]+)(?::443)?"
    r"(?P<path>/[^\s?#\\]*)?(?:\?(?P<query>[^\s#]*))?(?:#\S*)?",
    re.ASCII | re.IGNORECASE,
)


def decode_urls(text: str) -> str:
    r"""Return `text` with the marks of its URLs as they were before they were escaped.

    Shells write \? and cmd.exe ^&, JSON \/ and \u0026, HTML &amp; and &#47;. A URL with percent
    codes in place of its marks is decoded, unless it is part of another URL. Short links that
    stand together are parted by a blank; that of an invitation to the app is removed.
    """
    text = _ENTITY.sub(lambda found: unescape(f"&{found[1] or 'amp'};"), _CARET.sub("", text))
    text = _ESCAPE.sub(lambda found: chr(int(found[1], 16)) if found[1] else found[2] or " ", text)
    text = _ENCODED_URL.sub(lambda found: unquote(found[0]), text)
    text = _ADVERTISED.sub(r"\1", text)
    return _JOINED.sub(r"\1 ", text)


class UrlParts(NamedTuple):
    """A URL in its parts; scheme and host in lower case."""

    scheme: str  # "" = none was written
    host: str
    path: str
    query: str


def parse_url(url: str, domains: tuple[str, ...]) -> UrlParts | None:
    """Return the parts of a URL; None if it is not a URL, or its host is outside `domains`.

    Domains begin with a dot and include their subdomains.
    """
    match = _URL.fullmatch(url)
    host = match["host"].lower() if match else ""
    if match is None or not f".{host}".endswith(domains):
        return None
    scheme, path = (match["scheme"] or "").lower(), match["path"] or "/"
    return UrlParts(scheme, host, re.sub(r"/{2,}", "/", path), match["query"] or "")


def iter_inner_urls(query: str) -> Iterator[str]:
    """Yield the addresses that the parameters of a URL hold, such as that behind a login."""
    values = (value for _, value in islice(parse_qsl(query), _MAX_PARAMETERS))
    yield from (value for value in values if _IS_URL.match(value))


def name_page(
    parts: Iterable[UrlParts | None], pages: Iterable[tuple[re.Pattern[str], str]]
) -> str:
    """Return the name of the first of these pages that a URL is of; "" = of none.

    Args:
        parts: URLs of a platform; None is skipped.
        pages: regex of host and path, and the page's name in words.
    """
    addresses = [f"{url.host}{url.path}" for url in parts if url is not None]
    return next((name for regex, name in pages for a in addresses if regex.search(a)), "")


# The logged-in account: its own lists need no link, and the site has addresses for it.
OWN = Link("own", "self")


def find_links(
    texts: Iterable[str],
    find: Callable[[str], list[Link]],
    wants: Iterable[str],
    known: Mapping[str, Kind],
) -> tuple[list[Link], list[str]]:
    """Return the links of the kinds `wants` in `texts`, and the parts that are unusable.

    Unusable are texts without such a link, and other URLs in a text that has one. Other words
    around links are ignored, because pasted texts have them. A user's name without its @ counts
    if only names stand beside it; beside an @name it is unusable, since it may be a word.

    Args:
        find: returns a platform's links in a text; short ones count for every kind.
        known: the platform's kinds.
    """
    kinds = {*wants, "short"}
    forms = {kind: it.bare for kind, it in known.items() if kind in kinds and it.bare}
    usable: dict[Link, None] = {}
    unusable: dict[str, None] = {}

    def find_wanted(text: str) -> list[Link]:
        return [link for link in find(text) if link.kind in kinds]

    for given in texts:
        text = decode_urls(given)
        found, bare = find_wanted(text), _find_bare_ids(text, find_wanted, forms)
        ambiguous = [link for link in bare if found and link.kind == "unique_id"]
        found += [link for link in bare if link not in ambiguous]
        usable |= dict.fromkeys(found)
        urls = list_urls(text)
        others = [url for url, rest in urls if not find_wanted(url + rest)]
        words = [] if _URL_IN_TEXT.search(text) else [link.id for link in ambiguous]
        unusable |= dict.fromkeys(others + words if found else [text])
    return list(usable), list(unusable)


def list_urls(text: str) -> list[tuple[str, str]]:
    """Return each URL of a text, and what follows it up to a space: its title may go on there."""
    rests = [re.split(r"\s", rest, maxsplit=1)[0] for rest in _URL_IN_TEXT.split(text)[1:]]
    urls = zip(_URL_IN_TEXT.findall(text), rests, strict=True)
    return [(url, rest) for url, rest in urls if not _INVITATION.fullmatch(url)]


def _find_bare_ids(
    text: str, find: Callable[[str], list[Link]], ids: Mapping[str, str]
) -> list[Link]:
    """Return the ids that `find` ignores, if the text holds links and ids alone.

    A number in a sentence may mean anything.
    """
    words = [word for word in re.split(r"[\s,，;；]+", text) if word and "/" not in word]
    others = [word for word in words if not find(word)]
    found = [
        Link(kind, word)
        for word in others
        for kind, form in ids.items()
        if re.fullmatch(form, word, re.ASCII)
    ]
    return found if len(found) == len(others) else []
