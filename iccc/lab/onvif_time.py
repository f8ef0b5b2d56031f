"""Time and NTP of the device service."""

from __future__ import annotations

import ipaddress
import re
from datetime import UTC, datetime, timedelta

from iccc.lab.onvif_model import TimeZones
from iccc.lab.onvif_soap import Access, Call, Element, Operation, SoapFault, boolean, each, escape, integer, text
from iccc.lab.onvif_state import DeviceState

_NAMED = re.compile(r"[A-Za-z]{3,10}([+-]?\d{1,2})(?::([0-5]\d))?(?::([0-5]\d))?(?:[A-Z][A-Za-z]+[\w:,./+-]*)?")
_QUOTED = re.compile(r"<[+-]?\w{2,6}>([+-]?\d{1,2})(?::([0-5]\d))?(?::([0-5]\d))?")
_OWN = re.compile(r"CST[+-]\d{1,2}:(?:00|30|45):00")
_DNS_NAME = re.compile(
    r"(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*"
)


def utc_offset_min(zone: str) -> int | None:
    """Minutes east of UTC that a POSIX zone means (its sign is west-positive), or None if it is no POSIX zone."""
    match = _NAMED.fullmatch(zone) or _QUOTED.fullmatch(zone)
    if match is None:
        return None
    minutes = abs(int(match[1])) * 60 + int(match[2] or 0)
    return minutes if match[1].startswith("-") else -minutes


def take_time_zone(state: DeviceState, zone: str) -> None:
    """Set the time zone in the form in which the model keeps it. Raises SoapFault for what the model refuses."""
    forms = state.model.time_zones
    offset = utc_offset_min(zone)
    unknown = (forms is TimeZones.NAMED_ONLY and zone.startswith("<")) or (
        forms is TimeZones.OWN_LIST and not _OWN.fullmatch(zone)
    )
    if offset is None or abs(offset) > 14 * 60 or unknown:
        raise SoapFault(f"invalid time zone {zone}", "ter:InvalidArgVal", "ter:InvalidTimeZone")
    hours, minutes = divmod(abs(offset), 60)
    west, east = ("-", "+") if offset >= 0 else ("+", "-")
    if forms is TimeZones.QUOTED:
        zone = f"<{east}{hours:02}{minutes:02}>{west}{hours}:{minutes:02}"
    elif forms is TimeZones.NAMED_ONLY:
        zone = f"{re.match('[A-Za-z]+', zone)[0]}{west}{hours}:{minutes:02}:00"  # type: ignore[index]
    state.time_zone = zone


def _date_time(tag: str, at: datetime) -> str:
    return (
        f"<tt:{tag}><tt:Time><tt:Hour>{at.hour}</tt:Hour><tt:Minute>{at.minute}</tt:Minute>"
        f"<tt:Second>{at.second}</tt:Second></tt:Time><tt:Date><tt:Year>{at.year}</tt:Year>"
        f"<tt:Month>{at.month}</tt:Month><tt:Day>{at.day}</tt:Day></tt:Date></tt:{tag}>"
    )


def get_system_date_and_time(state: DeviceState, _: Call) -> str:
    utc = datetime.fromtimestamp(state.clock(), UTC)
    local = utc + timedelta(minutes=utc_offset_min(state.time_zone) or 0)
    return (
        "<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime>"
        f"<tt:DateTimeType>{'NTP' if state.ntp_time else 'Manual'}</tt:DateTimeType>"
        f"<tt:DaylightSavings>false</tt:DaylightSavings><tt:TimeZone><tt:TZ>{escape(state.time_zone)}</tt:TZ></tt:TimeZone>"
        f"{_date_time('UTCDateTime', utc)}{_date_time('LocalDateTime', local)}"
        "</tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>"
    )


