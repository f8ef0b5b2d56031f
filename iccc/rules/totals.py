"""Counts: what is published against what is declared."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from iccc.city.devices import City
from iccc.rules.rule import Outcome, Row, Severity, Stage, passed, rule


@rule(
    "published-figures",
    Severity.MEDIUM,
    Stage.DESIGN,
    do="ask the source which figure holds; correct the declaration, or quote the figure without `counted`",
    source="project practice: declared totals add up; a count needs a date, a definition and a source",
)
def published_figures(city: City, _today: date) -> Iterator[Row]:
    """Published figures are reached by the declaration, and by their own parts."""
    if city.declared.published is None:
        return
    document, file = city.declared.published
    gaps = {note.where: note.text for note in city.notes}
    for name, figure in file.figures.items():
        where = document.where("figures", name, "value")
        if (text := gaps.get(str(where))) is not None:
            yield Row(Outcome.FAIL, name, where, text)
        elif figure.approximate or (figure.counted is None and not figure.parts):
            continue  # quoted only
        elif figure.value == "unknown" or any(file.figures[part].value == "unknown" for part in figure.parts):
            yield Row(Outcome.UNKNOWN, name, where, f"{figure.text}: a number that it is held against is not known")
        else:
            yield passed(name, where)


RULES = (published_figures,)
