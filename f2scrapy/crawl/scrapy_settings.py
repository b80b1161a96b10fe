"""Check the settings that are Scrapy's own.

Scrapy ignores a fault in one, logs it while the run goes on, waits for ever, or ends with a
traceback and without a report (tried with 2.19, 2026-11).
"""

from __future__ import annotations

import codecs
import logging
import math
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from scrapy.settings import BaseSettings, Settings, default_settings
from scrapy.utils.misc import load_object

from f2scrapy.config.options import check_path_text
from f2scrapy.config.spider_files import find_spider_modules
from f2scrapy.errors import InputError
from f2scrapy.text import describe_unknown

_PROJECT = "f2scrapy.settings"
_FROM_PARTS = (  # dicts of the parts of a crawl
    "ADDONS",
    "ITEM_PIPELINES",
    "DOWNLOADER_MIDDLEWARES",
    "DOWNLOAD_HANDLERS",
    "EXTENSIONS",
    "FEED_STORAGES",
    "FEED_EXPORTERS",
)
_ADDRESSES = {
    "DOWNLOAD_HANDLERS",
    "FEED_STORAGES",
    "FEED_EXPORTERS",
}  # of these, the values  # each part has its order or address
_TEXT = {"BOT_NAME", "EDITOR", "TELNETCONSOLE_HOST", "TEMPLATES_DIR", "USER_AGENT"}
_FRACTIONS = {
    "AUTOTHROTTLE_MAX_DELAY",
    "AUTOTHROTTLE_START_DELAY",
    "CLOSESPIDER_TIMEOUT",
    "DNS_TIMEOUT",
    "DOWNLOAD_DELAY",
    "DOWNLOAD_TIMEOUT",
}  # Scrapy reads these by getfloat
_SWITCHES = {"TELNETCONSOLE_ENABLED"}  # its default is a number
_MAY_BE_NEGATIVE = {"DEPTH_PRIORITY", "REDIRECT_PRIORITY_ADJUST", "RETRY_PRIORITY_ADJUST"}
_ABOVE_ZERO = {"CONCURRENT_ITEMS", "CONCURRENT_REQUESTS", "CONCURRENT_REQUESTS_PER_DOMAIN",
               "DNS_TIMEOUT", "DOWNLOAD_TIMEOUT", "REACTOR_THREADPOOL_MAXSIZE",
               "SCRAPER_SLOT_MAX_ACTIVE_SIZE"}  # with 0 nothing goes on  # fmt: skip
_LEVELS = ("CRITICAL", "ERROR", "WARNING", "INFO", "DEBUG")
_ALIKE = 0.8  # of the letters, from which a name is taken for a slip
_COMMAND_LINE = 40  # Scrapy's priority of -s


def check_scrapy_settings(settings: BaseSettings) -> None:
    """Check Scrapy's settings before any of its parts is built.

    Raises:
        InputError: one cannot be used.
    """
    _check_names(settings)
    _check_types(settings)
    _check_log(settings)
    _load("SPIDER_LOADER_CLASS", settings["SPIDER_LOADER_CLASS"])
    name = "SPIDER_MODULES"
    find_spider_modules(_call(settings.getlist, name, settings[name], "want a list"))


def check_parts(settings: BaseSettings) -> None:
    """Check the parts of the crawl: they can be loaded, and none of the project's is left out.

    These are settings with those of the spider, whose types are checked here.

    Raises:
        InputError: a part cannot be loaded, or replaces all of the project.
    """
    _check_types(settings)
    project = Settings()
    project.setmodule(_PROJECT)
    for name, default in vars(default_settings).items():
        is_class = isinstance(default, str) and "." in default and name not in _TEXT
        if name.isupper() and is_class and settings[name] != project[name]:
            _load(name, settings[name])
    for path in settings.getlist("RETRY_EXCEPTIONS"):
        _load("RETRY_EXCEPTIONS", path)
    for name in _FROM_PARTS:
        parts = _read_parts(name, settings)
        if missing := [part for part in project.getdict(name) if part not in parts]:
            raise InputError(
                f"{name}: this leaves out {', '.join(missing)}; add your parts to those of "
                f"{_PROJECT}, and set to None what you do not want"
            )
        for path, value in parts.items():
            if value is not None:
                _load(name, value if name in _ADDRESSES else path)


