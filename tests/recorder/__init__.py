"""Channels of recorders."""
