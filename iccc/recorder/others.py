"""Cameras that a recorder has on its channels and another one records: after a fail-over, and after the way back.

They are told not to connect. Channel, footage and login stay: it is the way in which a rotation pauses one.
"""

from __future__ import annotations

from collections.abc import Mapping

from iccc.onvif.call import Context, Procedure, Written, submit
from iccc.recorder.bindings import Binding, read_bindings
from iccc.recorder.login import mode
from iccc.recorder.state import Others


def read_others(_context: Context, addresses: Mapping[str, str]) -> Procedure[Others]:
    """Which of these cameras it records, or tries to. Three questions."""
    bindings = yield from read_bindings()
    return Others(frozenset(name for name, at in addresses.items() if _pulling(bindings, at)), addresses)


def write_others(_context: Context, wanted: Others, seen: Others) -> Procedure[Written]:
    """Have the channels of those that are not wanted connect no more."""
    written = Written()
    bindings = yield from read_bindings()
    for camera in sorted(seen.recorded - wanted.recorded):
        for binding in _pulling(bindings, wanted.addresses[camera]):
            assert binding.receiver is not None
            yield from submit(written, "others.recorded", mode(binding.receiver, "NeverConnect"))
    return written


def _pulling(bindings: list[Binding], address: str) -> list[Binding]:
    return [
        one
        for one in bindings
        if one.source is not None and one.source.address == address
        if one.job is not None and one.job.active and one.receiver and one.receiver.mode != "NeverConnect"
    ]
