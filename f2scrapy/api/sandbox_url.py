"""The sandbox's door: where an address of the platforms is fetched from when F2_SANDBOX is set."""

from __future__ import annotations

import re

_ADDRESS = re.compile(r"(?P<scheme>[a-z]+)://(?P<host>[^/?#]*)(?P<rest>[^#]*)", re.IGNORECASE)


def through_door(sandbox: str, url: str) -> str:
    """Return the address within *sandbox* that stands for *url*; path and query byte for byte.

    *sandbox* is the value of F2_SANDBOX, such as ``http://127.0.0.1:8000``. ``https://HOST/PATH``
    becomes ``http://127.0.0.1:8000/HOST/PATH``, ``wss://`` becomes ``ws://``. An address that
    lies in the sandbox already is returned as it is; a fragment is not sent, so it is dropped.

    Raises:
        ValueError: *url* has no scheme and host.
    """
    base = sandbox.rstrip("/")
    if url.startswith(f"{base}/"):
        return url
    match = _ADDRESS.match(url)
    if match is None:
        raise ValueError("an address without scheme and host has no place in the sandbox")
    if match["scheme"].lower() in {"ws", "wss"}:
        base = re.sub(r"^http", "ws", base)
    rest = match["rest"]
    return f"{base}/{match['host']}{'' if rest.startswith('/') else '/'}{rest}"
