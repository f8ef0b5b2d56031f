"""The SQLite file of a city: ``state/<target>/<city>/iccc.db``. Its schema has a version and grows by migrations."""

from __future__ import annotations

import _thread
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from iccc.compare import plain
from iccc.errors import StateError
from iccc.secrets import Secret
from iccc.state.files import make_folder
from iccc.state.schema import MIGRATIONS, Migration

FILE_NAME = "iccc.db"
BUSY_MS = 5_000

Row = tuple[Any, ...]
Value = str | int | float | None


def iso(at: datetime) -> str:
    """A moment as stored everywhere: UTC, fixed width, so that text order is time order. ValueError if naive."""
    if at.tzinfo is None:
        raise ValueError("a time without a zone cannot be stored")
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def to_json(value: object) -> str:
    """Any state as compact JSON with a stable order. A secret becomes ``***``; TypeError for what is not data."""
    return json.dumps(plain(value), default=_scalar, ensure_ascii=False, separators=(",", ":"))


def _scalar(value: object) -> str:
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, Secret | Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} is no data that can be stored")


class Store:
    """An open store. Every statement is committed by itself unless it runs in a :meth:`transaction`.

    What was committed survives the death of the process; the last moments before a power cut may be missing.
    May be used from native threads and greenlets, as no transaction gives way to another greenlet.
    All errors are :class:`StateError`.
    """

    def __init__(self, path: Path, database: sqlite3.Connection) -> None:
        self.path = path
        self._database = database
        # gevent replaces threading.RLock by one that native threads cannot share with greenlets.
        self._one = _thread.RLock()

    def execute(self, statement: str, values: Sequence[Value] = ()) -> list[Row]:
        """Run one statement; its rows."""
        with self._one:
            try:
                return self._database.execute(statement, values).fetchall()
            except sqlite3.Error as error:
                raise StateError(f"{self.path}: {error}") from None

    def execute_many(self, statement: str, rows: Iterable[Sequence[Value]]) -> None:
        """Run one statement for each row."""
        with self._one:
            try:
                self._database.executemany(statement, rows)
            except sqlite3.Error as error:
                raise StateError(f"{self.path}: {error}") from None

    @contextmanager
    def transaction(self, durable: bool = False) -> Iterator[None]:
        """All statements within count together or not at all; within another one, they count with that.

        ``durable``: they survive a power cut, too, which costs the time of the disk.
        """
        with self._one:
            if self._database.in_transaction:
                yield
                return
            if durable:
                self.execute("PRAGMA synchronous = FULL")
            self.execute("BEGIN IMMEDIATE")
            try:
                yield
                self.execute("COMMIT")
            except BaseException:
                if self._database.in_transaction:  # a full disk may have ended it already
                    self.execute("ROLLBACK")
                raise
            finally:
                if durable:
                    self.execute("PRAGMA synchronous = NORMAL")

    def close(self) -> None:
        """Close the file; the store cannot be used any more."""
        self._database.close()


def open_store(folder: Path, migrations: Sequence[Migration] = MIGRATIONS) -> Store:
    """The store of the city whose state is in ``folder``, made or brought up to date if need be.

    StateError if the file is damaged or was written by a newer iccc.
    """
    path = make_folder(folder) / FILE_NAME
    try:
        # Statements are serialised by Store, so threads may share the connection.
        database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    except sqlite3.Error as error:
        raise StateError(f"{path}: {error}") from None
    store = Store(path, database)
    try:
        store.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        store.execute("PRAGMA journal_mode = WAL")
        store.execute("PRAGMA synchronous = NORMAL")
        store.execute("PRAGMA recursive_triggers = ON")  # so that REPLACE cannot rewrite the log either
        _migrate(store, migrations)
    except BaseException:
        store.close()
        raise
    return store


def _migrate(store: Store, migrations: Sequence[Migration]) -> None:
    if _version(store) == len(migrations):
        return
    with store.transaction():
        version = _version(store)  # again, for another process may have migrated in between
        if version > len(migrations):
            raise StateError(f"{store.path}: version {version}; this iccc knows versions up to {len(migrations)}")
        for statement in (statement for migration in migrations[version:] for statement in migration):
            store.execute(statement)
        store.execute(f"PRAGMA user_version = {len(migrations)}")


def _version(store: Store) -> int:
    return int(store.execute("PRAGMA user_version")[0][0])
