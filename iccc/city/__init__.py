"""A city: what people declare (``model``), and the devices that follow from it (``devices``)."""
