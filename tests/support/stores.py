"""Real stores on loopback: a folder, S3 by moto, WebDAV and SFTP by rclone."""

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from f2scrapy.store.address import PASSWORD, parse_address
from f2scrapy.store.contract import Store
from f2scrapy.store.opening import open_store

KINDS = ("file", "s3", "webdav", "sftp")
LOGIN = {"AWS_ACCESS_KEY_ID": "AKIAOURTESTKEY", "AWS_SECRET_ACCESS_KEY": "hush-hush",
         PASSWORD: "open-sesame"}  # fmt: skip


@dataclass
class Server:
    """A store that runs, and its options for a crawl."""

    kind: str
    publish: str  # F2_PUBLISH
    options: dict[str, str] = field(default_factory=dict)  # F2_PUBLISH_OPTIONS
    port: int = 0  # 0 = it has none

    def open(self, port: int = 0, prefix: str = "") -> Store:
        """Return the store; `port` is that of a proxy before it, 0 = none."""
        address, options = self.publish, self.options
        if port:
            address = address.replace(f":{self.port}", f":{port}")
            options = {n: v.replace(f":{self.port}", f":{port}") for n, v in options.items()}
            if "known_hosts" in options:
                hosts = Path(options["known_hosts"])
                own = hosts.with_name(f"hosts.{port}")
                own.write_text(hosts.read_text().replace(f":{self.port} ", f":{port} "))
                options["known_hosts"] = str(own)
        return open_store(parse_address(address + prefix, options))

    def build_settings(self, prefix: str = "") -> dict[str, str]:
        """Return the options of a crawl that publishes here."""
        options = ",".join(f"{name}={value}" for name, value in self.options.items())
        return {"F2_PUBLISH": self.publish + prefix, "F2_PUBLISH_OPTIONS": options, **LOGIN}


def find_rclone() -> str:
    """Return the program; a test without it is skipped, or fails in CI."""
    path = shutil.which("rclone")
    if path is None:
        reason = "rclone is missing; on Debian: apt-get install rclone"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    return path


@contextmanager
def run_server(kind: str, folder: Path, *words: str) -> Iterator[Server]:
    """Run a store of this kind; `folder` is empty."""
    with ExitStack() as stack:
        if kind == "file":
            yield Server(kind, f"file://{folder / 'files'}")
            return
        port = find_port()
        if kind == "s3":
            command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
            options = {"endpoint": f"http://127.0.0.1:{port}"}
            stack.enter_context(start(command, port))
            urlopen(Request(f"http://127.0.0.1:{port}/works", method="PUT"), timeout=30).close()
            yield Server(kind, "s3://works/our/files", options, port)
            return
        (folder / "files").mkdir()
        command = [find_rclone(), "serve", kind, str(folder / "files"), *words]
        command += ["--addr", f"127.0.0.1:{port}", "--user", "me", "--pass", LOGIN[PASSWORD]]
        environment = {"RCLONE_CONFIG": os.devnull, "XDG_CACHE_HOME": str(folder)}
        stack.enter_context(start(command, port, **environment))
        if kind == "webdav":
            yield Server(kind, f"webdav+http://me@127.0.0.1:{port}/our", port=port)
        else:
            hosts = write_known_hosts(folder, port)
            options = {"known_hosts": str(hosts)}
            yield Server(kind, f"sftp://me@127.0.0.1:{port}/our", options, port)


def find_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@contextmanager
def start(command: list[str], port: int, **environment: str) -> Iterator[None]:
    """Run a server until the block ends; it is ready when the block begins."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, env=os.environ | environment, **quiet) as process:
        try:
            while process.poll() is None:
                try:
                    socket.create_connection(("127.0.0.1", port), 5).close()
                    break
                except OSError:
                    time.sleep(0.05)
            assert process.poll() is None, "the server has ended"
            yield
        finally:
            process.kill()


def write_known_hosts(folder: Path, port: int) -> Path:
    """Write the key of the server that rclone has made for itself."""
    import paramiko

    with paramiko.Transport(("127.0.0.1", port)) as transport:
        transport.start_client(timeout=30)
        key = transport.get_remote_server_key()
    hosts = folder / "known_hosts"
    hosts.write_text(f"[127.0.0.1]:{port} {key.get_name()} {key.get_base64()}\n")
    return hosts


Serve = Callable[[str], Server]


@dataclass
class Proxy:
    """Stands before a server, and breaks what passes to it."""

    upstream: int  # port of the server
    cut_after: int = 0  # bytes to the server until every connection is cut; 0 = none is
    put_status: int = 0  # the answer to each PUT; 0 = that of the server

    def __post_init__(self) -> None:
        self.passed = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client = self.listener.accept()[0]
                server = socket.create_connection(("127.0.0.1", self.upstream))
                for pair in ((client, server, True), (server, client, False)):
                    threading.Thread(target=self._pass, args=pair, daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket, is_up: bool) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if is_up and self.put_status and data.startswith(b"PUT "):
                    head = f"HTTP/1.1 {self.put_status} No\r\ncontent-length: 0\r\n"
                    source.sendall(f"{head}connection: close\r\n\r\n".encode())
                    break
                self.passed += len(data) * is_up
                if self.cut_after and self.passed > self.cut_after:
                    break
                target.sendall(data)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
