"""Map addresses of the platforms to the sandbox that F2_SANDBOX names."""

from __future__ import annotations

import re

_ADDRESS = re.compile(r"(?P<scheme>[a-z]+)://(?P<host>[^/?#]*)(?P<rest>[^#]*)", re.IGNORECASE)


def to_sandbox(sandbox: str, url: str) -> str:
    """Return the sandbox's address for `url`; path and query are kept byte for byte.

    `sandbox` is the value of F2_SANDBOX, such as ``http://127.0.0.1:8000``. ``https://HOST/PATH``
    becomes ``http://127.0.0.1:8000/HOST/PATH``, ``wss://`` becomes ``ws://``. An address of the
    sandbox itself is returned unchanged. A fragment is dropped, as it is not sent.

    Raises:
        ValueError: `url` has no scheme and host.
    """
    base = sandbox.rstrip("/")
    if url.startswith(f"{base}/"):
        return url
    match = _ADDRESS.match(url)
    if match is None:
        raise ValueError("the sandbox has no address for a URL without scheme and host")
    if match["scheme"].lower() in {"ws", "wss"}:
        base = re.sub(r"^http", "ws", base)
    rest = match["rest"]
    return f"{base}/{match['host']}{'' if rest.startswith('/') else '/'}{rest}"
