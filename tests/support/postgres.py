"""Run a PostgreSQL server of our own, in a temporary folder, on a Unix socket."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

_OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "16MB",
    "max_wal_senders": "0",
    "wal_level": "minimal",
    "lc_messages": "C",
}


class Cluster:
    """A running server; each archive gets a schema of its own in its database `postgres`."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self.programs = programs
        self.folder = folder
        self.user: dict[str, Any] = {"user": "postgres"} if os.geteuid() == 0 else {}
        self.process: subprocess.Popen[bytes] | None = None
        self._numbers = count(1)

    def create(self) -> None:
        """Make its files."""
        shutil.chown(self.folder, **self.user) if self.user else None
        words = [self.programs / "initdb", "-D", self.folder / "data", "-U", "f2", "-A", "trust",
                 "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"]  # fmt: skip
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL, cwd="/", **self.user)

    def start(self) -> None:
        """Start the server, and wait until it answers."""
        settings = [word for name, value in _OPTIONS.items() for word in ("-c", f"{name}={value}")]
        words = [self.programs / "postgres", "-D", self.folder / "data", "-k", self.folder]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [*words, *settings], stdout=log, stderr=log, cwd="/", **self.user
            )
        end = time.monotonic() + 60
        while True:
            with suppress(psycopg.OperationalError), self.connect():
                return
            if self.process.poll() is not None or time.monotonic() > end:
                raise RuntimeError((self.folder / "log").read_text("utf-8"))
            time.sleep(0.02)

    def stop(self, how: signal.Signals = signal.SIGQUIT) -> None:
        """Stop the server at once: connections break."""
        assert self.process is not None
        self.process.send_signal(how)
        self.process.wait(30)

    def connect(self) -> psycopg.Connection[Any]:
        """Return a connection of an administrator."""
        url = f"postgresql://f2@/postgres?host={self.folder}"
        return psycopg.connect(url, autocommit=True, connect_timeout=5)

    def make_address(self) -> str:
        """Return an address for F2_ARCHIVE: a database without tables, as it seems."""
        name = f"archive_{os.getpid()}_{next(self._numbers)}"
        with self.connect() as connection:
            connection.execute(f"CREATE SCHEMA {name}")
        return f"postgresql://f2@/postgres?host={self.folder}&options=-csearch_path%3D{name}"


def find_programs() -> Path | None:
    """Return the folder of Debian's newest server, or that of one on the PATH."""
    known = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda p: int(p.parts[4])
    )
    found = str(known[-1]) if known else shutil.which("postgres")
    return Path(found).parent if found else None


@contextmanager
def run_cluster() -> Iterator[Cluster]:
    """Run a server of our own within the block; without PostgreSQL, skip the test."""
    programs = find_programs()
    if programs is None:
        assert not os.environ.get("CI"), "PostgreSQL is missing"
        pytest.skip("PostgreSQL is not installed")
    with tempfile.TemporaryDirectory(prefix="f2pg-", dir="/tmp") as name:  # a short path: a socket
        cluster = Cluster(programs, Path(name))
        cluster.create()
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.stop()
