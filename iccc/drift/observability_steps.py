"""What a person does next about something that could not be read."""

from __future__ import annotations

from collections.abc import Callable

from iccc.city.devices import Device, Equipment, Kind, Switch, host_of
from iccc.city.snmp import SnmpAccess
from iccc.compare import Unread
from iccc.drift.places import place_of
from iccc.drift.telling import command
from iccc.drift.view import View
from iccc.errors import Reason
from iccc.secrets import SSH_KEY


def next_step(view: View, name: str, path: str, unread: Unread, *, late: bool, snmp: bool) -> str:
    """In the imperative, with commands that work as typed. ``late``: several parts that were not read in time.

    ``snmp``: it was an agent that was asked; all that is read of a UPS card is.
    """
    device = view.city.device(name)
    snmp = snmp or device.kind is Kind.UPS or (isinstance(device, Switch) and device.snmp_only)
    again = f"`{command(view, 'drift', '--limit', name)}`"
    if late:
        return f"Look at {_way(device)} and at the processor of {name}, restart it, and read it again: {again}."
    match unread.reason:
        case Reason.NO_ANSWER | Reason.REFUSED if snmp:
            return (
                f"Look at SNMP on {name}: {_login_of(device)}, its access list for this host, and UDP 161 on the way."
            )
        case Reason.UNAUTHORISED if snmp:
            return f"Put into the store what {name} has ({_store_snmp(view, device)}), or give it what is stored."
        case Reason.BAD_ANSWER:
            return (
                f"Compare the firmware of {name} with the newest of its maker, whose mistake it is; "
                f"after an update read it again: {again}."
            )
        case Reason.NO_ANSWER | Reason.REFUSED if isinstance(device, Equipment) and device.calling is not None:
            way = f"{device.calling.transport.upper()} {device.calling.port}"
            return f"Look at SIP on {name}: whether it is on, and {way} on the way."
        case Reason.NO_ANSWER | Reason.REFUSED if isinstance(device, Switch):
            return f"Look at SSH on {name}: whether it is on, its access list for this host, and TCP 22 on the way."
        case Reason.NO_ANSWER | Reason.REFUSED | Reason.NOT_TRIED:
            return f"Read it again: {again}; if it stays so, look at {_way(device)} and restart {name}."
        case Reason.BACK_OFF if path:  # the password of a user, after another login was refused in this reading
            return f"Read it again: {again}; the login that was refused is not tried first then."
        case Reason.UNAUTHORISED | Reason.BACK_OFF:
            return login_step(device, lambda verb, *words: command(view, verb, *words))
        case Reason.UNTRUSTED if not isinstance(device, Switch):
            enrol = command(view, "enrol", "--limit", name, "--replace")
            return (
                f"Find out who replaced {name} or changed its certificate, or what else answers at its address: no "
                f"password is given to it until then. If it is right: `{enrol}`."
            )
        case Reason.UNTRUSTED:
            enrol = command(view, "enrol", "--limit", name)
            return f"Compare the host key at the console of {name}; then `{enrol}`, with --replace if it has a new one."
        case Reason.UNSUPPORTED if path == "channels":
            sheet = command(view, "channels", "--limit", name)
            return f"Say `channels_by: hand` for its type in the catalogue, and bind them by the sheet: `{sheet}`."
        case Reason.UNSUPPORTED:
            return (
                f"Look at it by hand on {name}; if it is to stay so, waive it in cities/{view.city.key}/waivers.yaml."
            )
        case Reason.GUARDED:
            return f"Look at the address of {name}: nothing is sent out of the lab."
        case Reason.NOT_OWNED:
            return f"Ask {device.owner}, whose device {name} is."


def login_step(device: Device, command: Callable[..., str]) -> str:
    """What a person does about a device that refuses the login. ``command``: verb and words as they are typed."""
    end = command("enrol", "--bootstrap", "--limit", device.name)
    if (host := host_of(device)) is not None:
        keys = f"~{host.ssh_user}/.ssh/authorized_keys"
        return (
            f"Put the public key of {SSH_KEY} into {keys} on {device.name}, or store the key that it takes "
            f"(`{command('secret', 'set', SSH_KEY)} < KEYFILE`); then `{end}`."
        )
    store = command("secret", "set", f"bootstrap/{device.kind}/login", "--user", "USER")
    return f"Store the login that {device.name} takes (`{store}`), or set the stored one on it; then `{end}`."


def _way(device: Device) -> str:
    place = place_of(device)
    return f"{place[0]} {place[1]}" if place is not None else "the ports on the way to it"


def _access(device: Device) -> SnmpAccess:
    return device.snmp if isinstance(device, Switch | Equipment) else SnmpAccess()


def _login_of(device: Device) -> str:
    access = _access(device)
    return f"its user {access.user} and both passwords" if access.version == "3" else "its community"


def _store_snmp(view: View, device: Device) -> str:
    access = _access(device)
    names = [f"snmp/v3/{access.user}/{part}" for part in ("auth", "privacy")] if access.version == "3" else ["snmp/ro"]
    return ", ".join(f"`{command(view, 'secret', 'set', name)}`" for name in names)
