"""SNMP tables to typed observations. Pure: one file for each MIB; :mod:`iccc.sessions.snmp` fetches the tables."""
