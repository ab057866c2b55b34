"""A local DynamoDB in a process of its own, with the one item the benchmark asks for.

    with local_dynamodb() as address: …

`python -m benchmarks.dynamodb` is that process: moto's server, which prints its address and
ends when its input does.
"""

import logging
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from benchmarks.candidate import Unavailable
from benchmarks.events import ITEM_KEY

ITEM_TEXT: Final = "hello from the table"
CREDENTIALS: Final = {
    "AWS_ACCESS_KEY_ID": "benchmark",
    "AWS_SECRET_ACCESS_KEY": "benchmark",
    "AWS_REGION": "eu-west-1",
    "AWS_DEFAULT_REGION": "eu-west-1",
}


@contextmanager
def local_dynamodb() -> Iterator[str]:
    """Run it; yields its URL once the item can be read.

    Raises:
        Unavailable: it does not start.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.dynamodb"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        # Ctrl-C is for us alone.
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        address = process.stdout.readline().strip()
        if not address:
            raise Unavailable("the local DynamoDB did not start")
        yield address
    finally:
        process.stdin.close()
        process.stdout.close()
        process.kill()
        process.wait()


def main() -> None:
    """Serve until the input ends."""
    import boto3
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    table = boto3.resource(
        "dynamodb",
        endpoint_url=address,
        region_name=CREDENTIALS["AWS_REGION"],
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
    ).create_table(
        TableName="items",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "key", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "key", "KeyType": "HASH"}],
    )
    table.put_item(Item={"key": ITEM_KEY, "text": ITEM_TEXT})
    # Its first answers are slower than its later ones.
    for _ in range(20):
        table.get_item(Key={"key": ITEM_KEY})
    print(address, flush=True)
    sys.stdin.read()
    server.stop()


if __name__ == "__main__":
    main()
