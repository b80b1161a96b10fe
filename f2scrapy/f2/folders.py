"""Name files and folders as F2's functions do, by the rules of the archive."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from f2scrapy.archive.archive import Archive
from f2scrapy.archive.naming import NAME_BYTES, make_safe_name
from f2scrapy.archive.template import Template
from f2scrapy.config.file import load_options
from f2scrapy.f2.arguments import read_options
from f2scrapy.f2.values import TIME_FORMAT
from f2scrapy.text import CHINA

NO_MODE = "PLEASE_SETUP_MODE"  # F2's folder of kwargs without a mode


def format_file_name(
    naming_template: str,
    aweme_data: Mapping[str, Any] | None = None,
    custom_fields: Mapping[str, Any] | None = None,
    desc_length_limit: int = 0,
) -> str:
    """Return the file name of a work by a template such as `{create}_{desc}`.

    `aweme_data` has F2's attributes, as `_to_dict()` and the rows of `_to_list()`; `custom_fields`
    are more variables, or replace some. `desc_length_limit` are bytes of the whole name; 0 = as
    many as a file system takes. The name is valid on all systems.

    Raises:
        InputError: the template has an unknown variable or a character that no name can hold.
    """
    extra = {name: str(value) for name, value in (custom_fields or {}).items()}
    template = Template(naming_template, extra)
    return template.render(_build_item(aweme_data or {}), desc_length_limit or NAME_BYTES)


def _build_item(row: Mapping[str, Any]) -> SimpleNamespace:
    get = row.get
    moment = None
    with suppress(ValueError, TypeError):
        shown = str(get("create_time") or get("createTime") or "")
        moment = datetime.strptime(shown, TIME_FORMAT).replace(tzinfo=CHINA)
    return SimpleNamespace(
        id=str(get("aweme_id") or get("room_id") or ""),
        create_time=moment,
        desc=get("desc_raw") or get("desc") or get("live_title") or "",
        caption=get("caption_raw") or get("caption") or "",
        nickname=get("nickname_raw") or get("nickname") or "",
        unique_id=get("uniqueId") or get("unique_id") or "",
        uid=get("uid") or get("user_id") or "",
        sec_user_id=get("sec_user_id") or get("secUid") or "",
    )


def create_user_folder(platform: str, kwargs: Mapping[str, Any], nickname: str | int) -> Path:
    """Return the absolute path of <path>/<platform>/<mode>/<nickname>, and create it.

    Raises:
        TypeError: `kwargs` is no dict.
        OSError: the disk refuses.
    """
    if not isinstance(kwargs, Mapping):
        raise TypeError("kwargs: want a dict")
    root = load_options(**read_options(kwargs)).path.expanduser().resolve()
    folder = root / platform / str(kwargs.get("mode") or NO_MODE) / make_safe_name(str(nickname))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def rename_user_folder(old_path: Path | str, new_nickname: str) -> Path:
    """Return the path with the new nickname; the folder moves, and the archive's paths with it.

    A missing folder is created first, as the documentation says. A name that another folder has
    gets a tag.

    Raises:
        OSError: the disk refuses.
    """
    old = Path(old_path).expanduser().resolve()
    old.mkdir(parents=True, exist_ok=True)
    root = old.parents[2]  # <root>/<platform>/<mode>/<nickname>
    if (root / "f2scrapy.db").is_file():
        with closing(Archive(root / "f2scrapy.db", root)) as archive:
            owner = archive.find_folder_owner(old.relative_to(root).as_posix())
            if owner:
                return archive.make_folder(*owner, new_nickname)
    new = old.with_name(make_safe_name(new_nickname))
    return old if new == old else old.rename(new)


def create_or_rename_user_folder(
    platform: str,
    kwargs: Mapping[str, Any],
    local_user_data: Mapping[str, Any],
    current_nickname: str,
) -> Path:
    """Return the folder of a user, renamed if the nickname differs from the stored one.

    So nothing is fetched again after a change of name. (F2 makes a second folder.)
    """
    stored = local_user_data.get("nickname_raw") or local_user_data.get("nickname") or ""
    folder = create_user_folder(platform, kwargs, stored or current_nickname)
    if stored in ("", current_nickname):
        return folder
    return rename_user_folder(folder, current_nickname)


def make_owner_folder(
    platform: str, kwargs: Mapping[str, Any], sec_user_id: str, nickname: str
) -> Path:
    """Return the folder of a user by id, as a crawl of this mode has it; a new nickname renames it.

    Raises:
        OSError: the disk refuses.
    """
    options = load_options(**read_options(kwargs))
    with closing(Archive(options.archive_place, options.path, limits=options.limits)) as archive:
        mode = str(kwargs.get("mode") or NO_MODE)
        return archive.make_folder(platform, mode, sec_user_id, nickname)
