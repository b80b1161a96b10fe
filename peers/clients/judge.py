"""Try the interfaces of a client one after the other, and print a line of JSON for each.

This file runs in the environments of the clients: it needs the standard library alone.
"""

import json
import os
import sys
import traceback
from urllib.request import ProxyHandler, build_opener

SANDBOX, PROXY = os.environ["PEERS_SANDBOX"], os.environ["PEERS_PROXY"]
_OPENER = build_opener(ProxyHandler({}))  # straight to the sandbox


def take_violations() -> str:
    """Return what the sandbox objected to since the last call, in one line."""
    with _OPENER.open(f"{SANDBOX}/__report") as response:
        found = json.load(response)["violations"]
    _OPENER.open(f"{SANDBOX}/__reset", b"").close()
    return "; ".join(dict.fromkeys(entry["what"] for entry in found))


def tell(interface: str, answered: object, reason: str = "") -> None:
    """Print the result of an interface, with the sandbox's objections if it was refused."""
    objections = take_violations()
    words = "" if answered else "; ".join(filter(None, (objections, reason))) or "no answer"
    line = {"interface": interface, "answered": bool(answered), "reason": words[:300]}
    sys.stdout.write(f"\nPEERS {json.dumps(line, ensure_ascii=False)}\n")
    sys.stdout.flush()


async def try_out(interface, call, check) -> object:
    """Await `call()`, tell whether `check` finds the answer in its result, and return that."""
    try:
        result = await call()
        found = check(result)
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        tell(interface, False, "".join(traceback.format_exception_only(error)).strip())
        return None
    tell(interface, found)
    return result if found else None
