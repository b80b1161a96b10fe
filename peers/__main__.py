"""python -m peers [quick]: run other people's clients against the sandbox, and print a table.

The clients are unchanged, from PyPI, each in an environment of its own below `.bench`. `quick` is
a part for CI: a work by yt-dlp, a room by TikTokLive, a list by F2; names of clients run these
alone. The exit code is 1 if an interface is refused without a known reason.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from f2scrapy.sandbox.live.chat import ChatOptions
from f2scrapy.sandbox.server import Sandbox
from f2scrapy.sandbox.state import Options
from peers.certificate import Authority
from peers.facts import find_facts
from peers.programs import MISSING, PROGRAMS, Program, Result
from peers.proxy import Proxy

# TikTokLive asks a hosted signer for the first answer of a room's messages, which signs im/fetch.
_MOVED = {
    "api.eulerstream.com/webcast/fetch": "webcast.tiktok.com/webcast/fetch"
    "?resp_content_type=protobuf&device_id=7300000000000000000&",
}


async def run_all(programs: Iterable[Program], part: str) -> list[Result]:
    """Return the results of all programs, one after the other."""
    results: list[Result] = []
    options = Options(chat=ChatOptions(rate=20))
    with tempfile.TemporaryDirectory() as folder:
        authority = Authority(Path(folder))
        async with (
            Sandbox(options) as sandbox,
            Proxy(sandbox.url, authority, _MOVED).serve() as proxy,
        ):
            facts = find_facts(sandbox.state)
            for program in programs:
                results += await program.run(sandbox.url, proxy.url, authority, facts, part)
    return results


def print_table(results: list[Result], console: Console) -> None:
    table = Table("client", "interface", "", "reason")
    for result in results:
        mark = "[green]answered[/]" if result.answered else "[red]refused[/]"
        table.add_row(result.client, result.interface, mark, result.reason)
    console.print(table)
    for client in dict.fromkeys(result.client for result in results):
        mine = [result for result in results if result.client == client]
        answered = sum(result.answered for result in mine)
        console.print(f"{client}: {answered} of {len(mine)} answered")


def find_faults(results: list[Result]) -> list[str]:
    """Return the interfaces that are refused although nothing known explains it."""
    return [
        f"{result.client} {result.interface}"
        for result in results
        if not result.answered and (result.client, result.interface) not in MISSING
    ]


def main(arguments: list[str]) -> int:
    part = "quick" if arguments[:1] == ["quick"] else "all"
    named: Any = [program for program in PROGRAMS if program.name in arguments]
    programs = named or [p for p in PROGRAMS if part == "all" or p.is_quick]
    results = asyncio.run(run_all(programs, part))
    print_table(results, Console(width=160))
    if faults := find_faults(results):
        print("refused without a known reason:", ", ".join(faults))
    return bool(faults or not results)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
