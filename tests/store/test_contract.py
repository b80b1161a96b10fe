"""Every kind of store does the same: files come whole, replace none of others, and move."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.stores import KINDS, Serve

from f2scrapy.store.contract import PART, Fault, Receipt, Store, StoreError
from f2scrapy.store.upload import fetch_file, move_file, put_file, read_hash

KEY = "douyin/post/名 字/a b#c?d%20e+é😀/1_video.mp4"


def make(path: Path, size: int, seed: bytes = b"x") -> Receipt:
    data = (hashlib.sha256(seed).digest() * (size // 32 + 1))[:size]
    path.write_bytes(data)
    return Receipt(size, hashlib.sha256(data).hexdigest())


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def store(kind: str, serve: Serve, request: pytest.FixtureRequest) -> Iterator[Store]:
    made = serve(kind).open(prefix=f"/{request.node.originalname}")
    yield made
    made.close()


def test_files_come_whole_and_replace_none_of_others(store: Store, tmp_path: Path) -> None:
    one = tmp_path / "one"
    for size in (0, 5, PART, PART + 5):
        receipt = make(one, size)
        key = f"{size}/{KEY}"
        assert put_file(store, key, one) == receipt
        assert put_file(store, key, one) == receipt, "it is there already"
        assert read_hash(store, key) == receipt.sha256
    former, other = receipt, make(one, 7, b"y")
    with pytest.raises(StoreError, match="has another file"):
        put_file(store, key, one)
    with pytest.raises(StoreError, match="has another file"):
        put_file(store, key, one, other)
    assert read_hash(store, key) == former.sha256
    assert put_file(store, key, one, former) == other, "this program's own file is replaced"
    found = dict(store.list_files())
    assert found == {f"0/{KEY}": 0, f"5/{KEY}": 5, f"{PART}/{KEY}": PART, key: 7}
    fetch_file(store, key, tmp_path / "new" / "two", other)
    assert (tmp_path / "new" / "two").read_bytes() == one.read_bytes()
    with pytest.raises(StoreError, match="other bytes"):
        fetch_file(store, key, tmp_path / "new" / "two", former)
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["two"]


def test_a_file_moves_to_another_key(store: Store, tmp_path: Path) -> None:
    one = tmp_path / "one"
    receipt, target = make(one, PART + 5), KEY.replace("名", "新")
    put_file(store, KEY, one)
    for _ in range(2):  # the second time after a run that was killed before it recorded the first
        assert move_file(store, KEY, target, receipt)
    store.delete(KEY)
    store.delete(KEY)
    assert dict(store.list_files()) == {target: receipt.size}
    assert read_hash(store, target) == receipt.sha256
    make(one, 3)
    put_file(store, KEY, one)
    with pytest.raises(StoreError, match="has another file"):
        move_file(store, KEY, target, Receipt(3, "0"))
    assert store.find(KEY)
    with pytest.raises(StoreError) as absent:
        move_file(store, "none", "other", receipt)
    assert absent.value.fault is Fault.ABSENT
    with pytest.raises(StoreError) as absent:
        next(store.read("none"))
    assert absent.value.fault is Fault.ABSENT
