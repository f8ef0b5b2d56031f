"""What adopting a city has found and written, for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from iccc.adopting import Adopted
from iccc.units import plural


def text(adopted: Adopted, written: Sequence[str]) -> str:
    """Counts first, then the files, then what a person has to sort."""
    return "\n".join(_lines(adopted, written)) + "\n"


def _lines(adopted: Adopted, written: Sequence[str]) -> Iterator[str]:
    drawn = adopted.drawn
    switches = len(drawn.core) + sum(len(site.switches) for site in drawn.sites)
    sort = f"{len(adopted.unsorted)} to sort" if adopted.unsorted else "nothing to sort"
    yield (
        f"{plural(len(drawn.cameras), 'camera')} on {plural(len(drawn.sites), 'site')}, {switches} switches,"
        f" {plural(len(drawn.recorders), 'recorder')}; {sort}; {adopted.found.asked:,} addresses asked"
    )
    yield from (f"note: {note}" for note in drawn.notes)
    yield from (f"written: {name}" for name in written)
    yield from (f"to sort: {one.address} {one.kind}: {one.why}" for one in adopted.unsorted)
