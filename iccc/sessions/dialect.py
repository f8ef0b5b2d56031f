"""How a platform talks on its command line: plain data, so that platforms need no session."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Typed:
    """A line of a script that is typed outside of a plain change.

    ``config``: in configuration mode. ``enters``: the line itself leads into it. ``may_fail``: a complaint about it
    does not matter (removing what may not be there).
    """

    line: str
    config: bool = False
    enters: bool = False
    may_fail: bool = False


@dataclass(frozen=True)
class Dialect:
    """Prompts, modes and complaints. Patterns of prompts are matched from the start of the last line."""

    netmiko: str  # netmiko's device type: its class logs in
    config_error: re.Pattern[str]  # anywhere in the answer to a configuration line
    show_error: re.Pattern[str]  # at the start of the answer to a show command
    exec_prompt: str  # with {name}
    config_prompt: str
    any_prompt: str = r"(?P<name>[^\s(]{1,64})[>#] ?$"  # of exec mode, before the name is known
    setup: tuple[str, ...] = ()  # after the login: no pager, long lines
    enter: str = "configure terminal"
    leave: str = "end"
    questions: tuple[tuple[str, str], ...] = ()  # that a line may ask back at the end of its output, and the answers
    ansi: bool = False  # whether its output has escape sequences even for a plain terminal
    enable: bool = True  # whether a prompt with > asks for enable
