"""``iccc schema``: what an editor needs to check and complete a city's files while they are written."""

from __future__ import annotations

from pathlib import Path

import click

from iccc.city.schema import KINDS, file_name, json_schema, written
from iccc.cli.common import emit


@click.command("schema", epilog=f"KIND: {', '.join(KINDS)}.")
@click.argument("kind", type=click.Choice(list(KINDS)), metavar="[KIND]", required=False)
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write <kind>-v1.json files there.",
)
def command(kind: str | None, folder: Path | None) -> None:
    """Print the JSON Schema of a kind of file, or of all kinds."""
    schemas = {file_name(name): json_schema(name) for name in ([kind] if kind else KINDS)}
    if folder is None:
        emit(written(next(iter(schemas.values())) if kind else schemas), None)
    else:
        for name, schema in schemas.items():
            emit(written(schema), folder / name)
