"""Passwords of devices, changed together with whoever holds them."""
