"""The pyinfra connector: ``@city/<name>`` expands to every device of a city.

pyinfra imports this module at every start, for every user who has iccc installed: nothing heavy at the top.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from io import IOBase
from typing import TYPE_CHECKING, Any

from pyinfra.api.exceptions import ConnectError
from pyinfra.connectors.base import BaseConnector
from pyinfra.connectors.util import CommandOutput, OutputLine

if TYPE_CHECKING:
    from pyinfra.api.command import StringCommand

    from iccc.engine.server_shell import ServerShell
    from iccc.observed import Observed, Outcome

Result = tuple[bool, CommandOutput]


class CityConnector(BaseConnector):
    """One device of a city. The first connect of a run sweeps all hosts of the run in bulk."""

    handles_execution = True
    _server: ServerShell | None = None  # of a Debian server, once it was needed
    _payload: str | None = None  # of the section that may be written now; None: none may

    @staticmethod
    def make_names_data(name: str) -> Iterator[tuple[str, dict[str, Any], list[str]]]:
        """Every device on the wire that can be written to: its name, ``device`` and ``wanted`` as data, its groups."""
        from iccc.city.devices import Kind
        from iccc.engine.run_file import current
        from iccc.fleet import wanted
        from iccc.limit import groups

        city = _city(name)
        run = current()
        for device in city.devices():
            only_read = device.kind in (Kind.UPS, Kind.CALL_BOX)
            if device.on_the_wire and not only_read and (run is None or device.name in run.devices):
                data = {"iccc_city": name, "device": device, "wanted": wanted(device, city)}
                yield device.name, data, groups(device)

    def connect(self) -> None:
        """Wait for the sweep; raises ConnectError for a device that could not be read at all."""
        from iccc.compare import Unread
        from iccc.errors import DeviceError

        try:
            observed = self._snapshot()[self.host.name]
        except DeviceError as error:
            raise ConnectError(str(error)) from None
        if isinstance(observed.state, Unread):
            raise ConnectError(observed.state.text)

    def run_shell_command(
        self,
        command: StringCommand,
        print_output: bool = False,  # noqa: ARG002  pyinfra's interface
        print_input: bool = False,
        **arguments: Any,  # noqa: ARG002
    ) -> Result:
        """Carry out a device command. Every failure is a result: an exception would end the run for every host."""
        from iccc.operation import DeviceCommand

        if print_input:
            self.host.log(f">>> {command}")
        try:
            if not isinstance(command, DeviceCommand):
                return self._run_on_server(command, print_output)
            if command.verb == "read":
                return _done(self._read().state)
            if command.verb == "open":
                return self._open(command.section)
            if command.verb == "close":
                return self._close(command.section, "")
            return self._apply(command.section)
        except Exception as error:  # noqa: BLE001  pyinfra ends the whole run on anything else
            return _failed(str(error))

    def put_file(self, filename_or_io: str | IOBase, remote_filename: str, *_: Any, **__: Any) -> bool:  # noqa: ARG002
        self.host.log(f"no files on {self.host.name}: {remote_filename} not sent")
        return False

    def get_file(self, remote_filename: str, filename_or_io: str | IOBase, *_: Any, **__: Any) -> bool:  # noqa: ARG002
        self.host.log(f"no files on {self.host.name}: {remote_filename} not read")
        return False

    def _open(self, section: str) -> Result:
        """The worker's leave to write a section of a server, and what to send."""
        leave = self._asked("open", section)
        if leave.outcomes is not None:
            return self._told(leave.outcomes)
        self._section, self._payload = section, leave.payload
        return _done()

    def _run_on_server(self, command: StringCommand, print_output: bool) -> Result:
        """A command over SSH, only between ``open`` and ``close``. When it fails, the section is closed with why."""
        if self._payload is None:
            return _failed(f"{self.host.name}: nothing is run here outside of an operation of iccc; not run: {command}")
        from iccc.engine.server_shell import ServerShell

        try:
            if self._server is None:
                way = self._asked("way", self._section)
                self._server = ServerShell(self.state, self.host, way)
                self._server.connect()
            ran, output, why = self._server.run(command, self._payload, print_output)
        except Exception as error:  # noqa: BLE001  whatever it is, the worker waits to be told
            ran, output, why = False, CommandOutput([]), f"{type(error).__name__}: {error}"
            self._server = None  # the next section logs in anew
        if ran:
            return True, output
        self._close(self._section, why)
        return False, output

    def _close(self, section: str, error: str) -> Result:
        self._payload = None
        return self._told(self._asked("close", section, error=error))

    def _apply(self, section: str) -> Result:
        return self._told(self._asked("apply", section))

    def _asked(self, verb: str, section: str, **more: str) -> Any:
        from iccc.engine.run_file import current
        from iccc.engine.wire import wire_of
        from iccc.errors import DeviceError

        try:
            return wire_of(self.host.data.iccc_city).ask(verb, device=self.host.name, section=section, **more)
        except DeviceError as error:  # it comes from no device: the worker ended or broke, and has told nothing
            if run := current():
                run.tell_failure(self.host.name, section, str(error))
            raise

    def _told(self, outcomes: list[Outcome]) -> Result:
        from iccc.observed import Status

        lines = [f"{o.change.path}: {o.status}" + (f" ({o.text})" if o.text else "") for o in outcomes]
        if any(o.status is not Status.APPLIED for o in outcomes):
            return False, CommandOutput([OutputLine("stderr", line) for line in lines])
        self._snapshot().pop(self.host.name, None)  # what was read before the write is no longer true
        return _done(*lines)

    def _read(self) -> Observed[Any, Any]:
        from iccc.engine.wire import wire_of

        snapshot = self._snapshot()
        if self.host.name not in snapshot:
            snapshot[self.host.name] = wire_of(self.host.data.iccc_city).ask("read", device=self.host.name)
        return snapshot[self.host.name]

    def _snapshot(self) -> dict[str, Observed[Any, Any]]:
        """What was read of all hosts of this run, by name."""
        from iccc.engine.wire import wire_of

        names = [host.name for host in self.host.inventory if self.state.is_host_in_limit(host)]
        return wire_of(self.host.data.iccc_city).sweep(self.host.inventory, names)


@functools.cache
def _city(name: str) -> Any:
    from iccc.city.load import load_city
    from iccc.settings import find_root

    return load_city(find_root(), name)


def _done(*values: Any) -> Result:
    return True, CommandOutput([OutputLine("stdout", value) for value in values])


def _failed(text: str) -> Result:
    return False, CommandOutput([OutputLine("stderr", text)])
