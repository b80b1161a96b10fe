"""Serve the sandbox: prints F2_SANDBOX=http://127.0.0.1:PORT first (python -m f2scrapy.sandbox)."""

from __future__ import annotations

import argparse
import asyncio
import sys
import threading
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from f2scrapy.errors import InputError
from f2scrapy.programs import (
    CommandParser,
    build_integer_parser,
    call_at_signal,
    parse_seconds,
)
from f2scrapy.sandbox import faults
from f2scrapy.sandbox.catalogue import CLEAN, Sizes, User
from f2scrapy.sandbox.douyin.live import make_web_rid
from f2scrapy.sandbox.live.chat import ChatOptions
from f2scrapy.sandbox.server import Sandbox
from f2scrapy.sandbox.state import ANCHOR, CHECKS, STRICT, Options

if TYPE_CHECKING:
    from f2scrapy.sandbox.tls.front import Front

PROGRAM = "python -m f2scrapy.sandbox"


def main() -> None:
    try:
        options = parse_options(sys.argv[1:])
        asyncio.run(serve(*options))
    except InputError as error:
        sys.exit(f"{PROGRAM}: {error}")


def parse_options(arguments: list[str]) -> tuple[Options, bool, bool]:
    """Return the options, whether to stop at the end of stdin, and whether to serve TLS.

    Raises:
        InputError: an argument is unknown or out of range.
    """
    args = _build_parser().parse_args(arguments)
    sizes = Sizes()
    if args.media_bytes:
        sizes = replace(sizes, video=(args.media_bytes // 4, args.media_bytes))
    if args.image_bytes:
        sizes = replace(sizes, image=(args.image_bytes, args.image_bytes))
    options = Options(
        port=args.port,
        users=tuple(_parse_user(n, text) for n, text in enumerate(args.users, 100)),
        faults=tuple(args.fault),
        strict=_parse_checks(args.strict),
        latency_ms=args.latency,
        compress=not args.plain,
        media_ttl_s=args.media_ttl,
        sizes=sizes,
        rooms=args.rooms,
        chat=_parse_chat(args.chat),
        live_filler=args.live_filler,
        recorded=args.recorded,
    )
    return options, args.until_eof, args.tls


def _build_parser() -> CommandParser:
    parser = CommandParser(
        prog=PROGRAM,
        description=__doc__,
        epilog=f"{faults.__doc__}\nFaults: {', '.join(sorted(faults.NAMES))}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--port", type=build_integer_parser(1 << 16), default=0, help="0 = any free one")
    add("--users", nargs="+", default=[], metavar="NAME:WORKS[:RECIPE,…]",
        help="more users, after the built-in ones")  # fmt: skip
    add("--fault", type=_parse_fault, action="append", default=[], help="see below; repeatable")
    add("--strict", default="", metavar="CHECK,…",
        help=f"checks to run: {' '.join(sorted(CHECKS))}; +NAME and -NAME change the default "
        f"(all but {' '.join(sorted(CHECKS - STRICT))}), as in --strict=-params,+websign; all; "
        "none; a signature scheme named here excludes the others of its interface")  # fmt: skip
    _add_media_options(add)
    _add_live_options(add)
    add("--recorded", type=_parse_folder, metavar="DIR", help="reply from recordings instead")
    add("--plain", action="store_true", help="never compress")
    add("--tls", action="store_true",
        help="serve TLS and HTTP/2 as well, as a proxy; use the variables it prints instead of "
        "F2_SANDBOX")  # fmt: skip
    add("--until-eof", action="store_true", help="stop when stdin closes")
    return parser


def _add_media_options(add: Callable[..., object]) -> None:
    count = build_integer_parser()
    add("--latency", type=parse_seconds, default=0, metavar="MS", help="delay before each reply")
    add("--media-ttl", type=parse_seconds, default=6 * 3600, metavar="S",
        help="lifetime of a media address")  # fmt: skip
    add("--media-bytes", type=count, default=0, metavar="N", help="size of the largest videos")
    add("--image-bytes", type=count, default=0, metavar="N", help="size of every picture; even")


def _add_live_options(add: Callable[..., object]) -> None:
    count = build_integer_parser()
    add("--rooms", type=count, default=0, metavar="N",
        help="more users, all of them on air: room0, room1 …")  # fmt: skip
    add("--chat", default="10", metavar="RATE[:SECONDS[:AFTER]]",
        help="messages a second in each live room, seconds on air (0 = for ever), and seconds "
        "until it goes on air")  # fmt: skip
    add("--live-filler", type=count, default=0, metavar="N",
        help="bytes added to each frame of a live stream (ten frames a second)")  # fmt: skip


def _parse_user(number: int, text: str) -> User:
    name, _, rest = text.partition(":")
    count, _, recipes = rest.partition(":")
    cycle = tuple(recipes.split(",")) if recipes else CLEAN
    if not name or not count.isdecimal():
        raise InputError(f"--users {text}: expected NAME:WORKS[:RECIPE,…], such as alice:24")
    return User(number, name, int(count), cycle, name)


def _parse_folder(text: str) -> Path:
    if not (path := Path(text)).is_dir():
        raise InputError(f"--recorded {text}: no such folder")
    return path


def _parse_fault(text: str) -> str:
    try:
        faults.Fault.parse(text)
    except faults.UnknownFault as error:
        raise InputError(f"--fault {error}") from None
    return text


def _parse_chat(text: str) -> ChatOptions:
    try:
        rate, length, after = (float(part or 0) for part in f"{text}::".split(":")[:3])
    except ValueError:
        rate = 0
    if not rate > 0 or text.count(":") > 2:
        raise InputError(f"--chat {text}: expected numbers RATE[:SECONDS[:AFTER]], such as 20:60")
    return ChatOptions(rate=rate, seconds=length, after=after)


def _parse_checks(text: str) -> frozenset[str]:
    """Return the checks named in `text`, or the default changed by +NAME and -NAME."""
    names = [name for name in text.split(",") if name]
    if text in ("", "all", "none"):
        return {"": STRICT, "all": CHECKS}.get(text, frozenset())
    if unknown := {name.lstrip("+-") for name in names} - CHECKS:
        raise InputError(f"--strict: unknown check: {', '.join(sorted(unknown))}")
    if all(name[0] in "+-" for name in names):
        removed = {name[1:] for name in names if name[0] == "-"}
        return (STRICT | {name[1:] for name in names if name[0] == "+"}) - removed
    return frozenset(names)


async def serve(options: Options, until_eof: bool, tls: bool = False) -> None:
    """Serve until SIGTERM or SIGINT, or, with `until_eof`, until stdin ends.

    With `tls`, a front with TLS and HTTP/2 serves as well; it is a proxy.

    Raises:
        InputError: the port is in use.
    """
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    call_at_signal(stop.set)
    async with AsyncExitStack() as stack:
        sandbox = await _start(Sandbox(options), stack)
        print(f"F2_SANDBOX={sandbox.url}", flush=True)
        if tls:
            front = await _start_front(sandbox, stack)
            print(f"https_proxy={front.url} SSL_CERT_FILE={front.authority}", flush=True)
            print(f'F2_BROWSER_ARGS="{front.switches}"', flush=True)
        for user in sandbox.state.catalogue.users:
            links = [sandbox.get_user_url(user.name, platform) for platform in ("douyin", "tiktok")]
            if user.name.startswith(ANCHOR):
                links[0] = f"https://live.douyin.com/{make_web_rid(user)}"
            print(f"{user.name:16} {user.aweme_count:7}", *links, flush=True)
        if until_eof:
            threading.Thread(target=_stop_at_eof, args=(loop, stop), daemon=True).start()
        await stop.wait()


async def _start(sandbox: Sandbox, stack: AsyncExitStack) -> Sandbox:
    try:
        return await stack.enter_async_context(sandbox)
    except OSError as error:
        port = sandbox.state.options.port
        raise InputError(f"--port {port}: {error.strerror}; choose another port") from None


async def _start_front(sandbox: Sandbox, stack: AsyncExitStack) -> Front:
    try:
        from f2scrapy.sandbox.tls.sandbox_front import run_front  # noqa: PLC0415
    except ImportError as error:
        raise InputError(f"--tls needs {error.name}: pip install h2") from None
    return await stack.enter_async_context(run_front(sandbox))


def _stop_at_eof(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    sys.stdin.read()
    loop.call_soon_threadsafe(stop.set)


if __name__ == "__main__":
    main()
