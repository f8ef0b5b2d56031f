"""Checks ONVIF messages against the official schemas, so that neither the lab nor the product certifies itself."""
