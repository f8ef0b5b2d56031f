"""The only rooms that touch the wire. Everything here is asyncio; callers get plain values or a DeviceError."""
