"""What adopting a city has found and written, for people and programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict

from iccc.adopting import Adopted
from iccc.report.discover import row_json, row_text
from iccc.units import plural


def text(adopted: Adopted, written: Sequence[str]) -> str:
    """Counts first, then the files, then what is otherwise than declared, and what a person has to sort."""
    return "\n".join(_lines(adopted, written)) + "\n"


def _lines(adopted: Adopted, written: Sequence[str]) -> Iterator[str]:
    drawn, found = adopted.drawn, adopted.found
    if adopted.is_new:
        switches = len(drawn.core) + sum(len(site.switches) for site in drawn.sites)
        what = f"{plural(len(drawn.cameras), 'camera')} on {plural(len(drawn.sites), 'site')}, {switches} switches, "
        what += plural(len(drawn.recorders), "recorder")
    else:
        what = f"{len(found.hosts)} cameras and recorders, {len(found.switches)} switches answer; "
        what += f"{len(adopted.added)} added" if adopted.added else "nothing is new"
    sort = f"{len(adopted.unsorted)} to sort" if adopted.unsorted else "nothing to sort"
    yield f"{what}; {sort}; {found.asked:,} addresses asked"
    yield from (f"note: {note}" for note in drawn.notes)
    yield from (f"added to {line}" for line in adopted.added)
    yield from (f"written: {name}" for name in written)
    for row in adopted.rows:
        yield from row_text(row)
    yield from (f"to sort: {one.address} {one.kind}: {one.why}" for one in adopted.unsorted)


def as_json(adopted: Adopted, written: Sequence[str]) -> str:
    """The same for programs."""
    drawn = adopted.drawn
    whole = {
        "version": 1, "kind": "adopt", "city": adopted.key, "addresses_asked": adopted.found.asked,
        "new_city": adopted.is_new, "cameras": len(drawn.cameras), "sites": len(drawn.sites),
        "recorders": len(drawn.recorders), "switches": len(adopted.found.switches), "written": list(written),
        "added": list(adopted.added), "notes": list(drawn.notes), "otherwise": [row_json(row) for row in adopted.rows],
        "to_sort": [asdict(one) for one in adopted.unsorted],
    }  # fmt: skip
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


WRITERS: Mapping[str, Callable[[Adopted, Sequence[str]], str]] = {"text": text, "json": as_json}