def _read_parts(name: str, settings: BaseSettings) -> Mapping[Any, Any]:
    parts = settings.getdict(name)
    for path, order in parts.items():
        is_order = order is None or isinstance(order, int | float)
        if name not in _ADDRESSES and not is_order:
            raise InputError(f"{name}: {path}: want a number, or None, not {order!r}")
    return parts


def _load(name: str, path: Any) -> None:
    try:
        load_object(path)
    except Exception as error:  # noqa: BLE001 - of a module of the user's
        why = f"{type(error).__name__}: {error}".replace("\n", " ")
        raise InputError(f"{name}={path}: this cannot be loaded: {why}") from None


def _check_names(settings: BaseSettings) -> None:
    """Check that no name of the command line is a slip for a known one; others may be a plugin's.

    Raises:
        InputError: one is.
    """
    known = [name for name in vars(default_settings) if name.isupper()]
    known += [name for name in settings if (settings.getpriority(name) or 0) < _COMMAND_LINE]
    known += [name for name in settings if name.startswith("F2_")]  # checked with the options
    for name in settings:
        is_unknown = settings.getpriority(name) == _COMMAND_LINE and name not in known
        if is_unknown and get_close_matches(name.upper(), known, n=1, cutoff=_ALIKE):
            raise InputError(describe_unknown(f"setting {name}", name.upper(), known))


def _check_types(settings: BaseSettings) -> None:
    for name, default in vars(default_settings).items():
        if name.isupper() and settings[name] is not None:
            _check_type(name, default, settings)


def _check_type(name: str, default: Any, settings: BaseSettings) -> None:
    value = settings[name]
    if isinstance(default, bool) or name in _SWITCHES:
        _call(settings.getbool, name, value, "want True or False")
    elif isinstance(default, dict):
        _call(settings.getdict, name, value, "want an object of JSON")
    elif isinstance(default, int | float):
        is_whole = isinstance(default, int) and name not in _FRACTIONS
        words = "want a whole number" if is_whole else "want a number"
        number = _call(settings.getint if is_whole else settings.getfloat, name, value, words)
        _check_range(name, number)


def _call(read: Any, name: str, value: Any, words: str) -> Any:
    try:
        return read(name)
    except (TypeError, ValueError, OverflowError):
        raise InputError(f"{name}={value}: {words}") from None


def _check_range(name: str, number: float) -> None:
    if not math.isfinite(number):
        raise InputError(f"{name}={number}: want a finite number")
    if name in _ABOVE_ZERO and number <= 0:
        raise InputError(f"{name}={number:g}: want more than 0")
    if number < 0 and name not in _MAY_BE_NEGATIVE:
        raise InputError(f"{name}={number:g}: want 0 or more")


def _check_log(settings: BaseSettings) -> None:
    level = settings["LOG_LEVEL"]
    if not isinstance(level, int) and str(level).upper() not in logging.getLevelNamesMapping():
        raise InputError(describe_unknown(f"LOG_LEVEL={level}", str(level).upper(), _LEVELS))
    record = logging.makeLogRecord({"msg": "", "name": ""})
    try:
        logging.Formatter(settings["LOG_FORMAT"], settings["LOG_DATEFORMAT"]).format(record)
    except (KeyError, TypeError, ValueError) as error:
        shown = settings["LOG_FORMAT"]
        raise InputError(f"LOG_FORMAT={shown}: log lines cannot have it: {error}") from None
    try:
        codecs.lookup(settings["LOG_ENCODING"])
    except (LookupError, TypeError):
        raise InputError(f"LOG_ENCODING={settings['LOG_ENCODING']}: it is not known") from None
    _check_log_file(settings["LOG_FILE"])


def _check_log_file(path: Any) -> None:
    if not path:
        return
    try:
        check_path_text(str(path))
        with Path(path).open("ab"):
            pass
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise InputError(f"LOG_FILE={path}: no file can be written there ({why})") from None
