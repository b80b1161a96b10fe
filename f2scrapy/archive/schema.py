"""The tables and views of the archive, for SQLite and for PostgreSQL.

docs/archive.md describes them for readers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from f2scrapy.errors import InputError

COUNTS = ("digg_count", "comment_count", "share_count", "collect_count", "play_count")

# Versions 1 … of an SQLite file: a tuple of statements each. Only append new ones, in SQL that
# both databases understand (BIGINT, no WITHOUT ROWID): they count for servers, too.
MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE nicknames (
            platform TEXT NOT NULL,
            sec_user_id TEXT NOT NULL,
            nickname TEXT NOT NULL,
            first_seen TEXT NOT NULL, -- times are ISO 8601, UTC
            last_seen TEXT NOT NULL,
            PRIMARY KEY (platform, sec_user_id, nickname)
        ) WITHOUT ROWID""",
        """CREATE TABLE folders (
            platform TEXT NOT NULL,
            mode TEXT NOT NULL,
            sec_user_id TEXT NOT NULL,
            nickname TEXT NOT NULL, -- the name comes from it
            path TEXT NOT NULL,
            fold TEXT NOT NULL UNIQUE, -- path, without case
            PRIMARY KEY (platform, mode, sec_user_id)
        ) WITHOUT ROWID""",
        """CREATE TABLE works (
            id INTEGER PRIMARY KEY,
            key TEXT NOT NULL UNIQUE,
            path TEXT, -- of its files, without suffix; NULL: none is reserved
            fold TEXT UNIQUE,
            state TEXT NOT NULL DEFAULT 'OK',
            last_seen TEXT
        )""",
        """CREATE TABLE assets (
            work INTEGER NOT NULL REFERENCES works (id),
            asset TEXT NOT NULL,
            rendition TEXT NOT NULL,
            suffix TEXT NOT NULL, -- the rest of the file's path after that of the work
            size INTEGER NOT NULL,
            offered TEXT NOT NULL, -- JSON: all renditions that the platform offered
            fetched_at TEXT NOT NULL,
            PRIMARY KEY (work, asset, rendition)
        ) WITHOUT ROWID""",
        """CREATE TRIGGER one_file_for_each_asset AFTER INSERT ON assets BEGIN
            DELETE FROM assets WHERE work = new.work AND asset = new.asset
                AND rendition <> new.rendition;
        END""",
        """CREATE TABLE lists (
            id TEXT PRIMARY KEY,
            frontier TEXT NOT NULL, -- JSON: keys of the newest works
            finished_at TEXT NOT NULL
        ) WITHOUT ROWID""",
        # Moves that the other tables show as done, and that may be missing on disk still.
        "CREATE TABLE moves (source TEXT PRIMARY KEY, target TEXT NOT NULL) WITHOUT ROWID",
    ),
    (
        """CREATE TABLE unfinished (
            id TEXT PRIMARY KEY, -- of a list
            refused INTEGER NOT NULL, -- 1: the platform refused it; 0: the run ended before it
            since TEXT NOT NULL
        ) WITHOUT ROWID""",
    ),
    (
        """CREATE TABLE facts (
            work INTEGER PRIMARY KEY REFERENCES works (id),
            title TEXT, -- its text
            created_at TEXT, -- of its publication; NULL in a column: not known
            sec_user_id TEXT, -- its author's
            nickname TEXT,
            digg_count INTEGER,
            comment_count INTEGER,
            share_count INTEGER,
            collect_count INTEGER,
            play_count INTEGER,
            seen_at TEXT NOT NULL -- the time of the counts
        )""",
    ),
    (
        """CREATE TABLE readings ( -- lists of unfinished rounds without files
            command INTEGER NOT NULL,
            source TEXT NOT NULL,
            page TEXT NOT NULL, -- JSON: cursors of the last page with all its rows given
            newest TEXT NOT NULL, -- JSON: keys of the newest rows
            finished INTEGER NOT NULL,
            since TEXT NOT NULL,
            PRIMARY KEY (command, source)
        ) WITHOUT ROWID""",
        """CREATE TABLE given ( -- rows in feeds; each number is 64 bits of a hash
            list INTEGER NOT NULL,
            key INTEGER NOT NULL,
            command INTEGER NOT NULL, -- 0: the list was read to its end
            PRIMARY KEY (list, key, command)
        ) WITHOUT ROWID""",
    ),
)


