"""An archive on a PostgreSQL server: breaks, locks and refusals; its password is shown nowhere."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
from scrapy.settings import BaseSettings, Settings
from support.archived import OTHER, WORK
from support.postgres import Cluster

import f2scrapy.settings as project
from f2scrapy.archive import archive as archive_module
from f2scrapy.archive import postgres
from f2scrapy.archive.archive import Archive
from f2scrapy.archive.database import is_busy
from f2scrapy.archive.facts import find_facts
from f2scrapy.archive.server import Server, parse_server
from f2scrapy.command.main import main as run_command
from f2scrapy.config.file import load_options, read_defaults
from f2scrapy.crawl.crawl_command import prepare_crawler
from f2scrapy.crawl.extensions.report import list_changed
from f2scrapy.errors import InputError

SECRET = "postgresql://me:s3cr%25t@127.0.0.1:1/archive?sslpassword=pa55"


@pytest.fixture
def archive(server: Server, tmp_path: Path) -> Iterator[Archive]:
    """An archive that never waits, as that of a crawl."""
    with closing(Archive(server, tmp_path, blocking=False)) as opened:
        yield opened


def find_backend(archive: Archive) -> int:
    """Return the process of the server that this archive speaks with."""
    (found,) = archive._db.execute("SELECT pg_backend_pid()").fetchone()
    return int(found)


# Addresses


def test_password_is_shown_nowhere(tmp_path: Path) -> None:
    options = load_options(F2_ARCHIVE=SECRET, F2_PATH=str(tmp_path))
    place = options.archive_place
    assert isinstance(place, Server)
    assert str(place) == "postgresql://me@127.0.0.1:1/archive"
    with pytest.raises(InputError, match=r"F2_ARCHIVE=postgresql://me@127") as raised:
        Archive(place, tmp_path)
    shown = [repr(options), repr(place), str(raised.value), repr(raised.value.__cause__)]
    shown.append(place.redact("password s3cr%t, s3cr%25t, pa55"))
    settings = BaseSettings(read_defaults() | {"F2_ARCHIVE": SECRET})
    shown.append(str(list_changed(settings)))
    assert "postgresql://me:…@127.0.0.1" in shown[-1]
    assert not any(secret in text for text in shown for secret in ("s3cr", "pa55"))


def test_server_that_is_away_at_the_start_is_no_mistake_of_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("F2_ARCHIVE", SECRET)
    for words in (["verify"], ["update"]):
        assert run_command(words) == 4
        assert capsys.readouterr().err.startswith("f2scrapy: F2_ARCHIVE=postgresql://me@127.0.0.1")
    settings = Settings({"F2_REPORT": "report.json"})
    settings.setmodule(project, priority="default")
    with pytest.raises(SystemExit, match=r"^4$"):
        prepare_crawler(settings, "douyin_post", {"url": "7298145681699622182"})
    report = json.loads(Path("report.json").read_text("utf-8"))
    assert (report["outcome"], report["closed"]) == ("DISK", "not begun")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("postgresql://me:s3cr@host", "names no database"),
        ("postgres://me:s3cr@host/", "names no database"),
        ("postgresql://me:s3cr@[host/x", "cannot be read"),
        ("postgresql://me:s3cr@host/a b", "no blanks"),
        ("postgress://me:s3cr@host/x", "want a path"),
    ],
)
def test_address_that_is_none_is_named_without_password(text: str, why: str) -> None:
    with pytest.raises(InputError, match=why) as raised:
        load_options(F2_ARCHIVE=text)
    assert "s3cr" not in str(raised.value)


def test_login_is_in_the_folder_of_files() -> None:
    options = load_options(F2_ARCHIVE=SECRET, F2_PATH="media")
    assert options.login_path == Path("media/f2scrapy.login.json")


def test_sqlite_needs_no_driver(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from f2scrapy.archive.archive import Archive;"
        f"Archive(Path({str(tmp_path / 'x.db')!r}), Path()).close();"
        "sys.exit('psycopg' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_missing_driver_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "f2scrapy.archive.postgres")
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(InputError, match=r"pip install 'psycopg\[binary\]'"):
        Archive(parse_server(SECRET), tmp_path)


# Breaks


async def test_call_goes_on_after_the_connection_broke(archive: Archive, cluster: Cluster) -> None:
    with cluster.connect() as admin:
        for inside in (False, True):
            backend = find_backend(archive)

            def reserve(backend: int = backend, inside: bool = inside) -> str:
                def choose() -> Iterator[str]:
                    if inside:  # in the open transaction
                        admin.execute("SELECT pg_terminate_backend(%s, 5000)", (backend,))
                    yield f"d/{inside}"

                return archive.reserve_path(f"douyin:post:{inside}", choose())

            if not inside:
                admin.execute("SELECT pg_terminate_backend(%s, 5000)", (backend,))
            assert await archive.run(reserve) == f"d/{inside}"
    assert archive._db.execute("SELECT count(*) FROM works").fetchone() == (2,)


async def test_server_that_is_away_costs_one_patience_and_comes_back(
    archive: Archive, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive_module, "PATIENCE_S", 1.0)
    monkeypatch.setattr(postgres, "PATIENCE_S", 1.0)
    cluster.stop()
    with pytest.raises(OSError, match="the archive: ") as raised:
        await archive.run(lambda: archive.reserve_path(WORK, ["d/x"]))
    await asyncio.sleep(0.3)
    tries: list[str] = []

    def reserve() -> str | None:
        tries.append(OTHER)
        return archive.reserve_path(OTHER, ["d/y"])

    with pytest.raises(OSError, match="the archive: ") as second:
        await archive.run(reserve)
    assert tries == [OTHER], "later calls do not wait, too"
    assert not is_busy(second.value), raised.value
    cluster.start()
    end = time.monotonic() + 20
    while True:
        try:
            assert await archive.run(lambda: archive.reserve_path(WORK, ["d/x"])) == "d/x"
            break
        except OSError:
            assert time.monotonic() < end
            await asyncio.sleep(0.1)


def test_frozen_server_holds_up_nothing_for_ever(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = find_backend(archive)
    os.kill(backend, signal.SIGSTOP)
    try:
        with monkeypatch.context() as patch:
            patch.setattr(postgres, "ANSWER_S", 0.3)  # not for the new connection: it may be slow
            with pytest.raises(OSError, match="does not answer") as raised:
                archive.get_path(WORK)
    finally:
        os.kill(backend, signal.SIGCONT)
    assert is_busy(raised.value)
    assert archive.get_path(WORK) is None


# Locks and refusals


def test_lock_of_another_machine_is_no_error_of_the_disk(archive: Archive, server: Server) -> None:
    with closing(Archive(server, archive.root, blocking=False)) as other, other.hold_folders():
        with pytest.raises(OSError, match="lock timeout") as raised:  # it waits no longer than that
            archive.reserve_path(WORK, ["d/x"])
        assert is_busy(raised.value)
        assert archive.get_path(WORK) is None, "reading goes on"
    assert archive.reserve_path(WORK, ["d/x"]) == "d/x"


def test_works_are_reserved_side_by_side(archive: Archive, server: Server) -> None:
    with closing(Archive(server, archive.root, blocking=False)) as other:
        with other._db.transaction(shared=True):
            assert archive.reserve_path(WORK, ["d/x"]) == "d/x"
        with other._db.transaction(shared=True):
            assert other.reserve_new(OTHER, "d/y", find_facts(None)) == "d/y"
            with pytest.raises(OSError, match="archive") as raised:
                archive.reserve_path(OTHER, ["d/y"])
            assert is_busy(raised.value), "the other one may take it"


def test_read_only_server(archive: Archive) -> None:
    archive._db.execute("SET default_transaction_read_only = on")
    with pytest.raises(OSError, match="read-only") as raised:
        archive.reserve_path(WORK, ["d/x"])
    assert raised.value.errno == errno.EROFS
    assert archive.get_path(WORK) is None


@pytest.mark.parametrize(
    ("error", "number"),
    [
        (psycopg.errors.DiskFull, errno.ENOSPC),
        (psycopg.errors.DeadlockDetected, errno.EBUSY),
        (psycopg.errors.TooManyConnections, errno.EBUSY),
        (psycopg.errors.InsufficientPrivilege, errno.EACCES),
        (psycopg.errors.UndefinedTable, errno.EIO),
    ],
)
def test_errors_of_the_server_are_those_of_a_disk(
    archive: Archive, error: type[psycopg.Error], number: int
) -> None:
    assert archive._db._convert(error("could not extend file")).errno == number


def test_newer_schema_is_refused(archive: Archive, server: Server) -> None:
    archive._db.execute("UPDATE schema_version SET version = 99")
    with pytest.raises(InputError, match=r"newer f2scrapy \(schema 99"):
        Archive(server, archive.root)


def test_text_with_a_zero_byte_is_stored_without_it(archive: Archive) -> None:
    archive.reserve_path(WORK, ["d/x"], SimpleNamespace(desc="a\0b", digg_count=1))
    assert archive.get_facts(WORK)["title"] == "ab"
