"""The platforms' names for the reasons why a work is not shown.

Douyin gives them in `filter_reason`, TikTok in the `statusMsg` of 10204; "&" joins several. Public
clients and reports quote them (2024 to 2026): status_self_see, person_geo_fencing,
item_privacy_authorization&status_deleted …
"""

from __future__ import annotations

import re

from f2scrapy.errors import Outcome

# The first match counts: what no one can see, then what some can.
_REASONS = (
    (r"busy|error|timeout", Outcome.SERVER_ERROR),
    (r"deleted?\b|not_exist|core_dep", Outcome.DELETED),
    (r"audit|reviewing|_ban\b|copyright(?!_geo|_foreign)", Outcome.PROHIBITED),
    (r"private|privacy|secret|self_see|part_see|friend", Outcome.PRIVATE),
    (r"content_classification", Outcome.LOGIN_REQUIRED),  # for adults
    (r"region|_geo_|cross_border|copyright", Outcome.REGION),
)
_NAME = re.compile(r"[a-z0-9_&]+")


def find_reason(text: str) -> Outcome | None:
    """Return the outcome that `text` names; None = it is no such name, or an unknown one."""
    if not _NAME.fullmatch(text):
        return None
    found = (outcome for pattern, outcome in _REASONS if re.search(pattern, text))
    return next(found, None)
