"""What of a configuration no backup and no report may hold, wherever in a line it stands.

Source: the command references of Cisco IOS and IOS-XE for SNMP, NTP, AAA, routing and file transfer. A word too many is
masked rather than one too few: ``key 1`` of a key chain loses its number.
"""

from __future__ import annotations

import re

_TYPE = r"(?:[05-9] )?"  # of a hash or of a weak encryption
_BEFORE = (  # what stands before a secret
    r"\b(?<!-)(?:secret|password|passphrase|server-key|pre-shared-key|key-string) (?!encryption\b)(?:level \d+ )?"
    + _TYPE,
    r"(?<![\w-])key (?:chain |config-key \S+ )?" + _TYPE,
    r"authentication-key (?:\d+ \S+ |" + _TYPE + ")",
    r"message-digest-key \d+ \S+ " + _TYPE,
    r"^\s*(?:standby|vrrp) (?:\d+ )?authentication (?!md5\b)(?:text )?",
    r"\b(?:ascii|hex) " + _TYPE,
    r"^snmp-server community " + _TYPE,
    r"^snmp-server user .*? auth (?:md5|sha\S*)(?: \d+)? ",
    r"^snmp-server user .*? priv (?:3des|des|aes(?: \d+)?) ",
    r"^snmp-server host \S+ (?:vrf \S+ |traps |informs |version (?:1|2c|3 (?:auth|noauth|priv)) )*",
)
_IN_ADDRESS = r"(://[^:/@\s]+:)[^\s@]+(?=@)"  # ftp://user:…@host
_SECRETS = tuple(map(re.compile, (_IN_ADDRESS, *(f"({before})\\S+" for before in _BEFORE))))


def masked(line: str) -> str:
    """``line`` with ``***`` in place of each secret."""
    for secret in _SECRETS:
        line = secret.sub(r"\1***", line)
    return line
