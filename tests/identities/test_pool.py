"""An identity is used by one run at a time, and no run exceeds its budget."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError
from support.postgres import Cluster

from f2scrapy.archive.database import open_database
from f2scrapy.archive.server import Server, parse_server
from f2scrapy.errors import InputError, Outcome
from f2scrapy.identities.limits import ALL, Limits
from f2scrapy.identities.pool import LEASE, BudgetSpent, IdentityPool, Member, NoneFree

NOON = datetime(2026, 11, 30, 12, 2, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
FREE = Limits(hourly={}, slow_days=0)


@pytest.fixture(params=["sqlite", "postgresql"])
def pool(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[IdentityPool]:
    place: Path | Server = tmp_path / "f2scrapy.db"
    if request.param == "postgresql":
        cluster: Cluster = request.getfixturevalue("cluster")
        place = parse_server(cluster.make_address())
    with closing(open_database(place, blocking=True)) as db:
        yield IdentityPool(db)


def test_lease_is_of_one_run_and_ends_by_itself(pool: IdentityPool) -> None:
    pool.add("a", "douyin", "secret", FREE, NOON)
    first = pool.lease("douyin", "", "run 1", NOON)
    with pytest.raises(NoneFree, match="a is used by another run") as busy:
        pool.lease("douyin", "", "run 2", NOON)
    assert busy.value.until == NOON + LEASE
    assert pool.renew_lease("a", "run 1", NOON + MINUTE)
    with pytest.raises(NoneFree):
        pool.lease("douyin", "a", "run 2", NOON + LEASE)
    assert pool.lease("douyin", "a", "run 2", NOON + MINUTE + LEASE).name == "a"
    assert not pool.renew_lease("a", "run 1", NOON + MINUTE + LEASE), "it belongs to run 2 now"
    pool.release(first, Outcome.RISK_CONTROL, "of run 1", NOON + MINUTE + LEASE)
    assert pool.get_secret("a") == "secret", "run 1 has no say any more"


def test_the_one_used_least_lately_is_next(pool: IdentityPool) -> None:
    for name in ("a", "b", "c"):
        pool.add(name, "douyin", "", FREE, NOON)
    pool.add("other", "tiktok", "", FREE, NOON)
    order = []
    for turn in range(6):
        now = NOON + turn * MINUTE
        leased = pool.lease("douyin", "", "run", now)
        order.append(leased.name)
        pool.release(leased, Outcome.OK, "", now)
    assert "".join(order) == "abcabc"


def test_refused_identity_rests_longer_each_time(pool: IdentityPool) -> None:
    pool.add("a", "douyin", "", FREE, NOON)
    now, rests = NOON, []
    for outcome in (Outcome.RATE_LIMITED, Outcome.RISK_CONTROL, Outcome.RISK_CONTROL):
        rest_until = pool.release(pool.lease("douyin", "", "x", now), outcome, "", now)
        [one] = pool.list_members()
        assert one.rest_until == rest_until
        rests.append((one.rest_until - now) / MINUTE)
        now = one.rest_until
    assert rests == [15, 120, 240]
    pool.release(pool.lease("douyin", "", "x", now), Outcome.OK, "", now)
    pool.release(pool.lease("douyin", "", "x", now), Outcome.RISK_CONTROL, "", now)
    assert pool.list_members()[0].rest_until == now + 60 * MINUTE, "a run without refusal counts"


def test_expired_login_is_out_until_it_is_added_again(pool: IdentityPool) -> None:
    pool.add("a", "douyin", "old", FREE, NOON)
    expired = pool.lease("douyin", "", "x", NOON), Outcome.COOKIE_EXPIRED, "old", NOON
    assert pool.release(*expired) is None
    with pytest.raises(NoneFree, match=r"a is out \(COOKIE_EXPIRED\)") as out:
        pool.lease("douyin", "", "x", NOON + timedelta(days=9))
    assert out.value.until is None
    pool.add("a", "douyin", "new", FREE, NOON + MINUTE)
    assert pool.lease("douyin", "", "x", NOON + MINUTE).added_at == NOON, "it keeps its age"


def send(pool: IdentityPool, lease: Member, path: str, now: datetime, count: int) -> None:
    for _ in range(count):
        pool.count_request(lease, path, now)


def test_budget_of_any_hour_is_kept_also_by_killed_runs(pool: IdentityPool) -> None:
    pool.add("a", "douyin", "", Limits(hourly={ALL: 12, "comment/list": 6}, slow_days=0), NOON)
    killed = pool.lease("douyin", "", "killed", NOON)
    send(pool, killed, "comment/list", NOON, 5)
    later = NOON + LEASE
    lease = pool.lease("douyin", "", "next", later)
    send(pool, lease, "comment/list", later, 1)
    with pytest.raises(BudgetSpent, match="a for comment/list is spent"):
        send(pool, lease, "comment/list", later, 1)
    send(pool, lease, "aweme/post", later, 6)
    with pytest.raises(BudgetSpent, match="of identity a is spent") as spent:
        send(pool, lease, "aweme/post", later, 1)
    assert spent.value.until == NOON.replace(hour=13, minute=5)
    with pytest.raises(BudgetSpent):
        send(pool, lease, "aweme/post", spent.value.until - timedelta(seconds=1), 1)
    send(pool, lease, "aweme/post", spent.value.until, 12)
    pool.forget_old(NOON + timedelta(days=2))
    assert pool.get_used("a", ALL, NOON + timedelta(hours=1)) == {}


def test_identity_with_a_spent_budget_rests(pool: IdentityPool) -> None:
    pool.add("a", "douyin", "", Limits(hourly={ALL: 5}, slow_days=0), NOON)
    lease = pool.lease("douyin", "", "x", NOON)
    with pytest.raises(BudgetSpent) as spent:
        send(pool, lease, "aweme/post", NOON, 6)
    pool.release(lease, Outcome.INTERRUPTED, "", NOON)
    with pytest.raises(NoneFree) as resting:
        pool.lease("douyin", "", "x", NOON + MINUTE)
    assert resting.value.until == spent.value.until


def test_pause_comes_after_so_many_requests(pool: IdentityPool) -> None:
    limits = Limits(hourly={}, slow_days=0, pause_after=10, pause_s=600)
    pool.add("a", "douyin", "", limits, NOON)
    lease = pool.lease("douyin", "", "x", NOON)
    send(pool, lease, "x", NOON, 10)
    with pytest.raises(BudgetSpent) as pause:
        send(pool, lease, "x", NOON, 1)
    assert pause.value.until == NOON + 10 * MINUTE
    send(pool, lease, "x", NOON + 10 * MINUTE, 1)


@pytest.mark.parametrize(("days", "budget"), [(0, 40), (1, 80), (2, 120), (9, 120)])
def test_new_identity_begins_slowly(days: int, budget: int) -> None:
    limits = Limits(hourly={ALL: 120}, slow_days=2)
    assert limits.get_budget(ALL, timedelta(days=days, hours=1)) == budget
    assert limits.get_budget("aweme/post", timedelta(days=days)) is None


def test_limits_are_no_negative_numbers() -> None:
    with pytest.raises(ValidationError):
        Limits(hourly={ALL: -1})


def test_unknown_names_are_bad_input(pool: IdentityPool) -> None:
    with pytest.raises(InputError, match="no identity for douyin"):
        pool.lease("douyin", "", "x", NOON)
    pool.add("a", "douyin", "", FREE, NOON)
    with pytest.raises(InputError, match="no identity b for douyin"):
        pool.lease("douyin", "b", "x", NOON)
    for call in (lambda: pool.remove("b"), lambda: pool.rest("b", NOON, "by hand")):
        with pytest.raises(InputError, match="b: the pool has none"):
            call()
    pool.rest("a", NOON + MINUTE, "by hand")
    with pytest.raises(NoneFree, match="by hand"):
        pool.lease("douyin", "a", "x", NOON)
    pool.remove("a")
    assert pool.list_members() == []