def set_system_date_and_time(state: DeviceState, call: Call) -> str:
    mode = text(call.element, "tds:DateTimeType")
    if mode not in ("NTP", "Manual"):
        raise SoapFault(f"invalid DateTimeType {mode}", "ter:InvalidArgVal")
    boolean(text(call.element, "tds:DaylightSavings"))
    if mode == "Manual" and state.model.refuses_by_hand:
        raise SoapFault("the time cannot be set by hand", "ter:InvalidArgVal", "ter:InvalidDateTime")
    if mode not in state.model.clock_modes:
        return "<tds:SetSystemDateAndTimeResponse/>"
    if state.next_ntp is not None:
        (state.ntp_from_dhcp, state.ntp_servers), state.next_ntp = state.next_ntp, None
    if mode == "NTP" and not state.ntp_servers:
        raise SoapFault("no NTP server is defined", "ter:InvalidArgVal", "ter:NtpServerUndefined")
    at = _requested(call.element) if mode == "Manual" else None
    zone = text(call.element, "tds:TimeZone/tt:TZ")
    if zone is not None:
        take_time_zone(state, zone)
    state.ntp_time = mode == "NTP"
    if at is not None:
        state.skew_s = at.timestamp() - state.now()
    state.discipline()
    return "<tds:SetSystemDateAndTimeResponse/>"


def _requested(element: Element) -> datetime:
    at = element.find("{*}UTCDateTime")
    if at is None:
        raise SoapFault("a manual time is missing", "ter:InvalidArgVal", "ter:InvalidDateTime")
    paths = ("Date/tt:Year", "Date/tt:Month", "Date/tt:Day", "Time/tt:Hour", "Time/tt:Minute", "Time/tt:Second")
    numbers = [integer(text(at, f"tt:{path}")) for path in paths]
    try:
        moment = datetime(*numbers, tzinfo=UTC)  # type: ignore[arg-type,misc]  # six ints, as the paths say
    except ValueError:
        raise SoapFault("there is no such date", "ter:InvalidArgVal", "ter:InvalidDateTime") from None
    if not 2000 <= moment.year <= 2037:
        raise SoapFault("the date is out of range", "ter:InvalidArgVal", "ter:InvalidDateTime")
    return moment


def network_host(host: str) -> str:
    """The content of a ``tt:NetworkHost``."""
    try:
        version = ipaddress.ip_address(host).version
    except ValueError:
        return f"<tt:Type>DNS</tt:Type><tt:DNSname>{escape(host)}</tt:DNSname>"
    return f"<tt:Type>IPv{version}</tt:Type><tt:IPv{version}Address>{host}</tt:IPv{version}Address>"


def get_ntp(state: DeviceState, _: Call) -> str:
    servers = "".join(f"<tt:NTPManual>{network_host(host)}</tt:NTPManual>" for host in state.ntp_servers)
    return (
        "<tds:GetNTPResponse><tds:NTPInformation>"
        f"<tt:FromDHCP>{str(state.ntp_from_dhcp).lower()}</tt:FromDHCP>{servers}"
        "</tds:NTPInformation></tds:GetNTPResponse>"
    )


def set_ntp(state: DeviceState, call: Call) -> str:
    from_dhcp = boolean(text(call.element, "tds:FromDHCP"))
    servers = tuple(_host(entry) for entry in each(call.element, "tds:NTPManual"))
    if len(servers) > state.model.max_ntp:
        raise SoapFault(f"at most {state.model.max_ntp} NTP servers", "ter:InvalidArgVal")
    if state.model.ntp_with_mode:
        state.next_ntp = (from_dhcp, servers)
        return "<tds:SetNTPResponse/>"
    state.ntp_from_dhcp = from_dhcp
    state.ntp_servers = servers
    state.discipline()
    return "<tds:SetNTPResponse/>"


def _host(entry: Element) -> str:
    kind = text(entry, "tt:Type")
    if kind == "DNS":
        name = text(entry, "tt:DNSname") or ""
        if not _DNS_NAME.fullmatch(name):
            raise SoapFault(f"invalid name {name}", "ter:InvalidArgVal", "ter:InvalidDnsName")
        return name
    if kind not in ("IPv4", "IPv6"):
        raise SoapFault(f"invalid type {kind}", "ter:InvalidArgVal")
    address = text(entry, f"tt:{kind}Address") or ""
    try:
        right = f"IPv{ipaddress.ip_address(address).version}" == kind
    except ValueError:
        right = False
    if not right:
        raise SoapFault(f"invalid address {address}", "ter:InvalidArgVal", f"ter:Invalid{kind}Address")
    return address


OPERATIONS = {
    "GetSystemDateAndTime": Operation(Access.PRE_AUTH, get_system_date_and_time),
    "SetSystemDateAndTime": Operation(Access.WRITE_SYSTEM, set_system_date_and_time),
    "GetNTP": Operation(Access.READ_SYSTEM, get_ntp),
    "SetNTP": Operation(Access.WRITE_SYSTEM, set_ntp),
}
