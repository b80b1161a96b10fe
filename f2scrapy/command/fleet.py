"""Keep many lists up to date with several machines: `f2scrapy fleet init, add, work, status …`."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import socket
import sys
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from f2scrapy.archive.database import Database, open_database
from f2scrapy.archive.server import Server
from f2scrapy.command.arguments import PROGRAM, Parser, parse_pairs, parse_period, parse_time
from f2scrapy.command.identity import print_members, show_members
from f2scrapy.command.jobs import ShortLink, find_jobs
from f2scrapy.config.file import load_options
from f2scrapy.config.options import Options
from f2scrapy.errors import EXIT_OK, InputError
from f2scrapy.fleet.lists import FleetList, FleetLists, make_id
from f2scrapy.identities.credentials import KEY
from f2scrapy.identities.pool import IdentityPool
from f2scrapy.language import translate as _
from f2scrapy.notify import Notifier
from f2scrapy.text import format_moment


def run_fleet(words: Sequence[str]) -> int:
    """Run `f2scrapy fleet …`; return its exit code."""
    given = _build_parser().parse_args(words)
    options = load_options(**parse_pairs("-s", given.settings))
    server = options.archive_place
    if not isinstance(server, Server):
        raise InputError(
            "a fleet needs an archive on a server: F2_ARCHIVE=postgresql://USER@HOST/DATABASE"
        )
    if find_spec("procrastinate") is None:
        raise InputError("a fleet needs procrastinate: pip install procrastinate 'psycopg[binary]'")
    with closing(open_database(server, blocking=True)) as db:
        return _ACTIONS[given.action](given, server, db, options)


def _build_parser() -> Parser:
    parser = Parser(prog=f"{PROGRAM} fleet", description=_("read many lists with many machines"))
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    actions.add_parser("init", help=_("create the tables of the queue on the server"))
    _describe_add(actions.add_parser("add", help=_("add lists, or change their period")))
    _describe_work(actions.add_parser("work", help=_("run lists that are due, until Ctrl-C")))
    status = actions.add_parser("status", help=_("show lists and accounts"))
    status.add_argument("--json", action="store_true", help=_("as JSON"))
    status.add_argument("--lists", action="store_true", help=_("each list, with its last line"))
    for name, text in (("pause", _("run these lists no more")), ("resume", _("run them again")),
                       ("report", _("print the report of the last run, as JSON")),
                       ("remove", _("forget lists; their files stay"))):  # fmt: skip
        action = actions.add_parser(name, help=text)
        action.add_argument("names", nargs="+" if name == "remove" else "*", metavar="LIST",
                            help=_("an id or a link; none: all"))  # fmt: skip
    for action in actions.choices.values():
        action.add_argument("-s", dest="settings", action="append", default=[],
                            metavar="NAME=VALUE", help=_("any option"))  # fmt: skip
    return parser


def _describe_add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `fleet add`."""
    add = parser.add_argument
    add("links", nargs="+", metavar="LINK", help=_("links, or @file with one a line"))
    add(
        "--what",
        "--spider",
        metavar="NAME",
        default="",
        help=_("another list of the link, such as comment"),
    )
    add("--every", metavar="TIME", default="", help=_("its period, such as 24h; none: once"))
    add("--priority", metavar="N", type=int, default=0, help=_("a larger one runs first"))
    add("-a", dest="arguments", action="append", default=[], metavar="NAME=VALUE",
        help=_("any argument of the spider"))  # fmt: skip


