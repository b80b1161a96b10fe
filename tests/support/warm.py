"""Run Scrapy's command in a fork of a process with loaded libraries; it halves short runs."""

import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from importlib import import_module
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from pkgutil import walk_packages

PACKAGES = ["f2scrapy.api", "f2scrapy.crawl", "f2scrapy.platforms", "pipelines", "scrapy.commands"]
LOADED = [
    *(module.name for package in PACKAGES for module in walk_packages(
        import_module(package).__path__, f"{package}.")),
    "curl_cffi.requests",
    "rich.progress",
    "scrapy.cmdline",
    "scrapy.core.downloader.handlers._aiohttp",
    "scrapy.core.engine",
    "scrapy.crawler",
    "scrapy.downloadermiddlewares.httpcache",
    "scrapy.downloadermiddlewares.httpcompression",
    "scrapy.downloadermiddlewares.retry",
    "scrapy.extensions.feedexport",
    "scrapy.extensions.throttle",
    "scrapy.pqueues",
    "scrapy.squeues",
    "twisted.internet.asyncioreactor",
]  # fmt: skip


SCRAPY, COMMAND = "scrapy.cmdline:execute", "f2scrapy.command.main:main"


def run_scrapy(
    words: list[str], env: Mapping[str, str], cwd: Path, log: str, program: str = SCRAPY
) -> int:
    """Run ``python -m scrapy WORDS`` with its output in *log*; return the exit code.

    With another `program`, run that.
    """
    child = start_program(words, env, cwd, log, program)
    child.join(120)
    if child.exitcode is None:
        child.kill()
        raise subprocess.TimeoutExpired(words, 120, Path(log).read_bytes())
    return child.exitcode


def start_program(
    words: list[str], env: Mapping[str, str], cwd: Path, log: str, program: str
) -> ForkServerProcess:
    """Start a program like that, and return its process; the log may be a terminal."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(LOADED)
    child = context.Process(target=_run_child, args=(words, env, cwd, log, program))
    child.start()
    return child


def _run_child(words: list[str], env: Mapping[str, str], cwd: Path, log: str, program: str) -> None:
    output = os.open(log, os.O_WRONLY)
    os.dup2(output, 1)
    os.dup2(output, 2)
    sys.stdout = open(1, "w", closefd=False)  # noqa: SIM115 - the old ones know
    sys.stderr = open(2, "w", buffering=1, errors="backslashreplace", closefd=False)  # noqa: SIM115 - the old files
    os.environ.clear()
    os.environ.update(env)
    os.chdir(cwd)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # shells turn it off in the background
    module, _, function = program.partition(":")
    sys.argv = [module, *words]
    sys.exit(getattr(import_module(module), function)())
