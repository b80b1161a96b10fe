"""Discretion: no secret in the log, and no stranger's hand on the terminal."""

import logging
import sys

from f2scrapy.crawl.extensions.log_redaction import redact_record

RULES = "\x1b[2J\x1b]0;title\x07\x9b31m\u202e\r"  # clears the screen, renames it, turns text round


def told(message: str, *args: object, failed: bool = False) -> str:
    """Return the text of the log."""
    error = sys.exc_info() if failed else None
    record = logging.LogRecord("f2scrapy", logging.WARNING, "", 0, message, args, error)
    assert redact_record(record)
    return logging.Formatter("%(message)s").format(record)


def test_what_strangers_write_does_not_rule_the_terminal() -> None:
    assert told("%s: DELETED (%s)", "post:7", f"{RULES}作品 👩‍🚀\u200d") == (
        "post:7: DELETED ([2J]0;title31m 作品 👩‍🚀)"
    )
    try:
        raise ValueError(f"https://a.example/?sign=s3cret {RULES}")
    except ValueError:
        shown = told("of several lines:\n  the second\x1b[2J", failed=True)
    assert shown.startswith("of several lines:\n  the second[2J\nTraceback (most recent")
    assert '\n  File "' in shown
    assert shown.endswith("\nValueError: https://a.example/?… [2J]0;title31m ")
