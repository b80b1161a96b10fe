"""Put f2scrapy.yaml and the F2_… variables into Scrapy's settings."""

from __future__ import annotations

import os

from scrapy.settings import BaseSettings, Settings

from f2scrapy.config.file import UserFile, read_environment, read_user_file
from f2scrapy.config.options import ENVIRONMENT_SECRETS, check_names
from f2scrapy.crawl.requests import MEDIA_SLOT, TOKEN_SLOT
from f2scrapy.errors import InputError

# Between Scrapy's own priorities: project 20 < a spider's own defaults < file < environment
# < spider 30 < cmdline 40.
SPIDER_DEFAULT_PRIORITY, FILE_PRIORITY, _ENVIRONMENT_PRIORITY = 21, 22, 24


_SWITCHED = {  # extensions of Scrapy, by the setting without which they do nothing
    "REMOTE_CONTROL_ENABLED": "scrapy.extensions.remote_control.RemoteControl",
    "TELNETCONSOLE_ENABLED": "scrapy.extensions.telnet.TelnetConsole",
}


class OptionsAddon:
    """Scrapy add-on that loads the options, and derives settings of Scrapy from them."""

    @classmethod
    def update_pre_crawler_settings(cls, settings: BaseSettings) -> None:
        """Read the file and the environment before any spider is loaded.

        Raises:
            InputError: the file cannot be used, or an option is unknown.
        """
        load_settings(settings)

    def update_settings(self, settings: Settings) -> None:
        """Set Scrapy's settings that depend on our options, after the command line."""
        pace = settings.getfloat("F2_PACE")
        settings.set("DOWNLOAD_DELAY", pace, "addon")
        settings.set("AUTOTHROTTLE_START_DELAY", pace, "addon")
        settings.set("AUTOTHROTTLE_ENABLED", pace > 0, "addon")
        concurrency = int(settings.getfloat("F2_MEDIA_CONCURRENCY"))  # "8.0" is valid, too
        files = {"concurrency": concurrency, "delay": 0, "jitter": 0}
        tokens = {"concurrency": 1, "delay": 0, "jitter": 0}
        settings.set("DOWNLOAD_SLOTS", {MEDIA_SLOT: files, TOKEN_SLOT: tokens}, "addon")
        # Scrapy 2.19 imports those that are off, too: aiohttp's server with its TLS takes 0.1 s
        # (2026-11).
        kept = settings.getdict("EXTENSIONS_BASE")
        for switch, extension in _SWITCHED.items():
            if not settings.getbool(switch):
                kept.pop(extension, None)
        settings.set("EXTENSIONS_BASE", kept, "addon")


def load_settings(settings: BaseSettings) -> None:
    """Set the options of the environment and of the general part of the user's file, once.

    Raises:
        InputError: the file cannot be used, or an option is unknown.
    """
    if "F2_FILE" in settings:
        return
    for name, value in read_environment().items():
        settings.set(name, value, _ENVIRONMENT_PRIORITY)
    for name in sorted(ENVIRONMENT_SECRETS):
        if settings.get(name):
            raise InputError(f"{name} is taken from the environment only: others can read commands")
    file = read_user_file(settings["F2_CONFIG"])
    for name, value in file.general_options():
        settings.set(name, value, FILE_PRIORITY)
    check_names([*settings, *os.environ])
    settings.set("F2_FILE", file, FILE_PRIORITY)


def copy_environment() -> dict[str, str]:
    """Return the environment for other people's programs: without the secrets that are ours."""
    return {name: text for name, text in os.environ.items() if name not in ENVIRONMENT_SECRETS}


def get_user_file(settings: BaseSettings) -> UserFile:
    """Return the user's file as `load_settings` read it, or an empty one."""
    file: UserFile | None = settings.get("F2_FILE")
    return file or UserFile()
