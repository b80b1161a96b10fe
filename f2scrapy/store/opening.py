"""Open the store of an address."""

from __future__ import annotations

import logging
import os
from pathlib import Path

from f2scrapy.errors import InputError
from f2scrapy.store.address import PASSWORD, WEBDAV, Address
from f2scrapy.store.contract import Store
from f2scrapy.text import describe_unknown

_OPTIONS = {"sftp": ("key_file", "known_hosts"), **dict.fromkeys(WEBDAV, ())}  # others: any
INSTALL = "pip install opendal webdav4 paramiko"


def open_store(address: Address) -> Store:
    """Return the store of an address; no connection is made before its first call.

    The password of WebDAV and SFTP is F2_PUBLISH_PASSWORD in the environment; object stores have
    variables of their own.

    Raises:
        InputError: its library is missing, or an option cannot be used.
    """
    for name in ("httpx", "httpcore", "paramiko"):  # each request, and tracebacks as errors
        logging.getLogger(name).setLevel(logging.CRITICAL)
    password = os.environ.get(PASSWORD, "")
    _check_options(address)
    try:
        if address.scheme in WEBDAV:
            from f2scrapy.store.webdav import WebdavStore  # noqa: PLC0415 - of the extra

            return WebdavStore(address, password)
        if address.scheme == "sftp":
            from f2scrapy.store.sftp import SftpStore  # noqa: PLC0415

            return SftpStore(address, password)
        from f2scrapy.store.objects import ObjectStore  # noqa: PLC0415

        return ObjectStore(address)
    except ImportError as error:
        why = f"needs the Python package {error.name}: {INSTALL}"
        raise InputError(f"F2_PUBLISH={address}: {why}") from None


def _check_options(address: Address) -> None:
    """Check the options of SFTP and WebDAV, which are files; OpenDAL checks its own.

    Raises:
        InputError: one is not known, or its file is missing.
    """
    known = _OPTIONS.get(address.scheme)
    if known is None:
        return
    for name, value in address.options.items():
        if name not in known:
            what = f"F2_PUBLISH_OPTIONS: {name}, with {address.scheme}://,"
            raise InputError(describe_unknown(what, name, known))
        if not Path(value).expanduser().is_file():
            raise InputError(f"F2_PUBLISH_OPTIONS: {name}={value}: there is no such file")
