"""``iccc check``: is the declaration right, and does it keep the rules, without asking any device."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click

from iccc.city.load import load_city
from iccc.cli.common import Exit, chosen_format, city_argument, emit, output_options, plan_option, settings_for
from iccc.clock import SystemClock
from iccc.errors import DeclarationError
from iccc.report.check import WRITERS
from iccc.rules.all import RULES
from iccc.rules.checked import of_city, of_mistakes
from iccc.rules.judge import OPEN, UNDECIDED, judge, outcomes

FORMATS = tuple(WRITERS)


@click.command("check")
@city_argument
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="Judge as of this day; default: today.")
@plan_option
@output_options(*FORMATS)
def command(city_key: str, on: datetime | None, plan: str | None, format_: str | None, output: Path | None) -> int:
    """Read a city's files, say every mistake with its line, and judge the rules."""
    today: date = on.date() if on else SystemClock().now().date()
    chosen = chosen_format(format_, output, FORMATS)
    try:
        city = load_city(settings_for(live=False).root, city_key, plan)
    except DeclarationError as error:
        if chosen == "text":
            raise
        emit(WRITERS[chosen](of_mistakes(city_key, today, error)), output)
        return Exit.ERROR
    verdicts = judge(city, today, RULES)
    emit(WRITERS[chosen](of_city(city, today, verdicts)), output)
    counts = outcomes(verdicts)
    if any(counts[outcome] for outcome in OPEN):
        return Exit.DIFFERENT
    return Exit.UNKNOWN if any(counts[outcome] for outcome in UNDECIDED) else Exit.CLEAN
