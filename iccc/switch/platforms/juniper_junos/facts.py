"""Data about the platform: its words, its complaints, its secrets. Sources: docs/platforms/juniper_junos.md."""

from __future__ import annotations

import re

OWN = "ICCC-ACCESS"  # the filter on lo0 and the prefix list that iccc makes
DEFAULT_VLAN = "default"  # exists without being configured
DEFAULT_STP_PRIORITY = 32768  # IEEE 802.1D; not printed
DEFAULT_STORM_PCT = 80  # of a storm-control profile that names none
MAX_LINE = 200  # characters of a value

CLASSES = {15: "super-user", 1: "read-only"}
LEVELS = {"super-user": 15, "superuser": 15, "operator": 1, "read-only": 1, "unauthorized": 0}
METHODS = {"tacplus": "tacacs+", "radius": "radius", "password": "local"}
SPEEDS = {
    "10m": "10", "100m": "100", "1g": "1000", "2.5g": "2500", "5g": "5000", "10g": "10000", "25g": "25000",
    "40g": "40000", "100g": "100000", "auto": "auto", "auto-negotiation": "auto", "": "auto",
}  # fmt: skip
DUPLEXES = {"full-duplex": "full", "half-duplex": "half", "automatic": "auto", "": "auto"}
DROPPING = frozenset({"drop", "drop-and-log", "shutdown"})  # a MAC limit without one of these lets everything through

# A configuration without ELS, which says the same things in other words.
OLDER = re.compile(r"^set (?:ethernet-switching-options |interfaces \S+ unit \d+ family ethernet-switching port-mode )")
SECRET_VALUE = re.compile(
    r"""(
        \ (?:encrypted-password|secret|authentication-key|privacy-key|authentication-password|privacy-password)\ #
      | \ (?:pre-shared-key\ (?:ascii-text|hexadecimal)|simple-password|md5\ \d+\ key|shared-secret)\ #
      | ^(?:set|deactivate)\ snmp\ (?:trap-group|community)\ #
    )("(?:[^"\\]|\\.)*"|\S+)""".replace("#", ""),
    re.VERBOSE,
)

# The first line of `show system commit` while a commit waits for its confirmation. Whatever commits now, confirms it.
PENDING = r"^0\s[^\n]*\brollback in\b[^\n]*"
NOT_PENDING = r"^Count: 0 lines"

# Answers that mean that a line was not taken. A refused commit names the place and the statement before the reason.
ERRORS = re.compile(
    rf"""
        ^\[edit[^\n\]]*\]\n\s+'[^\n]*\n\s+(?!warning|\s)[^\n]+
      | ^\s*(?:error:|syntax\ error|unknown\ command|missing\ argument|invalid\ |unterminated\ string)[^\n]*
      | ^\s*Value\ \S+\ is\ not\ within\ range[^\n]*
      | ^Delete\ everything[^\n]*
      | {PENDING.replace(" ", "[ ]")}
      | {NOT_PENDING.replace(" ", "[ ]")}
    """,
    re.VERBOSE | re.MULTILINE,
)
SHOW_ERROR = re.compile(r"^\s*(?:error:|syntax error|unknown command)[^\n]*", re.MULTILINE)
