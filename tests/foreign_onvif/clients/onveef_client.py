"""PyPI onveef: reads and sets as its own methods do it."""

from __future__ import annotations

from typing import Any

from onveef import OnvifClient
from talk import Parts, serve

IDENTITY = {
    "manufacturer": "Manufacturer",
    "model": "Model",
    "firmware": "FirmwareVersion",
    "serial": "SerialNumber",
    "hardware_id": "HardwareId",
}


def connect(device: dict[str, Any]) -> Parts:
    client = OnvifClient(device["host"], device["port"], device["user"], device["password"], timeout_s=10)

    def identity() -> dict[str, str]:
        told = client.get_device_information()
        return {word: told[name] for word, name in IDENTITY.items()}

    def clock() -> dict[str, str]:
        told = client.get_system_date_time()
        return {"mode": told["date_time_type"], "time_zone": told["timezone"]}

    def encoders() -> dict[str, dict[str, Any]]:
        return {
            one["token"]: {
                "codec": one["encoding"],
                "width_px": one["width"],
                "height_px": one["height"],
                "fps": one["fps_limit"],
                "bitrate_kbps": one["bitrate_kbps"],
                "gop": one["gop"],
            }
            for one in client.get_video_encoder_configurations()
        }

    def set_encoder(wanted: dict[str, Any]) -> None:
        old = next(one for one in client.get_video_encoder_configurations() if one["token"] == wanted["token"])
        client.set_video_encoder_configuration(
            token=old["token"], name=old["name"], encoding=wanted["codec"],
            width=wanted["width_px"], height=wanted["height_px"], quality=float(old["quality"]),
            fps=wanted["fps"], bitrate_kbps=wanted["bitrate_kbps"], gop=wanted["gop"],
        )  # fmt: skip

    def set_encoder_media2(wanted: dict[str, Any]) -> None:
        client.set_video_encoder_configuration_media2(
            token=wanted["token"], name=wanted["token"], encoding=wanted["codec"],
            width=wanted["width_px"], height=wanted["height_px"], quality=4.0,
            fps=wanted["fps"], bitrate_kbps=wanted["bitrate_kbps"], gop=wanted["gop"],
        )  # fmt: skip

    def set_osd(text: str) -> None:
        old = next(one for one in client.get_osds() if one["text_type"] == "Plain")
        client.set_osd(
            osd_token=old["token"], video_source_configuration_token=old["video_source_configuration_token"],
            position_type=old["position_type"], font_size=old["font_size"], plain_text=text,
        )  # fmt: skip

    def source() -> str:
        return str(client.get_video_sources()[0]["token"])

    def imaging() -> dict[str, Any]:
        told = client.imaging_get_settings(video_source_token=source())
        return {
            "brightness": told.get("Brightness"),
            "contrast": told.get("Contrast"),
            "ir_cut_filter": told.get("IrCutFilter"),
            "wide_dynamic_range": told.get("WideDynamicRange", {}).get("mode"),
        }

    def set_brightness(value: float) -> None:
        old = client.imaging_get_settings(video_source_token=source())
        exposure = old["Exposure"]
        client.imaging_set_settings(
            video_source_token=source(), brightness=value, contrast=old["Contrast"], sharpness=old["Sharpness"],
            color_saturation=old["ColorSaturation"], ir_cut_filter=old.get("IrCutFilter", ""),
            backlight_compensation_mode=old["BacklightCompensation"]["mode"],
            wide_dynamic_range_mode=old["WideDynamicRange"]["mode"], exposure_mode=exposure["mode"],
            exposure_priority=exposure.get("priority", ""), exposure_min_time=int(exposure["MinExposureTime"]),
            exposure_max_time=int(exposure["MaxExposureTime"]), exposure_max_gain=exposure.get("MaxGain"),
        )  # fmt: skip

    def profile() -> str:
        return str(client.get_profiles()[0]["token"])

    return {
        "identity": identity,
        "clock": clock,
        "hostname": client.get_hostname,
        "ntp": lambda: client.get_ntp()["servers"],
        "scopes": lambda: [scope["scope_item"] for scope in client.get_scopes()],
        "users": lambda: {user["username"]: user["user_level"] for user in client.get_users()},
        "protocols": lambda: {one["name"]: [one["enabled"], one["port"]] for one in client.get_network_protocols()},
        "encoders": encoders,
        "osd": lambda: [one["plain_text"] for one in client.get_osds() if one["text_type"] == "Plain"],
        "imaging": imaging,
        "presets": lambda: {one["token"]: one["name"] for one in client.ptz_get_presets(profile_token=profile())},
        "stream_uris": lambda: {
            profile["token"]: client.get_stream_uri(profile_token=profile["token"]) for profile in client.get_profiles()
        },
        "set_hostname": client.set_hostname,
        "set_ntp": lambda servers: client.set_ntp(from_dhcp=False, ipv4_servers=servers),
        "set_clock": lambda zone: client.set_system_date_time(date_time_type="NTP", timezone=zone),
        "set_scopes": lambda scopes: client.set_scopes(scopes=scopes),
        "set_user": lambda user: client.create_user(
            username=user["name"], password=user["password"], user_level=user["level"]
        ),
        "set_osd": set_osd,
        "set_brightness": set_brightness,
        "set_preset": lambda name: client.ptz_set_preset(profile_token=profile(), preset_name=name),
        "set_encoder": set_encoder,
        "set_encoder_media2": set_encoder_media2,
        "close": client.close,
    }


serve(connect)
