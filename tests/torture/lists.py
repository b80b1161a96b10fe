"""Read lists with random untrue pages: is an incomplete list ever called complete?

The judge knows the whole list and every answer that was given, and nothing of how lists are read.
A run may end with exit code 0 only if no row is missing, if the user's limit was reached, or if the
last answer itself declared the end and no count says otherwise.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from f2scrapy.crawl.pagination import Limits, Pagination
from f2scrapy.crawl.run_log import RunLog
from f2scrapy.crawl.run_report import summarize
from f2scrapy.errors import Outcome, ProtocolError
from f2scrapy.model.endpoint import convert_errors
from f2scrapy.model.item import Item
from f2scrapy.platforms.douyin.endpoints.posts import UserPost
from tests.torture.tally import Tally

SOURCE = "test:list:1"
NOW = datetime(2026, 11, 30, tzinfo=UTC)
FAULTS = (
    "early_end",
    "stuck",
    "empty",
    "empty_stuck",
    "repeat",
    "no_has_more",
    "no_cursor",
    "no_rows",
    "null_rows",
    "bad_row",
    "odd_more",
    "odd_cursor",
    "lossy",
    "text",
)
MISSING = {"no_has_more": "has_more", "no_cursor": "max_cursor", "no_rows": "aweme_list"}
ODD: tuple[Any, ...] = (None, "", "x", [], {}, -1, 1e400, float("nan"), "9" * 5000, True, 2**70)


class Work(Item):
    """A work of the list."""

    platform: ClassVar = "test"
    kind: ClassVar = "work"
    number: int

    @property
    def id(self) -> str:
        return str(self.number)


@dataclass
class List:
    """A list on the platform, and what it answered."""

    chance: random.Random
    numbers: list[int]
    page_size: int
    faults: dict[int, tuple[str, int]]  # by page: the fault, and in how many answers it is there
    last_said_more: Any = None  # has_more of the last answer; None = it did not say
    bad_rows: int = 0  # different ones given
    asked: dict[int, int] = field(default_factory=dict)  # answers given, by page

    def answer(self, cursor: Any) -> dict[str, Any]:
        """Return the page at a cursor, which is the number of rows before it."""
        at = cursor if isinstance(cursor, int) and 0 <= cursor <= len(self.numbers) else 0
        page = at // self.page_size
        rows = [{"number": n} for n in self.numbers[at : at + self.page_size]]
        following = at + self.page_size
        answer = {
            "aweme_list": rows,
            "has_more": int(following < len(self.numbers)),
            "max_cursor": following,
            "status_code": 0,
        }
        name, times = self.faults.get(page, ("", 0))
        self.asked[page] = self.asked.get(page, 0) + 1
        if self.asked[page] <= times:
            self._bend(answer, name, at)
        more = answer.get("has_more")
        self.last_said_more = more in (1, "1") if more in (0, 1, "0", "1") else None
        return answer

    def _bend(self, answer: dict[str, Any], name: str, at: int) -> None:
        changes = self._build_changes(name, at)
        if changes:
            answer |= changes
        elif name == "bad_row" and answer["aweme_list"]:
            rows = answer["aweme_list"]
            rows[self.chance.randrange(len(rows))] = self.chance.choice(ODD)
            self.bad_rows += 1
        elif name == "lossy":
            del answer["aweme_list"][-self.chance.randrange(1, 4) :]
        elif name == "text":
            answer |= {key: str(answer[key]) for key in ("has_more", "max_cursor")}
        elif name in MISSING:
            del answer[MISSING[name]]

    def _build_changes(self, name: str, at: int) -> dict[str, Any]:
        """Return the fields of a page at `at` that a fault replaces."""
        before = [{"number": n} for n in self.numbers[max(0, at - self.page_size) : at]]
        odd = self.chance.choice(ODD)
        known: dict[str, dict[str, Any]] = {
            "early_end": {"has_more": 0},
            "stuck": {"has_more": 1, "max_cursor": at},
            "empty": {"has_more": 1, "aweme_list": []},
            "empty_stuck": {"has_more": 1, "aweme_list": [], "max_cursor": at},
            "repeat": {"has_more": 1, "aweme_list": before},
            "null_rows": {"aweme_list": None},
            "odd_more": {"has_more": odd},
            "odd_cursor": {"max_cursor": odd},
        }
        return known.get(name, {})


def make_list(chance: random.Random) -> List:
    count, size = chance.choice((0, 1, 5, 18, 40, 90)), chance.choice((1, 3, 10, 18))
    numbers = list(range(count))
    for _ in range(chance.choice((0, 0, 0, 3))):  # a row that comes twice
        if numbers:
            numbers.insert(chance.randrange(len(numbers)), chance.choice(numbers))
    faults = {
        chance.randrange(len(numbers) // size + 1): (
            chance.choice(FAULTS),
            chance.choice((1, 2, 99)),
        )
        for _ in range(chance.choice((0, 1, 1, 2, 4)))
    }
    return List(chance, numbers, size, faults)


def choose_count(chance: random.Random, true: int) -> int | None:
    """Return the owner's count, which may be wrong."""
    return chance.choice((None, None, true, true, 0, max(0, true - 3), true + 3, true // 2))


def read(pagination: Pagination, server: List) -> tuple[list[Item], int]:
    """Read the list as the spider does; return its items and the number of requests."""
    endpoint: Any = pagination.first_page
    items: list[Item] = []
    requests = 0
    while endpoint is not None and requests < 2000:
        pagination.start_page(endpoint)
        answer, requests = server.answer(endpoint.max_cursor), requests + 1
        try:
            for item in pagination.read_page(endpoint, answer):
                items.append(item)
                pagination.run_log.add_kept(item.key)
            with convert_errors():
                endpoint = pagination.next_page(endpoint, answer)
        except ProtocolError as error:
            endpoint = pagination.repeat_page(endpoint)
            if endpoint is None:
                cursor = pagination.listing.cursor
                pagination.run_log.add_refusal(SOURCE, Outcome.SCHEMA_CHANGED, str(error), cursor)
    return items, requests


def run_one(seed: int, tally: Tally) -> None:
    chance = random.Random(seed)
    server = make_list(chance)
    true = set(server.numbers)
    limit = chance.choice((0, 0, 0, 7))
    expected = choose_count(chance, len(true))
    run_log = RunLog("test", NOW)
    pagination = Pagination(
        run_log.get_listing(SOURCE),
        run_log,
        Work,
        "post",
        UserPost(sec_user_id="MS4w"),
        Limits(max_counts=limit),
        expected=expected,
    )
    items, requests = read(pagination, server)
    run_log.close_listings("finished")
    run_log.is_finished = True
    numbers = [item.number for item in items]  # type: ignore[attr-defined]
    missing = true - set(numbers)
    tally.note(str(run_log.outcome))
    if len(numbers) != len(set(numbers)) or set(numbers) - true:
        tally.violate(seed, "a row twice, or one that is not in the list")
    if requests > 6 * (len(server.numbers) // server.page_size + 2) + 60:
        tally.violate(seed, f"{requests} requests for {len(true)} rows")
    if run_log.kept != len(numbers):
        tally.violate(seed, f"{run_log.kept} kept of {len(numbers)} rows")
    is_limited = bool(limit) and len(numbers) >= limit
    ends_by_answer = server.last_said_more is False
    ends_by_count = server.last_said_more is None and expected is not None
    short = expected is not None and not limit and len(numbers) + server.bad_rows < expected
    honest = not missing or is_limited or ((ends_by_answer or ends_by_count) and not short)
    if run_log.exit_code == 0 and not honest:
        words = f"{summarize(run_log)} although {len(missing)} of {len(true)} are missing"
        tally.violate(seed, f"{words}; count {expected}, faults {server.faults}")
    if run_log.exit_code == 0 and server.bad_rows and not is_limited and missing:
        tally.violate(seed, "a row that cannot be read is not told")
    if pagination.is_complete and (is_limited or not honest):
        tally.violate(seed, "a list that is not whole is remembered as complete")


def run(count: int, folder: Path, first_seed: int = 0) -> Tally:
    """Read `count` lists."""
    del folder
    tally = Tally("lists: random pages, counts and lies")
    for seed in range(first_seed, first_seed + count):
        run_one(seed, tally)
        tally.runs += 1
    return tally
