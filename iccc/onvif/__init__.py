"""ONVIF without sockets: envelopes, faults, and the device service's settings that cameras and recorders share."""
