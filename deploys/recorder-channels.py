"""Recorders, second half: their channels, once the cameras have the user that recorders log in with."""

from pyinfra import host

from iccc.recorder import operations as recorder

if "recorders" in host.groups:
    recorder.channels(name="Recorder channels", _ignore_errors=True)
