"""Recorders, first half. Appliances: time, then users. Servers: all but the cameras that are recorded."""

from pyinfra import host

from iccc.recorder import operations as recorder
from iccc.server import operations as server

if "type:appliance" in host.groups:
    recorder.time(name="Recorder time, time zone and NTP", _ignore_errors=True)
    recorder.users(name="Recorder users and passwords", _ignore_errors=True)

if "type:server" in host.groups:
    server.packages(name="Server packages", _ignore_errors=True)
    server.accounts(name="Server account of recordings", _ignore_errors=True)
    server.admins(name="Server administrators and their keys", _ignore_errors=True)
    server.array(name="Server array for recordings", _ignore_errors=True)
    server.time(name="Server time: chrony", _ignore_errors=True)
    server.tls(name="Server certificates", _ignore_errors=True)
    server.syslog(name="Server logs: rsyslog", _ignore_errors=True)
    server.firewall(name="Server firewall: nftables", _ignore_errors=True)
    server.metrics(name="Server metrics: node_exporter", _ignore_errors=True)
    server.ssh(name="Server logins: sshd", _ignore_errors=True)
    server.recording(name="Server units and retention of recordings", _ignore_errors=True)
