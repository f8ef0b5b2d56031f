"""Plays a stream with FFmpeg, as OpenCV has it, in an environment of its own: ``player.py PICTURES``, its URL on stdin.

Prints ``{"codec", "width_px", "height_px", "pictures", "levels"}``; ``levels`` are the darkest and the brightest ones.
"""

from __future__ import annotations

import json
import os
import sys

os.environ["OPENCV_FFMPEG_CAPTURE_OPTIONS"] = "rtsp_transport;tcp|timeout;10000000"  # microseconds

import cv2

url, wanted = sys.stdin.readline().strip(), int(sys.argv[1])
capture = cv2.VideoCapture(url, cv2.CAP_FFMPEG)
pictures, low, high = 0, 255, 0
while pictures < wanted:
    more, picture = capture.read()
    if not more:
        break
    pictures += 1
    low, high = min(low, int(picture.min())), max(high, int(picture.max()))
fourcc = int(capture.get(cv2.CAP_PROP_FOURCC)).to_bytes(4, "little").decode("latin-1")
size = int(capture.get(cv2.CAP_PROP_FRAME_WIDTH)), int(capture.get(cv2.CAP_PROP_FRAME_HEIGHT))
capture.release()
print(
    json.dumps(
        {"codec": fourcc, "width_px": size[0], "height_px": size[1], "pictures": pictures, "levels": [low, high]}
    )
)
