"""Derive Chromium's kinds of requests from a recording; print them as client.yaml has them.

    python -m f2scrapy.sandbox.tls.kinds [chromium.json]

A kind is an order of headers, the values that are always the same, and the weight of the HTTP/2
stream. Recordings of one kind differ in the headers that a script sets and in the page that asks;
their orders are merged into one.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from f2scrapy.sandbox.tls.checks import load_facts

ANY = "*"  # in an order: the place of all other names
# Blink keeps the headers of a script and of the client hints in a hash table; with the eighth it
# grows, and they come out in another order (recorded with up to 7, and with 9 and 10).
MANY = 8
_LATER = {"content-length", "origin"}  # added after it
_OF_THE_CONNECTION = {"host", "connection"}
_SCRIPTS_ACCEPT = "accept of a script"  # stands at another place than the browser's own
# The first words of the recordings that share an order, and the name before which others stand.
_GROUPS = {"page": (("navigation",), "referer"), "fetch": (("fetch", "XHR"), "accept"),
           "media": (("image", "video", "audio"), "accept"),
           "socket": (("WebSocket",), "accept-encoding")}  # fmt: skip
_KINDS = {"page": ("page", "navigation"), "fetch": ("fetch", "fetch"), "image": ("media", "image"),
          "video": ("media", "video"), "audio": ("media", "audio"),
          "socket": ("socket", "WebSocket")}  # fmt: skip
# Values of one request, one identity or one connection.
_VARIABLE = {"sec-ch-ua-mobile", "accept-language", "sec-fetch-site", "sec-fetch-storage-access",
             "referer", "origin", "content-type", "connection", "upgrade",
             "sec-websocket-version", "sec-websocket-extensions"}  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """A kind of request; names are spelled as on HTTP/1.1."""

    weight: int  # 0 = it is never HTTP/2
    order: Sequence[str]  # "Accept" stands twice: that of a script, that of the browser
    order_of_many: Sequence[str]  # with eight or more in the hash table; () = no other order
    values: Mapping[str, str]
    required: frozenset[str]  # names, in lower case, that all of its group have, on HTTP/1.1 too


def build_kinds(facts: Mapping[str, Any]) -> dict[str, Kind]:
    """Return the kinds of a recording by their names in client.yaml."""
    spelling = {name.lower(): name for it in facts["http/1.1"].values() for name in it["order"]}
    spelling |= {"priority": "Priority", _SCRIPTS_ACCEPT: "Accept"}
    found = {}
    for kind, (group, word) in _KINDS.items():
        words, free = _GROUPS[group]
        orders = [_list_names(name, it) for name, it in _select(facts["kinds"], words).items()]
        many = [it for it in orders if group == "fetch" and _is_many(it)]
        few = [it for it in orders if it not in many]
        mine, plain = _select(facts["kinds"], (word,)), _select(facts["http/1.1"], words)
        found[kind] = Kind(
            max(int(f"0{it['priority']}".rpartition(":")[2]) for it in mine.values()),
            _spell(_merge(few, free), spelling),
            _spell(_merge([*map(_extend, many), *map(_cut, few)], free), spelling) if many else (),
            {spelling[name]: value for name, value in _find_values(mine).items()},
            _find_required(plain.values()),
        )
    return found


@cache
def load_kinds() -> dict[str, Kind]:
    """Return the kinds of the stored recording."""
    return build_kinds(load_facts())


def count_head(names: Iterable[str], *, script_sets_accept: bool) -> int:
    """Return how many of the headers, in lower case and in order, are in Blink's hash table."""
    head = []
    for name in names:
        if name == "sec-fetch-site":
            break
        head.append(name)
    default = set() if script_sets_accept else {"accept"}
    return len(set(head) - _LATER - _OF_THE_CONNECTION - default)


def _select(recorded: Mapping[str, Any], words: Iterable[str]) -> dict[str, Any]:
    return {name: it for name, it in recorded.items() if name.startswith(tuple(words))}


def _list_names(recording: str, fact: Mapping[str, Any]) -> list[str]:
    names = [name.lower() for name in fact["order"]]
    own = _SCRIPTS_ACCEPT if "Accept" in recording else "accept"
    return [own if name == "accept" else name for name in names]


def _is_many(names: Sequence[str]) -> bool:
    return count_head(names, script_sets_accept=_SCRIPTS_ACCEPT in names) >= MANY


def _extend(names: Sequence[str]) -> list[str]:
    """Return the order of many with the browser's own Accept, which is no part of the table."""
    start = names.index("origin" if "origin" in names else "sec-fetch-site")
    return [*names[:start], "accept", *names[start:]]


def _cut(names: Sequence[str]) -> list[str]:
    """Return the names behind the table, whose order is always the same."""
    return [*names[names.index("sec-fetch-site") :]]


def _merge(orders: Iterable[Sequence[str]], free: str) -> list[str]:
    """Return one order that agrees with all, with `ANY` before the name `free`.

    Where they leave a choice, the longest decides.
    """
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for order in sorted(orders, key=len, reverse=True):
        for first, second in pairwise(order):
            sorter.add(second, first)
    merged = [*sorter.static_order()]
    merged.insert(merged.index(free), ANY)
    return merged


def _spell(names: Iterable[str], spelling: Mapping[str, str]) -> list[str]:
    return [spelling.get(name, name) for name in names]


def _find_values(recorded: Mapping[str, Any]) -> dict[str, str]:
    """Return the values that are the same wherever the browser sets them."""
    found: dict[str, set[str]] = {}
    for recording, fact in recorded.items():
        for name, value in fact["values"].items():
            is_own = name.startswith("x-") or (name == "accept" and "Accept" in recording)
            if name not in _VARIABLE and not is_own:
                found.setdefault(name, set()).add(value)
    order = [name.lower() for fact in recorded.values() for name in fact["order"]]
    return {name: min(values) for name in dict.fromkeys(order)
            if len(values := found.get(name, set())) == 1}  # fmt: skip


def _find_required(recorded: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    names = [{name.lower() for name in fact["order"]} for fact in recorded]
    optional = {"referer", "cookie", "origin"} | _OF_THE_CONNECTION  # a page may hide the first
    return frozenset(set.intersection(*names) - optional)


def format_kinds(facts: Mapping[str, Any]) -> str:
    """Return the kinds as the block `browser.kinds` of client.yaml."""
    block: dict[str, Any] = {}
    for name, kind in build_kinds(facts).items():
        block[name] = {"weight": kind.weight, "order": [*kind.order]}
        if kind.order_of_many:
            block[name]["order_of_many"] = [*kind.order_of_many]
        block[name]["values"] = dict(kind.values)
    return yaml.safe_dump({"kinds": block}, default_flow_style=None, sort_keys=False, width=94)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("recording", nargs="?", type=Path, help="default: the stored one")
    path = parser.parse_args().recording
    facts = json.loads(path.read_text("utf-8")) if path else load_facts()
    sys.stdout.write(format_kinds(facts))


if __name__ == "__main__":
    main()
