"""Parse the address of a store: F2_PUBLISH and F2_PUBLISH_OPTIONS."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

# Schemes of object stores → the variables of the environment with their credentials.
OBJECT_STORES = {
    "s3": "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
    "oss": "ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET",
    "cos": "TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY",
    "obs": "HUAWEI_CLOUD_ACCESS_KEY_ID and HUAWEI_CLOUD_SECRET_ACCESS_KEY",
    "gcs": "GOOGLE_APPLICATION_CREDENTIALS",
    "azblob": "AZBLOB_ACCOUNT_NAME and AZBLOB_ACCOUNT_KEY",
}
WEBDAV = ("webdav", "webdav+http")  # by HTTPS, and without
SCHEMES = (*OBJECT_STORES, *WEBDAV, "sftp", "file")
PASSWORD = "F2_PUBLISH_PASSWORD"  # noqa: S105 - the name of a variable of the environment

_SECRET = re.compile(r"secret|password|passw|token|credential|sas|(access|account|encryption)_?key")
_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,254}")
_OPTION = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Address:
    """The place of a store; it holds no secret."""

    scheme: str
    host: str = ""  # or the bucket, the container
    port: int | None = None  # None = that of the scheme
    user: str = ""
    path: str = ""  # of all files, without slashes at its ends; of file:// with the first one
    options: Mapping[str, str] = field(default_factory=dict)  # of the store's library

    def __str__(self) -> str:
        """Return the name of the store in the archive and for people."""
        user = f"{self.user}@" if self.user else ""
        port = f":{self.port}" if self.port else ""
        path = f"/{self.path}" if self.path and not self.path.startswith("/") else self.path
        return f"{self.scheme}://{user}{self.host}{port}{path}"


def parse_address(text: str, options: Mapping[str, str]) -> Address:
    """Parse F2_PUBLISH, such as `s3://bucket/prefix`, `sftp://user@host/folder`.

    Raises:
        ValueError: it cannot be used; the text of the error does not quote it.
    """
    parts, port = _split(text)
    if parts.password is not None:
        raise ValueError(f"no password goes in here; set {PASSWORD} in the environment")
    if parts.scheme in OBJECT_STORES and parts.username is not None:
        raise ValueError(f"no key goes in here; set {OBJECT_STORES[parts.scheme]}")
    if parts.query or parts.fragment:
        raise ValueError("want no ? and no # in it; options go into F2_PUBLISH_OPTIONS")
    path = unquote(parts.path)
    if ".." in path.split("/") or any(ord(char) < 32 for char in path):
        raise ValueError("want a path without .. and control characters")
    if parts.scheme == "file":
        return _build_folder(parts.netloc, path, options)
    host = parts.netloc.rpartition("@")[2] if parts.scheme in OBJECT_STORES else parts.hostname
    if not host:
        raise ValueError(f"want {parts.scheme}://HOST/PATH")
    if parts.scheme in OBJECT_STORES and not _BUCKET.fullmatch(host):
        raise ValueError(f"want {parts.scheme}://BUCKET/PREFIX; hosts go into F2_PUBLISH_OPTIONS")
    user = unquote(parts.username or "")
    return Address(parts.scheme, host, port, user, path.strip("/"), dict(options))


def _split(text: str) -> tuple[SplitResult, int | None]:
    scheme, separator, _ = text.partition("://")
    if not separator:
        raise ValueError(
            f"want an address with one of {', '.join(SCHEMES)}, such as s3://bucket/f2"
        )
    if scheme not in SCHEMES:
        raise ValueError(f"{scheme}:// is not known; there are {', '.join(SCHEMES)}")
    try:
        parts = urlsplit(text)
        return parts, None if scheme in OBJECT_STORES or scheme == "file" else parts.port
    except ValueError:
        raise ValueError("this is no address") from None


def _build_folder(host: str, path: str, options: Mapping[str, str]) -> Address:
    if host not in ("", "localhost") or len(path) < 2:
        raise ValueError("want file:///FOLDER, with three slashes")
    if re.match(r"/[A-Za-z]:", path):  # of Windows
        path = path[1:]
    return Address("file", path=Path(path).as_posix(), options=dict(options))


def parse_store_options(value: Any) -> dict[str, str]:
    """Parse F2_PUBLISH_OPTIONS: `endpoint=https://…,region=…`, or names and values of YAML.

    Raises:
        ValueError: a part is no NAME=VALUE, or holds a secret.
    """
    if isinstance(value, str):
        pairs = [part.partition("=") for part in value.split(",") if part.strip()]
        if not all(sign for _, sign, _ in pairs):
            raise ValueError("want NAME=VALUE,NAME=VALUE, such as endpoint=https://…,region=…")
        value = {name.strip(): text.strip() for name, _, text in pairs}
    if not isinstance(value, Mapping):
        raise ValueError("want names and values")
    found = {str(name): _to_text(text) for name, text in value.items()}
    for name, text in found.items():
        if not _OPTION.fullmatch(name):
            raise ValueError("want names such as endpoint, region")
        if _SECRET.search(name):
            raise ValueError(f"{name} is a secret: set it in the environment, see docs/stores.md")
        if re.search(r"//[^/]*@", text):
            raise ValueError(f"{name}: no password goes in here; set it in the environment")
    return found


def _to_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
