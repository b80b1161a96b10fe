"""Keep the login that `f2scrapy login` made: cookies, storage, and the facts of its browser."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from http.cookiejar import Cookie
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from f2scrapy.api.browser_facts import BrowserFacts
from f2scrapy.api.cookies import parse_json_cookies
from f2scrapy.config.outputs import replace_file
from f2scrapy.errors import InputError


class SavedLogin(BaseModel):
    """A login on one platform. `state` is Playwright's storage state: cookies and storage."""

    model_config = ConfigDict(frozen=True)

    saved: datetime  # aware, UTC
    browser: BrowserFacts
    state: dict[str, Any]

    def list_cookies(self) -> list[Cookie]:
        """Return its cookies, expired ones included."""
        return parse_json_cookies(self.state.get("cookies", []))


def read_login(path: Path, platform: str) -> SavedLogin | None:
    """Return the login of a platform in the file `path`; None = there is none.

    Raises:
        InputError: the file cannot be read, or is damaged.
    """
    found = _read_file(path).get(platform)
    if found is None:
        return None
    try:
        login = SavedLogin.model_validate(found)
        login.list_cookies()
    except ValueError:  # also pydantic's
        raise _explain(path, "it is damaged") from None
    return login


def write_login(path: Path, platform: str, login: SavedLogin) -> None:
    """Save a login beside those of other platforms; only the user may read the file.

    Raises:
        InputError: an older file is damaged.
        OSError: it cannot be written.
    """
    saved = _read_file(path) | {platform: login.model_dump(mode="json")}
    replace_file(path, json.dumps(saved).encode(), mode=0o600)


def make_login(state: dict[str, Any], browser: BrowserFacts) -> SavedLogin:
    """Return a login that was made now."""
    return SavedLogin(saved=datetime.now(UTC), browser=browser, state=state)


def _read_file(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise _explain(path, error.strerror or "it cannot be read") from None
    except ValueError:
        raise _explain(path, "it is damaged") from None
    if not isinstance(found, dict):
        raise _explain(path, "it is damaged")
    return found


def _explain(path: Path, why: str) -> InputError:
    return InputError(f"F2_LOGIN={path}: {why}; remove it and run `f2scrapy login`")
