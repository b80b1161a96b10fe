"""Find the live room that a user names, on any platform.

Each platform has its own `f2scrapy/platforms/<platform>/webcast.py`: the links that lead to a
room (KINDS), the forms of bare ids (IDS), and the requests (`find_room`, `messages_endpoint`,
`socket_endpoint`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from f2scrapy.api.session import Session
from f2scrapy.archive.archive import Archive
from f2scrapy.archive.template import Template
from f2scrapy.errors import InputError, Outcome, Refused
from f2scrapy.model.link import Link, find_links
from f2scrapy.platforms import get_platform, list_platforms

MODE = "live"  # folder below F2_PATH/<platform>


@dataclass(frozen=True)
class Target:
    """A room that a user named: a link of a platform, and the text that contained it.

    An address in such a text that leads to no room becomes a link of kind "": `find_room` raises an
    InputError for it.
    """

    platform: str
    link: Link
    text: str = field(default="", compare=False)


def parse_targets(texts: Iterable[str | Target]) -> list[Target]:
    """Return the rooms that `texts` name or are, in their order, without repeats or requests.

    Raises:
        InputError: one of them names no room.
    """
    return list(dict.fromkeys(target for text in texts for target in _parse_text(text)))


def _parse_text(text: str | Target) -> list[Target]:
    if isinstance(text, Target):
        return [text]
    found: list[Target] = []
    lost = [text]
    for platform in list_platforms():
        links, lost = _find_links(platform, lost)
        found += [Target(platform, link, text) for link in links]
    if not found:
        raise _build_no_room_error(text)
    return found + [Target(found[0].platform, Link("", address), text) for address in lost]


def _find_links(platform: str, texts: Iterable[str]) -> tuple[list[Link], list[str]]:
    """Return the links to rooms, or else those to users; and the texts without a link."""
    module, links = get_platform(platform).webcast, get_platform(platform).links
    found, lost = find_links(texts, links.find, module.KINDS, module.IDS)
    rooms = [link for link in found if link.kind != "sec_user_id"]
    return rooms or found, lost


def _build_no_room_error(text: str) -> InputError:
    return InputError(
        f"this names no live room: {text!r}; want its link, its number (web_rid), its room_id, "
        "the link of a user, or @name on TikTok"
    )


async def find_room(session: Session, target: Target) -> Any:
    """Fetch the present state of the room, on air or not, as an item of the platform.

    Raises:
        InputError: the address leads to no room.
        Refused: the platform does not show the room, or not whether it is on air.
        ProtocolError: the answer has an unknown shape.
    """
    module, link = get_platform(target.platform).webcast, target.link
    if not link.kind:
        raise _build_no_room_error(link.id)
    if link.kind == "short":
        [link, *_] = await session.resolve(link.id, *module.KINDS)
    room = await module.find_room(session, link)
    if room.room_id and not room.shows_state:
        words = "the answer does not say whether the room is on air"
        raise Refused(Outcome.SCHEMA_CHANGED, words)
    return room


def build_room_key(platform: str, room_id: str) -> str:
    """Return the archive's key of a broadcast, the same as `key` of a room's item."""
    return f"{platform}:{MODE}:{room_id}"


def reserve_room_path(archive: Archive, template: Template, room: Any, *, folderize: bool) -> Path:
    """Reserve the path of the files of a broadcast, without suffix; each run gets the same.

    Raises:
        PermissionError: the path is not below F2_PATH.
    """
    owner = room.sec_user_id or room.uid or room.id
    folder = archive.reserve_folder(room.platform, MODE, owner, room.nickname).path
    paths = archive.iter_paths(folder, template, room, folderize=folderize)
    return archive.locate(archive.reserve_path(room.key, paths))
