"""A city that runs, written as a declaration: from what was found on the network, and nothing besides."""