# The views for readers; AT(…) is a time, FIND the place of a character in a text.
VIEWS = (
    f"""CREATE VIEW archived_works AS SELECT KEY_PARTS, state, path, title,
        AT(created_at) AS created_at, sec_user_id, nickname, {", ".join(COUNTS)},
        AT(counted_at) AS counted_at, AT(last_seen) AS last_seen FROM works""",
    """CREATE VIEW archived_files AS SELECT KEY_PARTS, asset, path || suffix AS path, size,
        rendition, AT(fetched_at) AS fetched_at FROM assets JOIN works ON works.id = assets.work""",
    f"""CREATE VIEW counts_over_time AS
        SELECT KEY_PARTS, AT(counted_at) AS counted_at, {", ".join(COUNTS)}
            FROM works WHERE counted_at IS NOT NULL
        UNION ALL
        SELECT KEY_PARTS, AT(e.counted_at), {", ".join(f"e.{name}" for name in COUNTS)}
            FROM earlier_counts e JOIN works ON works.id = e.work""",
    """CREATE VIEW users AS SELECT platform, sec_user_id,
        (SELECT nickname FROM nicknames last
            WHERE last.platform = n.platform AND last.sec_user_id = n.sec_user_id
            ORDER BY last_seen DESC, first_seen DESC LIMIT 1) AS nickname,
        AT(min(first_seen)) AS first_seen, AT(max(last_seen)) AS last_seen,
        count(*) AS nicknames FROM nicknames n GROUP BY platform, sec_user_id""",
)

_KEY_PARTS = """substr(key, 1, FIND(key, ':') - 1) AS platform,
        substr(substr(key, FIND(key, ':') + 1), 1, FIND(substr(key, FIND(key, ':') + 1), ':') - 1)
            AS kind,
        substr(substr(key, FIND(key, ':') + 1), FIND(substr(key, FIND(key, ':') + 1), ':') + 1)
            AS work_id"""

# Version 5: facts belong to works, and counts have a history; one row of assets for each file.
_TO_5 = (
    """CREATE TABLE new_assets (
        work INTEGER NOT NULL REFERENCES works (id),
        asset TEXT NOT NULL,
        rendition TEXT NOT NULL,
        suffix TEXT NOT NULL, -- the rest of the file's path after that of the work
        size INTEGER NOT NULL,
        offered TEXT NOT NULL, -- JSON: all renditions that the platform offered
        fetched_at TEXT NOT NULL,
        PRIMARY KEY (work, asset)
    ) WITHOUT ROWID""",
    "INSERT INTO new_assets SELECT work, asset, rendition, suffix, size, offered, fetched_at"
    " FROM assets",
    "DROP TABLE assets",
    "ALTER TABLE new_assets RENAME TO assets",
    *(f"ALTER TABLE works ADD COLUMN {name} TEXT"
        for name in ("title", "created_at", "sec_user_id", "nickname")),
    *(f"ALTER TABLE works ADD COLUMN {name} INTEGER" for name in COUNTS),
    "ALTER TABLE works ADD COLUMN counted_at TEXT",  # when these counts were seen first
    f"""UPDATE works SET (title, created_at, sec_user_id, nickname, {", ".join(COUNTS)}, counted_at)
        = (SELECT title, created_at, sec_user_id, nickname, {", ".join(COUNTS)}, seen_at
            FROM facts WHERE facts.work = works.id)""",
    "DROP TABLE facts",
    f"""CREATE TABLE earlier_counts ( -- those that works had until they changed
        work INTEGER NOT NULL REFERENCES works (id),
        counted_at TEXT NOT NULL,
        {", ".join(f"{name} INTEGER" for name in COUNTS)},
        PRIMARY KEY (work, counted_at)
    ) WITHOUT ROWID""",
    *VIEWS,
)  # fmt: skip

