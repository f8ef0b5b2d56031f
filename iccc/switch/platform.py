"""What a switch platform is to the rest: one value, made by each folder below ``iccc/switch/platforms``."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol, Self

from iccc.sessions.dialect import Dialect, Typed
from iccc.switch.state import Port, SwitchState
from iccc.switch.steps import Edit, SnmpSet


class Level(StrEnum):
    """What iccc does with a platform. ``deploy`` needs the vendor's documented semantics, cited in its folder."""

    READ = "read"
    PLAN = "plan"  # commands are shown, not sent
    DEPLOY = "deploy"


class Model(ABC):
    """The settings of a switch while its lines are read one by one, as the switch does. Parser and guard rest on it."""

    @abstractmethod
    def line(self, text: str) -> bool:
        """Take one line, a sub-mode's with its leading blank. False if it means nothing to this model."""

    @abstractmethod
    def state(self) -> SwitchState:
        """What the lines so far come to; ``saved`` is None."""

    def bars(self, edit: Edit) -> str:  # noqa: ARG002  a platform without such cases bars nothing
        """Why ``edit`` must not be made on the switch as it stands; "" when nothing speaks against it."""
        return ""

    def beyond(self) -> object:
        """What the lines hold beyond :meth:`state` and an undo has to bring back all the same."""
        return None

    def copy(self) -> Self:
        """The same settings in objects of its own."""
        return deepcopy(self)


class Read(Protocol):
    def __call__(self, *texts: str) -> Model:
        """The model of a whole running configuration (the answers to :attr:`Platform.shows`, in order).

        Raises :class:`~iccc.switch.steps.Unparsable` when its end is missing.
        """
        ...


@dataclass(frozen=True)
class Revert:
    """How a change takes itself back unless it is confirmed. Sources are cited in the platform's folder.

    ``armed`` tells from the answers to ``arm`` (or to ``commit``) whether the switch really has armed it, ``proved``
    the same from the answers to ``prove``. ``marked`` tells from the answers to ``mark`` whether there is something
    that ``now`` goes back to; where there is not, only the timer takes the change back.
    """

    arm: Callable[[int], tuple[Typed, ...]]  # before the first line; given the minutes
    commit: Callable[[int], tuple[Typed, ...]]  # after the last line; () where each line is in force at once
    armed: Callable[[str], bool]
    confirm: tuple[Typed, ...]  # from a new session
    now: tuple[Typed, ...]  # takes the change back at once
    discard: tuple[Typed, ...] = ()  # drops a candidate that was not committed
    now_is_checked: bool = False  # `now` does nothing, and says so, when nothing is pending
    minutes: int = 5
    needs: Callable[[str], tuple[str, ...]] = lambda _running: ()  # configuration lines that it needs first: `archive`
    clear: tuple[Typed, ...] = ()  # before `mark`: what an earlier change has left
    mark: tuple[Typed, ...] = ()  # before `arm`: keeps what `now` goes back to
    marked: Callable[[str], bool] = lambda _answer: True
    prove: tuple[Typed, ...] = ()  # after `arm`: asks whether it is armed
    proved: Callable[[str], bool] = lambda _answer: True


@dataclass(frozen=True)
class Platform:
    """A switch operating system. All functions are pure."""

    name: str  # key in the catalogue: cisco_ios
    level: Level
    dialect: Dialect
    templates: str  # folder below templates/: switch/cisco_ios
    shows: tuple[str, ...]  # the running configuration first, then what it does not print
    show_startup: str
    read: Read
    is_saved: Callable[[str, str], bool]  # running, startup
    stable: Callable[[str], str]  # a configuration without the lines that change by themselves, and with secrets masked
    save: tuple[Typed, ...]
    blank: Port  # a port that nobody configured
    canonical: Callable[[str], str | None]  # the full name of a port; None for what is no port of VLANs
    order: Callable[[str], Any]  # sort key of port names
    say: Callable[[object], object]  # a value as the command line takes it, or Unsayable
    optional: Mapping[str, str] = field(
        default_factory=dict
    )  # shows that a switch may lack: section that is then Unread
    revert: Revert | None = None
    candidate: bool = False  # lines are in force only after a commit
    snmp_set: Callable[[Edit], SnmpSet | None] = lambda _edit: None  # edits that are written by SNMP instead of lines
    filters: dict[str, Callable[..., object]] = field(default_factory=dict)  # for the templates
    poe_index: Callable[[str], tuple[int, int]] = lambda _name: (1, 0)  # pethPsePortGroupIndex, pethPsePortIndex
