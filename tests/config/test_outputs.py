"""Small files are replaced whole, by any number of processes with any ids."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from f2scrapy.config.outputs import remove_leftovers, replace_file


def test_file_is_replaced_with_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "new" / "x.json"
    for data in (b"one", b"two"):
        replace_file(path, data, mode=0o600)
        assert path.read_bytes() == data
        assert path.stat().st_mode & 0o777 == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_writers_with_the_same_id_never_tear_a_file(tmp_path: Path) -> None:
    """Two containers that share a folder have the same process id: 1."""
    path = tmp_path / "x.json"
    texts = [json.dumps({str(n): "x" * n * 1000}).encode() for n in range(1, 5)]

    def write(text: bytes) -> None:
        for _ in range(100):
            replace_file(path, text)
            assert path.read_bytes() in texts

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, texts))
    assert list(tmp_path.iterdir()) == [path]


def test_failure_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x"
    path.write_text("old")

    def fail(*_: object) -> None:
        raise OSError(28, "full")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="full"):
        replace_file(path, b"new")
    assert [p.read_text() for p in tmp_path.iterdir()] == ["old"]


def test_device_is_written_to() -> None:
    replace_file(Path("/dev/null"), b"x")
    assert not Path("/dev/null").is_file()


def test_leftovers_of_a_file_are_removed_and_no_others(tmp_path: Path) -> None:
    path = tmp_path / "[a] *.json"
    replace_file(path, b"{}")
    left = [tmp_path / f".[a] *.json.{number:012x}.part" for number in range(2)]
    other = tmp_path / f".a.json.{1:012x}.part"
    for part in (*left, other):
        part.touch()
    remove_leftovers(path)
    assert sorted(tmp_path.iterdir()) == sorted([path, other])
