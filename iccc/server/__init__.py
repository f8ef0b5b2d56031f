"""Debian servers: recorders of ``type: server``. Read over SSH, and written by pyinfra over SSH."""
