"""Names that users rely on stay: options, arguments, feed columns, report fields."""

import json
from pathlib import Path

import pytest
from interface import add_names, collect_names, find_missing, is_kept, load_names

STORED = load_names()
NOW = collect_names()


@pytest.mark.parametrize("place", STORED)
def test_stored_names_are_kept(place: str) -> None:
    assert is_kept(place, STORED[place], NOW)


@pytest.mark.parametrize(
    ("place", "names", "is_missing"),
    [
        ("report", ["a", "b", "c"], False),
        ("report", ["c", "a"], False),
        ("report", ["a"], True),
        ("columns.x", ["a", "new", "c"], False),
        ("columns.x", ["c", "a"], True),
        ("elsewhere", ["a", "c"], True),
    ],
)
def test_lost_names_and_moved_columns_are_found(
    place: str, names: list[str], *, is_missing: bool
) -> None:
    stored = {"columns.x" if place == "columns.x" else "report": ["a", "c"]}
    assert bool(find_missing(stored, {place: names})) is is_missing


def test_a_release_adds_names_and_takes_none_away(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = tmp_path / "names.json"
    old = {place: " ".join(names[:2]) for place, names in NOW.items() if place != "report"}
    store.write_text(json.dumps(old), "utf-8")
    assert add_names(store) is None, "sys.exit takes it for success, and '' for a message"
    assert load_names(store) == NOW
    assert capsys.readouterr().out == "new: report\n"
    kept = json.dumps(old | {"spiders.douyin_post": "url gone"})
    store.write_text(kept, "utf-8")
    assert "spiders.douyin_post" in str(add_names(store))
    assert store.read_text("utf-8") == kept


def test_the_store_is_not_empty() -> None:
    assert len(STORED) > 100
