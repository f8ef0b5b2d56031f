"""What a recorder does with its receivers: it logs in at each camera, records, notices the end, and tries again.

A login is a real one over RTSP; while it holds, no bytes flow: the camera tells its viewers when it would have ended
their streams (its power, its path, its services, the user of the stream).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from iccc.lab.recorder_footage import Footage
from iccc.lab.recorder_rtsp import Refused, describe
from iccc.lab.recorder_state import ChannelState, Link, Receiver

AT_ONCE = 8  # logins of one recorder
FIRST_RETRY_S = 0.5
LONGEST_RETRY_S = 30.0
REFUSED_RETRY_S = 60.0  # and twice that after each further refusal: a user of a camera is locked soon
LONGEST_REFUSED_S = 1800.0
UNSEEN_S = 10.0  # how often a camera is asked again that is none of the lab's


@dataclass(frozen=True, slots=True)
class Viewer:
    """One stream that a camera gives; ``lost`` is called once, when the camera ends it."""

    uri: str
    user: str
    password: str
    lost: Callable[[str], None]


class Watched(Protocol):
    """A camera with viewers."""

    def admit(self, viewer: Viewer) -> bool:
        """Take the viewer in; False if its stream would end at once."""
        ...

    def dismiss(self, viewer: Viewer) -> None: ...

    def call_back(self, who: object, again: Callable[[], None]) -> None:
        """Have ``again`` called, once, when streams can be had again."""
        ...


@dataclass(slots=True)
class _Pull:
    """One receiver at work."""

    receiver: Receiver
    tries: int = 0
    task: asyncio.Task[None] | None = None
    timer: asyncio.TimerHandle | None = None
    viewer: Viewer | None = None
    camera: Watched | None = None


class Puller:
    """Of one recorder. ``cameras`` finds the lab's camera by its loopback address, or None."""

    def __init__(self, state: Callable[[], ChannelState], cameras: Callable[[str], Watched | None]) -> None:
        self._states = state
        self._cameras = cameras
        self._pulls: dict[str, _Pull] = {}
        self._seen: tuple[object, object, bool] | None = None
        self._gate = asyncio.Semaphore(AT_ONCE)

    @property
    def _state(self) -> ChannelState:
        return self._states()

    def follow(self, running: bool) -> None:
        """Act on what was set; ``running``: the recorder has power and a network."""
        now = (self._state.receivers, self._state.jobs, running)
        if self._seen is not None and all(one is other for one, other in zip(now, self._seen, strict=True)):
            return
        self._seen = now
        wanted = {one.token: one for one in self._state.receivers if self._connects(one)} if running else {}
        for token, pull in list(self._pulls.items()):
            if wanted.get(token) is not pull.receiver:  # whoever configures one has it begin anew, with what it had too
                self._drop(token)
        for token, receiver in wanted.items():
            if token not in self._pulls:
                self._pulls[token] = _Pull(receiver)
                self._start(token)
        known = {one.token for one in self._state.receivers}
        for token in set(self._state.links) - known:
            del self._state.links[token]
        self._film()

    def _connects(self, receiver: Receiver) -> bool:
        if receiver.mode == "AlwaysConnect":
            return True
        used = any(job.receiver == receiver.token and job.mode == "Active" for job in self._state.jobs)
        return receiver.mode == "AutoConnect" and used

    def _start(self, token: str) -> None:
        pull = self._pulls[token]
        pull.timer = None
        self._state.links[token] = Link("Connecting", self._state.links.get(token, Link()).error)
        pull.task = asyncio.get_running_loop().create_task(self._connect(token, pull))

    async def _connect(self, token: str, pull: _Pull) -> None:
        receiver = pull.receiver
        refused = False
        async with self._gate:
            try:
                why = await describe(receiver.uri, receiver.user, receiver.password)
            except Refused:
                refused, why = True, f"RTSP 401 Unauthorized: login of {receiver.user or 'nobody'}"
        if self._pulls.get(token) is not pull:
            return
        pull.task = None
        if not why:
            viewer = Viewer(receiver.uri, receiver.user, receiver.password, lambda text: self._lost(token, pull, text))
            pull.camera = self._camera_of(receiver)
            if pull.camera is None or pull.camera.admit(viewer):
                pull.viewer, pull.tries = viewer, 0
                self._state.links[token] = Link("Connected")
                self._film()
                if pull.camera is None:
                    self._again(token, pull, UNSEEN_S)
                return
            why = "the stream ended at once"
        self._state.links[token] = Link("NotConnected", why)
        self._film()
        first, longest = (REFUSED_RETRY_S, LONGEST_REFUSED_S) if refused else (FIRST_RETRY_S, LONGEST_RETRY_S)
        self._again(token, pull, min(longest, first * 2**pull.tries))
        pull.tries = min(pull.tries + 1, 16)
        if not refused and (camera := self._camera_of(receiver)) is not None:
            camera.call_back(id(pull), lambda: self._at_once(token, pull))

    def _at_once(self, token: str, pull: _Pull) -> None:
        if self._pulls.get(token) is pull and pull.task is None and pull.viewer is None:
            if pull.timer is not None:
                pull.timer.cancel()
            self._start(token)

    def _camera_of(self, receiver: Receiver) -> Watched | None:
        return self._cameras(f"127.{(urlsplit(receiver.uri).hostname or '').partition('.')[2]}")

    def _lost(self, token: str, pull: _Pull, why: str) -> None:
        if self._pulls.get(token) is not pull or pull.viewer is None:
            return
        pull.viewer = pull.camera = None
        self._state.links[token] = Link("NotConnected", why)
        self._film()
        self._again(token, pull, FIRST_RETRY_S)

    def _again(self, token: str, pull: _Pull, seconds: float) -> None:
        if pull.timer is not None:
            pull.timer.cancel()
        pull.timer = asyncio.get_running_loop().call_later(seconds, self._start, token)

    def _drop(self, token: str) -> None:
        pull = self._pulls.pop(token)
        if pull.timer is not None:
            pull.timer.cancel()
        if pull.task is not None:
            pull.task.cancel()
        if pull.viewer is not None and pull.camera is not None:
            pull.camera.dismiss(pull.viewer)
        self._state.links[token] = Link()

    def _film(self) -> None:
        """Begin and end spans of footage, as jobs and links are now."""
        now = self._state.clock()
        recorded = set()
        for job in self._state.jobs:
            if self._state.becomes(job)[0] == "Active":
                recorded.add(job.recording)
        for token in recorded:
            self._state.footage.setdefault(token, Footage()).begin(now)
        for token in self._state.footage.keys() - recorded:
            self._state.footage[token].end(now)
