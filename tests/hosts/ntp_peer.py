"""A time server for lab hosts: answers SNTP requests (RFC 4330) with this machine's time, at the addresses given.

``python ntp_peer.py [--off SECONDS] ADDRESS…``, as root of the lab's network. It says ``ready`` once it answers.
"""

from __future__ import annotations

import argparse
import selectors
import socket
import struct
import time

EPOCH = 2_208_988_800  # from 1900 to 1970, in seconds
FRACTION = 2**32


def stamp(at: float) -> bytes:
    seconds = int(at)
    return struct.pack("!II", (seconds + EPOCH) % FRACTION, int((at - seconds) * FRACTION))


def answer(request: bytes, now: float) -> bytes:
    """Stratum 1, in version 4; what the client sent as its own time comes back."""
    head = struct.pack("!BBbbII4s", 0b00_100_100, 1, request[2], -20, 0, 1, b"GPS\0")
    return head + stamp(now) + request[40:48] + stamp(now) + stamp(now)


def main(addresses: list[str], off_s: float) -> None:
    with selectors.DefaultSelector() as selector:
        for address in addresses:
            sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            sock.bind((address, 123))
            selector.register(sock, selectors.EVENT_READ, sock)
        print("ready", flush=True)
        while True:
            for key, _ in selector.select():
                request, peer = key.data.recvfrom(1000)
                if len(request) >= 48:
                    key.data.sendto(answer(request, time.time() + off_s), peer)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--off", type=float, default=0.0)
    parser.add_argument("addresses", nargs="+")
    told = parser.parse_args()
    main(told.addresses, told.off)
