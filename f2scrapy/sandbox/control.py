"""Serve the sandbox's own addresses: its report, its faults, the works of its users."""

from __future__ import annotations

from typing import Any

from f2scrapy.sandbox.catalogue import Work, list_works
from f2scrapy.sandbox.cdn import NETWORKS, Network
from f2scrapy.sandbox.faults import UnknownFault
from f2scrapy.sandbox.http_types import Reply, Request, encode_json, respond_html, respond_json
from f2scrapy.sandbox.state import State


def serve_control(request: Request, state: State) -> Reply:
    """GET /__report, POST /__fault, POST /__reset, GET /__works?user=NAME&platform=tiktok,
    /__room?room_id=ID&platform=tiktok.
    """
    actions = {"__report": _serve_report, "__fault": _serve_fault, "__reset": _serve_reset,
               "__works": _serve_works, "__room": _serve_room}  # fmt: skip
    return (
        actions[request.host](request, state) if request.host in actions else respond_html("", 404)
    )


def _serve_report(request: Request, state: State) -> Reply:
    del request
    return respond_json({**state.report.to_json(), "faults": state.faults.to_json()})


def _serve_fault(request: Request, state: State) -> Reply:
    """Switch on the faults in the body, one a line, written as on the command line."""
    try:
        for line in request.body.decode().splitlines():
            state.switch_on(line)
    except UnknownFault as error:
        return Reply(400, encode_json({"error": str(error)}))
    return respond_json({"faults": [fault.name for fault in state.faults.active]})


def _serve_reset(request: Request, state: State) -> Reply:
    del request
    state.reset()
    return respond_json({})


def _serve_works(request: Request, state: State) -> Reply:
    params = request.params
    found = describe_works(state, params.get("user", "demo"), params.get("platform", "douyin"))
    return respond_json(found)


def _serve_room(request: Request, state: State) -> Reply:
    """Count messages and coins of a live room, from message `first` to `end`."""
    platform = request.params.get("platform", "douyin")
    stream = state.get_stream(platform, request.params.get("room_id", "0"))
    sent = stream.count_sent(state.clock())
    first, end = request.get_int("first"), min(request.get_int("end", sent), sent)
    return respond_json({"told": sent, "first_id": str(stream.get_msg_id(0)),
                         "coins": stream.sum_coins(first, end)})  # fmt: skip


def describe_works(state: State, name: str, platform: str = "douyin") -> dict[str, dict[str, Any]]:
    """Return the works of a user: recipe, time, and size and SHA-256 of each file."""
    network = NETWORKS[platform]
    user = state.catalogue.by_name[name]
    found = list_works(user, 0, user.count)
    return {
        str(work.aweme_id): {
            "recipe": work.recipe,
            "create_time": work.create_time,
            "files": _compute_digests(state, work, network),
        }
        for work in found
    }


def _compute_digests(state: State, work: Work, network: Network) -> dict[str, dict[str, Any]]:
    sizes = state.options.sizes
    made = {slot: network.build_asset(work, slot, sizes) for slot in network.list_slots(work)}
    return {slot: {"size": file.size, "sha256": file.sha256()} for slot, file in made.items()}
