"""The hand that does things to simulated devices, and remembers them so that they can be undone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from iccc.lab.client import LabClient, LabError


class Hand:
    """Faults, cuts and changes through the lab's control socket. :meth:`heal` undoes faults and cuts."""

    def __init__(self, socket: Path) -> None:
        self.lab = LabClient(socket)
        self._undo: list[Callable[[], None]] = []
        self._touched = False

    def is_there(self) -> bool:
        """Whether the lab answers, asked for a while."""
        try:
            self.lab.wait(1)
        except LabError:
            return False
        return True

    def begin(self) -> None:
        """Nothing was done so far."""
        self.count_anew()
        self._undo.clear()
        self._touched = False

    def count_anew(self) -> None:
        """Count logins, failures and Sets of all devices from 0 again."""
        self._touched = self._touched or bool(self.written())
        self.lab.reset_counters()

    def fault(self, device: str, fault: str, delay_s: float = 0.0) -> None:
        self._undo.append(lambda: self.lab.fault(device, "none"))
        self.lab.fault(device, fault, delay_s)

    def cut_power(self, device: str) -> None:
        self._undo.append(lambda: self.lab.power(device, True))
        self.lab.power(device, False)

    def cut_cable(self, switch: str, port: str) -> None:
        self._undo.append(lambda: self.lab.cable(switch, port, True))
        self.lab.cable(switch, port, False)

    def set(self, device: str, path: str, value: object) -> None:
        """Change a camera's or recorder's setting."""
        self._touched = True
        self.lab.set(device, path, value)

    def type(self, switch: str, *lines: str) -> None:
        """Type configuration lines at a switch's console, and save."""
        self._touched = True
        self.lab.lines(switch, *lines)
        self.lab.set(switch, "saved", True)

    def written(self) -> dict[str, int]:
        """Sets and configuration lines that each device has taken since :meth:`count_anew`, where there were any."""
        return {name: counted["sets"] for name, counted in self.lab.counters().items() if counted["sets"]}

    def failures(self) -> dict[str, int]:
        """Logins that each device has refused since :meth:`count_anew`, where there were any."""
        return {name: counted["failures"] for name, counted in self.lab.counters().items() if counted["failures"]}

    def touched(self) -> bool:
        """Whether any device may be other than at :meth:`begin`."""
        return self._touched or bool(self.written())

    def heal(self) -> None:
        self._touched = self._touched or bool(self._undo)
        while self._undo:
            self._undo.pop()()
