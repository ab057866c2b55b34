"""A caller that keeps what it hears, and tools made on the spot."""

from firstbyte.tools.bound_tool import BoundTool


class Listener:
    request_id = "request-1"
    invocation_number = 7

    def __init__(self):
        self.heard = []

    def progress(self, progress, total, message):
        self.heard.append(("progress", progress, total, message))

    def log(self, level, data, logger):
        self.heard.append((level, data, logger))

    def remaining_ms(self):
        return 1234


def bind(function):
    return BoundTool(function)


def call(function, **arguments):
    return bind(function).call(arguments, Listener())


def text_of(outcome):
    (block,) = outcome.content
    return block["text"]
