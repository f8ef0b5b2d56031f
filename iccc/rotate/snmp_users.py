"""Users of SNMP v3: iccc speaks as them and does not set them, so a person rotates their passwords.

One user is on many devices with the same two passwords, also on UPS cards that nothing but their own page writes; IOS
does not bring a user back with its revert, for no configuration shows one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from iccc.city.devices import City, Equipment, Switch
from iccc.observed import Done, Status

IOS_AUTH = {"md5": "md5", "sha": "sha", "sha256": "sha-2 256", "sha512": "sha-2 512"}
IOS_PRIVACY = {"des": "des", "aes": "aes 128", "aes256": "aes 256"}


def snmp_users(city: City) -> dict[str, list[Switch | Equipment]]:
    """The devices of ours on which each user of SNMP v3 is, by its name."""
    found: dict[str, list[Switch | Equipment]] = {}
    every: list[Switch | Equipment] = [*city.switches.values(), *city.ups.values()]
    for device in every:
        if device.on_the_wire and device.ours:
            access = device.snmp
            for user in dict.fromkeys(filter(None, (access.user, access.write_user))) if access.version == "3" else ():
                found.setdefault(user, []).append(device)
    return found


def by_hand(city: City, chosen: Mapping[str, Sequence[Switch | Equipment]]) -> list[Done]:
    """A row for each user: where it is, and what a person has to do."""
    return [
        Done(f"snmp/v3/{user}", Status.NEEDS_HUMAN, _steps(city, user, devices)) for user, devices in chosen.items()
    ]


def _steps(city: City, user: str, devices: Sequence[Switch | Equipment]) -> str:
    kinds = Counter(device.platform if isinstance(device, Switch) else "UPS" for device in devices)
    where = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
    text = f"iccc sets no user of SNMP v3: set both passwords on {where}"
    ios = next((one for one in devices if isinstance(one, Switch) and one.platform == "cisco_ios"), None)
    if ios is not None:
        auth, privacy = IOS_AUTH[ios.snmp.auth], IOS_PRIVACY[ios.snmp.privacy]
        text += f" (cisco_ios: snmp-server user {user} GROUP v3 auth {auth} PASSWORD priv {privacy} PASSWORD)"
    stored = f"iccc secret {city.key} set snmp/v3/{user}/auth"
    return f"{text}; then {stored}, the same for snmp/v3/{user}/privacy, and iccc plan {city.key} shows who answers"
