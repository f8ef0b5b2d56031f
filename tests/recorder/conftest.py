"""What the product asks of simulated devices, and what these answer, is judged by the schemas: each form once."""

from tests.camera.conftest import judged  # noqa: F401  pytest finds it here
