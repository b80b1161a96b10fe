"""Live rooms of Douyin, as a recorder asks for them: see f2scrapy/live/rooms.py."""

from __future__ import annotations

from f2scrapy.douyin.endpoints.live import LiveEnter, LiveReflow
from f2scrapy.douyin.items.live import LiveRoom
from f2scrapy.douyin.links import ROOM_IDS
from f2scrapy.link import Link

WANTS = ("web_rid", "room_id")
IDS = ROOM_IDS
ITEM = LiveRoom


def enter(link: Link) -> LiveEnter | LiveReflow:
    """What to ask for the room of a link: the number in it stays, a room_id is one broadcast's."""
    return LiveReflow(room_id=link.id) if link.kind == "room_id" else LiveEnter(web_rid=link.id)
