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


# What people call them.
CALLED = {
    "aweme_id": "a work (aweme_id)",
    "sec_user_id": "a user (sec_user_id)",
    "mix_id": "a collection (mix_id)",
    "music_id": "a music (music_id)",
    "web_rid": "a live room (web_rid)",
    "room_id": "a broadcast (room_id)",
    "uid": "a user (uid)",
}
OWN = Link("own", "self")  # the lists of the account whose cookies are used; it is named nowhere
