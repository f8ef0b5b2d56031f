"""Appliance recorders, first half: time, then users."""

from pyinfra import host

from iccc.recorder import operations as recorder

if "recorders" in host.groups:
    recorder.time(name="Recorder time, time zone and NTP", _ignore_errors=True)
    recorder.users(name="Recorder users and passwords", _ignore_errors=True)
