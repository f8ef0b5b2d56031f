"""Device types of others for the catalogue: NetBox's device-type library."""
