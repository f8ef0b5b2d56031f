"""The clock of a device: its time, time zone and NTP servers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from iccc.clock import Clock
from iccc.compare import Change, Unread, compare
from iccc.errors import Reason
from iccc.onvif.call import Call, Context, Procedure, Service, Written, element, part, read, submit, write
from iccc.onvif.errors import BadAnswer, OnvifError
from iccc.onvif.network_host import host, network_host
from iccc.onvif.state import ClockReading, Time, TimeMode
from iccc.onvif.timezone import east_positive, posix_forms, utc_offset_min
from iccc.onvif.xml import Element, children, find, need, need_bool, need_int, need_text, text

YEARS = range(1900, 3000)  # the others are too near to the ends of datetime to reckon with


def read_clock(clock: Clock) -> Procedure[ClockReading]:
    """The device's clock against ours. Asked without credentials, since signing needs the device's time first."""
    before = clock.now()
    try:
        reply = yield read(Service.DEVICE, "GetSystemDateAndTime", anonymous=True)
    except OnvifError as error:
        if error.reason is not Reason.UNAUTHORISED:
            raise
        before = clock.now()
        reply = yield read(Service.DEVICE, "GetSystemDateAndTime")
    after = clock.now()
    told = _told(reply)
    skew: float | Unread
    if isinstance(told.utc, Unread):
        skew = told.utc
    else:
        real = before + (after - before) / 2
        skew = (told.utc - real).total_seconds() + 0.5  # devices tell whole seconds, cut off
    local_as_utc = _local_as_utc(need(reply, "SystemDateAndTime"), told.zone, told.utc, skew)
    return ClockReading(told.mode, told.zone, told.daylight_savings, told.offset_min, skew, local_as_utc)


def read_time(context: Context) -> Procedure[Time]:
    """All clock settings."""
    reading = context.clock_reading or (yield from read_clock(context.clock))
    servers = yield from part(_read_ntp())
    return Time(reading.mode, reading.utc_offset_min, servers, reading.skew_s)


def write_time(context: Context, wanted: Time, seen: Time) -> Procedure[Written]:
    """NTP servers first, then mode, zone and, when it is far off, the clock itself."""
    written = Written()
    quirks = context.quirks
    changes = {found.path for found in compare(wanted, seen) if isinstance(found, Change)}
    of_clock = changes & {"mode", "utc_offset_min", "skew_s"}
    anew = False
    if "ntp_servers" in changes and isinstance(wanted.ntp_servers, frozenset):
        taken = yield from submit(written, "time.ntp_servers", _set_ntp(wanted.ntp_servers))
        anew = taken and quirks.ntp_holds_with_mode
    if not of_clock and not anew:
        return written
    reading = yield from read_clock(context.clock)
    mode = wanted.mode or reading.mode
    # A clock that is far off is set by hand first: an NTP client may refuse to jump, or take its time.
    by_hand = "skew_s" in changes or mode is TimeMode.MANUAL
    steps = [step for step, needed in ((TimeMode.MANUAL, by_hand), (TimeMode.NTP, mode is TimeMode.NTP)) if needed]
    steps = [step for step in steps if step in quirks.clock_modes]
    if not steps:
        text = "cameras of this make do not take it over ONVIF: it is to be set on the camera's own page"
        written.unsupported |= {f"time.{name}": text for name in of_clock}
        return written
    zones = [reading.zone]
    if isinstance(wanted.utc_offset_min, int) and ("utc_offset_min" in changes or not reading.zone):
        zones = posix_forms(wanted.utc_offset_min, quirks.zone_form)
    trial = Written()
    for zone in zones:
        trial = yield from _set_clock_with(zone, steps, reading, context.clock)
        if not trial.faults:
            break
    else:
        if zones != [reading.zone] and of_clock != {"utc_offset_min"}:
            # It has none of these zones: the clock itself need not wait for that.
            refused = trial.faults["time"]
            trial = yield from _set_clock_with(reading.zone, steps, reading, context.clock)
            trial.faults.setdefault("time.utc_offset_min", refused)
    written.faults |= trial.faults
    written.reboot |= trial.reboot
    return written


def _set_clock_with(zone: str, steps: list[TimeMode], reading: ClockReading, clock: Clock) -> Procedure[Written]:
    """The Sets of one attempt, up to the first that is refused."""
    trial = Written()
    for step in steps:
        if not (yield from submit(trial, "time", _set_clock(step, zone, reading, clock))):
            break
    return trial


def _read_ntp() -> Procedure[frozenset[str]]:
    return _servers((yield read(Service.DEVICE, "GetNTP")))


@lru_cache(64)  # cameras of one make give one reply, which soap.parse makes one element of
def _servers(reply: Element) -> frozenset[str]:
    information = need(reply, "NTPInformation")
    source = "NTPFromDHCP" if need_bool(information, "FromDHCP") else "NTPManual"
    servers = (host(entry) for entry in children(information, source))
    return frozenset(server for server in servers if server)


def _set_ntp(servers: frozenset[str]) -> Call:
    hosts = "".join(f"<tds:NTPManual>{network_host(server)}</tds:NTPManual>" for server in sorted(servers))
    return write(Service.DEVICE, "SetNTP", element("tds:FromDHCP", False) + hosts)


def _set_clock(mode: TimeMode, zone: str, reading: ClockReading, clock: Clock) -> Call:
    inner = element("tds:DateTimeType", mode) + element("tds:DaylightSavings", reading.daylight_savings)
    if zone:
        inner += f"<tds:TimeZone>{element('tt:TZ', zone)}</tds:TimeZone>"
    if mode is TimeMode.MANUAL:
        now = clock.now().astimezone(UTC)
        time = element("tt:Hour", now.hour) + element("tt:Minute", now.minute) + element("tt:Second", now.second)
        date = element("tt:Year", now.year) + element("tt:Month", now.month) + element("tt:Day", now.day)
        inner += f"<tds:UTCDateTime><tt:Time>{time}</tt:Time><tt:Date>{date}</tt:Date></tds:UTCDateTime>"
    return write(Service.DEVICE, "SetSystemDateAndTime", inner)


@dataclass(frozen=True)
class _Told:
    """What a GetSystemDateAndTimeResponse says."""

    mode: TimeMode
    zone: str
    daylight_savings: bool
    offset_min: int | Unread
    utc: datetime | Unread


@lru_cache(64)  # in one second many cameras give one reply, which soap.parse makes one element of
def _told(reply: Element) -> _Told:
    found = need(reply, "SystemDateAndTime")
    mode = need_text(found, "DateTimeType")
    if mode not in set(TimeMode):
        raise BadAnswer(f"DateTimeType is {mode[:40]!r}, not NTP or Manual")
    zone = text(found, "TimeZone", "TZ") or ""
    utc = _moment(found, "UTCDateTime")
    clear = isinstance(utc, datetime) and utc_offset_min(zone) is not None and not east_positive(zone)
    here = None if clear else _moment(found, "LocalDateTime")
    offset = _offset(zone, utc, here)
    if utc is None and isinstance(here, Unread):
        utc = here
    elif utc is None and isinstance(here, datetime) and isinstance(offset, int):
        utc = here - timedelta(minutes=offset)
    utc = utc or Unread(Reason.BAD_ANSWER, "SystemDateAndTime has no UTCDateTime")
    return _Told(TimeMode(mode), zone, text(found, "DaylightSavings") in ("true", "1"), offset, utc)


def _moment(reading: Element, name: str) -> datetime | Unread | None:
    """A tt:DateTime. None when the device does not give it; Unread when it is no date of any calendar."""
    found = find(reading, name)
    if found is None:
        return None
    date, time = need(found, "Date"), need(found, "Time")
    parts = [need_int(date, part) for part in ("Year", "Month", "Day")]
    parts += [need_int(time, part) for part in ("Hour", "Minute", "Second")]
    try:
        year, month, day, hour, minute, second = parts
        if year not in YEARS:
            raise ValueError(year)
        return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)  # 60 is a leap second
    except (ValueError, OverflowError):
        shown = "{:04}-{:02}-{:02} {:02}:{:02}:{:02}".format(*parts)
        return Unread(Reason.BAD_ANSWER, f"{name} is {shown}, which is no date")


def _local_as_utc(reading: Element, zone: str, utc: datetime | Unread, skew: float | Unread) -> bool:
    meant = utc_offset_min(zone)
    if not meant or isinstance(skew, Unread) or abs(abs(skew) - 60 * abs(meant)) > 60:
        return False
    return _moment(reading, "LocalDateTime") == utc


def _offset(zone: str, utc: datetime | Unread | None, here: datetime | Unread | None) -> int | Unread:
    """What the zone means: by POSIX, or by the difference of the two times where POSIX cannot tell."""
    meant = utc_offset_min(zone)
    if isinstance(utc, datetime) and isinstance(here, datetime) and (meant is None or east_positive(zone)):
        return 15 * round((here - utc).total_seconds() / 900)
    if meant is None:
        return Unread(Reason.BAD_ANSWER, f"time zone {zone[:40]!r} is not understood")
    return meant
