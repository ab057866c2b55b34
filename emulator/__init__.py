"""A Lambda on loopback: Runtime API, Extensions API, front doors and invoke API."""
