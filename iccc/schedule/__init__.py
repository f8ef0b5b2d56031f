"""The IP schedule: the city's devices with their addresses and ports, out as rows and in from integrators' files."""
