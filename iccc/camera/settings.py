"""The sections of a camera's state, in the order in which a deploy writes them.

The clock comes first, since a camera with a wrong one refuses signed requests; protocols and the network
come last, since they can cut the connection.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from iccc.camera.analytics import read_rules, write_rules
from iccc.camera.audio import read_audio, write_audio
from iccc.camera.dot1x import read_dot1x, write_dot1x
from iccc.camera.encoders import write_encoders
from iccc.camera.imaging import read_imaging, write_imaging
from iccc.camera.masks import read_masks, write_masks
from iccc.camera.metadata import read_metadata, write_metadata
from iccc.camera.multicast import read_multicast, write_multicast
from iccc.camera.network import read_network, write_network
from iccc.camera.osd import read_osd, write_osd
from iccc.camera.presets import read_presets, write_presets
from iccc.camera.protocols import read_protocols, write_protocols
from iccc.camera.recording import read_edge_recording, write_edge_recording
from iccc.camera.streams import read_encoders
from iccc.onvif.dns import read_dns, write_dns
from iccc.onvif.hostname import read_hostname, write_hostname
from iccc.onvif.scopes import read_location, write_location
from iccc.onvif.section import Section
from iccc.onvif.time import read_time, write_time
from iccc.onvif.users import read_users, write_users

SECTIONS = (
    "time",
    "hostname",
    "location",
    "dns",
    "users",
    "encoders",
    "audio",
    "multicast",
    "metadata",
    "osd",
    "masks",
    "imaging",
    "rules",
    "edge_recording",
    "presets",
    "protocols",
    "dot1x",
    "network",
)

SETTINGS: Mapping[str, Section[Any]] = {
    "time": Section(read_time, write_time),
    "hostname": Section(read_hostname, write_hostname),
    "location": Section(read_location, write_location),
    "dns": Section(read_dns, write_dns),
    "users": Section(read_users, write_users),
    "encoders": Section(read_encoders, write_encoders),
    "audio": Section(read_audio, write_audio),
    "multicast": Section(read_multicast, write_multicast),
    "metadata": Section(read_metadata, write_metadata),
    "osd": Section(read_osd, write_osd),
    "masks": Section(read_masks, write_masks),
    "imaging": Section(read_imaging, write_imaging),
    "rules": Section(read_rules, write_rules),
    "edge_recording": Section(read_edge_recording, write_edge_recording),
    "presets": Section(read_presets, write_presets),
    "protocols": Section(read_protocols, write_protocols),
    "dot1x": Section(read_dot1x, write_dot1x),
    "network": Section(read_network, write_network),
}
