"""Real stores, one of each kind for a worker."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from support.stores import LOGIN, Serve, Server, run_server


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    """Return the running store of a kind; the first call starts it."""
    running: dict[str, Server] = {}
    with ExitStack() as stack:

        def run(kind: str) -> Server:
            if kind not in running:
                folder = tmp_path_factory.mktemp(kind)
                running[kind] = stack.enter_context(run_server(kind, folder))
            return running[kind]

        yield run


@pytest.fixture(autouse=True)
def login(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in LOGIN.items():
        monkeypatch.setenv(name, value)
