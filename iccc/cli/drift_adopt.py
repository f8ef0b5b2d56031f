"""``iccc drift adopt``: what was seen becomes what is declared."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

import click

from iccc.adopt.apply import Adopted, adopt, everything, write
from iccc.cli.common import Exit, city_argument, emit, reason_options, settings_for, talk, target_option
from iccc.context import Context, open_context
from iccc.drift.roots_swapped import is_swap
from iccc.errors import UsageError
from iccc.finding import Finding
from iccc.report.values import counted
from iccc.state.findings import Findings
from iccc.state.log import Why


@click.command("adopt")
@city_argument
@click.argument("ids", metavar="FINDING...", nargs=-1, required=True)
@target_option
@click.option("--dry", is_flag=True, help="Show what would be written, and write nothing.")
@click.option("--yes", "-y", is_flag=True, help="Don't ask.")
@reason_options()
def command(city_key: str, ids: tuple[str, ...], live: bool, dry: bool, yes: bool, why: Why) -> int:
    """Write what was seen into the YAML, where it is the declaration that is wrong.

    FINDING is the id of a standing finding of the last iccc drift, or its first digits.
    """
    with open_context(city_key, "drift adopt", settings_for(live)) as context:
        root = context.settings.root
        standing = [episode.finding for episode in Findings(context.store).standing() if episode.finding]
        chosen = _chosen(city_key, ids, list(everything(standing)))
        adopted = adopt(root, context.city, chosen, standing)
        emit(_diff(adopted), None)
        if dry:
            return Exit.CLEAN
        if not yes and not click.confirm("Write this?", err=True):
            return Exit.DIFFERENT
        write(root, adopted)
        _note(context, chosen, why)
    names = ", ".join(file.name for file in adopted.files)
    talk.print(f"written: {names}" if names else "everything is declared so already")
    return Exit.CLEAN


def _chosen(city_key: str, ids: Sequence[str], standing: Sequence[Finding]) -> list[Finding]:
    """The findings by their ids or the beginnings of these, each once."""
    chosen: dict[str, Finding] = {}
    for id_ in ids:
        found = {one.id: one for one in standing if one.id.startswith(id_)}
        if len(found) != 1:
            many = f"{len(found)} findings begin with {id_!r}" if found else f"no finding {id_!r} stands"
            raise UsageError(f"{many}; iccc drift {city_key} lists those that stand")
        chosen |= found
    # One of two that are swapped has no place without the other.
    chosen |= {other.id: other for one in list(chosen.values()) if is_swap(one) for other in one.under}
    return list(chosen.values())


def _diff(adopted: Adopted) -> str:
    lines: list[str] = []
    for file in adopted.files:
        old, new = ((text or "").splitlines(keepends=True) for text in (file.before, file.after))
        lines += difflib.unified_diff(old, new, f"a/{file.name}", f"b/{file.name}", n=1)
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)


def _note(context: Context, chosen: Sequence[Finding], why: Why) -> None:
    change = context.changes.begin("drift adopt", counted(len(chosen), "finding"), why)
    for one in chosen:
        what = f"{one.path} declared as seen: {one.seen}"
        context.changes.part(change, "drift adopt", one.device, what, "written", why)
    context.changes.end(change, "drift adopt", "written")
