"""Write the manual page from the parser, so that it says what the help says."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from f2scrapy import __version__
from f2scrapy.command.arguments import COMMANDS, EXAMPLES, PROGRAM
from f2scrapy.language import translate as _


def format_manual(parser: argparse.ArgumentParser) -> str:
    """Return the manual page in the format of man(7)."""
    return "\n".join(_iterate_lines(parser))


def _iterate_lines(parser: argparse.ArgumentParser) -> Iterator[str]:
    yield f'.TH {PROGRAM.upper()} 1 "" "{PROGRAM} {__version__}"'
    yield f".SH NAME\n{PROGRAM} \\- {_escape(parser.description or '')}"
    yield f".SH SYNOPSIS\n.B {PROGRAM}\n[options] LINK...\n.br\n.B {PROGRAM}\nCOMMAND ..."
    yield f".SH {_('options').upper()}"
    for group in parser._action_groups:
        for action in group._group_actions:
            names = ", ".join(action.option_strings)
            value = action.metavar if action.nargs != 0 and action.metavar else ""
            yield f".TP\n.B {_escape(f'{names} {value}'.strip())}\n{_escape(action.help or '')}"
    yield f".SH {_('commands').upper()}"
    for name, text in COMMANDS.items():
        yield f".TP\n.B {_escape(name)}\n{_escape(_(text))}"
    yield f".SH {_('examples').upper()}"
    for command, text in EXAMPLES:
        yield f".TP\n.B {_escape(command)}\n{_escape(_(text))}"


def _escape(text: str) -> str:
    """Return a text in which nothing is an instruction of man(7)."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{escaped}" if escaped.startswith((".", "'")) else escaped
