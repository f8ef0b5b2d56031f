"""PyPI ipycam's own ONVIF service behind its own HTTP handler, at an address and port of ours.

``python ipycam_server.py HOST PORT USER PASSWORD``; says ``ready`` when it listens, then a line for each login. Streams
and WS-Discovery, which would need ffmpeg and multicast, are not started.
"""

from __future__ import annotations

import sys
from http.server import ThreadingHTTPServer

from ipycam import CameraConfig, IPCamera, IPCameraHTTPHandler

host, port, user, password = sys.argv[1:]
config = CameraConfig(
    name="Gate 4", manufacturer="IPyCam & Co", model="Virtual <1>", serial_number="PY-000042", firmware_version="1.2.3",
    local_ip=host, onvif_port=int(port), username=user, password=password,
    main_width=1920, main_height=1080, main_fps=25, main_bitrate="4M",
    sub_width=640, sub_height=360, sub_fps=15, sub_bitrate="512K",
)  # fmt: skip
camera = IPCameraHTTPHandler.camera = IPCamera(config)
judge = camera.onvif.verify_usernametoken


def told(body: str) -> bool:
    right: bool = judge(body)
    if "UsernameToken" in body:
        print("accepted" if right else "refused", flush=True)
    return right


camera.onvif.verify_usernametoken = told
with ThreadingHTTPServer((host, int(port)), IPCameraHTTPHandler) as server:
    print("ready", flush=True)
    server.serve_forever()
