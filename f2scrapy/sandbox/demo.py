"""Crawl both platforms against the sandbox and print reports and files (make demo)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.filesize import decimal
from rich.markup import escape
from rich.table import Table
from rich.tree import Tree

USER = "demo"
ROOT = Path("Download")
ARCHIVE = ROOT / "f2scrapy.sandbox.db"  # kept apart: the real archive must not hold invented works
SHOWN = 3  # folders of the tree to show in full


def main() -> int:
    """Run all crawls; return the exit code of the first that was not complete, else 0."""
    console = Console(highlight=False)
    codes: list[int] = []
    with run_sandbox() as (address, links), TemporaryDirectory() as folder:
        douyin, tiktok = links[USER]
        for title, spider, link in (
            ("Douyin: download all works", "douyin_user_post", douyin),
            ("TikTok: download all works", "tiktok_user_post", tiktok),
            ("Douyin again: existing files are kept", "douyin_user_post", douyin),
        ):
            console.rule(title)
            report = Path(folder) / f"{len(codes)}.json"
            codes.append(crawl(spider, link, address, report, console))
    for platform in ("douyin", "tiktok"):
        console.print(build_tree(ROOT / platform), no_wrap=True, overflow="ellipsis")
    return next(filter(None, codes), 0)


@contextmanager
def run_sandbox() -> Iterator[tuple[str, dict[str, list[str]]]]:
    """Start a sandbox in a process of its own; yield its address and the links of each user."""
    command = [sys.executable, "-m", "f2scrapy.sandbox", "--until-eof", "--latency", "150"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        address = process.stdout.readline().strip().partition("=")[2]
        links: dict[str, list[str]] = {}
        while USER not in links:
            *name, _, douyin, tiktok = process.stdout.readline().split()
            links[" ".join(name)] = [douyin, tiktok]
        try:
            yield address, links
        finally:
            process.stdin.close()


def crawl(spider: str, link: str, address: str, report: Path, console: Console) -> int:
    """Run the main job once; return its exit code."""
    # Append: a second crawl skips archived works and would overwrite the feed with nothing.
    command = f"scrapy crawl {spider} -a url={link} -o {ROOT}/{spider}.jsonl"
    console.print(f"[bold]$ {escape(command)}[/]", soft_wrap=True)
    done = subprocess.run(
        [sys.executable, "-m", *command.split()],
        env=build_environment(address, report),
        check=False,
    )
    if report.exists():
        console.print(build_table(json.loads(report.read_text("utf-8"))))
    return done.returncode


def build_environment(address: str, report: Path) -> dict[str, str]:
    """Return this environment with options for the sandbox and without the user's F2_ options."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith("F2_")}
    return bare | {
        "F2_CONFIG": os.devnull,
        "F2_SANDBOX": address,
        "F2_PATH": str(ROOT),
        "F2_ARCHIVE": str(ARCHIVE),
        "F2_PACE": "0.2",
        "F2_REPORT": str(report),
    }


def build_table(report: dict[str, object]) -> Table:
    """Return the report as a table to print."""
    shown = Table(show_header=False, box=None, padding=(0, 2))
    for name in ("outcome", "exit_code", "expected", "seen", "kept", "skipped", "failed", "files"):
        shown.add_row(name, escape(str(report[name])))
    shown.add_row("bytes", decimal(int(str(report["bytes"]))))
    shown.add_row("requests", str(report["requests"]))
    shown.add_row("seconds", str(report["seconds"]))
    return shown


def build_tree(folder: Path) -> Tree:
    """Return the files below `folder`: the first works in full, a count of the others."""
    top = Tree(f"[bold]{escape(str(folder))}")
    for mode in sorted(folder.iterdir()):
        branch = top.add(escape(mode.name))
        for user in sorted(mode.iterdir()):
            _add_works(branch.add(escape(user.name)), sorted(user.iterdir()))
    return top


def _add_works(branch: Tree, works: list[Path]) -> None:
    for work in works[:SHOWN]:
        files = branch.add(escape(work.name))
        for file in sorted(work.iterdir()):
            name = file.name.replace(work.name, "…")
            files.add(f"{escape(name)}  [dim]{decimal(file.stat().st_size)}")
    if works[SHOWN:]:
        branch.add(f"[dim]… and {len(works) - SHOWN} more works")


if __name__ == "__main__":
    sys.exit(main())
