"""Recognise what a page's script asks: its proof stands for the signatures of a real page.

The proof is the SHA-256 of the page's key and of the query before it. A real page signs by scripts
that change every few weeks (a_bogus, secsdk); where nothing else may pass, --strict=+page says so.
"""

from __future__ import annotations

import hmac
import re
from hashlib import blake2b, sha256
from secrets import token_hex

from f2scrapy.sandbox.http_types import Request

KEY, PROOF = "x-page-key", "x-page-proof"
SCRIPT = "/site/page.js"


def build_tag() -> str:
    """Return the element that loads a page's script, with a key of its own."""
    nonce = token_hex(8)
    return f'<script src="{SCRIPT}?key={nonce}{_compute_mac(nonce)}"></script>'


def is_known_key(key: str) -> bool:
    """Return whether a page was served with this key."""
    return hmac.compare_digest(key[16:], _compute_mac(key[:16]))


def is_proven(request: Request) -> bool:
    """Return whether the script of a page signed this request."""
    found = re.fullmatch(rf"(.*)&{PROOF}=([0-9a-f]+)", request.query, re.DOTALL)
    key = request.params.get(KEY, "")
    if found is None or not is_known_key(key):
        return False
    return hmac.compare_digest(sha256(f"{key}{found[1]}".encode()).hexdigest(), found[2])


def _compute_mac(nonce: str) -> str:
    return blake2b(nonce.encode(), digest_size=8, key=b"page").hexdigest()
