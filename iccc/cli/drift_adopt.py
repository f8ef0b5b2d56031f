"""``iccc drift adopt``: take what a device has into the declaration."""

from __future__ import annotations

import click

from iccc.cli.common import city_argument
from iccc.errors import UsageError


@click.command("adopt")
@city_argument
@click.argument("finding", metavar="FINDING")
def command(city_key: str, finding: str) -> None:
    """Write the observed value of a finding into the YAML."""
    raise UsageError(f"finding {finding!r} of {city_key} cannot be adopted yet")
