"""Link: what a user named."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple


class Link(NamedTuple):
    """One thing a text points to.

    `kind` says what `id` is: one of those in CALLED, or "short": then `id` is the short URL, and
    only its redirects tell more.
    """

    kind: str
    id: str


# The kinds, as people are told of them.
CALLED = {
    "aweme_id": "a work (aweme_id)",
    "sec_user_id": "a user (sec_user_id)",
    "unique_id": "a user's name (unique_id)",
    "uid": "a user (uid)",
    "mix_id": "a collection (mix_id)",
    "music_id": "a music (music_id)",
    "web_rid": "a live room (web_rid)",  # digits, or a name its owner chose
    "room_id": "a broadcast (room_id)",
}
# An address within a text; two may stand together, with a comma between or nothing.
_ADDRESS = re.compile(
    r"https?://(?:(?!(?:[,;]|(?<=\w))https?://)[!-~])+(?<=[\w/=&%#-])", re.ASCII | re.IGNORECASE
)
# What an app puts below the texts it gives people to share: an invitation to get the app.
_INVITATION = re.compile(r"https://www\.[a-z]+\.com/[a-z]+lite/?", re.IGNORECASE)

_URL = re.compile(
    r"(?:(?P<scheme>https?)://)?(?P<host>[a-z0-9.-]+)(?::443)?"
    r"(?P<path>/[^\s?#\\]*)?(?:\?(?P<query>[^\s#]*))?(?:#\S*)?",
    re.ASCII | re.IGNORECASE,
)


class Address(NamedTuple):
    """A URL in its parts; scheme and host in small letters."""

    scheme: str  # "" = none was written
    host: str
    path: str
    query: str


def address(url: str, domains: tuple[str, ...]) -> Address | None:
    """The parts of a URL; None where it is none, or its host not below one of `domains`, which
    begin with a dot."""
    match = _URL.fullmatch(url)
    host = match["host"].lower() if match else ""
    if match is None or not f".{host}".endswith(domains):
        return None
    scheme = (match["scheme"] or "").lower()
    return Address(scheme, host, match["path"] or "/", match["query"] or "")


OWN = Link("own", "self")  # the lists of the account whose cookies are used; it is named nowhere


def named(
    texts: Iterable[str],
    find: Callable[[str], list[Link]],
    wants: Iterable[str],
    ids: Mapping[str, str],
) -> tuple[list[Link], list[str]]:
    """What `texts` name of the kinds in `wants`; and what names nothing of them: texts, or
    addresses in a text that holds better ones. Other words around links are what people paste.

    A name without its @ is one where nothing but names stands beside it. Beside an @name nobody
    can tell it from a word, so it is among what names nothing.

    `find` finds a platform's links; short ones may lead to what is wanted. `ids` are the forms of
    bare ids by kind, as regexes.
    """
    kinds = {*wants, "short"}
    forms = {kind: form for kind, form in ids.items() if kind in kinds}
    usable: dict[Link, None] = {}
    unusable: dict[str, None] = {}

    def wanted(text: str) -> list[Link]:
        return [link for link in find(text) if link.kind in kinds]

    for text in texts:
        found, bare = wanted(text), _bare(text, wanted, forms)
        doubtful = [link for link in bare if found and link.kind == "unique_id"]
        found += [link for link in bare if link not in doubtful]
        usable |= dict.fromkeys(found)
        addresses = _ADDRESS.findall(text)
        others = [one for one in addresses if not _INVITATION.fullmatch(one) and not wanted(one)]
        words = [] if addresses else [link.id for link in doubtful]
        unusable |= dict.fromkeys(others + words if found else [text])
    return list(usable), list(unusable)


def _bare(text: str, find: Callable[[str], list[Link]], ids: Mapping[str, str]) -> list[Link]:
    """The ids that `find` passes over in a text of links and ids alone; a number in a sentence may
    be anything."""
    words = [word for word in re.split(r"[\s,，;；]+", text) if word and "/" not in word]
    others = [word for word in words if not find(word)]
    found = [
        Link(kind, word)
        for word in others
        for kind, form in ids.items()
        if re.fullmatch(form, word, re.ASCII)
    ]
    return found if len(found) == len(others) else []
