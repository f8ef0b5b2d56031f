"""The command line: parses arguments, calls, prints, and chooses the exit code."""
