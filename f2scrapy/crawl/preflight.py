"""Outputs: where a run is going to write, tried before anything is asked of a platform."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path, PureWindowsPath
from tempfile import TemporaryFile
from typing import Any
from urllib.parse import urlsplit

from scrapy.settings import BaseSettings
from w3lib.url import file_uri_to_path

from f2scrapy.config.file import archive_path
from f2scrapy.errors import InputError

_NEEDS = {"s3": "boto3", "gs": "google.cloud.storage"}  # what Scrapy stores feeds with
_MINE = ("F2_COOKIES", "F2_CONFIG")  # files of the user's that are read


def check(settings: BaseSettings) -> None:
    """Try F2_PATH, F2_REPORT and each feed; nothing of it is left.

    Raises:
        InputError: no file can be written in one of them, or it is another one's.
    """
    _try(f"F2_PATH={settings['F2_PATH']}", Path(settings["F2_PATH"]), folder=True)
    taken = _taken(settings)
    if settings["F2_REPORT"]:
        _report(settings, taken)
    storages = settings.getwithbase("FEED_STORAGES")
    for uri, options in settings.getdict("FEEDS").items():
        path = _feed(str(uri), options, storages)
        if path:
            _try(str(uri), path)
            _alone(str(uri), path, taken)


def report(settings: BaseSettings) -> str:
    """F2_REPORT where whatever else is wrong has nothing to do with it; "" = none is written."""
    try:
        feeds = {_resolved(_path(str(uri))): "a feed" for uri in settings.getdict("FEEDS")}
        return str(_report(settings, _taken(settings) | feeds)) if settings["F2_REPORT"] else ""
    except InputError:
        return ""


def shown(uri: str) -> str:
    """A feed's address without what logs somebody in."""
    return re.sub(r"(?<=://)[^/@]*@", "", uri)


def _taken(settings: BaseSettings) -> dict[Path, str]:
    """The files of a run that are neither report nor feed, and what they are."""
    mine = {_resolved(settings[name]): name for name in _MINE if settings.get(name)}
    return {_resolved(archive_path(settings)): "the archive"} | mine


def _report(settings: BaseSettings, taken: dict[Path, str]) -> Path:
    path = settings["F2_REPORT"]
    _try(f"F2_REPORT={path}", Path(path))
    _alone(f"F2_REPORT={path}", Path(path), taken)
    return _at_home(path)


def _feed(uri: str, options: Mapping[str, Any], storages: Mapping[str, Any]) -> Path | None:
    """The feed's file; None = it is none of this machine."""
    scheme = "" if PureWindowsPath(uri).drive else urlsplit(uri).scheme
    if scheme not in storages:
        raise InputError(f"{shown(uri)}: feeds go to a path, or to {', '.join(storages)}")
    try:
        import_module(_NEEDS.get(scheme, "scrapy"))
    except ImportError as error:
        raise InputError(f"{shown(uri)}: needs the Python package {error.name}") from None
    if scheme not in ("", "file"):
        return None
    path = _path(uri)
    appends = not options.get("overwrite") and options.get("format") == "json"
    if appends and path.is_file() and path.stat().st_size:
        raise InputError(f"{uri}: cannot be appended to; use .jsonl, or -O to write it anew")
    return path


def _path(uri: str) -> Path:
    return Path(file_uri_to_path(uri) if uri.startswith("file:") else uri)


def _alone(what: str, place: Path, taken: dict[Path, str]) -> None:
    place = _resolved(place)
    if place in taken:
        raise InputError(f"{what}: this is the file of {taken[place]}; name another one")
    if place.is_file() or not place.exists():  # a pipe or device takes what comes
        taken[place] = what


def _resolved(place: str | Path) -> Path:
    return _at_home(place).resolve()


def _at_home(place: str | Path) -> Path:
    try:
        return Path(place).expanduser()
    except RuntimeError:
        raise InputError(f"{place}: nobody knows the folder of that user") from None


def _try(what: str, place: Path, *, folder: bool = False) -> None:
    place = _at_home(place)
    try:
        there = next(p for p in (place, *place.absolute().parents) if p.exists())
        if folder or there != place:
            TemporaryFile(dir=there).close()
        elif there.is_file() or there.is_dir():
            there.open("ab").close()  # as it is; a pipe would wait for its reader
    except OSError as error:
        raise InputError(f"{what}: no file can be written there ({error.strerror})") from None
