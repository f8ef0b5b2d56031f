"""What runs on a server, as root, for one reading or one change; Python's standard library only.

A program is sent over SSH with each request, as one text with the modules that it imports, and leaves nothing behind
(:mod:`iccc.server.calls`). So a module imports nothing else of iccc, and no two import each other. Standard input has
the request as JSON after the program itself, standard output gets the reply. A request never has a secret in its
command line.
"""