def _describe_work(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `fleet work`."""
    add = parser.add_argument
    add("--jobs", metavar="N", type=int, default=2, help=_("lists at once; default: 2"))
    add("--once", action="store_true", help=_("end when nothing is due"))
    add("--drain", metavar="TIME", default="10min", help=_("for the present lists at the end"))
    add("--dead-after", metavar="TIME", default="30s",
        help=_("without a sign of life, until lists of another worker are taken over"))  # fmt: skip
    add("--logs", metavar="FOLDER", help=_("keep the log of each list there"))


def _run(work: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine; psycopg 3.3 does not take the loop that Windows has by default."""
    if sys.platform == "win32":
        asyncio.set_event_loop_policy(asyncio.WindowsSelectorEventLoopPolicy())
    asyncio.run(work)


def _init(_given: argparse.Namespace, server: Server, _db: Database, _options: Options) -> int:
    from f2scrapy.fleet.queue import open_queue  # noqa: PLC0415 - the extra `fleet`

    async def create() -> None:
        async with open_queue(server, is_new=True):
            print(_("the fleet's tables are on {server}", server=server))  # noqa: T201

    if not os.environ.get(KEY):
        raise InputError(f"{KEY} is not set; `f2scrapy identity key` prints a new one")
    _run(create())
    return EXIT_OK


def _add(given: argparse.Namespace, server: Server, db: Database, _options: Options) -> int:
    lists, now = [*_build_lists(given)], datetime.now(UTC)
    with db.transaction():
        new = [one for one in lists if FleetLists(db).add(one, now)]
    _put(server, new, now)
    print(_("{count} lists, {new} of them new", count=len(lists), new=len(new)))  # noqa: T201
    return EXIT_OK


def _build_lists(given: argparse.Namespace) -> Iterator[FleetList]:
    every = parse_period("--every", given.every) if given.every else None
    words = [word for text in given.arguments for word in ("-a", text)]
    words += [word for text in given.settings for word in ("-s", text)]
    what = given.what.removeprefix("douyin_").removeprefix("tiktok_")  # a spider's whole name, too
    for job in find_jobs(given.links, what):
        if isinstance(job, ShortLink):
            raise InputError(f"{job.text}: open this short link, and give the link it leads to")
        for text in job.texts or [""]:
            target = text.removeprefix("@")  # @name would be a file
            whole = (*job.words, *words)
            list_id = make_id(job.spider, target, whole)
            yield FleetList(list_id, job.spider, target, whole, every, given.priority)


def _put(server: Server, lists: Sequence[FleetList], now: datetime) -> None:
    """Put lists into the queue, in place of later turns of theirs."""
    from f2scrapy.fleet.queue import open_queue, put_now  # noqa: PLC0415 - the extra `fleet`

    async def put_all() -> None:
        async with open_queue(server) as app:
            for one in lists:
                await put_now(app, one, now)

    _run(put_all())


def _work(given: argparse.Namespace, server: Server, _db: Database, options: Options) -> int:
    from f2scrapy.fleet.queue import open_queue  # noqa: PLC0415 - the extra `fleet`
    from f2scrapy.fleet.worker import Settings, Worker  # noqa: PLC0415

    settings = Settings(
        jobs=given.jobs,
        name=f"{socket.gethostname()}:{os.getpid()}",
        is_once=given.once,
        drain_s=parse_time("--drain", given.drain).total_seconds(),
        dead_after_s=parse_time("--dead-after", given.dead_after).total_seconds(),
        logs=Path(given.logs).expanduser() if given.logs else None,
    )

    async def work() -> None:
        notifier = Notifier.from_options(options)
        async with open_queue(server) as app:
            await Worker(server, app, notifier, settings).work()
        await notifier.close()

    logging.basicConfig(level="INFO", format="%(asctime)s %(levelname)s: %(message)s")
    logging.getLogger("procrastinate").setLevel("WARNING")
    _run(work())
    return EXIT_OK


def _status(given: argparse.Namespace, _server: Server, db: Database, _options: Options) -> int:
    now, lists = datetime.now(UTC), FleetLists(db)
    counts = {name: dict(counter) for name, counter in lists.count(now).items()}
    members = show_members(IdentityPool(db), now)
    rows = [_show(one) for one in lists.find(())] if given.lists else []
    if given.json:
        print(json.dumps({**counts, "identities": members, "lists": rows}, ensure_ascii=False))  # noqa: T201
        return EXIT_OK
    for counter in counts.values():
        print(", ".join(f"{_(name)} {count}" for name, count in sorted(counter.items())))  # noqa: T201
    print_members(members)
    for row in rows:
        print("  ".join(str(value) for value in row.values()))  # noqa: T201
    return EXIT_OK


def _show(one: FleetList) -> dict[str, Any]:
    due = format_moment(one.due_at) if one.due_at else ""
    return {"id": one.id, "state": one.state, "spider": one.spider, "target": one.target,
            "due": due, "runs": one.runs, "summary": one.summary}  # fmt: skip


def _report(given: argparse.Namespace, _server: Server, db: Database, _options: Options) -> int:
    """Print the reports of lists as JSON, one a line."""
    lists = FleetLists(db)
    for one in lists.find(given.names):
        print(json.dumps(lists.get_report(one.id), ensure_ascii=False))  # noqa: T201
    return EXIT_OK


def _pause(given: argparse.Namespace, _server: Server, db: Database, _options: Options) -> int:
    lists = FleetLists(db)
    for one in lists.find(given.names):
        if one.state != "ended":
            lists.set_state(one.id, "paused")
    return EXIT_OK


def _resume(given: argparse.Namespace, server: Server, db: Database, _options: Options) -> int:
    lists, now = FleetLists(db), datetime.now(UTC)
    paused = [one for one in lists.find(given.names) if one.state in ("paused", "ended")]
    for one in paused:
        lists.set_state(one.id, "active")
    _put(server, paused, now)
    return EXIT_OK


def _remove(given: argparse.Namespace, _server: Server, db: Database, _options: Options) -> int:
    lists = FleetLists(db)
    for one in lists.find(given.names):
        lists.remove(one.id)
    return EXIT_OK


_ACTIONS: dict[str, Callable[[argparse.Namespace, Server, Database, Options], int]] = {
    "init": _init,
    "add": _add,
    "work": _work,
    "status": _status,
    "report": _report,
    "pause": _pause,
    "resume": _resume,
    "remove": _remove,
}
