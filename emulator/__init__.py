"""A Lambda on loopback: Runtime API, Extensions API, Function URL front and invoke API."""
