"""The sections of an appliance recorder's state, in the order in which a deploy writes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from iccc.onvif.section import Section
from iccc.onvif.time import read_time, write_time
from iccc.onvif.users import read_users, write_users

SECTIONS = ("time", "users")  # besides channels, which take what the city and its cameras say

SETTINGS: Mapping[str, Section[Any]] = {
    "time": Section(read_time, write_time),
    "users": Section(read_users, write_users),
}
