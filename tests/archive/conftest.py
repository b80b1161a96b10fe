"""Fixtures for the archive: each promise holds in an SQLite file and on a PostgreSQL server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from support.archived import Reopen
from support.postgres import Cluster

from f2scrapy.archive.archive import Archive
from f2scrapy.archive.server import Server, parse_server


@pytest.fixture
def server(cluster: Cluster) -> Server:
    """An empty database on a server of our own."""
    return parse_server(cluster.make_address())


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | Server:
    """Return the place of an archive that does not exist yet."""
    if request.param == "sqlite":
        return tmp_path / "f2scrapy.db"
    server: Server = request.getfixturevalue("server")
    return server


@pytest.fixture
def reopen(place: Path | Server, tmp_path: Path) -> Reopen:
    """reopen(): another connection to the archive."""
    return lambda: Archive(place, tmp_path)


@pytest.fixture
def archive(reopen: Reopen) -> Iterator[Archive]:
    with closing(reopen()) as opened:
        yield opened
