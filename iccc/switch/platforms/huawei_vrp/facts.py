"""Data about the platform: its words, its complaints, and the lines that change without anybody's doing."""

from __future__ import annotations

import re

COMMENT = ("#", "!")
LAST_LINE = "return"  # every complete configuration ends with it
DEFAULT_NAME = "HUAWEI"  # of a switch without `sysname`
DEFAULT_VLAN = (1, "default")  # exists on every switch and is never printed
DEFAULT_STP_MODE = "mstp"
DEFAULT_STP_PRIORITY = 32768  # IEEE 802.1D; not printed
ACCESS_LIST = 2990  # the basic ACL that iccc makes for the VTY lines

METHODS = {"hwtacacs": "tacacs+", "radius": "radius", "local": "local", "none": "none"}  # theirs: ours
FULL_LEVEL = 3  # commands above it exist only when somebody moved them

RANGES = 10  # VLAN ranges that one line takes
MAX_LINE = 242  # characters of a description
MAX_MACS = 1024

# Lines of `display current-configuration` and `display saved-configuration` that differ while the configuration
# does not.
VOLATILE = re.compile(r"^!|^\s*#?\s*$|^Info:")

# Values in a configuration that no backup and no report may hold. Cipher texts may be salted anew at every display.
SECRET_VALUE = re.compile(
    r"""(
        \ (?:irreversible-cipher|cipher|simple)[ ]
      | ^snmp-agent\ community\ (?:read|write)[ ](?!cipher)
    )(\S+)""",
    re.VERBOSE,
)

ERRORS = re.compile(r"^\s*Error: ?[^\n]*", re.MULTILINE)
SHOW_ERROR = re.compile(r"^\s*(?:\^\s*\n)?Error: ?[^\n]*", re.MULTILINE)
