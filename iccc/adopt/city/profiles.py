"""Streams and groups: what cameras have in common gets a name, and what one has otherwise stands at that one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from iccc.adopt.city.drawn import DrawnCamera
from iccc.city.model.city import Stream


@dataclass(frozen=True)
class Group:
    """What most cameras of the group have; ``main`` and ``sub`` are names of streams."""

    device_type: str
    main: str
    sub: str


@dataclass(frozen=True)
class Profiles:
    """Streams by name, groups by name, and the group of each camera: two types under one label are two groups."""

    streams: Mapping[str, Stream]
    groups: Mapping[str, Group]
    names: Mapping[Stream, str]

    def group_of(self, camera: DrawnCamera) -> str:
        same = camera.group, camera.device_type
        return next(name for name, group in self.groups.items() if (_label(name, group), group.device_type) == same)

    def own(self, camera: DrawnCamera) -> dict[str, str]:
        """The streams of a camera that are other ones than its group's."""
        group = self.groups[self.group_of(camera)]
        said = {"main": self.names[camera.main], "sub": self.names[camera.sub]}
        return {role: name for role, name in said.items() if name != getattr(group, role)}


def _label(name: str, group: Group) -> str:
    return name.removesuffix(f"-{group.device_type}")


def profiles_of(cameras: Sequence[DrawnCamera]) -> Profiles:
    """Names from what the streams are: ``main-4mp``, and the bit rate behind it where several are so large."""
    mains, subs = (Counter(getattr(camera, role) for camera in cameras) for role in ("main", "sub"))
    names: dict[Stream, str] = {}
    for role, counted in (("main", mains), ("sub", subs)):
        for stream, _ in counted.most_common():
            if stream not in names:
                names[stream] = _free(_names(role, stream), set(names.values()))
    groups: dict[str, Group] = {}
    kinds = Counter((camera.group, camera.device_type) for camera in cameras)
    for (label, device_type), _ in kinds.most_common():
        own = [camera for camera in cameras if (camera.group, camera.device_type) == (label, device_type)]
        main, sub = (Counter(getattr(one, role) for one in own).most_common(1)[0][0] for role in ("main", "sub"))
        name = label if label not in groups else f"{label}-{device_type}"
        groups[name] = Group(device_type, names[main], names[sub])
    ordered = sorted(names.items(), key=lambda item: item[1])
    return Profiles({name: stream for stream, name in ordered}, dict(sorted(groups.items())), names)


def _names(role: str, stream: Stream) -> Iterable[str]:
    size = f"{max(1, round(stream.width_px * stream.height_px / 1e6))}mp"
    first = role if role == "sub" else f"{role}-{size}"
    yield first
    yield f"{role}-{size}-{stream.bitrate_kbps}k"
    yield f"{role}-{size}-{stream.bitrate_kbps}k-{stream.codec.lower()}"
    number = 2
    while True:
        yield f"{first}-{number}"
        number += 1


def _free(names: Iterable[str], taken: set[str]) -> str:
    return next(name for name in names if name not in taken)
