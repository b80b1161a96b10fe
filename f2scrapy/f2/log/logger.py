"""The logger that F2's documentation uses; the program sets its level and its handlers."""

import logging

logger = logging.getLogger("f2scrapy.f2")


def log_setup(log_to_console: bool = True) -> logging.Logger:
    """Return the logger, shown on the terminal if `log_to_console`. (F2 also writes ./logs.)"""
    if log_to_console and not logger.hasHandlers():
        logger.addHandler(logging.StreamHandler())
        logger.setLevel(logging.INFO)
    return logger
