"""On-screen display (OSD): the text and the clock that a camera draws into its picture, by corner.

Media2 where the camera has it, else Media. A corner is told by its position, not by its token; texts at positions of
their own (``Custom``) are nobody's corner and stay. Only those of the first video source are looked at.
"""

from __future__ import annotations

import copy
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from iccc.camera.state import Osd, Shows
from iccc.camera.streams import read_source_configuration
from iccc.compare import AnyOf, compare
from iccc.errors import Reason
from iccc.onvif.call import (
    SCHEMA,
    Call,
    Context,
    Procedure,
    Service,
    Written,
    element,
    part,
    read,
    split,
    submit,
    write,
)
from iccc.onvif.errors import OnvifFault
from iccc.onvif.xml import Element, children, find, renamed, text

CORNERS = {
    "UpperLeft": "upper_left",
    "UpperRight": "upper_right",
    "LowerLeft": "lower_left",
    "LowerRight": "lower_right",
}
_SHOWS = {"Plain": Shows.TEXT, "DateAndTime": Shows.CLOCK, "Date": Shows.DATE, "Time": Shows.TIME}
_FONT_SIZE = 32  # of 16 to 96 or so: readable on a recorder's quarter picture, where a camera gives the choice
_DATES = ("dd/MM/yyyy", "dd-MM-yyyy", "yyyy-MM-dd")  # as they are read in India, then the one that nobody misreads
_TIMES = ("HH:mm:ss",)


@dataclass(frozen=True)
class _Drawn:
    """One OSD of the camera; ``element`` is its own XML of it."""

    token: str
    corner: str
    osd: Osd
    element: Element


def read_osd(_context: Context) -> Procedure[dict[str, Osd]]:
    """What is drawn, by corner."""
    _, drawn = yield from _read_drawn()
    return {corner: one.osd for corner, one in drawn.items()}


def write_osd(_context: Context, wanted: Mapping[str, Osd], _seen: Mapping[str, Osd]) -> Procedure[Written]:
    """Corner by corner: the camera's own OSD patched, or a new one. Of several texts the first that it keeps."""
    written = Written()
    service, drawn = yield from _read_drawn()
    if service is None:
        written.unsupported["osd"] = "the camera draws nothing into its picture"
        return written
    shall_be, gone = split(wanted)
    for corner in gone:
        if (old := drawn.get(corner)) is not None:
            call = write(service, "DeleteOSD", element(f"{service.prefix}:OSDToken", old.token))
            yield from submit(written, f"osd[{corner}]", call)
    missing = [corner for corner, osd in shall_be.items() if list(compare(osd, _at(drawn, corner)))]
    if not missing:
        return written
    source = yield from read_source_configuration(service)
    options = yield from part(_read_options(service, source))
    offers = options if isinstance(options, _Offers) else _Offers()
    for corner in missing:
        if offers.corners and corner not in offers.corners:
            written.unsupported[f"osd[{corner}]"] = f"the camera offers {', '.join(offers.corners) or 'no corner'}"
            continue
        yield from _draw(written, service, source, offers, corner, shall_be[corner])
    return written


def _draw(
    written: Written, service: Service, source: str, offers: _Offers, corner: str, wanted: Osd
) -> Procedure[None]:
    """Try each text, longest first as it is declared, until the camera shows what was sent."""
    path = f"osd[{corner}]"
    texts: Sequence[str] = wanted.text.values if isinstance(wanted.text, AnyOf) else (wanted.text or "",)
    for words in texts:
        _, drawn = yield from _read_drawn()
        old = drawn.get(corner)
        sent = _patched(old.element, wanted, words) if old else _new(source, offers, corner, wanted, words)
        written.faults.pop(path, None)  # the one of the text before
        yield from submit(written, path, _set(service, sent, "SetOSD" if old else "CreateOSD"))
        _, drawn = yield from _read_drawn()
        if not list(compare(wanted, _at(drawn, corner))):
            break


def _at(drawn: Mapping[str, _Drawn], corner: str) -> Osd | None:
    found = drawn.get(corner)
    return found.osd if found else None


def _read_drawn() -> Procedure[tuple[Service | None, dict[str, _Drawn]]]:
    """The service that knows of OSDs, None where none does, and what is drawn."""
    for service in (Service.MEDIA2, Service.MEDIA):
        try:
            reply = yield read(service, "GetOSDs")
        except OnvifFault as fault:
            if fault.reason is not Reason.UNSUPPORTED:
                raise
        else:
            return service, _drawn(reply)
    return None, {}


