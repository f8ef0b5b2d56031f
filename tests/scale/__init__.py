"""A city at full size, made by a script, and what it costs to load and check it."""
