"""What holds for a device and why, as text for a person and as JSON."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable, Iterator, Mapping

from rich.cells import cell_len

from iccc.effective.value import Effective, Source, Value
from iccc.report.table import WIDTH, one_line

VERSION = 1
SOURCES = 41  # column in which the sources begin; a longer value has its line to itself


def as_text(effective: Effective) -> bytes:
    """Name, value, and where the value comes from, in 100 columns."""
    lines = [f"{effective.name}: {one_line(effective.about)}"]
    for part in effective.parts:
        if part.values:
            lines += ["", part.title]
            key = max(12, *(cell_len(value.key) for value in part.values))
            lines += [line.rstrip() for value in part.values for line in _value(value, key)]
    return ("\n".join(lines) + "\n").encode()


def _value(value: Value, key: int) -> Iterator[str]:
    text = textwrap.wrap(one_line(value.text), WIDTH - key - 4) or [""]
    left = [f"  {_padded(value.key, key)}  {text[0]}", *(f"{' ' * (key + 4)}{line}" for line in text[1:])]
    right = [line for source in value.sources for line in _source(source)]
    right += [line for source in value.overrides for line in _source(source, "overrides ")]
    if cell_len(left[-1]) > SOURCES - 2:
        left.append("")
    yield from left[:-1]
    yield f"{_padded(left[-1], SOURCES)}{right[0] if right else ''}"
    yield from (" " * SOURCES + line for line in right[1:])


def _padded(text: str, width: int) -> str:
    return text + " " * max(0, width - cell_len(text))


def _source(source: Source, before: str = "") -> list[str]:
    what, where = before + one_line(source.what), f"({source.where})" if source.where else ""
    if not what:
        return [str(source.where)]
    if cell_len(what) + 1 + cell_len(where) <= WIDTH - SOURCES:
        return [f"{what} {where}"]
    return [*textwrap.wrap(what, WIDTH - SOURCES), f"  {where}"]


def as_json(effective: Effective) -> bytes:
    """``{"version": 1, "kind": "explain", "name": …, "parts": [{"title": …, "values": […]}]}``."""
    data = {
        "version": VERSION,
        "kind": "explain",
        "name": effective.name,
        "device_kind": effective.kind,
        "about": effective.about,
        "parts": [
            {
                "title": part.title,
                "values": [
                    {
                        "key": value.key,
                        "value": value.text,
                        "from": [_origin(source) for source in value.sources],
                        "overrides": [_origin(source) for source in value.overrides],
                    }
                    for value in part.values
                ],
            }
            for part in effective.parts
        ],
    }
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


def _origin(source: Source) -> dict[str, str | int | None]:
    where = source.where
    return {
        "what": source.what,
        "file": where.file if where else None,
        "line": where.line if where else None,
        "column": where.column if where else None,
    }


WRITERS: Mapping[str, Callable[[Effective], bytes]] = {"text": as_text, "json": as_json}
