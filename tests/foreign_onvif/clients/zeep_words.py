"""What two clients that rest on zeep have in common: the shapes of the standard, as zeep gives and takes them."""

from __future__ import annotations

from typing import Any


def identity(told: Any) -> dict[str, str]:
    return {
        "manufacturer": told.Manufacturer,
        "model": told.Model,
        "firmware": told.FirmwareVersion,
        "serial": told.SerialNumber,
        "hardware_id": told.HardwareId,
    }


def clock(told: Any) -> dict[str, str]:
    return {"mode": told.DateTimeType, "time_zone": told.TimeZone.TZ}


def ntp(told: Any) -> list[str]:
    hosts = told.NTPFromDHCP if told.FromDHCP else told.NTPManual
    return [host.IPv4Address or host.IPv6Address or host.DNSname for host in hosts or []]


def hosts(servers: list[str]) -> list[dict[str, str]]:
    return [{"Type": "IPv4", "IPv4Address": server} for server in servers]


def protocols(told: Any) -> dict[str, list[Any]]:
    return {one.Name: [one.Enabled, one.Port[0]] for one in told}


def user(wanted: dict[str, str]) -> dict[str, str]:
    return {"Username": wanted["name"], "Password": wanted["password"], "UserLevel": wanted["level"]}


def encoders(told: Any) -> dict[str, dict[str, Any]]:
    """Of either media service: Media2 tells the GOV length as an attribute and knows more codecs."""
    found = {}
    for one in told:
        codec = getattr(one, str(one.Encoding), None)  # Media v1 has a part for each codec
        found[one.token] = {
            "codec": one.Encoding,
            "width_px": one.Resolution.Width,
            "height_px": one.Resolution.Height,
            "fps": float(one.RateControl.FrameRateLimit),
            "bitrate_kbps": one.RateControl.BitrateLimit,
            "gop": codec.GovLength if codec is not None else getattr(one, "GovLength", None),
        }
    return found


def changed(old: Any, wanted: dict[str, Any]) -> Any:
    """The camera's own configuration object with the wanted values in it."""
    old.Encoding = wanted["codec"]
    old.Resolution.Width, old.Resolution.Height = wanted["width_px"], wanted["height_px"]
    old.RateControl.FrameRateLimit = wanted["fps"]
    old.RateControl.BitrateLimit = wanted["bitrate_kbps"]
    codec = getattr(old, wanted["codec"], None)
    if codec is not None:
        codec.GovLength = wanted["gop"]
    else:
        old.GovLength = wanted["gop"]
    return old


def texts(told: Any) -> list[str]:
    return [one.TextString.PlainText for one in told or [] if one.TextString.Type == "Plain"]


def imaging(told: Any) -> dict[str, Any]:
    wide = told.WideDynamicRange
    return {
        "brightness": told.Brightness,
        "contrast": told.Contrast,
        "ir_cut_filter": told.IrCutFilter,
        "wide_dynamic_range": None if wide is None else wide.Mode,
    }


def presets(told: Any) -> dict[str, str]:
    return {one.token: one.Name for one in told or []}


STREAM = {"Stream": "RTP-Unicast", "Transport": {"Protocol": "RTSP"}}
