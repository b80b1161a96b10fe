"""Keep the accounts of the pool: `f2scrapy identity add, list, rest, remove, key`."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from f2scrapy.api.cookies import format_json_cookies
from f2scrapy.api.identity_options import build_identity
from f2scrapy.api.login_file import SavedLogin, make_login, read_login
from f2scrapy.api.proxy import parse_proxy
from f2scrapy.archive.archive import Archive
from f2scrapy.command.arguments import PROGRAM, Parser, parse_pairs, parse_time
from f2scrapy.config.file import load_options
from f2scrapy.config.inputs import read_lines
from f2scrapy.config.options import Options
from f2scrapy.errors import EXIT_OK, InputError
from f2scrapy.identities.credentials import Credentials, encrypt, make_key
from f2scrapy.identities.limits import ALL, Limits
from f2scrapy.identities.pool import IdentityPool, Member
from f2scrapy.language import translate as _
from f2scrapy.platforms import list_platforms
from f2scrapy.text import format_moment

_FLAGS = {"pause_after": "--pause", "slow_days": "--slow-days", "rest_s": "--rest"}  # of limits


def manage_identities(words: Sequence[str]) -> int:
    """Run `f2scrapy identity …`; return its exit code."""
    given = _build_parser().parse_args(words)
    if given.action == "key":
        print(make_key())  # noqa: T201
        return EXIT_OK
    path = {"F2_PATH": given.path} if given.path else {}
    options = load_options(**parse_pairs("-s", given.settings), **path)
    with closing(Archive(options.archive_place, options.path)) as archive:
        _ACTIONS[given.action](IdentityPool(archive.database), given, options)
    return EXIT_OK


def _build_parser() -> Parser:
    parser = Parser(prog=f"{PROGRAM} identity", description=_("keep the accounts of the pool"))
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    _describe_add(actions.add_parser("add", help=_("add an account, or replace its login")))
    shown = actions.add_parser("list", help=_("show all, without secrets"))
    shown.add_argument("--json", action="store_true", help=_("as JSON"))
    rest = actions.add_parser("rest", help=_("let one rest for a time, such as 2h; 0s ends it"))
    rest.add_argument("name", metavar="NAME")
    rest.add_argument("time", metavar="TIME")
    remove = actions.add_parser("remove", help=_("forget one"))
    remove.add_argument("name", metavar="NAME")
    actions.add_parser("key", help=_("print a new key for F2_KEY"))
    for action in actions.choices.values():
        add = action.add_argument
        add("--path", metavar="FOLDER", help=_("root folder of all files"))
        add("-s", dest="settings", action="append", default=[], metavar="NAME=VALUE",
            help=_("any option"))  # fmt: skip
    return parser


def _describe_add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `identity add`."""
    add = parser.add_argument
    add("name", metavar="NAME")
    add("platform", choices=list_platforms())
    add("--cookies", metavar="FILE", default="",
        help=_("cookies of a browser (cookies.txt), or the name of a browser"))  # fmt: skip
    add("--login", metavar="FILE", default="",
        help=_("a file of `f2scrapy login`; neither: a guest"))  # fmt: skip
    add("--proxy", metavar="ADDRESS", default="", help=_("its proxy, or @FILE with the address"))
    add("--hourly", metavar="N", action="append", default=[],
        help=_("requests in an hour, such as 600, or INTERFACE=200"))  # fmt: skip
    add("--pause", metavar="N:TIME", default="",
        help=_("a pause after N requests, such as 300:15min"))  # fmt: skip
    add("--slow-days", metavar="N", default=None, help=_("days until its whole budget is used"))
    add("--rest", metavar="TIME", default="",
        help=_("the rest after a first refusal, such as 1h"))  # fmt: skip


def _add(pool: IdentityPool, given: argparse.Namespace, options: Options) -> None:
    if not re.fullmatch(r"[\w.-]{1,64}", given.name, re.ASCII) or given.name == "auto":
        raise InputError(f"{given.name}: want letters, digits, dots, dashes, underlines")
    proxy = read_lines(given.proxy)[0] if given.proxy.startswith("@") else given.proxy
    secrets = Credentials(
        login=_read_login(given, options),
        proxy=parse_proxy("--proxy", proxy) if proxy else "",
    )
    now = datetime.now(UTC)
    pool.add(given.name, given.platform, encrypt(secrets), _read_limits(given), now)
    print(_("{name} is in the pool", name=given.name))  # noqa: T201


