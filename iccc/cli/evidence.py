"""``iccc evidence``: the recordings of a camera and a period, with their hashes, as an annexure to a certificate."""

from __future__ import annotations

from pathlib import Path

import click

from iccc.city.devices import Camera
from iccc.city.model.common import Lifecycle
from iccc.cli.common import (
    Exit,
    chosen_format,
    city_argument,
    emit,
    output_options,
    progress_of,
    reason_options,
    settings_for,
    talk,
    target_option,
)
from iccc.context import open_context
from iccc.errors import UsageError
from iccc.evidence import dossier
from iccc.explain import did_you_mean
from iccc.localtime import local, moment
from iccc.report.evidence import to_hold, write_dossier
from iccc.sessions import aio
from iccc.state.log import Why

NOT_YET_THERE = (Lifecycle.PLANNED, Lifecycle.SANCTIONED, Lifecycle.PROCURED)
FORMATS = ("text", "json", "html")


@click.command("evidence")
@city_argument
@click.argument("name", metavar="CAMERA")
@click.option("--from", "from_", required=True, metavar="TIME", help="Local: 2026-11-30T18:00, or with its own offset.")
@click.option("--to", required=True, metavar="TIME", help="The end of the period, like --from.")
@target_option
@reason_options()
@output_options(*FORMATS)
def command(
    city_key: str, name: str, from_: str, to: str, live: bool, why: Why, format_: str | None, output: Path | None
) -> int:
    """List the recordings of a camera and a period with their SHA-256, for the certificate of section 63 BSA, 2023.

    With them: make, model, serial and MAC address as declared and as told, what is known of the clock, the recorders
    that had the camera, gaps, and whether an evidence hold keeps the recordings. Hashes are worked out on the recording
    server. Nothing is changed and nothing is copied. As HTML it is for printing, with room for those who sign.
    """
    with open_context(city_key, "evidence", settings_for(live)) as context:
        city, now = context.city, context.clock.now()
        camera = city.find(name)
        if not isinstance(camera, Camera):
            raise UsageError(f"{name!r} is no camera of {city.key}{did_you_mean(name, [*city.cameras])}")
        if camera.status in NOT_YET_THERE and context.past().get(name) is None:
            raise UsageError(
                f"{name} is {camera.status}, and was never read: there is no device, and nothing records it"
            )
        begin = moment(from_, now, city.utc_offset_min, "--from")
        end = moment(to, now, city.utc_offset_min, "--to")
        if begin >= end:
            raise UsageError(f"--from {from_} is not before --to {to}")
        with progress_of("hashing, percent", 100) as advance:
            shown = 0
            bytes_of: dict[str, tuple[int, int]] = {}  # that are done, and all, by recorder

            def progress(recorder: str, done: int, total: int) -> None:
                nonlocal shown
                bytes_of[recorder] = done, total
                done, total = (sum(column) for column in zip(*bytes_of.values(), strict=True))
                percent = 100 * done // max(total, 1)
                for _ in range(percent - shown):
                    advance("")
                shown = max(shown, percent)

            found = aio.run(dossier(context, camera, begin, end, progress))
        period = f"{local(begin, city)} to {local(end, city)}"
        what = f"{len(found.segments)} recordings of {period} hashed; SHA-256 of the list {found.list_sha256 or 'none'}"
        context.note("evidence", what, why, camera.name)
    emit(write_dossier(chosen_format(format_, output, FORMATS), city, found), output)
    if not found.held:
        talk.print(to_hold(city, found))
    if not found.complete:
        return Exit.UNKNOWN
    return Exit.DIFFERENT if found.differs else Exit.CLEAN
