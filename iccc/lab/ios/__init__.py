"""A stateful switch with a Cisco-IOS-like command line: configuration, modes, messages."""
