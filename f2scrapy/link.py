"""Link: what a user named."""

from __future__ import annotations

from typing import NamedTuple


class Link(NamedTuple):
    """One thing a text points to.

    `kind` says what `id` is: "aweme_id", "sec_user_id", "mix_id", "music_id", "web_rid" (a live
    room: digits, or a name its owner chose), "room_id" (one broadcast), or "short": then `id` is
    the short URL, and only its redirects tell more.
    """

    kind: str
    id: str


OWN = Link("own", "self")  # the lists of the account whose cookies are used; it is named nowhere
