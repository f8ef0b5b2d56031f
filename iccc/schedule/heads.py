"""Column heads as integrators write them, in English and Hindi, and the field that each means."""

from __future__ import annotations

import re
import unicodedata

# The first word of each is the head in our own schedules.
HEADS: dict[str, tuple[str, ...]] = {
    "device": (
        "Device", "Device Name", "Camera Name", "Camera ID", "Camera No", "Cam Name", "Host Name", "Hostname",
        "Equipment", "Equipment Name", "Device ID", "Asset Name", "Tag No",
        "उपकरण", "उपकरण का नाम", "उपकरण नाम", "कैमरा", "कैमरा नाम", "कैमरे का नाम",
    ),
    "address": (
        "Address", "IP Address", "IP", "IPv4", "IPv4 Address", "IP Addr", "Device IP", "Camera IP", "Static IP",
        "Camera IP Address", "Device IP Address", "आईपी", "आईपी पता", "आईपी एड्रेस", "आइपी पता", "आई पी पता",
    ),
    "prefix": ("Prefix", "Prefix Length", "Subnet", "Network", "CIDR", "सबनेट", "नेटवर्क"),
    "mask": ("Mask", "Subnet Mask", "Netmask", "Net Mask", "सबनेट मास्क"),
    "gateway": ("Gateway", "Default Gateway", "Gateway IP", "GW", "गेटवे"),
    "vlan": ("VLAN", "VLAN ID", "VLAN No", "Vlan Number", "वीलैन", "वीएलएएन"),
    "switch": ("Switch", "Switch Name", "Switch ID", "Access Switch", "Field Switch", "स्विच", "स्विच का नाम"),
    "port": (
        "Port", "Switch Port", "Port No", "Switch Port No", "Port Number", "Interface", "Switch Interface",
        "पोर्ट", "स्विच पोर्ट", "पोर्ट नंबर", "पोर्ट संख्या",
    ),
    "mac": (
        "MAC", "MAC ID", "MAC Address", "Mac Addr", "Hardware Address", "Physical Address",
        "मैक", "मैक आईडी", "मैक पता", "मैक एड्रेस",
    ),
    "serial": (
        "Serial", "Serial No", "Serial Number", "Device Serial No", "Camera Serial No", "Sr No of Device",
        "सीरियल नंबर", "सीरियल", "सीरियल संख्या",
    ),
    "recorder": ("Recorder", "NVR", "NVR Name", "Recorder Name", "Recording Server", "रिकॉर्डर", "एनवीआर"),
    "channel": ("Channel", "NVR Channel", "Channel No", "Channel Number", "चैनल", "चैनल नंबर"),
    "owner": ("Owner", "Owner Token", "स्वामी"),
}  # fmt: skip
# Columns that are not compared, and that say to `iccc adopt` what no device tells.
BESIDE: dict[str, tuple[str, ...]] = {
    "site_name": ("Site Name", "Junction Name", "Junction", "Location", "स्थान का नाम", "चौराहा"),
    "site_name_hi": ("Hindi Name",),
    "device_type": ("Device Type",),
}
# Columns that say nothing to compare. Others that are not known are named to the person.
LEFT_ALONE = (
    "S.No", "Sl No", "Sr No", "क्रमांक", "क्र", "क्र सं", "Site", "Site Name", "Hindi Name", "Location",
    "Junction", "Junction Name", "स्थान", "स्थान का नाम", "चौराहा", "Kind", "Type", "Device Type", "Camera Type", "प्रकार",
    "Status", "स्थिति", "Phase", "चरण", "Reached By", "Remarks", "Remark", "टिप्पणी", "VLAN Name",
    "First address", "Last address", "Used", "Free",
)  # fmt: skip


def plain(head: object) -> str:
    """A head without case, dots, brackets and doubled spaces."""
    text = unicodedata.normalize("NFC", str(head)).casefold()
    return re.sub(r"[\s_\-./()#:*]+", " ", text).strip()


FIELD = {plain(head): field for field, heads in (HEADS | BESIDE).items() for head in heads}
IGNORED = {plain(head) for head in LEFT_ALONE} - FIELD.keys()
TITLES = {field: heads[0] for field, heads in HEADS.items()}
