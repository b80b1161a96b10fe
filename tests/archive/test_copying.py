"""An archive is copied to a server and back, whole or not at all."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from support.archived import OTHER, WORK, write_file
from support.postgres import Cluster

from f2scrapy.archive import copying
from f2scrapy.archive.archive import Archive
from f2scrapy.archive.copying import TABLES, copy_archive, measure_table
from f2scrapy.archive.database import open_database
from f2scrapy.archive.published import Published
from f2scrapy.archive.readings import Reading
from f2scrapy.archive.server import Server
from f2scrapy.command.main import main
from f2scrapy.errors import Outcome


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """An archive with rows in each table."""
    path = tmp_path / "old.db"
    with closing(Archive(path, tmp_path)) as archive:
        base = archive.reserve_folder("douyin", "post", "MS4a", "Ann").path
        archive.reserve_folder("douyin", "post", "MS4a", "Änn\0")
        for number in range(copying._CHUNK + 7):
            archive.reserve_path(f"douyin:post:{number}", [f"{base}/{number}"])
        work = SimpleNamespace(desc="日落", digg_count=1)
        archive.reserve_path(WORK, ["d/x"], work)
        file = write_file(archive, WORK)
        archive.add_published("s3://bucket", WORK, file, Published(file.path, 4, "ab"))
        archive.store_facts(WORK, SimpleNamespace(digg_count=2**40))
        archive.update_work(OTHER, Outcome.DELETED)
        archive.finish_list("l", ["a"])
        archive.add_unfinished("m", refused=True)
        archive.save_reading(-(2**63), "s", Reading({"cursor": 1}, ["b"], finished=False))
        archive.add_given(3, [(1, 2**63 - 1)])
        archive._plan_move("d/a", "d/b")
        for insert in (
            "identities (name, platform, secret, limits, added_at) VALUES ('a', 'b', 'c', '', '')",
            "identity_requests VALUES ('a', '*', '2026', 7)",
            "fleet_lists (id, spider, target, words, every_s, priority, due_at)"
            " VALUES ('a', 'b', '', '[]', 60, 1, '2026')",
        ):
            archive._db.execute(f"INSERT INTO {insert}")
    return path


def measure(place: Path | Server) -> dict[str, Any]:
    with closing(open_database(place, blocking=True)) as database:
        return {name: measure_table(database, name) for name in TABLES}


def test_copy_to_a_server_and_back_is_equal(
    old: Path,
    server: Server,
    cluster: Cluster,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    back, second = tmp_path / "back.db", cluster.make_address()
    before = measure(old)
    assert all(content.rows for content in before.values()), "each table is tested"
    assert main(["archive", "migrate", str(old), server.url]) == 0
    assert "works: 209 rows" in capsys.readouterr().out
    assert main(["archive", "migrate", server.url, str(back)]) == 0
    assert before == measure(old) == measure(server) == measure(back)
    assert main(["archive", "migrate", server.url, second]) == 0, "another schema of that server"
    assert f"F2_ARCHIVE={second} from" in capsys.readouterr().out
    with closing(Archive(server, tmp_path)) as archive:
        assert archive.reserve_path("douyin:post:new", ["d/new"]) == "d/new"


def test_archive_with_rows_is_no_target(
    old: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(Archive(tmp_path / "new.db", tmp_path)) as archive:
        archive.reserve_path(WORK, ["d/x"])
    assert main(["archive", "migrate", str(old), str(tmp_path / "new.db")]) == 1
    assert main(["archive", "migrate", str(old), f"{tmp_path}/../{tmp_path.name}/old.db"]) == 1
    assert main(["archive", "migrate", str(tmp_path / "none.db"), str(old)]) == 1
    assert main(["archive", "migrate", str(old), "postgres://me:s3cr@host"]) == 1
    shown = capsys.readouterr().err
    for why in ("has rows already", "want two archives", "there is no archive", "no database"):
        assert why in shown
    assert "s3cr" not in shown


def test_refused_copy_is_shown_in_the_language_of_the_user(
    old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(open_database(old, blocking=True)) as source:
        source.execute("DROP TABLE given")
    for language, why in (("en", "nothing is kept of the copy"), ("zh", "副本没有保留")):
        monkeypatch.setenv("F2_LANG", language)
        assert main(["archive", "migrate", str(old), str(tmp_path / "new.db")]) == 4
        assert why in capsys.readouterr().err


@pytest.mark.parametrize("fault", [KeyboardInterrupt, OSError])
def test_interrupted_copy_leaves_the_target_empty(
    old: Path, place: Path | Server, monkeypatch: pytest.MonkeyPatch, fault: type[BaseException]
) -> None:
    def interrupt(*_: Any) -> Any:
        raise fault

    with (
        closing(open_database(old, blocking=True)) as source,
        closing(open_database(place, blocking=True)) as target,
    ):
        monkeypatch.setattr(copying, "measure_table", interrupt)
        with pytest.raises(fault):
            copy_archive(source, target)
        monkeypatch.undo()
        assert {measure_table(target, name).rows for name in TABLES} == {0}
        assert copy_archive(source, target)["works"] == 209


def test_difference_is_found(
    old: Path, place: Path | Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        closing(open_database(old, blocking=True)) as source,
        closing(open_database(place, blocking=True)) as target,
    ):
        target.execute("SELECT 1")
        real = copying._copy_table

        def copy(source: Any, target: Any, name: str) -> Any:
            content = real(source, target, name)
            target.execute("UPDATE works SET state = 'PRIVATE' WHERE key = ?", (WORK,))
            return content

        monkeypatch.setattr(copying, "_copy_table", copy)
        with pytest.raises(Exception, match="works: 209 rows of 209 arrived, or not as they were"):
            copy_archive(source, target)
        assert measure_table(target, "works").rows == 0


def test_all_columns_are_copied(place: Path | Server) -> None:
    with closing(open_database(place, blocking=True)) as database:
        for name, table in TABLES.items():
            cursor: Any = database.execute(f"SELECT * FROM {name}")
            assert {column[0] for column in cursor.description} == {*table.columns}
        tables = "SELECT name FROM sqlite_master WHERE type = 'table'"
        if isinstance(place, Server):
            tables = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
        found = {name for (name,) in database.execute(tables)}
        assert found - {"schema_version"} == {*TABLES}
