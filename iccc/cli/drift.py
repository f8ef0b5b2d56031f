"""``iccc drift``: what is not as declared."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import click

from iccc.city.devices import Recorder
from iccc.cli.actions import WithActions
from iccc.cli.common import (
    Exit,
    chosen_format,
    city_argument,
    emit,
    engine_option,
    limit_option,
    output_option,
    progress_of,
    settings_for,
    talk,
    target_option,
)
from iccc.context import Context, open_context
from iccc.drift.suppress import judge
from iccc.errors import UsageError
from iccc.finding import Severity
from iccc.limit import select
from iccc.localtime import moment
from iccc.mail import PASSWORD
from iccc.report.drift import WRITERS
from iccc.report.drift_mail import mail
from iccc.report.drifted import Drifted, narrowed
from iccc.sessions.smtp import send
from iccc.state.findings import Findings, Known
from iccc.state.mails import LastMail, Mails
from iccc.survey import survey, with_events

FORMATS = tuple(WRITERS)
SEVERITIES = [str(severity) for severity in Severity]
SINCE = "Only what began, or is gone, since then: 24h, 7d, 2026-11-30T18:00 (without a zone it is the city's time)."
DAY = timedelta(days=1)


@click.command("drift", cls=WithActions, actions={"adopt": "iccc.cli.drift_adopt"})
@city_argument
@limit_option
@target_option
@engine_option
@click.option("--since", metavar="TIME", help=SINCE)
@click.option("--severity", type=click.Choice(SEVERITIES), help="Only findings that are at least as severe.")
@click.option("--mail", "by_mail", is_flag=True, help="Send the morning mail by pyinfra.cfg, or -o FILE.eml: write it.")
@click.option("--format", "format_", type=click.Choice(FORMATS), is_eager=True, help=f"Default: {FORMATS[0]}.")
@output_option(*FORMATS, "eml")
def command(
    city_key: str,
    limits: tuple[str, ...],
    live: bool,
    engine: str,
    since: str | None,
    severity: str | None,
    by_mail: bool,
    format_: str | None,
    output: Path | None,
) -> int:
    """List what is not as declared, each with its line, what is wanted and what was seen.

    The exit code is of what is listed: 0 nothing, 2 something is not as declared, 3 only what does not answer or could
    not be read, which may be a critical outage. A job alarms on any code but 0, with --severity critical where only
    that matters. What is waived, in grace or part of planned work does not count.
    """
    with open_context(city_key, "drift", settings_for(live, engine)) as context:
        now = context.clock.now()
        began = None if since is None else moment(since, now, context.city.utc_offset_min)
        _check_mail(context, by_mail, since, format_, output)
        last = Mails(context.store).last() if by_mail else None
        if by_mail:
            began = last.at if last else now - DAY
        whole = _read(context, limits, began, mailed=by_mail)
        drifted = narrowed(whole, None if by_mail else began, Severity(severity) if severity else None)
        if by_mail:
            _mail(context, drifted, last, output, whole=not limits and severity is None)
            _told(context, drifted)
            return _code(drifted)
        written = WRITERS[chosen_format(format_, output, FORMATS)](drifted)
        _told(context, drifted)
    emit(written, output)  # a reader that takes its time holds no lock
    return _code(drifted)


def _check_mail(context: Context, by_mail: bool, since: str | None, format_: str | None, output: Path | None) -> None:
    """Before anything is read: whether a mail can be made, and nothing else is asked for with it."""
    to_file = output is not None and output.suffix.lower() == ".eml"
    if not by_mail:
        if to_file:
            raise UsageError(f"-o {output}: a mail is written with --mail")
        return
    if since is not None or format_ is not None:
        raise UsageError("--mail tells what is new since the last mail, in its own form: no --since, no --format")
    if output is not None and not to_file:
        raise UsageError(f"-o {output}: a mail is a file that ends in .eml")
    server = context.settings.mail
    if output is None and server is None:
        raise UsageError("--mail needs [mail] in pyinfra.cfg (host, from, to), or -o FILE.eml")
    if output is None and server is not None and server.user and context.vault.get(PASSWORD) is None:
        raise UsageError(f"no secret {PASSWORD} for {server.user}: iccc secret {context.city.key} set {PASSWORD}")


def _read(context: Context, limits: tuple[str, ...], began: datetime | None, *, mailed: bool) -> Drifted:
    """Read, compare, judge; with what is gone since ``began``, and the events since the last mail if ``mailed``."""
    city = context.city
    devices = select(city, limits)
    started = context.clock.monotonic()
    with progress_of("reading", len(devices)) as progress:
        seen = survey(context, devices, progress)
    store, now = Findings(context.store), context.clock.now()
    known = store.known(now)
    named = {device.name for device in seen.devices}
    events = [one for one in store.events_since(began) if one.device in named] if began and mailed else []
    happened = {one.id: one.finding for one in events if one.finding} | store.waiting()
    known = {one.id: Known(one.first_seen) for one in events} | known
    found = with_events(seen.findings, happened, named)
    gone = [one for one in store.resolved_since(began) if one.device in named] if began else []
    return Drifted(
        city,
        seen.plan.target,
        now,
        seen.plan.declaration,
        len(seen.devices),
        tuple(device.device for device in seen.plan.unknown),
        judge(found, known, city, now, None if limits else store.ever()),
        known,
        [one for one in gone if one.id not in happened],
        seen.extra,
        context.clock.monotonic() - started,
        by_hand=tuple(one.name for one in seen.devices if isinstance(one, Recorder) and one.channels_by == "hand"),
    )


def _mail(context: Context, drifted: Drifted, last: LastMail | None, output: Path | None, *, whole: bool) -> None:
    """Write the mail, or send it, once. Where it told the ``whole`` city, the next one goes on from it."""
    server = context.settings.mail
    message = mail(drifted, last, server)
    if output is not None:
        emit(message.as_bytes(), output)
    elif server is not None:
        entry = context.vault.get(PASSWORD) if server.user else None
        send(message, server, entry.value if entry else None, context.settings.timeouts.smtp_s)
        talk.print(f"sent to {', '.join(server.recipients)}: {message['Subject']}")
    if whole:
        Mails(context.store).made(drifted.read_at, str(message["To"]), (finding.id for finding in drifted.open))


def _told(context: Context, drifted: Drifted) -> None:
    """What was listed, counted or not: its events need not wait any more."""
    judged = drifted.judged
    aside = (one.finding for one in (*judged.waived, *judged.in_grace, *judged.planned))
    Findings(context.store).told((*judged.open, *aside), drifted.read_at)


def _code(drifted: Drifted) -> int:
    if drifted.different:
        return Exit.DIFFERENT
    return Exit.UNKNOWN if drifted.open else Exit.CLEAN
