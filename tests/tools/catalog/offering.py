"""What the catalog answers to whoever knows its names and URIs."""

from firstbyte.tools.catalog import server
from tests.tools.fakes import Listener

OBJECT = "s3://{bucket}/{+key}"


def read(uri):
    found = server.find_resource(uri)
    return None if found is None else found.read(Listener())


def suggest(kind, name, argument, value, **arguments):
    completion = server.find_completion(kind, name, argument)
    return completion.complete(value, arguments, Listener())
