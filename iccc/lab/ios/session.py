"""What a command sees of the session that it was typed in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from iccc.lab.ios.config import Config
from iccc.lab.ios.history import Source

if TYPE_CHECKING:  # a system prints itself with the files of the commands, and these need sessions
    from iccc.lab.ios.system import System


class Mode(Enum):
    """Command modes; the value is what the prompt shows in parentheses."""

    USER = ""
    EXEC = " "
    CONFIG = "(config)"
    INTERFACE = "(config-if)"
    VLAN = "(config-vlan)"
    LINE = "(config-line)"
    ACL = "(config-std-nacl)"
    TACACS = "(config-server-tacacs)"
    GROUP = "(config-sg-tacacs+)"
    ARCHIVE = "(config-archive)"
    ARCHIVE_LOG = "(config-archive-log-cfg)"


@dataclass(frozen=True)
class Ask:
    """A question of the switch; the next line typed is the answer."""

    text: str
    answer: Callable[[str], list[str]]
    hidden: bool = False


@dataclass
class Session:
    """One command line. ``selected`` are the interfaces, VLANs or the line of the present sub-mode."""

    system: System
    user: str = ""
    mode: Mode = Mode.USER
    selected: list[str] = field(default_factory=list)
    open: bool = True
    page_lines: int = 24  # 0: no paging
    ask: Ask | None = None
    changes: int = 0  # configuration lines that were taken
    cut: bool = False  # it ends without a word
    tell: Callable[[str], None] = lambda text: None  # noqa: ARG005  puts a line on the terminal, unasked
    scratch: Config | None = None  # of a switch that accepts and ignores: where changes go
    source: Source = field(default_factory=Source)  # who types, and from where

    @property
    def config(self) -> Config:
        """The configuration that commands change."""
        return self.system.running if self.scratch is None else self.scratch

    def prompt(self) -> str:
        """IOS cuts the host name at 20 characters in the configuration modes."""
        hostname = self.system.running.hostname
        if self.mode is Mode.USER:
            return f"{hostname}>"
        if self.mode is Mode.EXEC:
            return f"{hostname}#"
        return f"{hostname[:20]}{self.mode.value}#"


Output = list[str]
Command = Callable[[Session, list[str]], Output]


INVALID = "% Invalid input detected at '^' marker."


class Rejected(Exception):
    """A command that was understood and refused; the message is what the switch prints."""
