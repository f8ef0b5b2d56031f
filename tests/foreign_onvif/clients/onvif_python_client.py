"""PyPI onvif-python: encoders and texts through Media2, the stream addresses through Media v1."""

from __future__ import annotations

from typing import Any

import zeep_words as words
from onvif import CacheMode, ONVIFClient
from talk import Parts, serve


def connect(device: dict[str, Any]) -> Parts:
    client = ONVIFClient(
        device["host"], device["port"], device["user"], device["password"],
        http_digest=device["digest"], cache=CacheMode.MEM,
    )  # fmt: skip
    management = client.devicemgmt()

    def stream_uris() -> dict[str, str]:
        media = client.media()
        return {
            profile.token: media.GetStreamUri(StreamSetup=words.STREAM, ProfileToken=profile.token).Uri
            for profile in media.GetProfiles()
        }

    def set_encoder(wanted: dict[str, Any]) -> None:
        media = client.media()
        old = next(one for one in media.GetVideoEncoderConfigurations() if one.token == wanted["token"])
        media.SetVideoEncoderConfiguration(Configuration=words.changed(old, wanted), ForcePersistence=True)

    def set_encoder_media2(wanted: dict[str, Any]) -> None:
        media = client.media2()
        old = next(one for one in media.GetVideoEncoderConfigurations() if one.token == wanted["token"])
        media.SetVideoEncoderConfiguration(Configuration=words.changed(old, wanted))

    def set_osd(text: str) -> None:
        media = client.media2()
        old = next(one for one in media.GetOSDs() if one.TextString.Type == "Plain")
        old.TextString.PlainText = text
        media.SetOSD(OSD=old)

    def source() -> str:
        return str(client.media().GetVideoSources()[0].token)

    def set_brightness(value: float) -> None:
        old = client.imaging().GetImagingSettings(VideoSourceToken=source())
        old.Brightness = value
        client.imaging().SetImagingSettings(VideoSourceToken=source(), ImagingSettings=old, ForcePersistence=True)

    def profile() -> str:
        return str(client.media().GetProfiles()[0].token)

    return {
        "identity": lambda: words.identity(management.GetDeviceInformation()),
        "clock": lambda: words.clock(management.GetSystemDateAndTime()),
        "hostname": lambda: management.GetHostname().Name,
        "ntp": lambda: words.ntp(management.GetNTP()),
        "scopes": lambda: [scope.ScopeItem for scope in management.GetScopes()],
        "users": lambda: {user.Username: user.UserLevel for user in management.GetUsers()},
        "protocols": lambda: words.protocols(management.GetNetworkProtocols()),
        "encoders": lambda: words.encoders(client.media2().GetVideoEncoderConfigurations()),
        "stream_uris": stream_uris,
        "osd": lambda: words.texts(client.media2().GetOSDs()),
        "imaging": lambda: words.imaging(client.imaging().GetImagingSettings(VideoSourceToken=source())),
        "presets": lambda: words.presets(client.ptz().GetPresets(ProfileToken=profile())),
        "set_brightness": set_brightness,
        "set_preset": lambda name: str(client.ptz().SetPreset(ProfileToken=profile(), PresetName=name)),
        "set_hostname": lambda name: management.SetHostname(Name=name),
        "set_ntp": lambda servers: management.SetNTP(FromDHCP=False, NTPManual=words.hosts(servers)),
        "set_clock": lambda zone: management.SetSystemDateAndTime(
            DateTimeType="NTP", DaylightSavings=False, TimeZone={"TZ": zone}
        ),
        "set_scopes": lambda scopes: management.SetScopes(Scopes=scopes),
        "set_user": lambda user: management.CreateUsers(User=[words.user(user)]),
        "set_encoder": set_encoder,
        "set_encoder_media2": set_encoder_media2,
        "set_osd": set_osd,
    }


serve(connect)
