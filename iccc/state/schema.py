"""The tables. A migration is never changed after it was released; a new version is a new one at the end."""

from __future__ import annotations

Migration = tuple[str, ...]

_FIRST: Migration = (
    """
    CREATE TABLE learned (
        device TEXT NOT NULL,
        key TEXT NOT NULL,
        value TEXT NOT NULL,  -- JSON
        PRIMARY KEY (device, key)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE observation (
        device TEXT PRIMARY KEY,
        state TEXT NOT NULL,  -- JSON
        read_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE finding (
        id TEXT NOT NULL,
        device TEXT NOT NULL,
        path TEXT NOT NULL,
        class TEXT NOT NULL,
        severity TEXT NOT NULL,
        text TEXT NOT NULL,
        first_seen TEXT NOT NULL,
        last_seen TEXT NOT NULL,
        resolved_at TEXT,
        PRIMARY KEY (id, first_seen)  -- a finding that comes back is a new episode
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE UNIQUE INDEX finding_open ON finding (id) WHERE resolved_at IS NULL",
    """
    CREATE TABLE run (
        id TEXT PRIMARY KEY,
        command TEXT NOT NULL,
        plan TEXT NOT NULL,  -- digest
        started_at TEXT NOT NULL,
        ended_at TEXT,
        interrupted INTEGER NOT NULL DEFAULT 0
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE step (
        run TEXT NOT NULL REFERENCES run (id),
        device TEXT NOT NULL,
        section TEXT NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('pending', 'started', 'done')),
        outcomes TEXT NOT NULL DEFAULT '[]',  -- JSON
        changed_at TEXT NOT NULL,
        PRIMARY KEY (run, device, section)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE log (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        at TEXT NOT NULL,
        by TEXT NOT NULL,
        command TEXT NOT NULL,
        device TEXT NOT NULL,
        what TEXT NOT NULL,
        why TEXT NOT NULL
    ) STRICT
    """,
    "CREATE TRIGGER log_is_not_rewritten BEFORE UPDATE ON log BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END",
    "CREATE TRIGGER log_is_not_cut BEFORE DELETE ON log BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END",
)

_PAST: Migration = (
    """
    CREATE TABLE past (
        device TEXT PRIMARY KEY,
        past TEXT NOT NULL  -- JSON
    ) STRICT, WITHOUT ROWID
    """,
)

_WHOLE_FINDINGS: Migration = (
    "ALTER TABLE finding ADD COLUMN whole TEXT",  # JSON; NULL for what was found before there was this column
)

_UNDER_A_ROOT: Migration = (
    "ALTER TABLE finding ADD COLUMN under TEXT",  # the id of the root that it is under, or behind; NULL: its own
    """
    CREATE TABLE mail (
        at TEXT PRIMARY KEY,  -- of the run whose findings it told
        recipients TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
)

_TOLD_BY_MAIL: Migration = (
    "ALTER TABLE mail ADD COLUMN told TEXT",  # JSON: ids of the findings that it listed; NULL before this column
)

_TOLD_BY_DRIFT: Migration = (
    "ALTER TABLE finding ADD COLUMN told_at TEXT",  # when a drift report listed it first
    "ALTER TABLE step ADD COLUMN started_at TEXT",  # when its first write might be sent; NULL before that
)

_PROOFS: Migration = (
    """
    CREATE TABLE proof (
        alike TEXT NOT NULL,  -- JSON: manufacturer, model, firmware
        section TEXT NOT NULL,
        canary TEXT NOT NULL,  -- the device that has stood it; empty when none has
        at TEXT NOT NULL,
        run TEXT NOT NULL,  -- that the rest is of
        written INTEGER NOT NULL,
        failed TEXT NOT NULL,  -- JSON: what was observed, by device
        stopped TEXT NOT NULL,
        PRIMARY KEY (alike, section)
    ) STRICT, WITHOUT ROWID
    """,
)

_CHANGES: Migration = (
    "ALTER TABLE log ADD COLUMN ticket TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE log ADD COLUMN result TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE log ADD COLUMN change TEXT NOT NULL DEFAULT ''",  # the id of the change that it is a line of
)

_TRUST: Migration = (
    """
    CREATE TABLE trust (
        device TEXT PRIMARY KEY,
        identity TEXT NOT NULL  -- JSON: what is enrolled, each with who did it and when
    ) STRICT, WITHOUT ROWID
    """,
)

_CLOCKS: Migration = (
    """
    CREATE TABLE clock_reading (
        device TEXT NOT NULL,
        number INTEGER NOT NULL,  -- counts up; the last ones are kept
        at TEXT NOT NULL,
        offset_s REAL NOT NULL,  -- device minus real time
        PRIMARY KEY (device, number)
    ) STRICT, WITHOUT ROWID
    """,
)

MIGRATIONS: tuple[Migration, ...] = (
    _FIRST,
    _PAST,
    _WHOLE_FINDINGS,
    _UNDER_A_ROOT,
    _TOLD_BY_MAIL,
    _TOLD_BY_DRIFT,
    _PROOFS,
    _CHANGES,
    _TRUST,
    _CLOCKS,
)
