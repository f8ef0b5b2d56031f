"""What people declare in ``cities/<city>/`` and ``catalogue/``: pydantic models, a module for each kind of file."""