# Version 6: which files are whole in a store.
_TO_6 = (
    """CREATE TABLE published (
        work BIGINT NOT NULL REFERENCES works (id),
        asset TEXT NOT NULL,
        store TEXT NOT NULL, -- its address
        place TEXT NOT NULL, -- the key of the file there
        rendition TEXT NOT NULL,
        size BIGINT NOT NULL,
        sha256 TEXT NOT NULL,
        former TEXT NOT NULL, -- the key before, whose file is to be deleted; '' = none
        published_at TEXT NOT NULL,
        PRIMARY KEY (work, asset, store)
    )""",
)

# Version 7: accounts and the lists of a fleet.
_TO_7 = (
    # Times are ISO 8601, UTC, "" = never or not.
    """CREATE TABLE identities (
        name TEXT PRIMARY KEY,
        platform TEXT NOT NULL,
        secret TEXT NOT NULL, -- encrypted: see f2scrapy/identities/credentials.py
        limits TEXT NOT NULL, -- JSON
        added_at TEXT NOT NULL,
        used_at TEXT NOT NULL DEFAULT '',
        holder TEXT NOT NULL DEFAULT '', -- the run that uses it
        held_until TEXT NOT NULL DEFAULT '',
        rest_until TEXT NOT NULL DEFAULT '',
        since_pause INTEGER NOT NULL DEFAULT 0, -- requests
        refusals INTEGER NOT NULL DEFAULT 0, -- in a row
        out INTEGER NOT NULL DEFAULT 0, -- 1: its login has expired
        why TEXT NOT NULL DEFAULT ''
    )""",
    """CREATE TABLE identity_requests ( -- also counted under the path "*"
        identity TEXT NOT NULL,
        path TEXT NOT NULL,
        slot TEXT NOT NULL, -- the beginning of 5 min
        requests INTEGER NOT NULL,
        PRIMARY KEY (identity, path, slot)
    )""",
    """CREATE TABLE fleet_lists (
        id TEXT PRIMARY KEY,
        spider TEXT NOT NULL,
        target TEXT NOT NULL, -- its link; '' = none
        words TEXT NOT NULL, -- JSON: -a and -s with their values
        every_s INTEGER NOT NULL, -- 0 = once
        priority INTEGER NOT NULL,
        state TEXT NOT NULL DEFAULT 'active', -- active, running, paused, ended
        due_at TEXT NOT NULL,
        failures INTEGER NOT NULL DEFAULT 0, -- in a row
        outcome TEXT NOT NULL DEFAULT '', -- of the last run
        summary TEXT NOT NULL DEFAULT '',
        report TEXT NOT NULL DEFAULT '', -- JSON
        runs INTEGER NOT NULL DEFAULT 0,
        ran_at TEXT NOT NULL DEFAULT '',
        worker TEXT NOT NULL DEFAULT '' -- of the present or the last run
    )""",
)
MIGRATIONS += (_TO_5, _TO_6, _TO_7)

