"""``iccc survey import``: sites of a city from the spreadsheet of a survey."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from iccc.cli.common import Exit, chosen_format, city_argument, emit, output_options, settings_for, talk
from iccc.errors import UsageError
from iccc.report.siting import WRITERS
from iccc.siting.imported import import_survey, write

FORMATS = tuple(WRITERS)


@click.group("survey")
def command() -> None:
    """Declare sites from what was surveyed."""


@command.command("import")
@city_argument
@click.argument("survey", metavar="FILE", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--phase", metavar="PHASE", help="The phase of sites whose row says none.")
@click.option("--drop-personal", is_flag=True, help="Pass over columns with personal data, instead of refusing them.")
@click.option("--dry", is_flag=True, help="Say what would be written, and write nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@output_options(*FORMATS)
def import_command(
    city_key: str,
    survey: Path,
    phase: str | None,
    drop_personal: bool,
    dry: bool,
    yes: bool,
    format_: str | None,
    output: Path | None,
) -> int:
    """Write the sites of a survey (CSV, xlsx) as YAML: planned, with the devices of their archetypes.

    A second import changes what the survey changed since, and nothing that a person did. Exit code 2: with --dry,
    something would be written; else, something stays as it is declared although the survey says otherwise.
    """
    root = settings_for(live=False).root
    made = import_survey(root, city_key, survey, phase=phase, drop_personal=drop_personal)
    writes = bool(made.files) and not dry
    chosen = chosen_format(format_, output, FORMATS)
    if writes and not yes:
        talk.print(WRITERS["text"](made, False).decode())
        if not sys.stdin.isatty():
            raise UsageError("nothing is written without --yes, where nobody can be asked")
        click.confirm(f"Write {len(made.files)} files?", abort=True, err=True)
    if writes:
        write(root, made)
    emit(WRITERS[chosen](made, writes), output)
    conflicts = any(change.conflicts for change in made.changes)
    return Exit.DIFFERENT if conflicts or (dry and made.files) else Exit.CLEAN