def _drawn(reply: Element) -> dict[str, _Drawn]:
    entries = children(reply, "OSDs")
    first = text(entries[0], "VideoSourceConfigurationToken") if entries else None
    drawn: dict[str, _Drawn] = {}
    for entry in entries:
        corner = CORNERS.get(text(entry, "Position", "Type") or "")
        if corner is not None and text(entry, "VideoSourceConfigurationToken") == first:
            drawn.setdefault(corner, _Drawn(entry.get("token") or "", corner, _osd(entry), entry))
    return drawn


def _osd(entry: Element) -> Osd:
    shows = _SHOWS.get(text(entry, "TextString", "Type") or "", Shows.OTHER)
    words = text(entry, "TextString", "PlainText") if shows is Shows.TEXT else None
    return Osd(shows, None if words is None else unicodedata.normalize("NFC", words))


@dataclass(frozen=True)
class _Offers:
    """What GetOSDOptions tells; empty where it tells nothing."""

    corners: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    times: tuple[str, ...] = ()
    font_size: tuple[int, int] | None = None


def _read_options(service: Service, source: str) -> Procedure[_Offers]:
    token = element(f"{service.prefix}:ConfigurationToken", source)
    found = find((yield read(service, "GetOSDOptions", token)), "OSDOptions")
    if found is None:
        return _Offers()
    positions = [CORNERS.get(text(one) or "") for one in children(found, "PositionOption")]
    lowest, highest = (text(found, "TextOption", "FontSizeRange", end) or "" for end in ("Min", "Max"))
    sized = lowest.isdecimal() and highest.isdecimal()
    texts = find(found, "TextOption")
    return _Offers(
        tuple(corner for corner in positions if corner),
        _texts(texts, "DateFormat"),
        _texts(texts, "TimeFormat"),
        (int(lowest), int(highest)) if sized else None,
    )


def _texts(found: Element | None, name: str) -> tuple[str, ...]:
    return tuple(text(one) or "" for one in children(found, name)) if found is not None else ()


def _patched(found: Element, wanted: Osd, words: str) -> Element:
    """A copy of the camera's element that shows what is wanted, in its own size and colours."""
    sent = copy.deepcopy(found)
    string = find(sent, "TextString")
    if string is None:
        string = etree.SubElement(sent, f"{{{SCHEMA}}}TextString")
    kept = {name: find(string, name) for name in ("FontSize", "FontColor", "BackgroundColor")}
    formats = {name: find(string, name) for name in ("DateFormat", "TimeFormat")}
    for child in list(string):
        string.remove(child)
    _fill(string, wanted, words, formats, kept)
    return sent


def _new(source: str, offers: _Offers, corner: str, wanted: Osd, words: str) -> Element:
    entry = etree.Element(f"{{{SCHEMA}}}OSD", token="", nsmap={"tt": SCHEMA})
    _child(entry, "VideoSourceConfigurationToken", source)
    _child(entry, "Type", "Text")
    position = etree.SubElement(entry, f"{{{SCHEMA}}}Position")
    _child(position, "Type", next(name for name, known in CORNERS.items() if known == corner))
    string = etree.SubElement(entry, f"{{{SCHEMA}}}TextString")
    formats = {"DateFormat": _leaf("DateFormat", _pick(_DATES, offers.dates)),
               "TimeFormat": _leaf("TimeFormat", _pick(_TIMES, offers.times))}  # fmt: skip
    size = offers.font_size
    kept = {"FontSize": _leaf("FontSize", str(max(size[0], min(size[1], _FONT_SIZE))))} if size else {}
    _fill(string, wanted, words, formats, kept)
    return entry


def _fill(
    string: Element,
    wanted: Osd,
    words: str,
    formats: Mapping[str, Element | None],
    kept: Mapping[str, Element | None],
) -> None:
    """The children in the order that the schema wants."""
    shows = wanted.shows or Shows.TEXT
    _child(string, "Type", next(name for name, known in _SHOWS.items() if known is shows))
    if shows is Shows.CLOCK:
        for name, usual in (("DateFormat", _DATES[0]), ("TimeFormat", _TIMES[0])):
            found = formats.get(name)
            string.append(found if found is not None else _leaf(name, usual))
    string.extend(found for found in kept.values() if found is not None)
    if shows is Shows.TEXT:
        _child(string, "PlainText", words)


def _pick(liked: Sequence[str], offered: Sequence[str]) -> str:
    return next((one for one in liked if one in offered), offered[0] if offered else liked[0])


def _leaf(name: str, value: str) -> Element:
    found = etree.Element(f"{{{SCHEMA}}}{name}", nsmap={"tt": SCHEMA})
    found.text = value
    return found


def _child(parent: Element, name: str, value: str) -> None:
    parent.append(_leaf(name, value))


def _set(service: Service, entry: Element, action: str) -> Call:
    return write(service, action, renamed(entry, service, service.prefix, "OSD"))
