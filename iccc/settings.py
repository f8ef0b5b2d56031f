"""``pyinfra.cfg``: the target, and one table of time-outs and limits.

``[pyinfra]`` holds pyinfra's own Config keys in lower case, ``[iccc]`` ours. pyinfra 3 reads a ``config.py``,
so the one beside it is three lines that hand these values on.
"""

from __future__ import annotations

import configparser
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from iccc.errors import DeclarationError, Mistake, UsageError
from iccc.mail import MailServer, mail_server
from iccc.sessions.dial import Dial, Target

FILE_NAME = "pyinfra.cfg"
SECTIONS = ("iccc", "pyinfra", "mail")
MAX_NUMBER = 100_000  # seconds of more than a day, or more devices than a city has, are a slip of the keyboard


class SnmpReader(StrEnum):
    """The library that reads SNMP. Both give the same; gufo-snmp takes a fraction of the time."""

    GUFO = "gufo"
    PYSNMP = "pysnmp"


class CameraReader(StrEnum):
    """What reads cameras. onvif-zeep takes many times as long and knows less: a second opinion."""

    FAST = "fast"
    ZEEP = "zeep"


@dataclass(frozen=True)
class Timeouts:
    """Seconds. The only place where a time-out has a number."""

    connect_s: float = 3.0
    http_s: float = 5.0  # one ONVIF answer
    rtsp_s: float = 5.0
    sip_s: float = 4.0  # an answer of a call box that is due at once; over UDP it is asked four times
    call_hold_s: float = 1.0  # a test call that was answered, until it is hung up
    pictures_apart_s: float = 5.0  # between the two snapshots of a camera
    keyframe_s: float = 10.0  # of a stream that is played: until its first keyframe has to be there
    probe_s: float = 1.0  # after directed probes: how long answers are waited for
    snmp_s: float = 2.0  # one SNMP answer: a switch has slower things to do first
    cli_read_s: float = 20.0  # one answer on a switch's command line
    device_s: float = 12.0  # what a sweep does with one device; over SNMP with a switch, each part of it
    host_s: float = 60.0  # what verify does on one Debian server: decoding a picture of each camera takes a while
    write_s: float = 60.0  # everything that a deploy does in one operation on one device
    settle_s: float = 3.0  # of a deploy: how long a switch is left alone before it is looked at once more
    armed_s: float = 60.0  # until a server takes back a change to its firewall or logins that no new login confirms
    password_s: float = 0.5  # from a device's yes to a new password until it is proved: some take a moment
    records_s: float = 6.0  # until a channel has to record with a new password: with the way back, 10 s of gap at most
    away_s: float = 20.0  # after a restart was accepted: how long until the device stops answering
    restart_s: float = 240.0  # and then until it answers again
    link_s: float = 30.0  # after a port was given power: how long until its link is up
    boot_s: float = 180.0  # and how long until the camera there answers
    transfer_s: float = 300.0  # sending or fetching one file: a backup, a firmware
    smtp_s: float = 10.0  # one answer of the mail server
    lock_s: float = 2.0  # waiting for another run on the same city


@dataclass(frozen=True)
class Limits:
    """How much happens at once, and how much is tried."""

    onvif_in_flight: int = 512  # cameras and recorders that are read: the way there and back decides, see ADR 0020
    onvif_per_site: int = 8  # of them behind one uplink, whose recordings go on meanwhile
    onvif_per_recorder: int = 64  # of them cameras of one recorder
    cli_in_flight: int = 32
    snmp_in_flight: int = 64
    rtsp_in_flight: int = 256
    sip_in_flight: int = 64  # call boxes that are asked
    calls_per_answer_point: int = 20  # test calls in one run, one after the other: somebody has to answer each
    streams_in_flight: int = 64  # that are played, at a few Mbit/s each
    streams_per_site: int = 4  # of them behind one uplink
    streams_per_recorder: int = 8  # of them from cameras of one recorder, which takes them too
    read_tries: int = 2
    snmp_tries: int = 3
    probe_tries: int = 2  # directed probes to an address that does not answer
    probes_per_s: int = 5000  # of them, at half a kilobyte each
    failure_budget: int = 5  # devices that may fail before a deploy stops
    canary_tries: int = 2  # devices of a type that may fail a section before the others are spared it
    wave_fail_percent: int = 10  # of a wave of one type that may fail before the others are spared the section
    wave_fail_least: int = 3  # devices that have to fail for that, however small the wave is
    wave: int = 200  # devices in one pyinfra run
    rotate_per_recorder: int = 4  # channels of one recorder whose passwords are rotated at once
    care_wave: int = 20  # cameras that are restarted, restored or upgraded in one wave
    care_fail_percent: int = 10  # of the cameras tried so far: above it no further wave begins


Table = TypeVar("Table", Timeouts, Limits)
Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True)
class Settings:
    """All settings of a run. ``root`` is the folder that holds ``pyinfra.cfg`` and ``cities/``."""

    root: Path
    target: Target = Target.LAB
    timeouts: Timeouts = field(default_factory=Timeouts)
    limits: Limits = field(default_factory=Limits)
    snmp_reader: SnmpReader = SnmpReader.GUFO
    camera_reader: CameraReader = CameraReader.FAST  # of this command; in no file
    pyinfra: dict[str, str] = field(default_factory=dict)
    mail: MailServer | None = None

    @property
    def dial(self) -> Dial:
        return Dial(self.target)

    @property
    def cities(self) -> Path:
        return self.root / "cities"

    @property
    def catalogue(self) -> Path:
        return self.root / "catalogue"

    def state_dir(self, city: str) -> Path:
        """``state/<target>/<city>``: nothing learned in the lab is ever believed of the live network."""
        return self.root / "state" / str(self.target) / city


