"""Data about the platform: its words, its notices, and the lines that change without anybody's doing.

Sources: docs/platforms/aruba_aoscx.md, where the vendor's guides are named.
"""

from __future__ import annotations

import re

CHECKPOINT = "iccc-before"  # the user checkpoint that a change goes back to at once
DEFAULT_HOSTNAME = "switch"
DEFAULT_STP_PRIORITY = 32768  # IEEE 802.1D; not printed
STP_STEP = 4096  # AOS-CX counts the priority in multiples of it
STP_MODES = ("mstp", "rpvst")
LISTS = ("ICCC-ACCESS", "ICCC-ACCESS-2")  # of the control plane: one is in force while the other is built
GROUPS = {"administrators": 15, "operators": 1, "auditors": 19}  # their privilege levels
METHODS = {"tacacs+": "tacacs", "radius": "radius", "local": "local"}  # iccc's word for a method: the platform's
MAX_MACS = 64  # of `client-limit`
MAX_LINE = 400  # characters of a value or of a VLAN list; iccc asks for a terminal of 511 columns
MAX_DESCRIPTION = 64
MAX_MINUTES = 60  # of `checkpoint auto`

# What stands in the middle of any output, of any session, while a change waits for its confirmation.
REMINDER = re.compile(r"checkpoint auto confirm|Restoring configuration|^Restoration successful", re.MULTILINE)

# Lines of `show running-config` and `show startup-config` that differ while the configuration does not.
VOLATILE = re.compile(r"^(?:(?:Current|Startup) configuration:|!)")

# Values in a configuration that no backup and no report may hold.
SECRET_VALUE = re.compile(
    r"(\b(?:ciphertext|plaintext) |^!export-password: |^snmp-server community |\bkey (?:ciphertext |plaintext )?)(\S+)"
)

# The complaints are not documented as a whole. So every line that a command prints is one, but for these notices.
COMPLAINT = re.compile(
    r"""^(?!\s*(?:
          $
        | Success\b
        | Copying\ configuration:\ \[Success\]
        | Auto\ checkpoint\ mode\ expires\ in\ \d+\ minute
        | checkpoint\ AUTO\d+\ created
        | Configuration\ changes\ will\ take\ time\ to\ process
        | WARNING:?\ (?:Please\ "checkpoint\ auto\ confirm"|Restoring\ configuration)
        | Restoration\ successful
    ))[^\n]+""",
    re.VERBOSE | re.MULTILINE,
)
SHOW_ERROR = re.compile(r"^\s*(?:Invalid input:|% ?(?:Unknown|Command incomplete|Ambiguous))[^\n]*", re.MULTILINE)
