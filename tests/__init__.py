"""Tests, the demo and the bench. Children of a background job inherit an ignored SIGINT: they must hear Ctrl-C."""

import signal
import threading

if threading.current_thread() is threading.main_thread():
    signal.signal(signal.SIGINT, signal.default_int_handler)
