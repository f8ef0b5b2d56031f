"""The engine: worker, wire and waves, without a lab."""
