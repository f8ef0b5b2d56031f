"""pyinfra facts of Debian servers."""

from __future__ import annotations

from iccc.operation import DeviceFact


class Server(DeviceFact):
    """:class:`~iccc.server.state.ServerState` as read over SSH; None when it was not read."""
