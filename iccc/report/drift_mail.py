"""The morning mail: what is new, what still stands and what is gone since the last one, on a screen."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from iccc.city.devices import City
from iccc.finding import UNKNOWN, Finding, Severity
from iccc.localtime import local
from iccc.mail import MailServer
from iccc.report.drift_json import as_jsonl
from iccc.report.drift_text import names
from iccc.report.drifted import ORDER, Drifted, flaps
from iccc.report.table import one_line
from iccc.report.values import counted
from iccc.report.what import what
from iccc.state.mails import LastMail

NEW, STANDING, GONE = 8, 6, 5  # listed; the others are counted, and all are in the attachment
UNREAD = 10
NOBODY = "iccc@localhost"  # who a file is from when no [mail] says it


@dataclass(frozen=True)
class Part:
    """A heading, lines of a title and details below it, and how many more there are."""

    heading: str
    entries: tuple[tuple[str, tuple[str, ...]], ...]
    more: int = 0


def mail(drifted: Drifted, last: LastMail | None, server: MailServer | None) -> EmailMessage:
    """The mail about a run. ``last``: the mail before; ``drifted.resolved`` is what went away since.

    In a first mail the findings of the last day are new, and nothing is gone: nobody was told that it stood.
    """
    if last is None:
        drifted, last = replace(drifted, resolved=()), LastMail(drifted.read_at - timedelta(days=1))
    parts = _parts(drifted, last)
    message = EmailMessage(policy=policy.SMTP)
    sender = server.sender if server else NOBODY
    message["Subject"] = subject(drifted, last)
    message["From"] = sender
    message["To"] = ", ".join(server.recipients) if server else "undisclosed-recipients:;"
    message["Date"] = format_datetime(drifted.read_at)
    message["Message-ID"] = make_msgid("iccc", domain=sender.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
    message.set_content(_text(_head(drifted), parts), cte="base64")
    message.add_alternative(_html(drifted, parts), subtype="html", cte="base64")
    if any(part.more for part in parts):
        name = f"{drifted.city.key}-{drifted.read_at:%Y%m%d-%H%M}.jsonl"
        message.add_attachment(as_jsonl(drifted), maintype="application", subtype="jsonl", filename=name)
    return message


def subject(drifted: Drifted, last: LastMail) -> str:
    """``Kanpur: 6 findings, 2 new (1 critical)``."""
    found, name = drifted.open, one_line(drifted.city.name)
    if not found:
        return f"{name}: no findings"
    new = drifted.new(last)
    critical = sum(finding.severity is Severity.CRITICAL for finding in new)
    told = f", {len(new)} new" if new else ""
    return f"{name}: {counted(len(found), 'finding')}{told}" + (f" ({critical} critical)" if critical else "")


def _parts(drifted: Drifted, last: LastMail) -> list[Part]:
    new = drifted.new(last)
    ids = {finding.id for finding in new}
    standing = [finding for finding in drifted.open if finding.id not in ids]
    parts = [
        _findings(f"New: {len(new)}", new, NEW, drifted),
        _findings(f"Still standing: {len(standing)}", standing, STANDING, drifted, briefly=True),
    ]
    resolved = sorted(drifted.resolved, key=lambda one: ORDER.index(one.severity))
    gone = tuple((one_line(f"{one.device}  {what(one)}"), ()) for one in resolved[:GONE])
    parts.append(
        Part(f"Resolved since the last mail: {len(drifted.resolved)}", gone, len(drifted.resolved) - len(gone))
    )
    if drifted.unread:
        listed = (", ".join(drifted.unread[:UNREAD]), ())
        more = len(drifted.unread) - UNREAD
        parts.append(Part(f"Could not be read, wholly or in part: {len(drifted.unread)}", (listed,), max(0, more)))
    return [part for part in parts if part.entries]


def _findings(heading: str, found: Sequence[Finding], limit: int, drifted: Drifted, briefly: bool = False) -> Part:
    entries = []
    for finding in found[:limit]:
        title = f"{finding.severity}  {finding.device}, {_place(drifted.city, finding.site)}: {what(finding)}"
        details = [] if briefly else [f"do: {finding.next_step}"] if finding.next_step else []
        hanging = [f"{len(finding.behind)} unknown behind it ({names(finding.behind)})"] if finding.behind else []
        hanging += [f"{counted(len(finding.affected), 'camera')} not recorded"] if finding.affected else []
        about = [f"id {finding.id}", f"since {_local(drifted.first_seen(finding), drifted.city)}", *hanging]
        about += [again] if (again := flaps(drifted.known.get(finding.id))) else []
        entries.append((one_line(title), tuple(map(one_line, ("; ".join(about), *details)))))
    return Part(heading, tuple(entries), max(0, len(found) - limit))


def _head(drifted: Drifted) -> list[str]:
    judged = drifted.judged
    wrong = sum(finding.class_ not in UNKNOWN for finding in drifted.open)
    severities = Counter(finding.severity for finding in drifted.open)
    told = ", ".join(f"{severities[severity]} {severity}" for severity in Severity if severities[severity])
    lines = [
        f"{one_line(f'{drifted.city.name} ({drifted.city.name_hi})')}, {_local(drifted.read_at, drifted.city)}: "
        f"{counted(drifted.devices, 'device')} asked about.",
        f"{counted(len(drifted.open), 'finding')}: {told}; "
        f"{wrong} not as declared, {len(drifted.open) - wrong} not answering or unread."
        if drifted.open
        else "No findings.",
    ]
    aside = [
        f"{len(part)} {word}"
        for part, word in ((judged.waived, "waived"), (judged.in_grace, "in grace"), (judged.planned, "planned work"))
        if part
    ]
    return [*lines, f"Not counted: {', '.join(aside)}."] if aside else lines


def _text(head: Sequence[str], parts: Sequence[Part]) -> str:
    lines = list(head)
    for part in parts:
        lines += ["", part.heading]
        for title, details in part.entries:
            lines += [f"  {title}", *(f"      {detail}" for detail in details)]
        if part.more:
            lines.append(f"  … and {part.more} more, in the attachment")
    return "\n".join(lines) + "\n"


def _html(drifted: Drifted, parts: Sequence[Part]) -> str:
    """The same with headings and lists; nothing is loaded from anywhere."""
    body = [f"<p>{html.escape(line)}</p>" for line in _head(drifted)]
    for part in parts:
        body.append(f"<h3>{html.escape(part.heading)}</h3><ul>")
        for title, details in part.entries:
            below = "".join(f"<br><small>{html.escape(detail)}</small>" for detail in details)
            body.append(f"<li>{html.escape(title)}{below}</li>")
        body.append("</ul>")
        if part.more:
            body.append(f"<p>… and {part.more} more, in the attachment</p>")
    inside = "\n".join(body)
    return f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"></head>\n<body>\n{inside}\n</body></html>\n'


def _place(city: City, code: str) -> str:
    """The name of a site as people say it, in both scripts."""
    site = city.sites.get(code)
    if site is None:
        return code
    return f"{site.name} ({site.name_hi})" if site.name_hi else site.name


def _local(at: datetime, city: City) -> str:
    return local(at, city, "%d %b %Y %H:%M")
