"""Run the catalog against a local AWS with demo data: what `make run` starts.

A moto server holds a DynamoDB table and an S3 bucket; `firstbyte dev` runs beside it until
Ctrl-C. Its environments share a key and a store, which are gone afterwards.
"""

import logging
import os
import secrets
import signal
import subprocess
import sys
import tempfile

import boto3
from moto.server import ThreadedMotoServer

FILMS = [
    ("Agnès Varda", 1962, "Cléo from 5 to 7", 90),
    ("Agnès Varda", 1985, "Vagabond", 105),
    ("Akira Kurosawa", 1950, "Rashomon", 88),
    ("Akira Kurosawa", 1954, "Seven Samurai", 207),
    ("Chantal Akerman", 1975, "Jeanne Dielman", 201),
    ("Yasujirō Ozu", 1953, "Tokyo Story", 136),
]


def main(arguments: list[str]) -> int:
    """Start both and wait; `arguments` go to `firstbyte dev`."""
    # A plain kill has to pass what ends below: it reaches this process alone.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with tempfile.TemporaryDirectory(prefix="firstbyte-") as folder:
        return _run(folder, arguments)


def _run(folder: str, arguments: list[str]) -> int:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    aws = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    aws.start()
    host, port = aws.get_host_and_port()
    os.environ |= {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "demo",
        "AWS_SECRET_ACCESS_KEY": "demo",
        "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "FIRSTBYTE_KEYS": f"demo:{secrets.token_urlsafe(32)}",
        "FIRSTBYTE_STORE": f"sqlite:{folder}/store.db",
    }
    try:
        _make_films()
        _make_notes()
        developing = subprocess.Popen(  # noqa: S603 (our own module)
            [sys.executable, "-m", "firstbyte.handler.command", "dev", *arguments],
            stdout=subprocess.PIPE,
            text=True,
        )
        return _wait(developing)
    finally:
        aws.stop()


def _print_surroundings() -> None:
    print(  # noqa: T201 (a person reads it)
        f"Local AWS      {os.environ['AWS_ENDPOINT_URL']}: table films, bucket notes",
        f"Store          {os.environ['FIRSTBYTE_STORE']}",
        'Try            query_table table_name=films key={"director": "Agnès Varda"}',
        sep="\n",
    )


def _make_films() -> None:
    dynamodb = boto3.resource("dynamodb")
    films = dynamodb.create_table(
        TableName="films",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": "director", "AttributeType": "S"},
            {"AttributeName": "year", "AttributeType": "N"},
        ],
        KeySchema=[
            {"AttributeName": "director", "KeyType": "HASH"},
            {"AttributeName": "year", "KeyType": "RANGE"},
        ],
    )
    with films.batch_writer() as batch:
        for director, year, title, minutes in FILMS:
            batch.put_item(
                Item={
                    "director": director,
                    "year": year,
                    "title": title,
                    "minutes": minutes,
                }
            )


def _make_notes() -> None:
    s3 = boto3.client("s3")
    s3.create_bucket(
        Bucket="notes", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    s3.put_object(
        Bucket="notes", Key="readme.txt", Body=b"Notes about films.\n", ContentType="text/plain"
    )
    for director, year, title, minutes in FILMS:
        key = f"films/{year}-{title.lower().replace(' ', '-')}.txt"
        body = f"{title} ({year}), directed by {director}, {minutes} minutes.\n"
        s3.put_object(Bucket="notes", Key=key, Body=body.encode(), ContentType="text/plain")


def _wait(process: "subprocess.Popen[str]") -> int:
    try:
        assert process.stdout is not None  # noqa: S101 (it is a pipe)
        # It prints nothing if it cannot serve; then there is nothing to try.
        if ready := process.stdout.readline():
            _print_surroundings()
            print(ready, end="", flush=True)  # noqa: T201 (a person reads it)
        for line in process.stdout:
            print(line, end="", flush=True)  # noqa: T201 (a person reads it)
        return process.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