def _read_login(given: argparse.Namespace, options: Options) -> SavedLogin | None:
    """Return the login to keep; None = a guest.

    Raises:
        InputError: its cookies cannot be read, or are not those of a login.
    """
    if not (given.cookies or given.login):
        return None
    if given.cookies and given.login:
        raise InputError("--cookies, --login: leave one out")
    path = Path(given.login).expanduser()
    source = {"cookies": given.cookies, "cookie": "", "login": path}
    identity = build_identity(options.model_copy(update=source), given.platform)
    if not identity.is_logged_in:
        raise InputError(f"these cookies hold no valid login on {given.platform}")
    saved = read_login(path, given.platform) if given.login else None
    return saved or make_login({"cookies": format_json_cookies(identity.account)}, identity.browser)


def _read_limits(given: argparse.Namespace) -> Limits:
    found: dict[str, Any] = {}
    for text in given.hourly:
        way, _sign, count = text.rpartition("=")
        found.setdefault("hourly", {})[way or ALL] = count
    if given.pause:
        found["pause_after"], _colon, time = given.pause.partition(":")
        found["pause_s"] = parse_time("--pause", time).total_seconds()
    if given.slow_days is not None:
        found["slow_days"] = given.slow_days
    if given.rest:
        found["rest_s"] = parse_time("--rest", given.rest).total_seconds()
    try:
        return Limits.model_validate(found)
    except ValidationError as error:
        name = str(error.errors(include_url=False)[0]["loc"][0])
        flag = _FLAGS.get(name, f"--{name}")
        raise InputError(f"{flag}: want a whole number; {PROGRAM} identity add --help") from None


def _list(pool: IdentityPool, given: argparse.Namespace, _options: Options) -> None:
    now = datetime.now(UTC)
    members = show_members(pool, now)
    if given.json:
        print(json.dumps(members, ensure_ascii=False, indent=2))  # noqa: T201
        return
    print_members(members)
    if not members:
        print(_("the pool is empty; `f2scrapy identity add` adds an account"), file=sys.stderr)  # noqa: T201


def print_members(members: Sequence[dict[str, Any]]) -> None:
    """Print a line for each identity of `show_members`."""
    for one in members:
        print("  ".join(_format_row(one)))  # noqa: T201


def show_members(pool: IdentityPool, now: datetime) -> list[dict[str, Any]]:
    """Return what is known of each identity, without secrets; times are ISO 8601, UTC."""
    return [_show(pool, one, now) for one in pool.list_members()]


def _show(pool: IdentityPool, member: Member, now: datetime) -> dict[str, Any]:
    until = member.held_until if member.is_held(now) else member.rest_until
    return {
        "name": member.name,
        "platform": member.platform,
        "state": _name_state(member, now),
        "why": member.why,
        "until": until.isoformat() if until > now else None,
        "requests": sum(pool.get_used(member.name, ALL, now).values()),  # in 60 min
        "budget": member.limits.get_budget(ALL, now - member.added_at),  # None = no limit
        "used_at": member.used_at.isoformat() if member.used_at else None,
    }


def _name_state(member: Member, now: datetime) -> str:
    if member.is_out:
        return "out"
    if member.is_held(now):
        return "used"
    return "free" if member.is_free(now) else "rests"


def _format_row(one: dict[str, Any]) -> Iterator[str]:
    yield f"{one['name']:<16}"
    yield f"{one['platform']:<7}"
    yield f"{_(one['state']):<6}"
    yield f"{one['requests']}/{one['budget'] or '∞'}"
    if one["until"]:
        yield format_moment(datetime.fromisoformat(one["until"]))
    if one["state"] in ("rests", "out"):
        yield _(one["why"])


def _rest(pool: IdentityPool, given: argparse.Namespace, _options: Options) -> None:
    until = datetime.now(UTC) + parse_time("rest", given.time)
    pool.rest(given.name, until, "by hand")


def _remove(pool: IdentityPool, given: argparse.Namespace, _options: Options) -> None:
    pool.remove(given.name)


_ACTIONS: dict[str, Callable[[IdentityPool, argparse.Namespace, Options], None]] = {
    "add": _add,
    "list": _list,
    "rest": _rest,
    "remove": _remove,
}
