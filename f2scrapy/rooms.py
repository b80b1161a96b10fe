"""Live rooms: from what a user names to the room as it is now, on any platform.

What differs between platforms is in `f2scrapy/platforms/<platform>/webcast.py`: the links that lead to a
room (KINDS), forms of bare ids (IDS), and what is asked (`find`, `messages`, `socket`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from f2scrapy.api.session import Session
from f2scrapy.archive.archive import Archive
from f2scrapy.archive.naming import Template, distinct
from f2scrapy.errors import InputError
from f2scrapy.model.link import Link, named
from f2scrapy.platforms import get_platform, list_platforms

MODE = "live"  # folder below F2_PATH/<platform>


@dataclass(frozen=True)
class Target:
    """A room a user named: a link of a platform, and the words that held it.

    An address among such words that leads to no room is a link of kind "": `find` tells so.
    """

    platform: str
    link: Link
    text: str = field(default="", compare=False)


def targets(texts: Iterable[str | Target]) -> list[Target]:
    """The rooms that `texts` name or are, in their order, without repeats; nothing is asked.

    Raises:
        InputError: one of them names none.
    """
    return list(dict.fromkeys(target for text in texts for target in _targets(text)))


def _targets(text: str | Target) -> list[Target]:
    if isinstance(text, Target):
        return [text]
    found: list[Target] = []
    lost = [text]
    for platform in list_platforms():
        links, lost = _links(platform, lost)
        found += [Target(platform, link, text) for link in links]
    if not found:
        raise _nameless(text)
    return found + [Target(found[0].platform, Link("", address), text) for address in lost]


def _links(platform: str, texts: Iterable[str]) -> tuple[list[Link], list[str]]:
    """The most telling links: a user's counts where no room is named; and what holds none."""
    how, links = get_platform(platform).webcast, get_platform(platform).links
    found, lost = named(texts, links.find, how.KINDS, how.IDS)
    rooms = [link for link in found if link.kind != "sec_user_id"]
    return rooms or found, lost


def _nameless(text: str) -> InputError:
    return InputError(
        f"this names no live room: {text!r}; want its link, its number (web_rid), its room_id, "
        "the link of a user, or @name on TikTok"
    )


async def find(session: Session, target: Target) -> Any:
    """The room as it is now, on air or not: the platform's item.

    Raises:
        InputError: it is an address that leads to no room.
        Refused: it is not shown.
        ProtocolError: what is shown has a shape that is not known.
    """
    how, link = get_platform(target.platform).webcast, target.link
    if not link.kind:
        raise _nameless(link.id)
    if link.kind == "short":
        [link, *_] = await session.resolve(link.id, *how.KINDS)
    return await how.find(session, link)


def key(platform: str, room_id: str) -> str:
    """What the archive knows a broadcast by: as the items of rooms."""
    return f"{platform}:{MODE}:{room_id}"


def place(archive: Archive, template: Template, room: Any, *, folderize: bool) -> Path:
    """Where the files of this broadcast lie, without suffix: the same on each run.

    Raises:
        PermissionError: it is not below F2_PATH.
    """
    owner = room.sec_user_id or room.uid or room.id
    folder = archive.folder(room.platform, MODE, owner, room.nickname).path
    names = distinct(template.name(room), room.id)
    paths = (f"{folder}/{name}/{name}" if folderize else f"{folder}/{name}" for name in names)
    return archive.locate(archive.claim(room.key, paths))
