"""What is checked on every device of a city. Run by ``iccc verify``."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from iccc.city.devices import Camera, City, Device, Recorder, StreamProfile, Switch, SwitchPort
from iccc.server.recordings import ENOUGH


def test_reachable(device: Device, ask) -> None:
    assert ask(device, "reach")


def test_clock(clocked: Device, city: City, ask) -> None:
    skew_s = ask(clocked, "clock")
    assert abs(skew_s) <= city.max_skew_s, f"the clock is off by {skew_s:.1f} s; allowed {city.max_skew_s:g} s"


def test_stream(camera: Camera, stream: str, ask) -> None:
    seen = ask(camera, f"stream {stream}")
    judge("is", seen, camera.streams[stream])


def test_keyframe(camera: Camera, stream: str, ask, record_property: Callable[[str, object], None]) -> None:
    """Only with ``--streams keyframe``: the stream plays, and what comes is what was declared."""
    seen = ask(camera, f"keyframe {stream}")
    wanted, key = camera.streams[stream], seen.get("keyframe")
    if key is None:
        every_s = wanted.gop / wanted.fps
        came = f"no keyframe among {seen['pictures']} pictures in {seen['watched_s']:.1f} s"
        text = f"{came}; declared: every {every_s:g} s   {wanted.where}"
        pytest.fail(text if every_s < seen["watched_s"] else f"unknown: {text}", pytrace=False)
    measured = f"{key['codec']} {key.get('profile', '')} {size(key)}, keyframe after {key['after_s']:.2f} s"
    record_property("measured", measured + (f", every {key['gop']} pictures" if key.get("gop") else ""))
    judge("carries", key, wanted)


def test_recorded(camera: Camera, ask, record_property: Callable[[str, object], None]) -> None:
    seen = ask(camera, "recorded")
    record_property("measured", seen.get("told", ""))
    channel = f"channel {seen['channel']} of " if seen["channel"] else ""
    assert not seen["trouble"], f"{channel}{camera.recorder}: {seen['trouble']}"


def test_retention(camera: Camera, city: City, ask, record_property: Callable[[str, object], None]) -> None:
    """This one, ``gaps`` and ``replay`` only with ``--footage``. What has not been recorded for so long is unknown."""
    seen = ask(camera, "retention")
    text = f"footage reaches back {seen['days']:.1f} days; declared {camera.retention_days}"
    record_property("measured", text)
    if seen["days"] < ENOUGH * camera.retention_days:
        since = f", recorded there since {seen['since']}" if "since" in seen else ""
        pytest.fail(f"{text}, and older has been deleted" if seen["overwritten"] else f"unknown: {text}{since}",
                    pytrace=False)  # fmt: skip
    most = city.declared.city.file.retention[camera.retention].legal_max_days if camera.retention else None
    if most is not None and not camera.footage_holds:
        assert seen["days"] <= most + 1, f"{text}, the legal maximum is {most}"


def test_replay(recorder: Recorder, ask, record_property: Callable[[str, object], None]) -> None:
    record_property("measured", ask(recorder, "replay"))


def test_black(camera: Camera, ask, record_property: Callable[[str, object], None]) -> None:
    """This one and the next two only with ``--pictures``: they give hints, and never fail."""
    hint(ask(camera, "picture black"), record_property)


def test_frozen(camera: Camera, ask, record_property: Callable[[str, object], None]) -> None:
    hint(ask(camera, "picture frozen"), record_property)


def test_defocused(camera: Camera, ask, record_property: Callable[[str, object], None]) -> None:
    hint(ask(camera, "picture defocused"), record_property)


def hint(seen: dict, record_property: Callable[[str, object], None]) -> None:
    record_property("measured", seen["figures"])
    if "hint" in seen:
        record_property("hint", f"{seen['hint']} (severity low: look at the picture)")


def judge(does: str, seen: dict, wanted: StreamProfile) -> None:
    """Codec and size against the declaration. A size that nothing tells is unknown."""
    declared = {"codec": wanted.codec, "width_px": wanted.width_px, "height_px": wanted.height_px}
    text = f"{does} {seen['codec']} {size(seen)}; declared {wanted.codec} {size(declared)}   {wanted.where}"
    if seen["codec"] == wanted.codec and "width_px" not in seen:
        pytest.fail(f"unknown: {text}", pytrace=False)
    if any(seen.get(name) != value for name, value in declared.items()):
        pytest.fail(f"it {text}", pytrace=False)


def size(seen: dict) -> str:
    return "of unknown size" if "width_px" not in seen else f"{seen['width_px']}x{seen['height_px']}"


def test_port(camera: Camera, ask) -> None:
    seen = ask(camera, "port")
    assert seen["vlans"], f"{seen['mac']} is not learned on {camera.switch} {camera.port}"


def test_vlan(camera: Camera, ask) -> None:
    seen = ask(camera, "port")
    assert seen["vlans"] == [camera.vlan], f"learned in VLAN {seen['vlans']}; declared {camera.vlan}"


def test_poe(camera: Camera, ask) -> None:
    seen = ask(camera, "port")
    assert seen["poe_delivering"], f"{camera.switch} {camera.port} delivers no power"


def test_recorder_port(recorder: Recorder, ask) -> None:
    seen = ask(recorder, "port")
    assert seen["vlans"], f"{seen['mac']} is not learned on {recorder.switch} {recorder.port}"


def test_neighbour(switch: Switch, uplink: SwitchPort, ask) -> None:
    seen = ask(switch, f"neighbour {uplink.name}")
    found = (seen["sys_name"], seen["port"])
    assert found == (uplink.device, uplink.peer_port), f"{found} on {uplink.name}; declared {uplink.device}"
