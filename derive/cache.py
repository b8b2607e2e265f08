"""Answers kept on disk from one run to the next, by key: shared, bounded, safe to delete.

One SQLite file. Several processes may use it at once. Whatever is wrong with it (it cannot be
written, it is damaged, it has been deleted) costs time and nothing else: the answers are then
worked out again.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from time import sleep, time

__all__ = ["Cache", "usual_folder"]

MOST = 50_000  # answers of some 800 bytes: about 40 MB
_FORM = 1  # of the table; another form begins anew
_DAY = 86_400
_AT_ONCE = 500  # parameters in one statement
_ATTEMPTS = 8  # to open the file


def usual_folder() -> Path:
    """Where this system keeps what can be worked out again; ``DERIVE_CACHE_DIR`` overrides it."""
    named = os.environ.get("DERIVE_CACHE_DIR")
    if named:
        return Path(named)
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or str(Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = str(Path.home() / "Library" / "Caches")
    else:
        base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "derive"


class Cache:
    """Texts by key, in a folder that may not exist yet; at most ``most`` of them, those that were
    used last."""

    def __init__(self, folder: Path, most: int = MOST) -> None:
        self.file = folder / "verdicts.sqlite3"
        self.most = most
        self._connection: sqlite3.Connection | None = None
        self._off = False

    def get(self, keys: Iterable[bytes]) -> dict[bytes, str]:
        """What is known of these keys."""
        wanted = list(dict.fromkeys(keys))
        found: dict[bytes, str] = {}
        with self._trying() as connection:
            for start in range(0, len(wanted) if connection else 0, _AT_ONCE):
                some = wanted[start : start + _AT_ONCE]
                marks = ",".join("?" * len(some))
                assert connection is not None
                rows = connection.execute(
                    f"SELECT key, answer, used FROM answers WHERE key IN ({marks})", some
                ).fetchall()
                found |= {bytes(key): str(answer) for key, answer, _ in rows}
                now = int(time())
                old = [(now, key) for key, _, used in rows if used < now - _DAY]
                if old:
                    connection.executemany("UPDATE answers SET used = ? WHERE key = ?", old)
        return found

    def put(self, answers: Mapping[bytes, str]) -> None:
        """Keep these; the longest unused give way."""
        if not answers:
            return
        with self._trying() as connection:
            if connection is None:
                return
            now = int(time())
            connection.executemany(
                "INSERT OR REPLACE INTO answers (key, answer, used) VALUES (?, ?, ?)",
                [(key, answer, now) for key, answer in answers.items()],
            )
            (count,) = connection.execute("SELECT COUNT(*) FROM answers").fetchone()
            if count > self.most:
                connection.execute(
                    "DELETE FROM answers WHERE key IN "
                    "(SELECT key FROM answers ORDER BY used, key LIMIT ?)",
                    (count - self.most + self.most // 10,),
                )

    def close(self) -> None:
        """End the connection; the next `get` or `put` opens another."""
        if self._connection is not None:
            with contextlib.suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None

    # ------------------------------------------------------------------ the connection

    @contextlib.contextmanager
    def _trying(self) -> Iterator[sqlite3.Connection | None]:
        """One transaction, or None where there is no cache; never an error."""
        connection = self._open()
        if connection is None:
            yield None
            return
        try:
            with connection:
                yield connection
        except sqlite3.Error as error:
            self.close()
            self._off = True
            if _damaged(error):
                self._delete()

    def _open(self) -> sqlite3.Connection | None:
        if self._off:
            return None
        if self._connection is not None and not self.file.exists():
            self.close()  # somebody has deleted it
        if self._connection is None:
            for attempt in range(_ATTEMPTS):
                try:
                    self._connection = self._connected()
                    break
                except (OSError, sqlite3.Error) as error:
                    if _damaged(error) and not attempt:
                        self._delete()
                    elif "locked" in str(error):
                        sleep(0.05 * attempt)  # another process is just making it
                    else:
                        break
            self._off = self._connection is None
        return self._connection

    def _connected(self) -> sqlite3.Connection:
        self.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        connection = sqlite3.connect(self.file, timeout=2.0)
        try:
            (form,) = connection.execute("PRAGMA user_version").fetchone()
            if form not in (0, _FORM):
                connection.execute("DROP TABLE IF EXISTS answers")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute(
                "CREATE TABLE IF NOT EXISTS answers (key BLOB PRIMARY KEY, answer TEXT NOT NULL, "
                "used INTEGER NOT NULL) WITHOUT ROWID"
            )
            connection.execute(f"PRAGMA user_version = {_FORM}")
            connection.commit()
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def _delete(self) -> None:
        for end in ("", "-wal", "-shm"):
            with contextlib.suppress(OSError):
                self.file.with_name(self.file.name + end).unlink()


def _damaged(error: Exception) -> bool:
    """Whether the file is no database, or a broken one; a locked one is neither."""
    return isinstance(error, sqlite3.DatabaseError) and not isinstance(
        error, sqlite3.OperationalError
    )
