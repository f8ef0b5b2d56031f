"""What is checked on every device of a city. Run by ``iccc verify``."""

from __future__ import annotations

from iccc.city.devices import Camera, City, Device, Recorder, Switch, SwitchPort


def test_reachable(device: Device, ask) -> None:
    assert ask(device, "reach")


def test_clock(clocked: Device, city: City, ask) -> None:
    skew_s = ask(clocked, "clock")
    assert abs(skew_s) <= city.max_skew_s, f"the clock is off by {skew_s:.1f} s; allowed {city.max_skew_s:g} s"


def test_stream(camera: Camera, stream: str, ask) -> None:
    seen = ask(camera, f"stream {stream}")
    wanted = camera.streams[stream]
    found = (seen["codec"], seen["width_px"], seen["height_px"])
    declared = (wanted.codec, wanted.width_px, wanted.height_px)
    assert found == declared, f"{stream} stream is {found}; declared {declared}"


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
