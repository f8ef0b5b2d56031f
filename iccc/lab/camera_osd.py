"""On-screen display (OSD): the text, date and time that a camera draws into its picture; both media services."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import NoReturn

from iccc.lab import camera_picture
from iccc.lab.camera_picture import SOURCE, Point, own_source
from iccc.lab.onvif_inject import number, one_of, string
from iccc.lab.onvif_soap import (
    TR2,
    TRT,
    Access,
    Call,
    Element,
    Operation,
    SoapFault,
    each,
    escape,
    integer,
    quoteattr,
    service_prefix,
    text,
)

TYPES = ("Plain", "Date", "Time", "DateAndTime")
CORNERS = ("UpperLeft", "UpperRight", "LowerLeft", "LowerRight")
_FIELDS = "text, type, position, at, font_size"


@dataclass(frozen=True, slots=True)
class Osd:
    """One text in the picture."""

    token: str
    type: str  # one of TYPES
    position: str  # one of CORNERS, or Custom
    font_size: int
    at: Point | None = None  # for Custom
    text: str = ""  # of Plain
    date_format: str = "MM/dd/yyyy"  # of Date and DateAndTime
    time_format: str = "HH:mm:ss"  # of Time and DateAndTime


@dataclass(frozen=True, slots=True)
class OsdOptions:
    """What one make of camera draws."""

    maximum: int
    text_length: int  # longest text, in characters; no answer tells it
    font_size: tuple[int, int]  # smallest, largest
    positions: tuple[str, ...] = (*CORNERS, "Custom")
    latin_only: bool = False  # keeps "?" for each character outside Latin-1, without a fault
    clamps: bool = False  # cuts a long text and takes the nearest font size, without a fault
    date_formats: tuple[str, ...] = ("MM/dd/yyyy", "dd/MM/yyyy", "yyyy-MM-dd")
    time_formats: tuple[str, ...] = ("hh:mm:ss tt", "HH:mm:ss")
    factory: tuple[Osd, ...] = ()


@dataclass(slots=True)
class OsdState:
    """The OSDs of one camera; ``options`` is None for a make without OSD."""

    options: OsdOptions | None
    osds: tuple[Osd, ...]

    @classmethod
    def factory(cls, options: OsdOptions | None) -> OsdState:
        return cls(options, options.factory if options else ())

    def offered(self) -> OsdOptions:
        """Raises SoapFault ActionNotSupported."""
        if self.options is None:
            raise SoapFault("OSD is not supported", "ter:ActionNotSupported", receiver=True)
        return self.options

    def by_token(self, token: str | None) -> Osd:
        """Raises SoapFault NoConfig."""
        for osd in self.osds:
            if osd.token == token:
                return osd
        raise SoapFault(f"there is no OSD {token}", "ter:InvalidArgVal", "ter:NoConfig")

    def put(self, osd: Osd) -> None:
        """Add ``osd`` or replace the one of that token."""
        if any(old.token == osd.token for old in self.osds):
            self.osds = tuple(osd if old.token == osd.token else old for old in self.osds)
        else:
            self.osds += (osd,)

    def remove(self, token: str) -> None:
        self.osds = tuple(osd for osd in self.osds if osd.token != token)


def _configuration(osd: Osd, tag: str) -> str:
    at = camera_picture.vector(osd.at, "Pos") if osd.at else ""
    words = ""
    if osd.type in ("Date", "DateAndTime"):
        words += f"<tt:DateFormat>{osd.date_format}</tt:DateFormat>"
    if osd.type in ("Time", "DateAndTime"):
        words += f"<tt:TimeFormat>{osd.time_format}</tt:TimeFormat>"
    words += f"<tt:FontSize>{osd.font_size}</tt:FontSize>"
    if osd.type == "Plain":
        words += f"<tt:PlainText>{escape(osd.text)}</tt:PlainText>"
    return (
        f"<{tag} token={quoteattr(osd.token)}>"
        f"<tt:VideoSourceConfigurationToken>{SOURCE}</tt:VideoSourceConfigurationToken><tt:Type>Text</tt:Type>"
        f"<tt:Position><tt:Type>{osd.position}</tt:Type>{at}</tt:Position>"
        f"<tt:TextString><tt:Type>{osd.type}</tt:Type>{words}</tt:TextString></{tag}>"
    )


def get_osds(state: OsdState, call: Call) -> str:
    """Of Media2 also by ``OSDToken``, as it has no GetOSD."""
    state.offered()
    prefix = service_prefix(call)
    source = text(call.element, f"{prefix}:ConfigurationToken")
    if source is not None:
        own_source(source)
    token = text(call.element, f"{prefix}:OSDToken")
    osds = (state.by_token(token),) if token else state.osds
    inner = "".join(_configuration(osd, f"{prefix}:OSDs") for osd in osds)
    return f"<{prefix}:GetOSDsResponse>{inner}</{prefix}:GetOSDsResponse>"


def get_osd(state: OsdState, call: Call) -> str:
    state.offered()
    inner = _configuration(state.by_token(text(call.element, "trt:OSDToken")), "trt:OSD")
    return f"<trt:GetOSDResponse>{inner}</trt:GetOSDResponse>"


def get_osd_options(state: OsdState, call: Call) -> str:
    options = state.offered()
    prefix = service_prefix(call)
    own_source(text(call.element, f"{prefix}:ConfigurationToken"))
    positions = "".join(f"<tt:PositionOption>{name}</tt:PositionOption>" for name in options.positions)
    types = "".join(f"<tt:Type>{name}</tt:Type>" for name in TYPES)
    dates = "".join(f"<tt:DateFormat>{name}</tt:DateFormat>" for name in options.date_formats)
    times = "".join(f"<tt:TimeFormat>{name}</tt:TimeFormat>" for name in options.time_formats)
    smallest, largest = options.font_size
    return (
        f'<{prefix}:GetOSDOptionsResponse><{prefix}:OSDOptions><tt:MaximumNumberOfOSDs Total="{options.maximum}"/>'
        f"<tt:Type>Text</tt:Type>{positions}<tt:TextOption>{types}"
        f"<tt:FontSizeRange><tt:Min>{smallest}</tt:Min><tt:Max>{largest}</tt:Max></tt:FontSizeRange>"
        f"{dates}{times}</tt:TextOption></{prefix}:OSDOptions></{prefix}:GetOSDOptionsResponse>"
    )


def set_osd(state: OsdState, call: Call) -> str:
    options = state.offered()
    entry = _entry(call)
    state.put(_requested(options, entry, state.by_token(entry.get("token")).token))
    return f"<{service_prefix(call)}:SetOSDResponse/>"


def create_osd(state: OsdState, call: Call) -> str:
    """The camera chooses the token, whatever the request says."""
    options = state.offered()
    used = {osd.token for osd in state.osds}
    token = next(token for token in (f"osd_{at}" for at in range(1, len(used) + 2)) if token not in used)
    osd = _requested(options, _entry(call), token)
    if len(state.osds) >= options.maximum:
        raise SoapFault(f"at most {options.maximum} OSDs", "ter:Action", "ter:MaxOSDs", receiver=True)
    state.put(osd)
    prefix = service_prefix(call)
    return f"<{prefix}:CreateOSDResponse><{prefix}:OSDToken>{token}</{prefix}:OSDToken></{prefix}:CreateOSDResponse>"


def delete_osd(state: OsdState, call: Call) -> str:
    state.offered()
    prefix = service_prefix(call)
    state.remove(state.by_token(text(call.element, f"{prefix}:OSDToken")).token)
    return f"<{prefix}:DeleteOSDResponse/>"


def _entry(call: Call) -> Element:
    found = each(call.element, f"{service_prefix(call)}:OSD")
    if not found:
        raise SoapFault("an OSD is missing", "ter:InvalidArgVal")
    return found[0]


def _requested(options: OsdOptions, entry: Element, token: str) -> Osd:
    """The OSD as the entry wants it and the camera keeps it. Raises SoapFault."""
    own_source(text(entry, "tt:VideoSourceConfigurationToken"))
    if text(entry, "tt:Type") != "Text":
        _refuse(f"OSD type {text(entry, 'tt:Type')}")
    type_ = _offered("text type", text(entry, "tt:TextString/tt:Type"), TYPES)
    position = _offered("position", text(entry, "tt:Position/tt:Type"), options.positions)
    at = each(entry, "tt:Position/tt:Pos")
    if position == "Custom" and not at:
        _refuse("Custom without Pos")
    words = each(entry, "tt:TextString/tt:PlainText")
    if type_ == "Plain" and not words:
        _refuse("Plain without PlainText")
    date = text(entry, "tt:TextString/tt:DateFormat")
    time = text(entry, "tt:TextString/tt:TimeFormat")
    return Osd(
        token,
        type_,
        position,
        _font_size(options, text(entry, "tt:TextString/tt:FontSize")),
        at=camera_picture.point(at[0]) if position == "Custom" else None,
        text=_kept(options, words[0].text or "") if type_ == "Plain" else "",
        date_format=_offered("date format", date, options.date_formats) if date else options.date_formats[0],
        time_format=_offered("time format", time, options.time_formats) if time else options.time_formats[0],
    )


def _kept(options: OsdOptions, words: str) -> str:
    if len(words) > options.text_length and not options.clamps:
        _refuse(f"text of {len(words)} characters")
    words = words[: options.text_length]
    return words.encode("latin-1", "replace").decode("latin-1") if options.latin_only else words


def _font_size(options: OsdOptions, given: str | None) -> int:
    smallest, largest = options.font_size
    size = integer(given) if given is not None else smallest
    if not smallest <= size <= largest and not options.clamps:
        _refuse(f"font size {size}")
    return max(smallest, min(largest, size))


def _offered(what: str, value: str | None, allowed: tuple[str, ...]) -> str:
    if value is None or value not in allowed:
        _refuse(f"{what} {value}")
    return value


def _refuse(what: str) -> NoReturn:
    raise SoapFault(f"{what} is not possible", "ter:InvalidArgVal", "ter:ConfigModify")


_BOTH: Mapping[str, Operation[OsdState]] = {
    "GetOSDs": Operation(Access.READ_MEDIA, get_osds),
    "GetOSDOptions": Operation(Access.READ_MEDIA, get_osd_options),
    "SetOSD": Operation(Access.ACTUATE, set_osd),
    "CreateOSD": Operation(Access.ACTUATE, create_osd),
    "DeleteOSD": Operation(Access.ACTUATE, delete_osd),
}
OSD: Mapping[str, Mapping[str, Operation[OsdState]]] = {
    TRT: {**_BOTH, "GetOSD": Operation(Access.READ_MEDIA, get_osd)},
    TR2: _BOTH,
}


def inject(state: OsdState, rest: list[str], value: object) -> None:
    """``<token>`` with a text changes or adds one, with None removes it; ``<token>.<field>``. KeyError, ValueError."""
    if state.options is None:
        raise KeyError("this model has no OSD")
    old = next((osd for osd in state.osds if osd.token == rest[0]), None) if rest else None
    if len(rest) == 1 and old is None and value is not None:
        state.put(Osd(rest[0], "Plain", state.options.positions[0], state.options.font_size[0], text=string(value)))
    elif len(rest) == 1 and old is not None and value is None:
        state.remove(old.token)
    elif len(rest) in (1, 2) and old is not None:
        state.put(_changed(state.options, old, rest[1] if len(rest) == 2 else "text", value))
    else:
        known = ", ".join(osd.token for osd in state.osds)
        raise KeyError(f"there is no osd.{'.'.join(rest)}; there are osd.<token>[.<{_FIELDS}>], tokens: {known}")


def _changed(options: OsdOptions, osd: Osd, field: str, value: object) -> Osd:
    if field == "text":
        return replace(osd, type="Plain", text=string(value))
    if field == "type":
        return replace(osd, type=one_of(value, TYPES))
    if field == "position":
        position = one_of(value, options.positions)
        return replace(osd, position=position, at=(osd.at or (0.0, 0.0)) if position == "Custom" else None)
    if field == "at":
        return replace(osd, position=one_of("Custom", options.positions), at=camera_picture.parsed(value))
    if field == "font_size":
        return replace(osd, font_size=number(value, *options.font_size))
    raise KeyError(f"there is no {field!r}; there are {_FIELDS}")


def snapshot(state: OsdState) -> dict[str, object]:
    """The settings of each OSD by its token."""
    return {osd.token: {key: value for key, value in asdict(osd).items() if key != "token"} for osd in state.osds}
