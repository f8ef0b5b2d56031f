"""An SNMP v2c agent over a switch's state: codec, protocol, tables."""
