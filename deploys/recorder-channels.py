"""Recorders, second half: their channels, once the cameras have the user that recorders log in with."""

from pyinfra import host

from iccc.recorder import operations as recorder
from iccc.server import operations as server

if "type:appliance" in host.groups:
    recorder.channels(name="Recorder channels", _ignore_errors=True)
    recorder.others(name="Recorder cameras elsewhere", _ignore_errors=True)

if "type:server" in host.groups:
    server.cameras(name="Server cameras to record", _ignore_errors=True)
