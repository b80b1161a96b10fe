"""Lease an identity of the pool for a crawl (F2_IDENTITY), and count its requests."""

from __future__ import annotations

import json
import os
import socket
import tempfile
import uuid
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from weakref import WeakKeyDictionary

from scrapy.crawler import Crawler

from f2scrapy.api.identity_options import build_identity
from f2scrapy.api.login_file import write_login
from f2scrapy.api.proxy import choose_proxy
from f2scrapy.config.outputs import replace_file
from f2scrapy.crawl.shared import get_archive, get_gate, get_options, use_identity
from f2scrapy.errors import InputError, Outcome, Refused
from f2scrapy.identities.credentials import Credentials, decrypt, encrypt
from f2scrapy.identities.limits import ALL
from f2scrapy.identities.pool import HOLDER, LEASE, BudgetSpent, IdentityPool, Member, NoneFree
from f2scrapy.platforms import find_platform
from f2scrapy.text import format_moment

_LEASES: WeakKeyDictionary[Crawler, Lease] = WeakKeyDictionary()


class Lease:
    """An identity of the pool while a crawl uses it; its secrets lie in a folder that is removed.

    The folder holds the file of its guest's tokens, as `Identity` writes it, and its login.
    """

    length = LEASE  # until it ends, unless it is renewed

    def __init__(self, crawler: Crawler, member: Member, credentials: Credentials) -> None:
        self.member = member
        self.pool = IdentityPool(get_archive(crawler).database)
        self._archive = get_archive(crawler)
        self._gate = get_gate(crawler)
        self._credentials = credentials
        self._folder = tempfile.TemporaryDirectory(prefix="f2scrapy.")  # mode 0700

    @property
    def guest_path(self) -> Path:
        """The file of the guest's tokens."""
        return Path(self._folder.name, "identity.json")

    @property
    def login_path(self) -> Path:
        """The file of its login."""
        return Path(self._folder.name, "login.json")

    def write_files(self, platform: str) -> None:
        """Write the files that `build_identity` reads."""
        if self._credentials.login:
            write_login(self.login_path, platform, self._credentials.login)
        replace_file(self.guest_path, json.dumps(self._credentials.guest).encode(), mode=0o600)

    async def spend(self, way: str) -> None:
        """Count a request to an interface before it is sent.

        Raises:
            Refused: INTERRUPTED, as the budget is spent.
        """
        count = partial(self.pool.count_request, self.member, way)
        try:
            await self._archive.run(lambda: count(datetime.now(UTC)))
        except BudgetSpent as spent:
            why = Refused(Outcome.INTERRUPTED, f"{spent} until {format_moment(spent.until)}")
            if spent.path == ALL:
                self._gate.stop(why)
            raise why from None

    def renew(self, now: datetime) -> bool:
        """Extend the lease; False = another run may use the identity now."""
        return self.pool.renew_lease(self.member.name, self.member.holder, now)

    def end(self, outcome: Outcome, now: datetime) -> datetime | None:
        """Give the identity back, with what its guest has learned; return the end of its rest.

        None = it does not rest.
        """
        try:
            guest = json.loads(self.guest_path.read_bytes())
            after = self._credentials.model_copy(update={"guest": guest})
            return self.pool.release(self.member, outcome, encrypt(after), now)
        finally:
            self._folder.cleanup()


def get_lease(crawler: Crawler) -> Lease | None:
    """Return the lease of this crawl; None = it uses no identity of the pool."""
    return _LEASES.get(crawler)


def take_lease(crawler: Crawler, now: datetime) -> None:
    """Lease the identity of F2_IDENTITY, and use it and its proxy in this crawl.

    Raises:
        InputError: there is none, or its secrets cannot be read.
        Refused: INTERRUPTED, as none is free.
    """
    options, platform = get_options(crawler), find_platform(crawler.spidercls.name)
    if options.cookies or options.cookie:
        raise InputError("F2_IDENTITY has cookies of its own: leave out F2_COOKIES and F2_COOKIE")
    pool = IdentityPool(get_archive(crawler).database)
    name = "" if options.identity == "auto" else options.identity
    holder = os.environ.get(HOLDER) or f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex}"
    pool.forget_old(now)
    try:
        member = pool.lease(platform, name, holder, now)
    except NoneFree as error:
        when = f"; try again at {format_moment(error.until)}" if error.until else ""
        raise Refused(Outcome.INTERRUPTED, f"{error}{when}") from None
    try:
        credentials = decrypt(member.name, pool.get_secret(member.name))
        lease = Lease(crawler, member, credentials)
        lease.write_files(platform)
        if credentials.proxy:
            choose_proxy(credentials.proxy)
        given = options.model_copy(update={"login": lease.login_path})
        use_identity(crawler, build_identity(given, platform, path=lease.guest_path))
    except InputError:
        pool.cancel(member.name, holder)
        raise
    get_gate(crawler).budget = lease.spend
    _LEASES[crawler] = lease
