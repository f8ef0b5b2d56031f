"""Real Debian hosts with systemd, in namespaces of this machine: recording servers to deploy to."""
