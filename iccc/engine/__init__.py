"""pyinfra as the engine: connector, inventory, and the worker process that holds all sessions."""
