"""A finding of the examination, and its words on one screen."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rich.cells import cell_len

from f2scrapy.errors import EXIT_INPUT, EXIT_OK, EXIT_REFUSED, EXIT_UNEXPLAINED
from f2scrapy.language import translate as _
from f2scrapy.language import translate_message
from f2scrapy.text import make_visible

_WIDTH, _LABEL = 100, 12  # characters of a line, and of the names before it


class State(StrEnum):
    """How a finding is to be taken."""

    GOOD = "good"
    NOTE = "note"  # it works, and could be better
    BAD = "bad"  # runs will fail because of it
    REFUSED = "refused"  # a platform said no
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Finding:
    """One thing that was examined; no text of it holds a secret."""

    name: str
    state: State
    text: str
    advice: str = ""  # what to do next; "" = nothing


def list_lines(findings: Iterable[Finding]) -> list[str]:
    """Return the findings as lines for a screen, and after them what to do next."""
    found = list(findings)
    lines: list[str] = []
    for finding in found:
        mark = "" if finding.state is State.GOOD else _(f"{finding.state.upper()}: ")
        text = translate_message(_(make_visible(finding.text)))
        lines += _wrap(_pad(finding.name), mark + text)
    advice = list(dict.fromkeys(finding.advice for finding in found if finding.advice))
    lines += ["", _("What to do next:") if advice else _("Nothing to do.")]
    return lines + [line for text in advice for line in _wrap("- ", translate_message(text))]


def _pad(name: str) -> str:
    """Return the name in the user's language, with blanks up to the column of the texts."""
    bare = name.lstrip()
    shown = name[: -len(bare)] + _(bare)
    return shown + " " * (_LABEL - cell_len(shown))


def _wrap(first: str, text: str) -> list[str]:
    rest = " " * cell_len(first)
    width = _WIDTH if text.isascii() else _WIDTH * 2 // 3  # letters of two columns
    return textwrap.wrap(
        text, width, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False
    )


def compute_exit_code(findings: Sequence[Finding]) -> int:
    """Return 0, 5 if a platform refuses, 1 for a mistake of the user, 4 for another fault."""
    if any(finding.state is State.REFUSED for finding in findings):
        return EXIT_REFUSED
    bad = {finding.name for finding in findings if finding.state is State.BAD}
    if "options" in bad:
        return EXIT_INPUT
    return EXIT_UNEXPLAINED if bad else EXIT_OK
