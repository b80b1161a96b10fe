"""Find the data in the script elements of the sites' HTML pages."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

_SCRIPT = re.compile(r"<script([^<>]*+)>")
_ID = re.compile(r"\bid=[\"']([\w-]{1,64})[\"']")
_END = "</script>"


def iterate_scripts(html: str, ids: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield the id and the content of each script element with one of `ids`.

    No part of the page is read twice, however it is written: one expression for element and content
    takes seconds for a page of 100 kB that opens an element again and again.
    """
    at = 0
    while found := _SCRIPT.search(html, at):
        at = found.end()
        name = _ID.search(found[1])
        if name is None or name[1] not in ids:
            continue
        end = html.find(_END, at)
        if end < 0:
            return
        yield name[1], html[at:end]
        at = end
