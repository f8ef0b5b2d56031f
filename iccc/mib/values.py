"""What an agent answers, as every parser of a MIB takes it, and how its values are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from iccc.compare import Unread
from iccc.errors import Reason

Value = int | str | bytes  # INTEGER, Counter, Gauge, TimeTicks | OBJECT IDENTIFIER, IpAddress | OCTET STRING
Index = tuple[int, ...]
Column = dict[Index, Value]
Columns = Mapping[str, Column]  # by the column's OID; a column that the agent does not have is empty, or missing

LONGEST = 255  # characters of a DisplayString
MOST_32 = 2**32 - 1  # Gauge32 and TimeTicks (RFC 2578); an agent may send eight octets all the same


@dataclass(frozen=True)
class Table:
    """Columns that share their index. ``key`` is a column that every row has; it is read with the others."""

    key: str
    columns: tuple[str, ...] = ()


def text(value: Value) -> str:
    """Printable text of at most 255 characters, on one line: an agent may send anything."""
    said = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return "".join(letter if letter.isprintable() else " " for letter in said[:LONGEST]).strip("\0 ")


def number(value: Value | None) -> int | None:
    """The number; None for what is none."""
    return value if isinstance(value, int) else None


def seconds(value: Value | None, name: str) -> float | Unread | None:
    """TimeTicks of the object ``name``, in seconds; None for what is no number, Unread for one that is no TimeTicks."""
    ticks = number(value)
    if ticks is None or 0 <= ticks <= MOST_32:
        return None if ticks is None else ticks / 100
    return Unread(Reason.BAD_ANSWER, f"{name} is {ticks}, not between 0 and {MOST_32}")


def mac(value: Value | None) -> str | None:
    """Six octets as ``02:00:0a:…`` in lower case; None for anything else."""
    return value.hex(":") if isinstance(value, bytes) and len(value) == 6 else None
