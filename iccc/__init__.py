"""iccc: declare a city's CCTV and command-centre stack once; provision, verify and count it from the same YAML."""

import gc
import os

from iccc import guard

# A city is a million objects that stay. With Python's 700 new ones until garbage is looked for, a third of the time
# in which its files are read went there.
gc.set_threshold(10_000, 20, 20)

# Every entry point (command, engine child, pyinfra connector, pytest) imports this package first,
# so the network guard stands before any code of ours or of a library can open a socket.
if os.environ.get("ICCC_LOOPBACK_ONLY"):
    guard.install(os.environ.get("ICCC_LAB_NETS", ""))
