"""Turn Lambda invocations into HTTP requests, and HTTP answers into Runtime API octets."""
