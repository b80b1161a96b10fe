"""What is asked of the sandbox itself: its report, its faults, what its users have."""

from __future__ import annotations

from typing import Any

from f2scrapy.sandbox.catalogue import Work, listed
from f2scrapy.sandbox.cdn import NETWORKS, Network
from f2scrapy.sandbox.faults import UnknownFault
from f2scrapy.sandbox.http_types import Answer, Ask, compact, html, reply
from f2scrapy.sandbox.state import World


def control(ask: Ask, world: World) -> Answer:
    """GET /__report, POST /__fault, POST /__reset, GET /__works?user=NAME&platform=tiktok,
    /__room?room_id=ID&platform=tiktok.
    """
    actions = {"__report": _report, "__fault": _fault, "__reset": _reset, "__works": _works,
               "__room": _room}  # fmt: skip
    return actions[ask.host](ask, world) if ask.host in actions else html("", 404)


def _report(ask: Ask, world: World) -> Answer:
    del ask
    return reply({**world.report.as_json(), "faults": world.faults.as_json()})


def _fault(ask: Ask, world: World) -> Answer:
    """Switches on the faults of the body, one a line; each as the command line writes them."""
    try:
        for line in ask.body.decode().splitlines():
            world.switch_on(line)
    except UnknownFault as error:
        return Answer(400, compact({"error": str(error)}))
    return reply({"faults": [fault.name for fault in world.faults.active]})


def _reset(ask: Ask, world: World) -> Answer:
    del ask
    world.reset()
    return reply({})


def _works(ask: Ask, world: World) -> Answer:
    asked = ask.params
    return reply(works(world, asked.get("user", "demo"), asked.get("platform", "douyin")))


def _room(ask: Ask, world: World) -> Answer:
    """What is said in a live room, from message number `first` to `end` (as far as it got)."""
    platform = ask.params.get("platform", "douyin")
    stream = world.stream(platform, ask.params.get("room_id", "0"))
    told = stream.position(world.clock())
    first, end = ask.number("first"), min(ask.number("end", told), told)
    return reply({"told": told, "first_id": str(stream.msg_id(0)),
                  "coins": stream.coins(first, end)})  # fmt: skip


def works(world: World, name: str, platform: str = "douyin") -> dict[str, dict[str, Any]]:
    """The works of a user: recipe, time, and of each file its size and SHA-256."""
    network = NETWORKS[platform]
    user = world.catalogue.by_name[name]
    found = listed(user, 0, user.count)
    return {
        str(work.aweme_id): {
            "recipe": work.recipe,
            "create_time": work.create_time,
            "files": _digests(world, work, network),
        }
        for work in found
    }


def _digests(world: World, work: Work, network: Network) -> dict[str, dict[str, Any]]:
    sizes = world.options.sizes
    made = {slot: network.asset(work, slot, sizes) for slot in network.slots(work)}
    return {slot: {"size": file.size, "sha256": file.sha256()} for slot, file in made.items()}
