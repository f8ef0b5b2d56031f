"""Switches: typed state, platforms, reading and writing."""
