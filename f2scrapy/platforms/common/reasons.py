"""The platforms' names for the reasons why a work is not shown, or a search finds nothing.

Douyin gives them in `filter_reason`, TikTok in the `statusMsg` of 10204; "&" joins several. Public
clients and reports quote them (2024 to 2026): status_self_see, person_geo_fencing,
item_privacy_authorization&status_deleted …
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from f2scrapy.errors import Outcome, Refused
from f2scrapy.model.endpoint import get_path

# The first match counts: what no one can see, then what some can.
_REASONS = (
    (r"busy|error|timeout", Outcome.SERVER_ERROR),
    (r"deleted?\b|not_exist|core_dep", Outcome.DELETED),
    (r"audit|reviewing|_ban\b|copyright(?!_geo|_foreign)", Outcome.PROHIBITED),
    (r"private|privacy|secret|self_see|part_see|friend", Outcome.PRIVATE),
    (r"content_classification", Outcome.LOGIN_REQUIRED),  # for adults
    (r"region|_geo_|cross_border|copyright", Outcome.REGION),
)
# Of an empty search, in `search_nil_info` (public clients of both platforms, 2025 and 2026). Other
# names, such as no_result and federation_empty, are no refusals.
_NIL_REASONS = (
    (r"verify", Outcome.CAPTCHA),
    (r"shark|spam|invalid_app", Outcome.RISK_CONTROL),
    (r"invalid", Outcome.SCHEMA_CHANGED),
)
_NAME = re.compile(r"[a-z0-9_&]+")


def find_reason(text: str) -> Outcome | None:
    """Return the outcome that `text` names; None = it is no such name, or an unknown one."""
    if not _NAME.fullmatch(text):
        return None
    found = (outcome for pattern, outcome in _REASONS if re.search(pattern, text))
    return next(found, None)


def find_search_refusal(answer: Mapping[str, Any], rows_path: str) -> Refused | None:
    """Return the refusal that a search without rows expresses; None = there is none."""
    info = answer.get("search_nil_info")
    if not isinstance(info, dict) or get_path(answer, rows_path):
        return None
    names = [str(info[name]) for name in ("search_nil_type", "search_nil_item") if info.get(name)]
    text = " ".join(dict.fromkeys(names))
    found = (outcome for pattern, outcome in _NIL_REASONS if re.search(pattern, text))
    outcome = next(found, None)
    return Refused(outcome, f"no results, {text}") if outcome else None