def find_root(start: Path | None = None) -> Path:
    """The nearest folder, from ``start`` (the current one) upwards, that holds ``pyinfra.cfg``."""
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / FILE_NAME).is_file():
            return folder
    raise UsageError(f"no {FILE_NAME} in {here} or above it: run iccc inside the project's folder")


def load_settings(root: Path | None = None, target: Target | None = None) -> Settings:
    """The settings in ``root/pyinfra.cfg``; ``target`` (from the command line) wins over the file's."""
    root = root or find_root()
    path = root / FILE_NAME
    parser = _parsed(path)
    mistakes: list[Mistake] = []
    settings = Settings(root, pyinfra=dict(parser["pyinfra"]) if parser.has_section("pyinfra") else {})
    for section in parser.sections():
        if section not in SECTIONS:
            text = f"section [{section}] is not one of {', '.join(f'[{name}]' for name in SECTIONS)}"
            mistakes.append(Mistake(_where(path, f"[{section}]"), text))
    for key, text in settings.pyinfra.items():
        if not re.fullmatch(r"[0-9]{1,9}", text):
            mistakes.append(Mistake(_where(path, key), f"{key} {text!r} is not a whole number"))
    mail = None
    if parser.has_section("mail"):
        mail, wrong = mail_server(dict(parser["mail"]))
        mistakes += [Mistake(_where(path, key), text) for key, text in wrong]
    ours = dict(parser["iccc"]) if parser.has_section("iccc") else {}
    chosen = _chosen(path, ours, "target", Target.LAB, mistakes)
    reader = _chosen(path, ours, "snmp_reader", SnmpReader.GUFO, mistakes)
    timeouts = _numbers(path, ours, Timeouts(), float, mistakes)
    limits = _numbers(path, ours, Limits(), int, mistakes)
    known = ["target", "snmp_reader", *sorted(f.name for kind in (Timeouts, Limits) for f in fields(kind))]
    for key in ours:
        mistakes.append(Mistake(_where(path, key), f"{key!r} is no setting; there are {', '.join(known)}"))
    if mistakes:
        raise DeclarationError(mistakes)
    settings = replace(
        settings, mail=mail, timeouts=timeouts, limits=limits, snmp_reader=_wished("ICCC_SNMP_READER", reader)
    )
    wished = _wished("ICCC_TARGET", chosen)
    return replace(settings, target=target or wished)


def _chosen(path: Path, values: dict[str, str], key: str, default: Choice, mistakes: list[Mistake]) -> Choice:
    """What the file chooses of the kinds of ``default``; taken out of ``values``."""
    kinds, text = type(default), values.pop(key, str(default))
    if text in set(kinds):
        return kinds(text)
    mistakes.append(Mistake(_where(path, key), f"{key} {text!r} is not one of {', '.join(kinds)}"))
    return default


def _wished(variable: str, otherwise: Choice) -> Choice:
    """What an environment variable chooses in the file's stead."""
    kinds, text = type(otherwise), os.environ.get(variable, str(otherwise))
    if text not in set(kinds):
        raise UsageError(f"{variable} {text!r} is not one of {', '.join(kinds)}")
    return kinds(text)


def _parsed(path: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(path.read_text(encoding="utf-8"))
    except configparser.MissingSectionHeaderError as error:
        raise _wrong(path, error.lineno, "a setting before the first [section]") from None
    except (configparser.DuplicateOptionError, configparser.DuplicateSectionError) as error:
        what = error.option if isinstance(error, configparser.DuplicateOptionError) else f"[{error.section}]"
        raise _wrong(path, error.lineno, f"{what} stands here twice") from None
    except configparser.ParsingError as error:
        raise _wrong(path, error.errors[0][0], "not a line like key = value") from None
    except UnicodeDecodeError:
        raise _wrong(path, 1, "the file is not UTF-8") from None
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None
    return parser


def _wrong(path: Path, line: int | None, text: str) -> DeclarationError:
    return DeclarationError([Mistake(f"{path.name}:{line or 1}:1", text)])


def _numbers(
    path: Path, values: dict[str, str], table: Table, number: Callable[[str], float], mistakes: list[Mistake]
) -> Table:
    """``table`` with the numbers that the file gives, which are taken out of ``values``."""
    given: dict[str, float] = {}
    for name in (f.name for f in fields(table)):
        if name not in values:
            continue
        text = values.pop(name)
        try:
            given[name] = number(text)
            if not 0 < given[name] <= MAX_NUMBER:  # nan and inf are none of it either
                raise ValueError(text)
        except ValueError:
            kind = "whole number" if number is int else "number"
            mistakes.append(
                Mistake(_where(path, name), f"{name} {text!r} is not a {kind} from above 0 to {MAX_NUMBER}")
            )
    return replace(table, **given)  # type: ignore[arg-type]  # int or float as `number` makes them


def _where(path: Path, key: str) -> str:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if re.split("[=:]", line)[0].strip().lower() == key.lower():
            return f"{path.name}:{number}:1"
    return f"{path.name}:1:1"
