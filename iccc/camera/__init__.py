"""Cameras over ONVIF: state, settings, reading and writing."""
