"""One folder per switch platform, each with the same pure functions: parse, render, changes, is_saved."""
