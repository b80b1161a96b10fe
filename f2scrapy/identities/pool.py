"""Keep the identities of all accounts in the archive's database; one run at a time uses each.

A run leases an identity for LEASE, and renews the lease while it lasts: that of a killed run ends
by itself. Requests are counted before they are sent, so that a killed run exceeds no budget either.
Machines that share a pool need the same time to some seconds (NTP).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, NoReturn

from f2scrapy.archive.database import Database
from f2scrapy.errors import F2Error, InputError, Outcome
from f2scrapy.identities.limits import ALL, Limits, find_end
from f2scrapy.text import format_moment

# Name in the environment: the holder of a lease that a program has taken for the run it starts.
HOLDER = "F2SCRAPY_HOLDER"
LEASE = timedelta(seconds=90)
_SLOT = timedelta(minutes=5)
_HOUR = timedelta(hours=1)
_COLUMNS = (
    "name, platform, limits, added_at, used_at, holder, held_until, rest_until, refusals, out, why"
)


class NoneFree(F2Error):
    """No identity is free; `until` is when the next one will be at the latest, None = not known.

    `is_used` = other runs use one, and may give it back earlier.
    """

    def __init__(self, text: str, until: datetime | None, *, is_used: bool) -> None:
        super().__init__(text)
        self.until = until
        self.is_used = is_used


class BudgetSpent(F2Error):
    """An identity has no requests left before `until`, for a path or for all of them."""

    def __init__(self, name: str, path: str, until: datetime) -> None:
        what = "" if path == ALL else f" for {path}"
        super().__init__(f"the budget of identity {name}{what} is spent")
        self.path = path
        self.until = until


class Member(NamedTuple):
    """An identity of the pool, without its secrets; times are aware UTC."""

    name: str
    platform: str
    limits: Limits
    added_at: datetime
    used_at: datetime | None  # None = never
    holder: str  # the run that uses it; "" = none
    held_until: datetime
    rest_until: datetime
    refusals: int  # in a row
    is_out: bool  # its login has expired; it is not used until it is added again
    why: str  # of its rest, or of being out

    def is_free(self, now: datetime) -> bool:
        """Return whether a run can use it now."""
        return not self.is_out and self.rest_until <= now and not self.is_held(now)

    def is_held(self, now: datetime) -> bool:
        """Return whether a run uses it."""
        return bool(self.holder) and self.held_until > now


class IdentityPool:
    """The tables `identities` and `identity_requests` of an archive's database.

    Any method raises an OSError if the disk, or the database's server, refuses.
    """

    def __init__(self, db: Database) -> None:
        self._db = db

    # Identities

    def add(self, name: str, platform: str, secret: str, limits: Limits, now: datetime) -> None:
        """Add an identity, or replace its secrets and limits; it is ready, and keeps its age."""
        fields = (name, platform, secret, limits.model_dump_json(), _text(now))
        self._db.execute(
            "INSERT INTO identities (name, platform, secret, limits, added_at)"
            " VALUES (?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET"
            " platform = excluded.platform, secret = excluded.secret, limits = excluded.limits,"
            " out = 0, refusals = 0, rest_until = '', why = ''",
            fields,
        )

    def list_members(self, platform: str = "") -> list[Member]:
        """Return all identities, or those of a platform, by name."""
        query = f"SELECT {_COLUMNS} FROM identities WHERE ? IN ('', platform) ORDER BY name"  # noqa: S608
        return [_read_member(row) for row in self._db.execute(query, (platform,))]

    def get_secret(self, name: str) -> str:
        """Return the encrypted credentials of an identity.

        Raises:
            InputError: there is no such identity.
        """
        query = "SELECT secret FROM identities WHERE name = ?"
        row = self._db.execute(query, (name,)).fetchone()
        if row is None:
            raise InputError(f"identity {name}: the pool has none of this name")
        return str(row[0])

    def remove(self, name: str) -> None:
        """Forget an identity, and its counted requests.

        Raises:
            InputError: there is no such identity.
        """
        self.get_secret(name)
        self._db.execute("DELETE FROM identity_requests WHERE identity = ?", (name,))
        self._db.execute("DELETE FROM identities WHERE name = ?", (name,))

    def rest(self, name: str, until: datetime, why: str) -> None:
        """Let an identity rest until then; a time that is over ends its rest.

        Raises:
            InputError: there is no such identity.
        """
        self.get_secret(name)
        self._db.execute(
            "UPDATE identities SET rest_until = ?, why = ?, refusals = 0 WHERE name = ?",
            (_text(until), why, name),
        )

    # Leases

    def lease(self, platform: str, name: str, holder: str, now: datetime) -> Member:
        """Lease an identity for LEASE: this one, or, if `name` is "", the one used least lately.

        A holder may lease its own again.

        Raises:
            InputError: the pool has no such identity, or none of the platform.
            NoneFree: all of them rest, are used by other runs, or are out.
        """
        known = [one for one in self.list_members(platform) if name in ("", one.name)]
        if not known:
            what = f"no identity {name}" if name else "no identity"
            raise InputError(f"the pool has {what} for {platform}; see `f2scrapy identity add`")
        free = sorted(
            (one for one in known if one.is_free(now) or one.holder == holder),
            key=lambda one: (one.used_at or _EARLY, one.name),
        )
        for one in free:
            if self._take(one.name, holder, now):
                return one._replace(holder=holder, held_until=now + LEASE, used_at=now)
        is_used = any(one.is_held(now) and one.rest_until <= now for one in known)
        why = "no identity is free: " + "; ".join(_describe_all(known, now))
        raise NoneFree(why, _find_next(known, now), is_used=is_used)

    def _take(self, name: str, holder: str, now: datetime) -> bool:
        """Return whether the lease is ours: another run may have been faster."""
        times = (_text(now + LEASE), _text(now))
        taken = self._db.execute(
            "UPDATE identities SET holder = ?, held_until = ?, used_at = ?"
            " WHERE name = ? AND out = 0 AND rest_until <= ?"
            " AND (holder IN ('', ?) OR held_until <= ?)",
            (holder, *times, name, _text(now), holder, _text(now)),
        )
        return bool(taken.rowcount)

    def renew_lease(self, name: str, holder: str, now: datetime) -> bool:
        """Extend a lease by LEASE from now; False = it has ended, and another run may have it."""
        renewed = self._db.execute(
            "UPDATE identities SET held_until = ? WHERE name = ? AND holder = ?",
            (_text(now + LEASE), name, holder),
        )
        return bool(renewed.rowcount)

    def cancel(self, name: str, holder: str) -> None:
        """End a lease of a run that has not begun."""
        self._db.execute(
            "UPDATE identities SET holder = '', held_until = '' WHERE name = ? AND holder = ?",
            (name, holder),
        )

    def release(
        self, lease: Member, outcome: Outcome, secret: str, now: datetime
    ) -> datetime | None:
        """End a lease; return until when the identity rests, None = it does not.

        The identity rests after a refusal, and is out if its login has expired. `secret` are its
        credentials after the run.
        """
        rest = lease.limits.compute_rest(outcome, lease.refusals)
        is_out = outcome is Outcome.COOKIE_EXPIRED
        refusals = lease.refusals + 1 if rest else 0
        why = str(outcome) if rest or is_out else ""
        rest_until = now + rest if rest else None
        until = _text(rest_until) if rest_until else ""
        self._db.execute(
            "UPDATE identities SET holder = '', held_until = '', secret = ?, refusals = ?,"
            " rest_until = CASE WHEN rest_until > ? THEN rest_until ELSE ? END,"
            " out = ?, why = CASE WHEN ? = '' THEN why ELSE ? END"
            " WHERE name = ? AND holder = ?",
            (secret, refusals, until, until, int(is_out), why, why, lease.name, lease.holder),
        )
        return rest_until

    # Budgets

    def count_request(self, lease: Member, path: str, now: datetime) -> None:
        """Count a request of an interface before it is sent.

        Raises:
            BudgetSpent: it may not be sent now.
        """
        for what in (ALL, path):
            budget = lease.limits.get_budget(what, now - lease.added_at)
            if budget is None:
                continue
            used = self.get_used(lease.name, what, now)
            if sum(used.values()) >= budget:
                self._stop(lease, what, find_end(used, _SLOT))
        self._pause(lease, now)
        self._db.execute(
            "INSERT INTO identity_requests VALUES (?, ?, ?, 1), (?, ?, ?, 1)"
            " ON CONFLICT (identity, path, slot)"
            " DO UPDATE SET requests = identity_requests.requests + 1",
            (lease.name, ALL, _text(_floor(now)), lease.name, path, _text(_floor(now))),
        )

    def _stop(self, lease: Member, path: str, until: datetime, why: str = "its budget") -> NoReturn:
        if path == ALL:
            self._db.execute(
                "UPDATE identities SET rest_until = ?, why = ? WHERE name = ?",
                (_text(until), why, lease.name),
            )
        raise BudgetSpent(lease.name, path, until)

    def _pause(self, lease: Member, now: datetime) -> None:
        """Let the identity rest when it has sent enough since its last pause."""
        if not lease.limits.pause_after:
            return
        query = "SELECT since_pause FROM identities WHERE name = ?"
        (since,) = self._db.execute(query, (lease.name,)).fetchone()
        if since >= lease.limits.pause_after:
            query = "UPDATE identities SET since_pause = 0 WHERE name = ?"
            self._db.execute(query, (lease.name,))
            pause = timedelta(seconds=lease.limits.pause_s)
            self._stop(lease, ALL, now + pause, "its pause")
        query = "UPDATE identities SET since_pause = since_pause + 1 WHERE name = ?"
        self._db.execute(query, (lease.name,))

    def get_used(self, name: str, path: str, now: datetime) -> dict[datetime, int]:
        """Return the requests of the last 60 min, by the beginning of each 5 min (aware, UTC)."""
        rows = self._db.execute(
            "SELECT slot, requests FROM identity_requests"
            " WHERE identity = ? AND path = ? AND slot > ? ORDER BY slot",
            (name, path, _text(now - _HOUR - _SLOT)),
        )
        return {_time(slot): count for slot, count in rows}

    def forget_old(self, now: datetime) -> None:
        """Remove the counts that no budget needs any more."""
        day = _text(now - timedelta(days=1))
        self._db.execute("DELETE FROM identity_requests WHERE slot < ?", (day,))


_EARLY = datetime.min.replace(tzinfo=UTC)


def _read_member(row: tuple[object, ...]) -> Member:
    name, platform, limits, added, used, holder, held, rest, refusals, out, why = row
    return Member(
        str(name),
        str(platform),
        Limits.model_validate_json(str(limits)),
        _time(added),
        _time(used) if used else None,
        str(holder),
        _time(held),
        _time(rest),
        int(str(refusals)),
        bool(out),
        str(why),
    )


def _describe_all(known: list[Member], now: datetime) -> Iterator[str]:
    for one in known:
        if one.is_out:
            yield f"{one.name} is out ({one.why})"
        elif one.is_held(now):
            yield f"{one.name} is used by another run"
        else:
            yield f"{one.name} rests until {format_moment(one.rest_until)} ({one.why})"


def _find_next(known: list[Member], now: datetime) -> datetime | None:
    times = (
        max(one.rest_until, one.held_until if one.is_held(now) else now)
        for one in known
        if not one.is_out
    )
    return min(times, default=None)


def _text(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="seconds")


def _time(text: object) -> datetime:
    return datetime.fromisoformat(str(text)) if text else _EARLY


def _floor(now: datetime) -> datetime:
    return now - (now - _EARLY) % _SLOT