# A server begins with version 5. Other locales would sort "_" and "/" in an order of their own.
FIRST_ON_SERVER = 5
SERVER_TABLES = (
    "CREATE TABLE schema_version (version BIGINT NOT NULL)",
    "INSERT INTO schema_version VALUES (0)",
    """CREATE TABLE nicknames (
        platform TEXT NOT NULL,
        sec_user_id TEXT NOT NULL,
        nickname TEXT NOT NULL,
        first_seen TEXT NOT NULL,
        last_seen TEXT NOT NULL,
        PRIMARY KEY (platform, sec_user_id, nickname)
    )""",
    """CREATE TABLE folders (
        platform TEXT NOT NULL,
        mode TEXT NOT NULL,
        sec_user_id TEXT NOT NULL,
        nickname TEXT NOT NULL,
        path TEXT NOT NULL,
        fold TEXT COLLATE "C" NOT NULL UNIQUE,
        PRIMARY KEY (platform, mode, sec_user_id)
    )""",
    f"""CREATE TABLE works (
        id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
        key TEXT COLLATE "C" NOT NULL UNIQUE,
        path TEXT COLLATE "C",
        fold TEXT COLLATE "C" UNIQUE,
        state TEXT NOT NULL DEFAULT 'OK',
        last_seen TEXT,
        title TEXT,
        created_at TEXT,
        sec_user_id TEXT,
        nickname TEXT,
        {", ".join(f"{name} BIGINT" for name in COUNTS)},
        counted_at TEXT
    )""",
    """CREATE TABLE assets (
        work BIGINT NOT NULL REFERENCES works (id),
        asset TEXT NOT NULL,
        rendition TEXT NOT NULL,
        suffix TEXT COLLATE "C" NOT NULL,
        size BIGINT NOT NULL,
        offered TEXT NOT NULL,
        fetched_at TEXT NOT NULL,
        PRIMARY KEY (work, asset)
    )""",
    f"""CREATE TABLE earlier_counts (
        work BIGINT NOT NULL REFERENCES works (id),
        counted_at TEXT NOT NULL,
        {", ".join(f"{name} BIGINT" for name in COUNTS)},
        PRIMARY KEY (work, counted_at)
    )""",
    """CREATE TABLE lists (
        id TEXT COLLATE "C" PRIMARY KEY,
        frontier TEXT NOT NULL,
        finished_at TEXT NOT NULL
    )""",
    "CREATE TABLE moves (source TEXT PRIMARY KEY, target TEXT NOT NULL)",
    """CREATE TABLE unfinished (
        id TEXT COLLATE "C" PRIMARY KEY,
        refused BIGINT NOT NULL,
        since TEXT NOT NULL
    )""",
    """CREATE TABLE readings (
        command BIGINT NOT NULL,
        source TEXT NOT NULL,
        page TEXT NOT NULL,
        newest TEXT NOT NULL,
        finished BIGINT NOT NULL,
        since TEXT NOT NULL,
        PRIMARY KEY (command, source)
    )""",
    """CREATE TABLE given (
        list BIGINT NOT NULL,
        key BIGINT NOT NULL,
        command BIGINT NOT NULL,
        PRIMARY KEY (list, key, command)
    )""",
    *VIEWS,
)


def check_version(version: int) -> None:
    """Check that this program knows the schema of a database.

    Raises:
        InputError: a newer one has written it.
    """
    if version > len(MIGRATIONS):
        raise InputError(
            f"written by a newer f2scrapy (schema {version}, this one knows"
            f" {len(MIGRATIONS)}); update f2scrapy or name another file"
        )


def list_migrations(
    dialect: Literal["sqlite", "postgresql"], version: int
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield the versions after `version`, 0 = there are no tables yet, and their statements."""
    if dialect == "postgresql" and version < FIRST_ON_SERVER:
        yield FIRST_ON_SERVER, tuple(translate(one, dialect) for one in SERVER_TABLES)
        version = FIRST_ON_SERVER
    for number, statements in enumerate(MIGRATIONS[version:], version + 1):
        yield number, tuple(translate(one, dialect) for one in statements)


def translate(statement: str, dialect: Literal["sqlite", "postgresql"]) -> str:
    """Replace KEY_PARTS, FIND and AT(…) in the SQL of a view."""
    is_file = dialect == "sqlite"
    text = statement.replace("KEY_PARTS", _KEY_PARTS)
    text = text.replace("FIND(", "instr(" if is_file else "strpos(")
    return re.sub(
        r"AT\(([\w.]+(?:\(\w+\))?)\)", r"\1" if is_file else r"CAST(\1 AS timestamptz)", text
    )
