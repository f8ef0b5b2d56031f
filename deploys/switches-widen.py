"""Switches, first half: VLANs, wider trunks, access ports, port settings, time, logs. Nothing is taken away."""

from pyinfra import host

from iccc.switch import operations as switch

if "switches" in host.groups:
    switch.widen(name="Add, move and set; prove, save", _ignore_errors=True)
