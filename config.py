"""Lets bare ``pyinfra`` honour pyinfra.cfg: pyinfra 3 reads this file."""

from iccc.settings import load_settings

globals().update({key.upper(): int(value) for key, value in load_settings().pyinfra.items()})
