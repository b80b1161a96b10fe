"""The command `f2scrapy LINK…`: find the spiders for links and run them, or run a subcommand."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from f2scrapy import __version__
from f2scrapy.command.arguments import (
    COMMANDS,
    PROGRAM,
    build_crawl_words,
    build_parser,
    check_feed,
    choose_log,
    find_task,
    format_examples,
)
from f2scrapy.errors import (
    EXIT_OK,
    EXIT_UNEXPLAINED,
    F2Error,
    InputError,
    Outcome,
    Refused,
    get_exit_code,
)
from f2scrapy.language import translate as _
from f2scrapy.language import translate_message


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code, which has the same meaning as that of a crawl."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    _open_closed_streams()
    try:
        if given[:1] == ["scrapy"]:  # a job in a process of its own
            return _run_scrapy(given[1:])
        if given and given[0] in COMMANDS:
            code = _COMMANDS[given[0]](given[1:])
        else:
            code = _run_links(given)
        sys.stdout.flush()  # while a closed pipe can be caught
        return code
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # such as `| head`: the reader has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # for the flush at the end of Python
        return EXIT_OK
    except (F2Error, OSError) as error:
        return _report_error(error)


def _open_closed_streams() -> None:
    """Let closed standard streams lead nowhere; Scrapy fails without one, a file would be next."""
    for name in ("stdin", "stdout", "stderr"):  # the system gives the lowest free number
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("r" if name == "stdin" else "w"))  # noqa: SIM115


def _report_error(error: F2Error | OSError) -> int:
    """Print one line, and the advice if there is one; return the exit code."""
    if isinstance(error, OSError):  # of the disk, or of the archive's server
        text = ": ".join(str(part) for part in (error.filename, error.strerror) if part)
        code = EXIT_UNEXPLAINED
    else:
        text = str(error)
        known = error.outcome if isinstance(error, InputError | Refused) else Outcome.BAD_INPUT
        code = get_exit_code(known)
    advice = f"\n{_(error.advice)}" if isinstance(error, Refused) else ""
    print(f"{PROGRAM}: {translate_message(text)}{advice}", file=sys.stderr)  # noqa: T201
    return code


def _run_links(arguments: Sequence[str]) -> int:
    given = build_parser().parse_args(arguments)
    if given.version:
        print(f"{PROGRAM} {__version__}")  # noqa: T201
        return EXIT_OK
    if arguments and not given.words:  # as that of a script's variable without value
        raise InputError(f"there is no LINK; see {PROGRAM} --help")
    if not given.words:
        print(f"{format_examples()}\n\n{PROGRAM} --help")  # noqa: T201
        return EXIT_OK
    check_feed(given.feed or "")
    words = [*choose_log(), *build_crawl_words(given)]
    from f2scrapy.command.jobs import find_jobs  # noqa: PLC0415 - the help needs none of it
    from f2scrapy.command.run import Output, resolve_short_links, run_jobs  # noqa: PLC0415

    task = find_task(given)
    options = [text.partition("=") for text in words[1::2] if text.startswith("F2_")]
    found = find_jobs(given.words, task)
    if not found:
        raise InputError(f"{' '.join(given.words)}: there is no link in it")
    jobs = resolve_short_links(found, task, {name: value for name, _sign, value in options})
    output = Output(given.feed or "", given.report or "", given.print or "", given.quiet)
    return run_jobs(jobs, words, output)


def _run_scrapy(words: list[str]) -> int:
    from f2scrapy.crawl.start import run_scrapy  # noqa: PLC0415

    return run_scrapy(words)


def _forward(name: str, words: list[str]) -> int:
    """Run a command of Scrapy's of this name."""
    return _run_scrapy([name, *words])


def _run_live(words: list[str]) -> int:
    from f2scrapy.live.__main__ import main as record  # noqa: PLC0415

    record(words)
    return EXIT_OK


def _run_danmaku(words: list[str]) -> int:
    from f2scrapy.danmaku.__main__ import main as watch  # noqa: PLC0415

    return watch(words)


def _update(words: list[str]) -> int:
    from f2scrapy.command.update import update  # noqa: PLC0415

    return update(words)


def _verify(words: list[str]) -> int:
    from f2scrapy.command.verify import verify  # noqa: PLC0415

    return verify(words)


def _run_archive(words: list[str]) -> int:
    from f2scrapy.command.archive import run_archive  # noqa: PLC0415

    return run_archive(words)


def _run_fleet(words: list[str]) -> int:
    from f2scrapy.command.fleet import run_fleet  # noqa: PLC0415

    return run_fleet(words)


def _manage_identities(words: list[str]) -> int:
    from f2scrapy.command.identity import manage_identities  # noqa: PLC0415

    return manage_identities(words)


def _print_completion(words: list[str]) -> int:
    import shtab  # noqa: PLC0415 - this alone needs it

    if len(words) != 1 or words[0] not in shtab.SUPPORTED_SHELLS:
        raise InputError(f"shell-completion: want one of {', '.join(shtab.SUPPORTED_SHELLS)}")
    parser = build_parser()
    [links] = parser._get_positional_actions()
    links.choices = list(COMMANDS)  # the first word may be one
    print(shtab.complete(parser, words[0]))  # noqa: T201
    return EXIT_OK


def _print_manual(words: list[str]) -> int:
    if words:
        raise InputError(f"unrecognized arguments: {' '.join(words)}; see {PROGRAM} --help")
    from f2scrapy.command.manual import format_manual  # noqa: PLC0415

    print(format_manual(build_parser()))  # noqa: T201
    return EXIT_OK


_COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "update": _update,
    "verify": _verify,
    "archive": _run_archive,
    "live": _run_live,
    "fleet": _run_fleet,
    "identity": _manage_identities,
    "login": partial(_forward, "login"),
    "doctor": partial(_forward, "doctor"),
    "danmaku": _run_danmaku,
    "shell-completion": _print_completion,
    "man": _print_manual,
}
