"""python -m f2scrapy.sandbox: prints F2_SANDBOX=http://127.0.0.1:PORT first, then serves."""

from __future__ import annotations

import argparse
import asyncio
import sys
import threading
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

from f2scrapy.errors import InputError
from f2scrapy.programs import Parser, call_at_signal, seconds, whole
from f2scrapy.sandbox import faults
from f2scrapy.sandbox.catalogue import CLEAN, Sizes, User
from f2scrapy.sandbox.douyin.live import web_rid
from f2scrapy.sandbox.live.chat import Pace
from f2scrapy.sandbox.server import Sandbox
from f2scrapy.sandbox.state import ANCHOR, CHECKS, STRICT, Options

PROGRAM = "python -m f2scrapy.sandbox"


def main() -> None:
    try:
        options = parse(sys.argv[1:])
        asyncio.run(serve(*options))
    except InputError as error:
        sys.exit(f"{PROGRAM}: {error}")


def parse(arguments: list[str]) -> tuple[Options, bool]:
    """The options, and whether to stop where stdin ends.

    Raises:
        InputError: one is of no use.
    """
    given = _parser().parse_args(arguments)
    sizes = Sizes()
    if given.media_bytes:
        sizes = replace(sizes, video=(given.media_bytes // 4, given.media_bytes))
    if given.image_bytes:
        sizes = replace(sizes, image=(given.image_bytes, given.image_bytes))
    options = Options(
        port=given.port,
        users=tuple(_user(n, text) for n, text in enumerate(given.users, 100)),
        faults=tuple(given.fault),
        strict=_checks(given.strict),
        latency_ms=given.latency,
        compress=not given.plain,
        media_ttl_s=given.media_ttl,
        sizes=sizes,
        rooms=given.rooms,
        chat=_pace(given.chat),
        live_filler=given.live_filler,
        recorded=given.recorded,
    )
    return options, given.until_eof


def _parser() -> Parser:
    parser = Parser(
        prog=PROGRAM,
        description=__doc__,
        epilog=f"{faults.__doc__}\nThere are: {', '.join(sorted(faults.NAMES))}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--port", type=whole(1 << 16), default=0, help="0 = any free one")
    add("--users", nargs="+", default=[], metavar="NAME:WORKS[:RECIPE,…]",
        help="users besides the well-known ones")  # fmt: skip
    add(
        "--fault",
        type=_fault,
        action="append",
        default=[],
        help="see below; may be given several times",
    )
    add("--strict", default="", metavar="CHECK,…",
        help=f"what is checked: {' '.join(sorted(CHECKS))}; +NAME and -NAME change the default "
        f"(all but {' '.join(sorted(CHECKS - STRICT))}), as in --strict=-params,+websign; all; "
        "none; of several schemes only one that is named here is taken")  # fmt: skip
    add("--latency", type=seconds, default=0, metavar="MS", help="before each answer")
    add("--media-ttl", type=seconds, default=6 * 3600, metavar="S", help="life of a media address")
    add("--media-bytes", type=whole(), default=0, metavar="N", help="size of the largest videos")
    add("--image-bytes", type=whole(), default=0, metavar="N", help="size of every picture; even")
    add("--rooms", type=whole(), default=0, metavar="N",
        help="users besides that are on air: room0, room1 …")  # fmt: skip
    add("--chat", default="10", metavar="RATE[:SECONDS[:AFTER]]",
        help="messages a second in each live room, how long it is on air (0 = for ever), and when "
        "it goes on air")  # fmt: skip
    add("--live-filler", type=whole(), default=0, metavar="N",
        help="bytes more in each frame of a live stream (ten frames a second)")  # fmt: skip
    add("--recorded", type=_folder, metavar="DIR", help="answer from recordings instead")
    add("--plain", action="store_true", help="never compress")
    add("--until-eof", action="store_true", help="stop when stdin closes")
    return parser


def _user(number: int, text: str) -> User:
    name, _, rest = text.partition(":")
    count, _, recipes = rest.partition(":")
    turns = tuple(recipes.split(",")) if recipes else CLEAN
    if not name or not count.isdecimal():
        raise InputError(f"--users {text}: want NAME:WORKS[:RECIPE,…], such as alice:24")
    return User(number, name, int(count), turns, name)


def _folder(text: str) -> Path:
    if not (path := Path(text)).is_dir():
        raise InputError(f"--recorded {text}: there is no such folder")
    return path


def _fault(text: str) -> str:
    try:
        faults.Fault.parse(text)
    except faults.UnknownFault as error:
        raise InputError(f"--fault {error}") from None
    return text


def _pace(text: str) -> Pace:
    try:
        rate, length, after = (float(part or 0) for part in f"{text}::".split(":")[:3])
    except ValueError:
        rate = 0
    if not rate > 0 or text.count(":") > 2:
        raise InputError(f"--chat {text}: want RATE[:SECONDS[:AFTER]], numbers, such as 20:60")
    return Pace(rate=rate, seconds=length, after=after)


def _checks(text: str) -> frozenset[str]:
    """The names given, or the default changed by +NAME and -NAME."""
    names = [name for name in text.split(",") if name]
    if text in ("", "all", "none"):
        return {"": STRICT, "all": CHECKS}.get(text, frozenset())
    if unknown := {name.lstrip("+-") for name in names} - CHECKS:
        raise InputError(f"--strict: no such check: {', '.join(sorted(unknown))}")
    if all(name[0] in "+-" for name in names):
        taken = {name[1:] for name in names if name[0] == "-"}
        return (STRICT | {name[1:] for name in names if name[0] == "+"}) - taken
    return frozenset(names)


async def serve(options: Options, until_eof: bool) -> None:
    """Serves until SIGTERM or SIGINT, or, if so wished, until stdin ends.

    Raises:
        InputError: the port is taken.
    """
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    call_at_signal(stop.set)
    async with AsyncExitStack() as stack:
        sandbox = await _open(Sandbox(options), stack)
        print(f"F2_SANDBOX={sandbox.url}", flush=True)
        for user in sandbox.world.catalogue.users:
            links = [sandbox.user_url(user.name, platform) for platform in ("douyin", "tiktok")]
            if user.name.startswith(ANCHOR):
                links[0] = f"https://live.douyin.com/{web_rid(user)}"
            print(f"{user.name:16} {user.aweme_count:7}", *links, flush=True)
        if until_eof:
            threading.Thread(target=_at_eof, args=(loop, stop), daemon=True).start()
        await stop.wait()


async def _open(sandbox: Sandbox, stack: AsyncExitStack) -> Sandbox:
    try:
        return await stack.enter_async_context(sandbox)
    except OSError as error:
        port = sandbox.world.options.port
        raise InputError(f"--port {port}: {error.strerror}; name another one") from None


def _at_eof(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    sys.stdin.read()
    loop.call_soon_threadsafe(stop.set)


if __name__ == "__main__":
    main()
