"""Data about the platform: its words, its complaints, and the lines that change without anybody's doing."""

from __future__ import annotations

import re

COMMENT = "!"
LAST_LINE = "end"  # every complete configuration ends with it
DEFAULT_VLAN = (1, "default")  # exists on every switch and is never printed
NORMAL_VLANS = range(2, 1002)  # those of VTP 1 and 2
SHOWING_VLANS = ("transparent", "off")  # VTP modes in which a running configuration shows the VLANs
NO_VTP_MODE = (
    "its configuration shows neither a VLAN nor 'vtp mode transparent' or 'off': outside of these VTP modes the VLANs"
    " are shared by a domain and not shown; type 'vtp mode transparent' and save"
)
ROUTES = "it routes: its default route counts, not 'ip default-gateway', and iccc does not change routes"
# Lines below a VLAN or its interface that may be lost when it goes and comes back.
HARMLESS = re.compile(
    r"description .+|state active|no shutdown|no ip address"
    r"|(?:no )?ip (?:redirects|proxy-arp|unreachables|m?route-cache)"
)
ACCESS_LIST = "ICCC-ACCESS"  # the access list that iccc makes for the VTY lines
DEFAULT_STP_PRIORITY = 32768  # IEEE 802.1D; not printed

# Lines of `show running-config` and `show startup-config` that differ while the configuration does not.
VOLATILE = re.compile(
    r"""^(?:
        Building\ configuration
      | Current\ configuration\ :
      | Using\ \d+\ out\ of\ \d+\ bytes
      | Uncompressed\ configuration\ from
      | Load\ for\ five\ secs
      | Time\ source\ is
      | ntp\ clock-period
      | !
    )""",
    re.VERBOSE,
)

# Answers to a configuration line that mean that it was not taken. Syslog lines carry their % after a time stamp.
ERRORS = re.compile(
    r"""^(?:
        %(?!\s*(?:Warning|Portfast|Access\ VLAN\ does\ not\ exist\.\ Creating|Generating|[A-Z0-9_]+-\d-[A-Z0-9_]+:))
      | \s*Command\ rejected
      | ERROR:
      | Bad\ mask\b
      | Host\ \S+\ not\ found
    )[^\n]*""",
    re.VERBOSE | re.MULTILINE,
)
NO_STARTUP = re.compile(r"startup-config is not present|Non-volatile configuration memory has not been set up", re.I)
SHOW_ERROR = re.compile(r"^\s*% ?(?:Invalid|Incomplete|Ambiguous|Unknown|Authorization)[^\n]*", re.MULTILINE)

MAX_LINE = 200  # characters of a value or of a VLAN list; IOS takes 254 a line
MAX_VLAN_NAME = 32
