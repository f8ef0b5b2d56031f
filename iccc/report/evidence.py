"""The annexure to a certificate under s. 63 of the BSA, 2023: as text, JSON, and for printing."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from iccc.city.devices import City
from iccc.evidence import Dossier, Kept
from iccc.report.evidence_clocks import camera_sentences, clocks_json, server_sentences
from iccc.report.table import clean, one_line

VERSION = 1
LISTED = 60  # recordings in text; JSON and HTML have all of them
UNKNOWN = "not known"
STYLE = """\
@page { size: A4; margin: 18mm }
body { font: 10pt/1.4 serif; color: #000 } h1 { font-size: 14pt } h2 { font-size: 11pt; margin: 1.4em 0 .4em }
table { border-collapse: collapse; width: 100% } td, th { border: 1px solid #777; padding: 2px 5px; text-align: left; \
vertical-align: top }
thead { display: table-header-group } tr { break-inside: avoid }
.hash { font: 7.5pt monospace; word-break: break-all } .sign { margin-top: 2.5em; break-inside: avoid }
.blank { display: inline-block; border-bottom: 1px solid #000; min-width: 16em } .warn { font-weight: bold }
"""


def write_dossier(format_: str, city: City, found: Dossier) -> str:
    """In one of text, json, html."""
    if format_ == "json":
        return json.dumps(_json(city, found), indent=2, ensure_ascii=False) + "\n"
    return _html(city, found) if format_ == "html" else _text(city, found)


def to_hold(city: City, found: Dossier) -> str:
    """What to write so that no retention takes the recordings."""
    camera = found.camera
    begin, end = (
        _local(at, city)[:16] for at in (found.begin - timedelta(minutes=1), found.end + timedelta(minutes=1))
    )
    recorders = ",".join(one.recorder for one in found.kept)
    limits = " ".join(f"--limit {name}" for name in recorders.split(",") if name)
    return (
        f"warning: no evidence hold keeps these recordings: retention takes them after {camera.retention_days} days.\n"
        f"Add to cities/{city.key}/evidence-holds.yaml:\n"
        f"  - {{scope: {camera.name}, reason: …, ordered_by: …, ordered_on: …, until: …, "
        f"footage_from: {begin}, footage_to: {end}}}\n"
        f"and then: iccc deploy {city.key} {limits}"
    )


def _local(at: datetime, city: City) -> str:
    """``2026-11-30T21:40:00+05:30``."""
    there = at.astimezone(UTC).replace(tzinfo=None) + timedelta(minutes=city.utc_offset_min)
    hours, minutes = divmod(abs(city.utc_offset_min), 60)
    return f"{there.isoformat(timespec='seconds')}{'-' if city.utc_offset_min < 0 else '+'}{hours:02}:{minutes:02}"


def _text(city: City, found: Dossier) -> str:
    lines = [_title(city, found), ""]
    for heading, rows in _parts(city, found):
        lines += [heading, *(f"  {one_line(row)}" for row in rows), ""]
    listed = found.segments
    lines.append(f"Recordings: {_number(found)}")
    for recorder, one in listed[:LISTED]:
        told = one.sha256 or f"not hashed: {one.text}"
        at = f"{_local(one.begin, city)}  {_length(one.begin, one.end):>6}  {one.size:>11}"
        lines.append(f"  {at}  {told}  {recorder} {one.name}")
    if len(listed) > LISTED:
        lines.append(f"  … and {len(listed) - LISTED} more: -o FILE.json or FILE.html has all")
    lines += ["", f"SHA-256 of the list: {found.list_sha256}"] if found.list_sha256 else []
    return "\n".join(lines) + "\n"


def _number(found: Dossier) -> str:
    """How many there are, as far as the recorders told it."""
    number = len(found.segments)
    if found.listed:
        return str(number)
    return f"{number}, and not known of every recorder" if number else "not known"


def _title(city: City, found: Dossier) -> str:
    camera = found.camera
    return f"Recordings of {camera.name} ({camera.site_name}), {_local(found.begin, city)} to {_local(found.end, city)}"


def _parts(city: City, found: Dossier) -> Iterator[tuple[str, Sequence[str]]]:
    """Heading and sentences, for text and for printing."""
    yield "Camera", [_fact(city, fact) for fact in found.facts]
    observed = [
        f"{_local(one.at, city)}{f' to {_local(one.until, city)}' if one.until else ''}: {one.text}"
        for one in found.offsets
    ]
    clock = [*camera_sentences(found.camera_clock, partial(_local, city=city)), *observed]
    yield (
        "Clock of the camera, as far as it was observed",
        [*clock, "At all other times it was not observed: not known."],
    )
    rows = [row for one in found.server_clocks for row in server_sentences(one, partial(_local, city=city))]
    yield "Clocks of the servers, by what they measured themselves", rows or [UNKNOWN]
    nothing = [f"asked besides, nothing of it in this period: {', '.join(found.without)}"] if found.without else []
    yield "Recorders", [*(_kept(city, one) for one in found.kept), *nothing] or ["its recorder is declared as unknown"]
    if found.listed:
        rows = [f"{_local(a, city)} to {_local(b, city)} ({_length(a, b)})" for a, b in found.gaps]
        yield "Times without a recording", rows or ["none"]
    else:
        yield "Times without a recording", [UNKNOWN]
    if rows := [
        f"{recorder} has {first.name} and {second.name} of {_local(second.begin, city)} to "
        f"{_local(min(first.end, second.end), city)}: its clock was set back, and these times are uncertain"
        for recorder, first, second in found.overlaps
    ]:
        yield "Recordings of the same time", rows
    rows = [
        f"{_local(one.first_seen, city)} to {_local(one.resolved_at, city) if one.resolved_at else 'now'}: "
        f"{one.device}: {one.text}"
        for one in found.troubles
    ]
    yield "Findings on these devices in the period", rows or ["none is stored"]
    held = "an evidence hold keeps all of the period" if found.held else "NO evidence hold keeps all of the period"
    yield "Evidence hold", [held]


def _fact(city: City, fact: Any) -> str:
    read = f"{fact.read} (read {_local(fact.read_at, city)})" if fact.read and fact.read_at else UNKNOWN
    mark = "; THE TWO DIFFER" if fact.differs else ""
    return f"{fact.name}: declared {fact.declared or UNKNOWN}; told by the camera: {read}{mark}"


def _kept(city: City, one: Kept) -> str:
    if one.footage is None:
        return f"{one.recorder}, {one.why}: {one.told}"
    skew = one.footage.clock_skew_s
    return (
        f"{one.recorder}, {one.why}: {len(one.footage.segments)} recordings in {one.footage.path}; its clock was "
        f"{skew:+.1f} s against the host that asked, at {_local(one.footage.read_at, city)}"
    )


def _length(a: datetime, b: datetime) -> str:
    return f"{(b - a).total_seconds():.0f} s"


def _json(city: City, found: Dossier) -> dict[str, Any]:
    camera = found.camera
    return {
        "version": VERSION, "kind": "evidence", "city": city.key, "camera": camera.name, "site": camera.site_name,
        "from": _local(found.begin, city), "to": _local(found.end, city), "made_at": _local(found.made_at, city),
        "facts": [
            {
                "name": one.name, "declared": one.declared or None, "read": one.read or None,
                "read_at": _local(one.read_at, city) if one.read_at else None, "differs": one.differs,
            }
            for one in found.facts
        ],
        "clock": [
            {"from": _local(one.at, city), "to": _local(one.until, city) if one.until else None, "text": one.text}
            for one in found.offsets
        ],
        **clocks_json(found.camera_clock, found.server_clocks, partial(_local, city=city)),
        "recorders": [
            {
                "name": one.recorder, "why": one.why, "text": one.told or None,
                "path": one.footage.path if one.footage else None,
                "clock_skew_s": one.footage.clock_skew_s if one.footage else None,
                "hashed_at": _local(one.footage.read_at, city) if one.footage else None,
            }
            for one in found.kept
        ],
        "recorders_without": list(found.without),
        "segments": [
            {
                "recorder": recorder, "name": one.name, "from": _local(one.begin, city), "to": _local(one.end, city),
                "seconds": round((one.end - one.begin).total_seconds(), 1), "bytes": one.size, "sha256": one.sha256,
                "text": one.text or None,
            }
            for recorder, one in found.segments
        ],
        "list_sha256": found.list_sha256,
        "gaps": [{"from": _local(a, city), "to": _local(b, city)} for a, b in found.gaps],
        "gaps_known": found.listed,
        "overlaps": [
            {
                "recorder": recorder, "names": [first.name, second.name], "from": _local(second.begin, city),
                "to": _local(min(first.end, second.end), city),
            }
            for recorder, first, second in found.overlaps
        ],
        "findings": [{"device": one.device, "id": one.id, "text": one.text} for one in found.troubles],
        "held": found.held, "complete": found.complete,
    }  # fmt: skip


def _html(city: City, found: Dossier) -> str:
    def cell(text: object, kind: str = "td", class_: str = "") -> str:
        named = f' class="{class_}"' if class_ else ""
        return f"<{kind}{named}>{html.escape(clean(str(text)))}</{kind}>"

    def row(*cells: str) -> str:
        return f"<tr>{''.join(cells)}</tr>"

    title = html.escape(clean(_title(city, found)))
    body = [
        "<h1>Annexure to the certificate under section 63(4) of the Bharatiya Sakshya Adhiniyam, 2023</h1>",
        f"<p>{title}</p><p>Drawn up on {_local(found.made_at, city)} by a program that read the devices; it is no "
        "certificate by itself. Times are local, with their offset. Hash algorithm: SHA-256.</p>",
    ]
    for heading, rows in _parts(city, found):
        listed = "".join(f"<li>{html.escape(one_line(one))}</li>" for one in rows)
        body.append(f"<h2>{html.escape(heading)}</h2><ul>{listed}</ul>")
    head = row(*(cell(name, "th") for name in ("begin", "length", "bytes", "recorder, file", "SHA-256")))
    listed = "".join(
        row(
            cell(_local(one.begin, city)), cell(_length(one.begin, one.end)), cell(one.size),
            cell(f"{recorder} {one.name}"), cell(one.sha256 or f"not hashed: {one.text}", class_="hash"),
        )
        for recorder, one in found.segments
    )  # fmt: skip
    body.append(f"<h2>Recordings: {_number(found)}</h2><table><thead>{head}</thead><tbody>{listed}</tbody></table>")
    if sha256 := found.list_sha256:
        body.append(f'<p>SHA-256 of the list, as sha256sum writes it: <span class="hash">{sha256}</span></p>')
    for who in ("Person in charge of the device or the activities (Part A)", "Expert (Part B)"):
        blanks = "".join(
            f'<p>{name}: <span class="blank">&nbsp;</span></p>'
            for name in ("Name", "Post and office", "Date, time and place", "Signature")
        )
        body.append(f'<div class="sign"><h2>{who}</h2>{blanks}</div>')
    inside = "\n".join(body)
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>\n<style>{STYLE}</style>'
        f"</head>\n<body>\n{inside}\n</body></html>\n"
    )
