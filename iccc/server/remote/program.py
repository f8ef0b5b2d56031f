"""The program that reads a server and sets it up."""

from __future__ import annotations

from iccc.server.remote.accounts import accounts, admins
from iccc.server.remote.answers import answer
from iccc.server.remote.arming import arm, confirm
from iccc.server.remote.array import mount
from iccc.server.remote.cameras import cameras
from iccc.server.remote.parts import put
from iccc.server.remote.reading import read
from iccc.server.remote.streams import login, pause, resume, stream, streams

VERBS = {
    "read": read, "accounts": accounts, "admins": admins, "put": put, "arm": arm, "confirm": confirm, "mount": mount,
    "cameras": cameras, "streams": streams, "stream": stream, "pause": pause, "login": login, "resume": resume,
}  # fmt: skip

if __name__ == "__main__":
    answer(VERBS)
