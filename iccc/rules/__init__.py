"""Rules that a machine can check on a declaration, without asking any device."""
