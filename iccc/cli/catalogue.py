"""``iccc catalogue``: device types of others for the catalogue."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import click

from iccc.catalogue.carry import Wishes
from iccc.catalogue.load import import_files
from iccc.catalogue.write import written
from iccc.city.model.catalogue import PORT_OF_PLATFORM, DeviceType, Kind
from iccc.cli.common import emit, output_option, talk

HEADS = get_args(DeviceType.model_fields["head"].annotation)


@click.command("catalogue")
@click.argument("action", type=click.Choice(("import",)))
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--kind",
    type=click.Choice([str(kind) for kind in sorted(Kind)]),
    help="What the devices are. Default: concluded from their files.",
)
@click.option("--head", type=click.Choice(HEADS), help="Head of the bill of quantities. Default: that of the kind.")
@click.option("--platform", type=click.Choice(sorted(PORT_OF_PLATFORM)), help="What switches are configured as.")
@click.option("--poe-budget-w", type=click.IntRange(0, 100_000), help="Watts that a PoE switch can feed in all.")
@output_option("yaml")
def command(
    action: str,  # noqa: ARG001  # there is one
    files: tuple[Path, ...],
    kind: str | None,
    head: str | None,
    platform: str | None,
    poe_budget_w: int | None,
    output: Path | None,
) -> None:
    """Make entries of the catalogue from files in the format of NetBox's device-type library.

    What NetBox knows and the catalogue has no place for is said, and stands as a comment above the entry.
    """
    entries = import_files(files, Wishes(Kind(kind) if kind else None, head, platform, poe_budget_w))
    for entry in entries:
        for note in entry.notes:
            talk.print(f"{entry.key}: {note}")
    emit(written(entries), output)
