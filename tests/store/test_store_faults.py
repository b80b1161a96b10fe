"""A store that fails leaves nothing under a final key, and each fault has its name."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from support.stores import KINDS, LOGIN, Proxy, Serve, Server, run_server

from f2scrapy.errors import InputError
from f2scrapy.store.address import PASSWORD
from f2scrapy.store.contract import PART, Fault, Store, StoreError
from f2scrapy.store.upload import put_file, read_hash

KEY = "douyin/1_video.mp4"
NETWORK = KINDS[1:]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file to put into a store."""
    file = tmp_path / "one"
    file.write_bytes(b"x")
    return file


@pytest.fixture
def break_server(serve: Serve) -> Iterator[Callable[..., Proxy]]:
    """break_server(server, cut_after=9): a proxy before the server."""
    proxies: list[Proxy] = []

    def start(server: Server, **faults: int) -> Proxy:
        proxies.append(Proxy(server.port, **faults))
        return proxies[-1]

    yield start
    for proxy in proxies:
        proxy.close()


def put(store: Store, path: Path) -> StoreError | None:
    try:
        put_file(store, KEY, path)
    except StoreError as error:
        return error
    finally:
        store.close()
    return None


@pytest.mark.parametrize("kind", NETWORK)
def test_a_cut_connection_leaves_no_file(
    kind: str, serve: Serve, break_server: Callable[..., Proxy], path: Path
) -> None:
    path.write_bytes(b"x" * (PART + 9))
    server = serve(kind)
    proxy = break_server(server, cut_after=PART // 2)
    error = put(server.open(proxy.port, "/cut"), path)
    assert error is not None
    assert error.fault is Fault.UNREACHABLE
    store = server.open(prefix="/cut")
    assert store.find(KEY) is None
    assert put_file(store, KEY, path).size == PART + 9, "done again"
    store.close()


@pytest.mark.parametrize("kind", ["s3", "webdav"])
def test_a_server_that_says_no_is_named(
    kind: str, serve: Serve, break_server: Callable[..., Proxy], path: Path
) -> None:
    server = serve(kind)
    for status, fault in ((403, Fault.REFUSED), (507, Fault.FULL), (500, Fault.UNREACHABLE)):
        proxy = break_server(server, put_status=status)
        error = put(server.open(proxy.port, f"/no{status}"), path)
        assert error is not None
        assert error.fault is fault, status
        assert not [word for word in LOGIN.values() if word in f"{error!r}{error}"]


@pytest.mark.parametrize("kind", KINDS)
def test_other_bytes_than_those_sent_are_found_and_deleted(
    kind: str, serve: Serve, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.write_bytes(b"right")
    store = serve(kind).open(prefix="/bent")
    write = store.write

    def bend(key: str, pieces: Iterable[bytes], size: int, *, replace: bool = False) -> None:
        assert b"".join(pieces) == b"right"
        write(key, [b"wrong"], size, replace=replace)

    with monkeypatch.context() as patch:
        patch.setattr(store, "write", bend)
        with pytest.raises(StoreError, match="other bytes"):
            put_file(store, KEY, path)
    assert [*store.list_files()] == []
    assert put_file(store, KEY, path).sha256 == read_hash(store, KEY)
    store.close()


@pytest.mark.parametrize("kind", NETWORK)
def test_a_store_that_does_not_know_us_is_named(
    kind: str, serve: Serve, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve(kind)
    if kind == "s3":  # moto knows every key, and not every bucket
        server = Server(kind, "s3://absent/x", server.options, server.port)
    monkeypatch.setenv(PASSWORD, "wrong-word")
    error = put(server.open(), path)
    assert error is not None
    assert error.fault is Fault.REFUSED
    assert "wrong-word" not in f"{error!r}{error}{server.open()!r}"


def test_an_unknown_server_gets_no_password(serve: Serve, tmp_path: Path) -> None:
    server = serve("sftp")
    hosts = tmp_path / "known_hosts"
    hosts.write_text("")
    error = put(Server("sftp", server.publish, {"known_hosts": str(hosts)}).open(), hosts)
    assert str(error) == "the store refuses (its key is not in known_hosts)"


def test_a_store_that_is_read_only_refuses(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    with run_server("sftp", tmp_path, "--read-only") as server:
        error = put(server.open(), tmp_path / "file")
    assert error is not None
    assert error.fault is Fault.REFUSED, error
    (tmp_path / "no folder").write_bytes(b"")
    folder = Server("file", f"file://{tmp_path}/no folder/files")
    with pytest.raises(InputError, match="F2_PUBLISH=file:"):
        folder.open()


@pytest.mark.parametrize("kind", KINDS)
def test_ctrl_c_ends_an_upload_and_leaves_no_file(kind: str, serve: Serve, path: Path) -> None:
    path.write_bytes(b"x" * (PART + 9))
    store = serve(kind).open(prefix="/stop")
    pieces = iter([False, True])
    with pytest.raises(StoreError) as stopped:
        put_file(store, KEY, path, is_stopping=lambda: next(pieces))
    assert stopped.value.fault is Fault.STOPPED
    assert store.find(KEY) is None
    store.close()
