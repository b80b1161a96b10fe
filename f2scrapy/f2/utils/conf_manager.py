"""Read F2's own configuration files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from f2scrapy.errors import InputError
from f2scrapy.f2.arguments import warn_once

DEFAULT = "conf/app.yaml"  # F2's name of its packaged file


class ConfigManager:
    """A YAML file with a section for each app, such as `douyin`.

    Raises:
        InputError: the file is missing or cannot be read. Without conf/app.yaml, the sections are
            empty: the options are those of f2scrapy.yaml then.
    """

    def __init__(self, filepath: str | Path = DEFAULT) -> None:
        path = Path(filepath)
        if path.as_posix() == DEFAULT and not path.is_file():
            warn_once(f"{DEFAULT} is not here: the options are those of f2scrapy.yaml")
            self.config: dict[str, Any] = {}
            return
        try:
            self.config = yaml.safe_load(path.read_text("utf-8")) or {}
        except (OSError, ValueError, yaml.YAMLError) as error:
            raise InputError(f"{path}: cannot be read: {error}") from None

    def get_config(self, app_name: str, default: Any = None) -> Any:
        """Return the section of an app; {} = there is none."""
        return self.config.get(app_name, {} if default is None else default)
