"""The SSH of a switch that lets a proof of a new way in wait: the moment between push and confirm can be held."""

from __future__ import annotations

import asyncio

from iccc.lab.ios.server import SshFront


class HoldingFront(SshFront):
    """A connection is accepted and hears nothing while a revert is pending and ``line`` is in the configuration."""

    line = ""
    held = 0

    def __call__(self) -> asyncio.BaseProtocol:
        system = self.system
        if self.line and system.pending is not None and self.line in system.text(system.running):
            self.held += 1
            return asyncio.Protocol()
        return super().__call__()

    def hold(self, line: str) -> None:
        """Hold from now on, or with "" no longer; counts from zero."""
        self.line, self.held = line, 0
