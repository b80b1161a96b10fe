"""Sets of keys, in memory and on disk."""

from __future__ import annotations

import errno

import pytest

from f2scrapy.crawl import key_set
from f2scrapy.crawl.key_set import KeySet

TEXTS = [f"douyin:post:{7_300_000_000_000_000_000 - 7919 * n % 1000}" for n in range(1000)]
NUMBERS = [(-1) ** n * (1 << 62) // (n + 1) for n in range(100)]


@pytest.fixture(params=[0, 10, 2_000], ids=["disk", "both", "memory"], autouse=True)
def most_in_memory(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_set, "MOST_IN_MEMORY", request.param)


@pytest.mark.parametrize("given", [TEXTS, NUMBERS, ["", "a\0b", "a\0c", "A", "a", "é", "e\u0301"]])
def test_each_key_is_new_once(given: list[str | int]) -> None:
    keys = KeySet(given[:5])
    assert all(key in keys for key in given[:5])
    assert not any(key in keys for key in given[5:])
    assert [keys.add(key) for key in given] == [False] * 5 + [True] * (len(given) - 5)
    assert not any(map(keys.add, given))
    assert all(key in keys for key in given)


def test_sets_do_not_share_their_keys() -> None:
    first, second = KeySet(TEXTS), KeySet(TEXTS[:500])
    assert TEXTS[700] in first
    assert TEXTS[700] not in second


def test_key_keeps_its_first_text() -> None:
    keys = KeySet()
    assert all(keys.add(key, f"list of {key}") for key in TEXTS)
    assert not keys.add(TEXTS[0], "another")
    assert {key: keys.get_text(key) for key in keys} == {key: f"list of {key}" for key in TEXTS}
    assert keys.get_text("none") == ""


def test_full_disk_is_an_error_of_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_set, "MOST_IN_MEMORY", 0)
    keys = KeySet(["first"])
    assert keys._db
    keys._db.execute("PRAGMA max_page_count = 4")
    with pytest.raises(OSError, match=r"temporary file for keys of rows: .* full") as raised:
        [keys.add(key) for key in TEXTS]
    assert raised.value.errno == errno.ENOSPC
