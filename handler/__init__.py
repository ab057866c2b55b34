"""Turn Lambda invocations into HTTP requests, and HTTP answers into Runtime API octets."""

VERSION = "0.1.0"
"""This distribution's, as pyproject.toml has it."""
