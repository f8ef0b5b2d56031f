"""Switches: hostname, VLANs, ports, PoE, NTP, syslog; one switch of a ring at a time."""

from pyinfra import host

from iccc.switch import operations as switch

if "switches" in host.groups:
    switch.configure(name="Configure, save and prove", _ignore_errors=True)
