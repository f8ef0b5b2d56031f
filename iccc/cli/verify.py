"""``iccc verify``: the acceptance tests of a city."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click

from iccc.city.load import load_city
from iccc.cli.common import Exit, city_argument, emit, limit_option, settings_for, target_option
from iccc.errors import IcccError, UsageError
from iccc.limit import select
from iccc.report.verify import load_checks, verify_text
from iccc.verify.streams import Audit

PYTEST_USAGE = 2  # pytest's exit codes from here on say that no judgement was reached


@click.command("verify")
@city_argument
@limit_option
@target_option
@click.option(
    "--streams",
    type=click.Choice([audit.value for audit in Audit]),
    default=Audit.DESCRIBE.value,
    show_default=True,
    help="describe: what each stream is by its description. keyframe: play each one as well until its first keyframe.",
)
@click.option("--pictures", is_flag=True, help="Take two snapshots of each camera too: black, frozen, out of focus?")
@click.option("--footage", is_flag=True, help="Look at recorders too: days that footage reaches back, and replay.")
@click.option("--junit", type=click.Path(path_type=Path), help="Write JUnit XML here.")
@click.option("--evidence", type=click.Path(path_type=Path), help="Write every check with its evidence here (JSON).")
def command(
    city_key: str,
    limits: tuple[str, ...],
    live: bool,
    streams: str,
    pictures: bool,
    footage: bool,
    junit: Path | None,
    evidence: Path | None,
) -> int:
    """Check that what was declared is there: reachable, on time, streaming, recorded, on its port, in its VLAN."""
    settings = settings_for(live)
    city = load_city(settings.root, city_key)
    if not any(device.on_the_wire for device in select(city, limits)):
        raise UsageError("none of these devices is on the wire yet: there is nothing to verify")
    folder = settings.root / "out" / city_key
    junit, evidence = (junit or folder / "verify.xml").resolve(), (evidence or folder / "verify.jsonl").resolve()
    for path in (junit, evidence):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
    arguments = [sys.executable, "-m", "pytest", "-q", "--no-header", "-p", "no:cacheprovider", "--tb=no", "-r", "N"]
    arguments += ["tests/field", "--city", city_key, "--evidence", str(evidence), f"--junitxml={junit}"]
    arguments += ["--streams", streams, *(["--pictures"] if pictures else []), *(["--footage"] if footage else [])]
    arguments += [part for limit in limits for part in ("--limit", limit)]
    environment = {**os.environ, "ICCC_TARGET": str(settings.target)}
    tests = subprocess.run(  # noqa: S603  our own interpreter and tests
        arguments, cwd=settings.root, env=environment, stdout=subprocess.PIPE, text=True, check=False
    )
    if tests.returncode >= PYTEST_USAGE:
        raise IcccError(f"the acceptance tests did not run:\n{tests.stdout[-2000:]}")
    checks = load_checks(evidence)
    emit(verify_text(city, checks, _short(junit), _short(evidence)), None)
    outcomes = {check["outcome"] for check in checks}
    if outcomes & {"fail", "warn"}:
        return Exit.DIFFERENT
    return Exit.UNKNOWN if "unknown" in outcomes else Exit.CLEAN


def _short(path: Path) -> Path:
    """Relative to the current folder where that is shorter."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
