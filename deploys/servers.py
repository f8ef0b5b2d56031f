"""The control centre's own servers: time and logs before what watches the city, then who may come in."""

from pyinfra import host

from iccc.server import operations as server

if "servers" in host.groups:
    server.packages(name="Server packages", _ignore_errors=True)
    server.admins(name="Server administrators and their keys", _ignore_errors=True)
    server.time(name="Server time: chrony", _ignore_errors=True)
    server.tls(name="Server certificates", _ignore_errors=True)
    server.syslog(name="Server logs: rsyslog", _ignore_errors=True)
    server.prometheus(name="Server metrics of the city: Prometheus", _ignore_errors=True)
    server.alerts(name="Server alerts: Alertmanager", _ignore_errors=True)
    server.probes(name="Server probes: blackbox exporter", _ignore_errors=True)
    server.snmp(name="Server SNMP: snmp exporter", _ignore_errors=True)
    server.firewall(name="Server firewall: nftables", _ignore_errors=True)
    server.metrics(name="Server metrics: node_exporter", _ignore_errors=True)
    server.ssh(name="Server logins: sshd", _ignore_errors=True)
