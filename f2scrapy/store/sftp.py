"""Files on an SFTP server, by paramiko."""

from __future__ import annotations

import errno
import socket
import stat
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from queue import Empty, LifoQueue

import paramiko

from f2scrapy.store.address import Address
from f2scrapy.store.contract import Abilities, Fault, Found, StoreError

_TIMEOUT = 30.0  # seconds
_ANSWER = 32 * 1024  # bytes that any server gives at once
_WINDOW = 256 * _ANSWER
_REFUSED = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR}
_FULL = {errno.ENOSPC, errno.EDQUOT}


class SftpStore:
    """A store on an SFTP server; see `contract.Store`.

    The server's key must be in ~/.ssh/known_hosts, or in the file of the option `known_hosts`. The
    user's keys are those of the agent and of ~/.ssh, or the file of the option `key_file`.
    """

    abilities = Abilities(writes_at_once=False, moves=True)

    def __init__(self, address: Address, password: str) -> None:
        self._address = address
        self._password = password
        self._root = PurePosixPath("/", address.path)
        self._lock = threading.Lock()
        self._client: paramiko.SSHClient | None = None
        # A channel serves one thread at a time: another one's answers would be lost (5.1, 2026-11).
        self._channels: LifoQueue[paramiko.SFTPClient] = LifoQueue()

    @contextmanager
    def _open_channel(self) -> Iterator[paramiko.SFTPClient]:
        with _convert_errors():
            channel = self._take_channel()
            try:
                yield channel
            except (paramiko.SSHException, EOFError, TimeoutError, ConnectionError):
                channel.close()
                raise
            except BaseException:
                self._channels.put(channel)
                raise
            self._channels.put(channel)

    def _take_channel(self) -> paramiko.SFTPClient:
        with suppress(Empty):
            while True:
                channel = self._channels.get_nowait()
                if (own := channel.get_channel()) and not own.closed:
                    return channel
        with self._lock:
            transport = self._client.get_transport() if self._client else None
            if transport is None or not transport.is_active():
                self._client = self._connect()
            assert self._client is not None
            channel = self._client.open_sftp()
        if own := channel.get_channel():
            own.settimeout(_TIMEOUT)
        return channel

    def _connect(self) -> paramiko.SSHClient:
        address = self._address
        options = {name: str(Path(text).expanduser()) for name, text in address.options.items()}
        client = paramiko.SSHClient()
        sock = socket.create_connection((address.host, address.port or 22), _TIMEOUT)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # 40 ms for each answer else
        client.set_missing_host_key_policy(paramiko.RejectPolicy())
        client.load_system_host_keys(options.get("known_hosts"))
        try:
            client.connect(
                address.host,
                address.port or 22,
                address.user or None,
                self._password or None,
                key_filename=options.get("key_file"),
                timeout=_TIMEOUT,
                banner_timeout=_TIMEOUT,
                auth_timeout=_TIMEOUT,
                sock=sock,
            )
        except BaseException:
            client.close()
            sock.close()
            raise
        return client

    def _locate(self, key: str) -> str:
        return str(self._root / key)

    def find(self, key: str) -> Found | None:
        with self._open_channel() as sftp:
            try:
                return Found(sftp.stat(self._locate(key)).st_size or 0)
            except FileNotFoundError:
                return None

    def write(
        self,
        key: str,
        pieces: Iterable[bytes],
        size: int,  # noqa: ARG002
        *,
        replace: bool = False,  # noqa: ARG002
    ) -> None:
        with self._open_channel() as sftp:
            _make_folder(sftp, PurePosixPath(self._locate(key)).parent)
            with sftp.open(self._locate(key), "wb") as file:
                file.set_pipelined(True)
                for piece in pieces:
                    file.write(piece)

    def read(self, key: str) -> Iterator[bytes]:
        # Many answers are in flight, for a far server. An open file keeps all that it has read in
        # this way in memory (5.1, 2026-11), so each window is a new one.
        size = self._measure(key)
        with self._open_channel() as sftp:
            for start in range(0, size, _WINDOW):
                offsets = range(start, min(start + _WINDOW, size), _ANSWER)
                with sftp.open(self._locate(key), "rb") as file:
                    yield from file.readv([(one, min(_ANSWER, size - one)) for one in offsets])

    def _measure(self, key: str) -> int:
        found = self.find(key)
        if found is None:
            raise StoreError(Fault.ABSENT)
        return found.size

    def move(self, source: str, target: str) -> None:
        with self._open_channel() as sftp:
            place = PurePosixPath(self._locate(target))
            _make_folder(sftp, place.parent)
            sftp.rename(self._locate(source), str(place))
            with suppress(OSError):  # it is not empty
                sftp.rmdir(str(PurePosixPath(self._locate(source)).parent))

    def delete(self, key: str) -> None:
        with self._open_channel() as sftp, suppress(FileNotFoundError):
            sftp.remove(self._locate(key))

    def list_files(self) -> Iterator[tuple[str, int]]:
        folders = [PurePosixPath()]
        while folders:
            folder = folders.pop()
            for entry in self._list(folder):
                if stat.S_ISDIR(entry.st_mode or 0):
                    folders.append(folder / entry.filename)
                else:
                    yield str(folder / entry.filename), entry.st_size or 0

    def _list(self, folder: PurePosixPath) -> list[paramiko.SFTPAttributes]:
        with self._open_channel() as sftp:
            try:
                return list(sftp.listdir_attr(self._locate(str(folder))))
            except FileNotFoundError:
                return []

    def close(self) -> None:
        if self._client:
            self._client.close()


def _make_folder(sftp: paramiko.SFTPClient, folder: PurePosixPath) -> None:
    """Create a folder and those above it, as far as they are missing."""
    try:
        sftp.stat(str(folder))
    except FileNotFoundError:
        _make_folder(sftp, folder.parent)
        try:
            sftp.mkdir(str(folder))
        except OSError as error:
            try:
                sftp.stat(str(folder))  # another thread has just made it
            except FileNotFoundError:
                raise PermissionError(errno.EACCES, str(error)) from None


@contextmanager
def _convert_errors() -> Iterator[None]:
    """Turn errors of the connection and the server into a StoreError."""
    try:
        yield
    except (paramiko.BadHostKeyException, paramiko.AuthenticationException) as error:
        raise StoreError(Fault.REFUSED, type(error).__name__) from None
    except (paramiko.SSHException, EOFError, TimeoutError, ConnectionError) as error:
        is_unknown = "not found in known_hosts" in str(error)
        code = "its key is not in known_hosts" if is_unknown else type(error).__name__
        raise StoreError(Fault.REFUSED if is_unknown else Fault.UNREACHABLE, code) from None
    except FileNotFoundError:
        raise StoreError(Fault.ABSENT) from None
    except OSError as error:
        raise StoreError(_find_fault(error), type(error).__name__) from None


def _find_fault(error: OSError) -> Fault:
    if error.errno in _REFUSED:
        return Fault.REFUSED
    text = str(error).lower()  # of the server: SFTP has no number for a full disk
    is_full = error.errno in _FULL or "no space" in text or "quota" in text
    return Fault.FULL if is_full else Fault.UNREACHABLE
