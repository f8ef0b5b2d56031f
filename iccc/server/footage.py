"""Recordings of one camera on a server: which lie there of a period, and their SHA-256, worked out on the server."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from iccc.city.devices import Recorder
from iccc.errors import DeviceError, Reason
from iccc.server.calls import COMMAND, BadReply, reply, sent
from iccc.sessions.host import SSH_PORT, HostSession
from iccc.sessions.reach import Reach

PROGRAM = "remote/hashing.py"
APART = timedelta(seconds=2)  # by so much one picture may follow the one before
BATCH_BYTES = 256 * 2**20  # hashed in one command: a second or two, so that progress shows
BATCH_FILES = 200


@dataclass(frozen=True)
class Segment:
    """One recording. Times by the clock of the server; ``sha256`` None: not hashed, and ``text`` says why.

    ``spans``: from when to when it has pictures; none where no picture can be read.
    """

    name: str
    begin: datetime
    spans: tuple[tuple[datetime, datetime], ...]
    size: int  # bytes
    sha256: str | None = None
    text: str = ""

    @property
    def end(self) -> datetime:
        """Of its pictures."""
        return max((to for _, to in self.spans), default=self.begin)


@dataclass(frozen=True)
class Footage:
    """What a server has of a camera. ``clock_skew_s``: of the server's clock against ours when it was hashed."""

    path: str
    segments: tuple[Segment, ...]
    clock_skew_s: float
    read_at: datetime


async def footage(
    recorder: Recorder, camera: str, begin: datetime, end: datetime, reach: Reach, progress: Callable[[int, int], None]
) -> Footage:
    """Everything that touches the period, hashed in batches; nothing is written. Raises DeviceError.

    ``progress`` gets the bytes that are done, and all.
    """
    host = recorder.host
    assert host is not None
    where = f"{recorder.name} {recorder.address}:{SSH_PORT}"
    async with HostSession(recorder.name, recorder.address, host.ssh_user, reach) as session:

        async def ask(verb: str, **request: Any) -> Mapping[str, Any]:
            try:
                asked = {"verb": verb, "mount": host.mount, "camera": camera, **request}
                told = reply(*await session.run(COMMAND, sent(PROGRAM, asked)))
                if "refused" in told:
                    raise BadReply(str(told["refused"])[:200])
                return dict(told["ok"])
            except (BadReply, TypeError, ValueError) as error:
                raise DeviceError(Reason.BAD_ANSWER, where, str(error)) from None

        try:
            told = await ask("segments", begin=begin.timestamp(), end=end.timestamp(), apart_s=APART.total_seconds())
            now = reach.clock.now()
            found = [_segment(one) for one in told["segments"]]
            skew_s = round(float(told["now"]) - now.timestamp(), 3)
            still = {str(name) for name in told["written_now"]}
            hashed: dict[str, Segment] = {}
            total, done = sum(one.size for one in found), 0
            for batch in batches([one for one in found if one.name not in still]):
                digests = (await ask("digests", names=[one.name for one in batch]))["digests"]
                for one in batch:
                    hashed[one.name] = _hashed(one, digests.get(one.name))
                done += sum(one.size for one in batch)
                progress(done, total)
        except (LookupError, TypeError, ValueError, AttributeError, OverflowError) as error:
            text = f"its answer cannot be understood ({type(error).__name__}: {str(error)[:200]})"
            raise DeviceError(Reason.BAD_ANSWER, where, text) from None
    unfinished = "it is being written: its hash changes until it is closed"
    segments = tuple(hashed.get(one.name) or replace(one, text=unfinished) for one in found)
    return Footage(f"{host.mount}/{camera}", segments, skew_s, now)


def batches(segments: Sequence[Segment]) -> Iterator[list[Segment]]:
    """In order, each as large as one command may be; a larger one comes alone."""
    batch: list[Segment] = []
    for one in segments:
        if batch and (sum(other.size for other in batch) + one.size > BATCH_BYTES or len(batch) >= BATCH_FILES):
            yield batch
            batch = []
        batch.append(one)
    if batch:
        yield batch


def _segment(told: Mapping[str, Any]) -> Segment:
    name = str(told["name"])[:40]
    spans = tuple((_at(since), _at(to)) for since, to in told["spans"])
    return Segment(name if name.isprintable() else "?", _at(told["begin"]), spans, int(told["size"]))


def _at(seconds: object) -> datetime:
    return datetime.fromtimestamp(float(str(seconds)), UTC)


def _hashed(segment: Segment, told: Mapping[str, Any] | None) -> Segment:
    if told is None:
        return replace(segment, text="it was gone when it was to be hashed")
    digest, size = str(told["sha256"]), int(told["size"])
    if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
        raise ValueError(f"{digest[:70]!r} is no SHA-256")
    if size != segment.size:
        return replace(segment, text=f"it has changed while it was hashed: {segment.size} bytes, then {size}")
    return replace(segment, sha256=digest)
