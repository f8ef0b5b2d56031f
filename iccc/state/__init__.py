"""What a city's runs leave behind under ``state/<target>/<city>/``: observations, findings, journal, log, lock."""
