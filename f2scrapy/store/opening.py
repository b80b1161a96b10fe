"""Open the store of an address."""

from __future__ import annotations

import logging
import os

from f2scrapy.errors import InputError
from f2scrapy.store.address import PASSWORD, WEBDAV, Address
from f2scrapy.store.contract import Store

INSTALL = 'pip install "f2scrapy[store]"'


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
