"""Users of SNMP v3. One is on many devices with the same two passwords: all of them are rotated, or none.

Until the last one has the next passwords both pairs are stored, and each device is spoken to with the one that it has.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from iccc.care import Cared
from iccc.city.devices import City, Equipment, Switch
from iccc.context import Context
from iccc.errors import IcccError
from iccc.maintenance import closed
from iccc.observed import Done, Status
from iccc.rotate.cameras import said
from iccc.rotate.carry import carry
from iccc.rotate.steps import Do, Which
from iccc.secrets import Secret, UsmUser
from iccc.sessions.reach import Reach
from iccc.state.log import Why
from iccc.state.secretfile import snmp_secrets
from iccc.switch.snmp_passwords import answers, by_hand, set_keys
from iccc.vault import Vault, snmp_user_key

STEP_S = 120.0  # of one step on one switch
IOS_AUTH = {"md5": "md5", "sha": "sha", "sha256": "sha-2 256", "sha512": "sha-2 512"}
IOS_PRIVACY = {"des": "des", "aes": "aes 128", "aes256": "aes 256"}

Held = Switch | Equipment  # a device on which a user is


def snmp_users(city: City) -> dict[str, list[Held]]:
    """The devices of ours on which each user of SNMP v3 is, by its name."""
    found: dict[str, list[Held]] = {}
    every: list[Held] = [*city.switches.values(), *city.ups.values()]
    for device in every:
        if device.on_the_wire and device.ours:
            access = device.snmp
            for user in dict.fromkeys(filter(None, (access.user, access.write_user))) if access.version == "3" else ():
                found.setdefault(user, []).append(device)
    return found


async def rotate_snmp_user(
    context: Context,
    user: str,
    devices: Sequence[Held],
    chosen: Collection[str],
    why: Why,
    anytime: bool,
    progress: Callable[[str], None],
) -> Cared:
    """A row for the user where nothing is done, else one for each switch. ``chosen``: names within the limit."""
    name = f"snmp/v3/{user}"
    if left := [device.name for device in devices if device.name not in chosen]:
        text = f"it is on {len(left)} devices beyond the limit, {left[0]} among them: all have the same passwords"
        return Cared([Done(name, Status.REFUSED, text)])
    switches = [device for device in devices if isinstance(device, Switch) and not by_hand(device)]
    if len(switches) < len(devices):
        return Cared([Done(name, Status.NEEDS_HUMAN, _steps(context.city, user, devices))])
    both = snmp_secrets(user)
    if any(context.vault.get(one) is None for one in both):
        return Cared([Done(name, Status.REFUSED, f"its passwords are not stored: iccc secret set {both[0]}")])
    if all(context.vault.following(one) is None for one in both):
        for switch in switches:  # what a killed run has left
            context.vault.taken(switch.name, snmp_user_key(user), next_one=False)
    rows: list[Done] = []
    stopped = ""
    for switch in switches:
        shut = "" if anytime else closed(context.city.maintenance, context.clock.now(), context.city.utc_offset_min)
        stopped = stopped or shut or ""
        row = Done(switch.name, Status.REFUSED, f"not tried: {stopped}") if stopped else None
        row = row or await _one(context, switch, user, why)
        if not stopped and row.status is not Status.APPLIED:
            stopped = f"{switch.name} failed"
        rows.append(row)
        progress(switch.name)
    return Cared([*rows, _ended(context.vault, user, switches, rows)], stopped)


def _ended(vault: Vault, user: str, switches: Sequence[Switch], rows: Sequence[Done]) -> Done:
    """Promote where all were proved with the next passwords in this run, forget these where none may have them."""
    name, both = f"snmp/v3/{user}", snmp_secrets(user)
    if all(row.status is Status.APPLIED for row in rows):
        vault.promote(both)
        for switch in switches:
            vault.taken(switch.name, snmp_user_key(user), next_one=False)
        return Done(name, Status.APPLIED, f"new on {len(switches)} switches; start iccc watch anew")
    some = sum(vault.takes_next(switch.name, snmp_user_key(user)) for switch in switches)
    if some:
        text = f"{some} of {len(switches)} switches have the next passwords, or may; both are stored, run it again"
        return Done(name, Status.FAILED, text)
    vault.drop_next(both)
    return Done(name, Status.FAILED, "the old passwords are in force everywhere")


async def _one(context: Context, switch: Switch, user: str, why: Why) -> Done:
    change = context.changes.begin("rotate", f"passwords of SNMP user {user}", why, switch.name)
    keys = Keys(context.vault, switch, user)
    hand = SnmpHand(keys, context.reach, context.settings.root / "templates")
    try:
        standing = await carry(keys, [hand], STEP_S)
    except IcccError as error:
        done = Done(switch.name, Status.FAILED, f"SNMP user {user}: not touched: {error}")
    else:
        status = Status.APPLIED if standing.is_new else Status.FAILED
        done = Done(switch.name, status, f"SNMP user {user}: {said(standing, [hand])}")
    context.changes.end(change, "rotate", f"{done.status}: {done.text}", switch.name)
    return done


@dataclass(frozen=True)
class Keys:
    """Old and next passwords of a user, as far as one switch is concerned. All switches share them in the store."""

    vault: Vault
    switch: Switch
    user: str

    @property
    def unfinished(self) -> bool:
        """This switch may have the next ones."""
        return self.vault.takes_next(self.switch.name, snmp_user_key(self.user))

    def change(self, do: Do) -> None:
        """Store the next ones, or note which of the two this switch has: they stay stored until all have them."""
        if do is Do.STORE:
            self.vault.prepare(snmp_secrets(self.user))
        else:
            self.note(may_have_next=do is Do.PROMOTE)

    def note(self, may_have_next: bool) -> None:
        self.vault.taken(self.switch.name, snmp_user_key(self.user), may_have_next)

    def of(self, which: Which) -> UsmUser:
        """KeyError when they are not stored."""
        found: list[Secret] = []
        for name in snmp_secrets(self.user):
            entry = self.vault.get(name)
            secret = self.vault.following(name) if which is Which.NEXT else entry and entry.value
            if not isinstance(secret, Secret):
                raise KeyError(name)
            found.append(secret)
        access = self.switch.snmp
        return UsmUser(self.user, access.auth, found[0], access.privacy, found[1])


class SnmpHand:
    """The passwords on one switch."""

    def __init__(self, keys: Keys, reach: Reach, templates: Path) -> None:
        self.name = keys.switch.name
        self.proof = ""
        self._keys = keys
        self._reach = reach
        self._templates = templates

    async def check(self) -> None:
        await answers(self._keys.switch, self._keys.of(Which.OLD), self._reach)

    async def pause(self) -> None:
        """An agent holds nobody's password but its own."""

    async def write(self, which: Which) -> None:
        if which is Which.NEXT:  # until the old ones are proved again, it may have them
            self._keys.note(may_have_next=True)
        await set_keys(self._keys.switch, self._keys.of(which), self._reach, self._templates)

    async def prove(self, which: Which) -> None:
        await answers(self._keys.switch, self._keys.of(which), self._reach)


def _steps(city: City, user: str, devices: Sequence[Held]) -> str:
    kinds = Counter(device.platform if isinstance(device, Switch) else "UPS" for device in devices)
    where = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
    text = f"iccc does not set it on all of these, so on none: set both passwords on {where}"
    ios = next((one for one in devices if isinstance(one, Switch) and one.platform == "cisco_ios"), None)
    if ios is not None:
        auth, privacy = IOS_AUTH[ios.snmp.auth], IOS_PRIVACY[ios.snmp.privacy]
        text += f" (cisco_ios: snmp-server user {user} GROUP v3 auth {auth} PASSWORD priv {privacy} PASSWORD)"
    stored = f"iccc secret {city.key} set snmp/v3/{user}/auth"
    return f"{text}; then {stored}, the same for snmp/v3/{user}/privacy, and iccc plan {city.key} shows who answers"
