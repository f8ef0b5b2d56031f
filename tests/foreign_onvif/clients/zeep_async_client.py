"""PyPI onvif-zeep-async: WS-UsernameToken, and Media v1 only."""

from __future__ import annotations

from typing import Any

import zeep_words as words
from onvif import ONVIFCamera
from talk import Parts, serve


async def connect(device: dict[str, Any]) -> Parts:
    camera = ONVIFCamera(device["host"], device["port"], device["user"], device["password"], adjust_time=True)
    try:
        await camera.update_xaddrs()
    except Exception:
        await camera.close()
        raise
    management = await camera.create_devicemgmt_service()

    async def scopes() -> list[str]:
        return [scope.ScopeItem for scope in await management.GetScopes()]

    async def users() -> dict[str, str]:
        return {user.Username: user.UserLevel for user in await management.GetUsers()}

    async def encoders() -> Any:
        media = await camera.create_media_service()
        return words.encoders(await media.GetVideoEncoderConfigurations())

    async def stream_uris() -> dict[str, str]:
        media = await camera.create_media_service()
        found = {}
        for profile in await media.GetProfiles():
            answer = await media.GetStreamUri({"StreamSetup": words.STREAM, "ProfileToken": profile.token})
            found[profile.token] = answer.Uri
        return found

    async def osd() -> list[str]:
        media = await camera.create_media_service()
        return words.texts(await media.GetOSDs())

    async def set_clock(zone: str) -> None:
        wanted = {"DateTimeType": "NTP", "DaylightSavings": False, "TimeZone": {"TZ": zone}}
        await management.SetSystemDateAndTime(wanted)

    async def set_encoder(wanted: dict[str, Any]) -> None:
        media = await camera.create_media_service()
        old = await media.GetVideoEncoderConfiguration({"ConfigurationToken": wanted["token"]})
        await media.SetVideoEncoderConfiguration(
            {"Configuration": words.changed(old, wanted), "ForcePersistence": True}
        )

    async def set_osd(text: str) -> None:
        media = await camera.create_media_service()
        old = next(one for one in await media.GetOSDs() if one.TextString.Type == "Plain")
        old.TextString.PlainText = text
        await media.SetOSD({"OSD": old})

    async def source() -> str:
        media = await camera.create_media_service()
        return str((await media.GetVideoSources())[0].token)

    async def picture() -> Any:
        service = await camera.create_imaging_service()
        return await service.GetImagingSettings({"VideoSourceToken": await source()})

    async def set_brightness(value: float) -> None:
        service, old = await camera.create_imaging_service(), await picture()
        old.Brightness = value
        await service.SetImagingSettings(
            {"VideoSourceToken": await source(), "ImagingSettings": old, "ForcePersistence": True}
        )

    async def profile() -> str:
        media = await camera.create_media_service()
        return str((await media.GetProfiles())[0].token)

    async def presets() -> dict[str, str]:
        service = await camera.create_ptz_service()
        return words.presets(await service.GetPresets({"ProfileToken": await profile()}))

    async def set_preset(name: str) -> str:
        service = await camera.create_ptz_service()
        return str(await service.SetPreset({"ProfileToken": await profile(), "PresetName": name}))

    async def imaging() -> dict[str, Any]:
        return words.imaging(await picture())

    async def told(operation: str, shape: Any) -> Any:
        return shape(await getattr(management, operation)())

    return {
        "identity": lambda: told("GetDeviceInformation", words.identity),
        "clock": lambda: told("GetSystemDateAndTime", words.clock),
        "hostname": lambda: told("GetHostname", lambda answer: answer.Name),
        "ntp": lambda: told("GetNTP", words.ntp),
        "scopes": scopes,
        "users": users,
        "protocols": lambda: told("GetNetworkProtocols", words.protocols),
        "encoders": encoders,
        "stream_uris": stream_uris,
        "osd": osd,
        "imaging": imaging,
        "presets": presets,
        "set_brightness": set_brightness,
        "set_preset": set_preset,
        "set_hostname": lambda name: management.SetHostname({"Name": name}),
        "set_ntp": lambda servers: management.SetNTP({"FromDHCP": False, "NTPManual": words.hosts(servers)}),
        "set_clock": set_clock,
        "set_scopes": lambda scopes: management.SetScopes({"Scopes": scopes}),
        "set_user": lambda user: management.CreateUsers({"User": [words.user(user)]}),
        "set_encoder": set_encoder,
        "set_osd": set_osd,
        "close": camera.close,
    }


serve(connect)
