"""Data about the platform: its words, its complaints, its limits."""

from __future__ import annotations

import re

COMMENT = "!"
LAST_LINE = "end"  # every complete configuration ends with it
DEFAULT_NAME = "awplus"
DEFAULT_VLAN = (1, "default")  # exists on every switch and is never printed
DEFAULT_STP_MODE = "rstp"
DEFAULT_STP_PRIORITY = 32768  # IEEE 802.1D; not printed
ACCESS_LIST = 1990  # the standard list that iccc makes for the VTY lines

MAX_LINE = 230  # characters of a value or of a VLAN list
MAX_DESCRIPTION = 80
MAX_MACS = 256

# Values in a configuration that no backup and no report may hold.
SECRET_VALUE = re.compile(
    r"""(
        ^snmp-server\ community[ ]
      | ^(?:username\ \S+\ .*?|enable\ )password\ (?:8\ )?
      | \ (?:auth|priv)\ (?:md5|sha|des|aes)[ ]
      | \ key\ (?:8\ )?
    )(\S+)""",
    re.VERBOSE,
)

ERRORS = re.compile(r"^%[^\n]*", re.MULTILINE)
SHOW_ERROR = re.compile(r"^\s*(?:\^\s*\n)?%[^\n]*", re.MULTILINE)
