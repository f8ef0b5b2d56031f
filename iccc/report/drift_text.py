"""What ``iccc drift`` found, for people: four lines a finding, so that ten of them fit a screen."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from iccc.drift.suppress import Suppressed
from iccc.finding import Class, Finding, Severity
from iccc.localtime import local
from iccc.report.drifted import ORDER, Drifted, flaps
from iccc.report.table import one_line
from iccc.report.values import as_declared, counted
from iccc.report.what import what

MANY_BEHIND = 6
RESOLVED = 20  # of those that are gone are listed
FEW = 60  # differences up to which each one is listed
INDENT = " " * 11


def root_findings(found: Sequence[Finding]) -> list[Finding]:
    """What does not answer, and every difference that has silent devices behind it."""
    return [finding for finding in found if finding.class_ is Class.REACH or finding.behind]


def finding_lines(finding: Finding, since: str = "") -> list[str]:
    """One finding: what, its line, what hangs on it, what was said, what to do."""
    lines = [f"  {finding.severity:<8} {finding.device}  {one_line(what(finding))}"]
    lines.append(f"{INDENT}{finding.where}   id {finding.id}{since}")
    hanging = [
        f"{text}: {len(devices)} ({names(devices)})"
        for text, devices in (("unknown behind it", finding.behind), ("not recorded because of it", finding.affected))
        if devices
    ]
    hanging += [f"under it: {counted(len(finding.under), 'finding')}"] if finding.under else []
    if hanging:
        lines.append(INDENT + "; ".join(hanging))
    if finding.evidence:
        first, *others = finding.evidence
        more = f" (and {len(others)} more)" if others else ""
        lines.append(INDENT + one_line(f"{first.source}: {first.value}{more}"))
    if finding.next_step:
        lines.append(f"{INDENT}do: {one_line(finding.next_step)}")
    return lines


def as_text(drifted: Drifted) -> bytes:
    """Findings by severity (plain differences as sums when they are many), then what is waived, then the counts."""
    found = drifted.open
    plain = [finding for finding in found if _is_plain(finding)]
    many = len(plain) > FEW
    lines = [_head(drifted), ""]
    for finding in found:
        if not (many and _is_plain(finding)):
            lines += _told(finding, drifted)
    if many:
        lines += ["", f"{len(plain)} settings differ (each one: --format json, or a narrower --limit):"]
        settings = Counter(f"{_kind(drifted, f)} {re.split('[.[]', f.path)[0]}" for f in plain)
        lines += [f"  {setting:<24} {count:>6}" for setting, count in sorted(settings.items())]
    judged = drifted.judged
    for title, part in (("Waived", judged.waived), ("In grace", judged.in_grace), ("Planned work", judged.planned)):
        lines += _suppressed(title, part)
    lines += _resolved(drifted)
    lines += _extra(drifted.extra)
    if drifted.by_hand:
        sheet = f"iccc channels {drifted.city.key}"
        lines += ["", f"Not compared: channels bound by hand, of {names(drifted.by_hand)} ({sheet} lists them)"]
    sites = Counter(finding.site for finding in found)
    if len(found) > 1:
        lines += ["", "By place: " + ", ".join(f"{site} {count}" for site, count in sorted(sites.items()))]
    lines += ["", *(f"{where} covers nothing" for where in judged.idle)]
    lines += ["", _sums(drifted)]
    return (re.sub(r"\n{3,}", "\n\n", "\n".join(lines)) + "\n").encode()


def _is_plain(finding: Finding) -> bool:
    """A difference that takes no other device away."""
    return finding.class_ is Class.CONFIG and not finding.behind and not finding.event


def names(devices: Sequence[str]) -> str:
    """The first few, and how many more."""
    more = len(devices) - MANY_BEHIND
    return ", ".join(devices[:MANY_BEHIND]) + (f" and {more} more" if more > 0 else "")


def _head(drifted: Drifted) -> str:
    worse = "" if drifted.severity is Severity.CRITICAL else " and worse"
    severity = f", {drifted.severity}{worse}" if drifted.severity else ""
    since = f", since {local(drifted.since, drifted.city)}" if drifted.since else ""
    asked = f"{counted(drifted.devices, 'device')} asked about"
    return f"Drift of {drifted.city.name} ({drifted.target}): {asked}{severity}{since}"


def _told(finding: Finding, drifted: Drifted) -> Iterator[str]:
    first_seen = drifted.first_seen(finding)
    known = drifted.known.get(finding.id)
    again = flaps(known)
    since = "   new" if known is None or known.new else f"   since {local(first_seen, drifted.city)}"
    yield from finding_lines(finding, since + (f"; {again}" if again else ""))
    if note := drifted.judged.notes.get(finding.id):
        yield f"{INDENT}{one_line(note)}"


def _suppressed(title: str, part: Sequence[Suppressed]) -> list[str]:
    if not part:
        return []
    lines = ["", f"{title}: {len(part)}"]
    for one in part:
        finding, by = one.finding, one.by
        lines.append(f"  {finding.severity:<8} {finding.device}  {one_line(what(finding))}   id {finding.id}")
        lines.append(INDENT + one_line(f"{by.approver} until {by.until}: {by.reason} ({by.where})"))
        hanging = [
            f"{len(members)} {text}"
            for members, text in (
                (finding.behind, "unknown behind it"),
                (finding.affected, "not recorded because of it"),
                (finding.under, "findings under it"),
            )
            if members
        ]
        if hanging:
            lines.append(f"{INDENT}with {', '.join(hanging)}")
    return lines


def _resolved(drifted: Drifted) -> list[str]:
    """What is gone, most severe first."""
    gone = sorted(drifted.resolved, key=lambda episode: ORDER.index(episode.severity))
    if not gone:
        return []
    lines = ["", f"Resolved: {len(gone)}"]
    for episode in gone[:RESOLVED]:
        ended = local(episode.resolved_at, drifted.city) if episode.resolved_at else ""
        lines.append(f"  {episode.severity:<8} {episode.device}  {one_line(what(episode))}   gone {ended}")
    return [*lines, f"  … and {len(gone) - RESOLVED} more"] if len(gone) > RESOLVED else lines


def _extra(extra: Mapping[str, Sequence[str]]) -> list[str]:
    """What is not declared and left alone: a line for each path, with the switches that have it."""
    bearers: dict[str, list[str]] = defaultdict(list)
    for name, paths in extra.items():
        for path in paths:
            bearers[path].append(name)
    if not bearers:
        return []
    lines = [f"  {path}: {names(having)}" for path, having in sorted(bearers.items())[:FEW]]
    more = [f"  … and {len(bearers) - FEW} more"] if len(bearers) > FEW else []
    return ["", "Not declared, left alone:", *map(one_line, lines), *more]


def _kind(drifted: Drifted, finding: Finding) -> str:
    device = drifted.city.find(finding.device)
    return str(device.kind) if device else "other"


def _sums(drifted: Drifted) -> str:
    judged = drifted.judged
    aside = ", ".join(
        f"{len(part)} {word}"
        for word, part in (("waived", judged.waived), ("in grace", judged.in_grace), ("planned work", judged.planned))
        if part
    )
    if drifted.open:
        found = counted(len(drifted.open), "finding")
        behind = f"; {counted(drifted.behind(), 'device')} unknown behind them" if drifted.behind() else ""
        return f"{found}{behind}." + (f" {aside}." if aside else "")
    if aside or drifted.since or drifted.severity:
        return "Nothing to report" + (f": {aside}." if aside else ".")
    return f"Nothing: {as_declared(drifted.devices)}."
