"""``iccc bom-lint``: reads a bill of quantities of somebody else, and says where it contradicts itself."""

from __future__ import annotations

from pathlib import Path

import click

from iccc.bom.lint import lint
from iccc.city.load import ASSUMPTIONS, shared_file
from iccc.city.model.assumptions import AssumptionsFile, Sizing
from iccc.city.model.lint import LintFile
from iccc.cli.common import Exit, chosen_format, emit, output_options, settings_for
from iccc.errors import UsageError
from iccc.explain import one_of
from iccc.report.bom_lint import WRITERS
from iccc.rules.judge import OPEN
from iccc.schedule.files import read_sheets

FORMATS = tuple(WRITERS)
KNOWN = "catalogue/lint.yaml"


@click.command("bom-lint")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--archetype",
    metavar="NAME",
    help="The kind of project that a camera's cost is held against: street, safe_city, itms; default: any.",
)
@output_options(*FORMATS)
def command(files: tuple[Path, ...], archetype: str | None, format_: str | None, output: Path | None) -> int:
    """Read a bill of quantities (CSV or xlsx, of anybody) and say where it contradicts itself.

    Items listed twice, quantities that differ between tables, sheets and files, amounts and totals that are no sums,
    UPS hours that the battery does not reach, rings over their limit, cost of a camera, rates without a basis.
    """
    chosen = chosen_format(format_, output, FORMATS)
    root = settings_for(live=False).root
    known, assumed = shared_file(root, KNOWN, LintFile), shared_file(root, ASSUMPTIONS, AssumptionsFile)
    if archetype is not None and archetype not in known.bands:
        raise UsageError(f"--archetype {one_of(archetype, known.bands)}")
    sizing = Sizing(**{name: entry.value for name, entry in assumed.assumptions.items()})
    sheets = [sheet for file in files for sheet in read_sheets(file)]
    linted = lint(sheets, known, sizing, archetype)
    emit(WRITERS[chosen](linted), output)
    if any(finding.outcome in OPEN for finding in linted.findings):
        return Exit.DIFFERENT
    return Exit.UNKNOWN if linted.findings else Exit.CLEAN
