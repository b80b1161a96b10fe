"""The address of a PostgreSQL server, as F2_ARCHIVE names it; its password is shown nowhere."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

_SCHEMES = ("postgresql", "postgres")
_WANTED = "want postgresql://USER@HOST/DATABASE"
_SECRET_PARTS = re.compile(r"(://[^:/?#@]*):.*@|([?&](?:ssl)?password=)[^&#]*")


class Server:
    """A database on a PostgreSQL server. `str` and `repr` leave out passwords and options."""

    def __init__(self, url: str) -> None:
        self.url = url  # with its secrets: for the driver alone
        parts = urlsplit(url)
        login, _, host = parts.netloc.rpartition("@")
        user, _, password = login.partition(":")
        given = [value for name, value in parse_qsl(parts.query) if name.endswith("password")]
        self._secrets = sorted({password, unquote(password), *given} - {""}, key=len, reverse=True)
        self._shown = f"postgresql://{user}@{host}{parts.path}" if user else (
            f"postgresql://{host}{parts.path}")  # fmt: skip

    def __str__(self) -> str:
        return self._shown

    def __repr__(self) -> str:
        return f"Server({self._shown!r})"

    def redact(self, text: str) -> str:
        """Return a text of the driver or the server without the passwords of this address."""
        for secret in self._secrets:
            text = text.replace(secret, "…")
        return text


def parse_place(text: str) -> Path | Server:
    """Parse the place of an archive: a server's address, or a file.

    Raises:
        ValueError: the address names no database, or cannot be read.
    """
    return parse_server(text) if is_server_address(text) else Path(text)


def is_server_address(text: str) -> bool:
    """Return whether F2_ARCHIVE names a server and not a file."""
    return text.partition("://")[0].lower() in _SCHEMES and "://" in text


def parse_server(text: str) -> Server:
    """Parse `postgresql://USER:PASSWORD@HOST:PORT/DATABASE?OPTIONS` (also `postgres://`).

    Raises:
        ValueError: it names no database, or cannot be read.
    """
    try:
        parts = urlsplit(text)
    except ValueError as error:
        raise ValueError(f"this address cannot be read; {_WANTED}") from error
    if any(ord(character) <= 32 for character in text):
        raise ValueError(f"an address has no blanks; {_WANTED}")
    if not parts.path.strip("/"):
        raise ValueError(f"this names no database; {_WANTED}")
    return Server(text)


def hide_passwords(text: str) -> str:
    """Return a text of the user without the passwords of addresses in it."""
    return _SECRET_PARTS.sub(lambda found: f"{found[1]}:…@" if found[1] else f"{found[2]}…", text)
