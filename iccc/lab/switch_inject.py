"""What can be done to a simulated switch from outside: by path and value, as ``iccc lab CITY set`` gives them.

| path | value | what happens |
|---|---|---|
| ``lines`` | list of text | configuration lines typed at the console |
| ``outside`` | ``{"user", "address", "lines"}`` | the same by somebody over SSH, as the configuration history tells |
| ``saved`` | true | the running configuration is saved |
| ``reboot`` | true | it starts anew: what was not saved is gone |
| ``uptime_s`` | number | it was started that long ago, and has counted since then |
| ``ports.PORT.half_duplex`` | true, false | the link came up at half duplex |
| ``ports.PORT.speed_mbps`` | number, null | it came up at another speed than 1000 |
| ``ports.PORT.errors_per_s`` | number | received frames with errors |
| ``ports.PORT.poe_denied`` | true, false | its device asks for power and gets none |
| ``ports.PORT.poe_factor`` | number | its device draws so many times the usual watts |
| ``ports.PORT.rx_dbm`` | number, null | received optical power of a trunk's module |
| ``ports.PORT.aliens`` | list of ``{"mac", "address"}`` | devices that nobody declared |
| ``ntp_lost`` | true, false | no time server answers |
| ``domain`` | text | sysName and LLDP say ``hostname.domain`` |
| ``lldp_form`` | interfaceName, macAddress, interfaceAlias, local | how LLDP names its ports |
| ``serial``, ``model``, ``firmware`` | text | another device stands there, or another software runs |
| ``operator`` | address | where the operator's sessions come from |
| ``minute_s`` | number | length of a minute of the revert timer |
| ``xe`` | true, false | prints as IOS-XE does |
| ``cut_after`` | number | configuration lines after which every session dies, until the next fault or reset |
| ``refuses`` | text | lines with it are no commands, until the next fault or reset |
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from ipaddress import IPv4Address
from typing import TypeVar

from iccc.lab.ios.history import Source, Terminal
from iccc.lab.ios.session import Mode, Session
from iccc.lab.ios.shell import Shell
from iccc.lab.ios.system import System
from iccc.lab.oddities import LLDP_FORMS, changed

Got = TypeVar("Got")


def inject(system: System, path: str, value: object) -> bool:
    """Do it; False when there is no such path. Raises KeyError, ValueError."""
    if path.startswith("ports."):
        port, _, field = path.removeprefix("ports.").rpartition(".")
        if port not in system.by_name:
            raise KeyError(f"{system.name} has no port {port}")
        system.oddities[port] = changed(system.odd(port), field, value)
    elif path in _PATHS:
        _PATHS[path](system, value)
    else:
        return False
    system.revision += 1
    return True


def _lines(system: System, value: object) -> None:
    type_lines(system, Source("console", terminal=Terminal.CONSOLE), _texts(value))


def _outside(system: System, value: object) -> None:
    if not isinstance(value, Mapping):
        raise ValueError(f"{value!r} has no user, address and lines")  # noqa: TRY004  the control socket's error
    source = Source(_text(value.get("user")), str(IPv4Address(_text(value.get("address")))), Terminal.VIRTUAL)
    type_lines(system, source, _texts(value.get("lines")))


def type_lines(system: System, source: Source, lines: list[str]) -> None:
    """All lines, or ValueError at the first that the switch refuses."""
    shell = Shell(Session(system, source.user, Mode.CONFIG, source=source), lambda: None, lambda: False)
    for line in lines:
        printed = shell.type(line)
        if shell.session.ask is not None:
            printed += shell.type("")  # whoever stands at the console says yes
        refused = [out for out in printed if out.startswith(("% Inv", "% Inc", "% Amb", "%Inv", "Command"))]
        if refused:
            raise ValueError(f"{system.name}: {line!r}: {refused[0]}")


def _form(system: System, value: object) -> None:
    if value not in LLDP_FORMS:
        raise ValueError(f"{value!r} is not one of {', '.join(LLDP_FORMS)}")
    system.lldp_form = str(value)


def _cut_after(system: System, value: object) -> None:
    system.misbehaviour.cut_after = int(_number(value))


def _refuses(system: System, value: object) -> None:
    system.misbehaviour.refuses = _text(value)


def _only_true(act: Callable[[System], None]) -> Callable[[System, object], None]:
    def path(system: System, value: object) -> None:
        if value is not True:
            raise ValueError(f"{value!r} is not true")
        act(system)

    return path


def _field(name: str, check: Callable[[object], object]) -> Callable[[System, object], None]:
    return lambda system, value: setattr(system, name, check(value))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is not a text")  # noqa: TRY004
    return value


def _texts(value: object) -> list[str]:
    if not isinstance(value, list):
        raise ValueError(f"{value!r} is not a list of lines")  # noqa: TRY004
    return [str(line) for line in value]


def _uptime(system: System, value: object) -> None:
    system.booted = system.now() - timedelta(seconds=_number(value))


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{value!r} is not true or false")  # noqa: TRY004
    return value


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
        raise ValueError(f"{value!r} is not a number above 0")
    return float(value)


_PATHS: dict[str, Callable[[System, object], None]] = {
    "lines": _lines,
    "outside": _outside,
    "saved": _only_true(System.save),
    "reboot": _only_true(System.reboot),
    "uptime_s": _uptime,
    "lldp_form": _form,
    "cut_after": _cut_after,
    "refuses": _refuses,
    "ntp_lost": _field("ntp_lost", _flag),
    "xe": _field("xe", _flag),
    "domain": _field("domain", _text),
    "serial": _field("serial", _text),
    "model": _field("model", _text),
    "firmware": _field("firmware", _text),
    "minute_s": _field("minute_s", _number),
}
