"""Real switches in network namespaces: Open vSwitch, lldpd and snmpd behind the lab's command line. Needs root."""
