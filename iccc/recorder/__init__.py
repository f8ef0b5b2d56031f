"""Recorders. ``type: appliance`` is read and written over ONVIF."""
