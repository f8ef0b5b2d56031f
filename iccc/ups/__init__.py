"""UPS cards. They are read over SNMP; nothing is configured on them yet."""
