"""Make the current and the previous value of a secret the keys of FIRSTBYTE_KEYS.

    secretsmanager:NAME  ->  AWSCURRENT, which makes tokens; AWSPREVIOUS, which only reads them

A value is any text of 43 characters or more: what Secrets Manager generates, and what a person
rotates by one command. Its key and the key's id are digests of it (`keys.make_key`), so two
values never share an id.

Sources: AWS Secrets Manager, GetSecretValue and "Secret versions"; RFC 7693.
"""

from firstbyte.handler.errors import KeysUnavailable, WrongSetting
from firstbyte.handler.keys import SCHEME, Keys, make_key, new_id
from firstbyte.transport.errors import MalformedJson

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, Protocol

    from firstbyte.handler.aws_service import Connection

    class Clock(Protocol):
        """The time."""

        def epoch_s(self) -> float:
            """Seconds since 1970."""

    Fetch = Callable[[], list[str]]
    """Return the values of a secret, the current one first."""

_SERVICE = "secretsmanager"
_STAGES = ("AWSCURRENT", "AWSPREVIOUS")
_MISSING = "ResourceNotFoundException"
_NAME_MARKS = {*"/_+=.@-:"}
_NAME_CHARACTERS = 2048
_TEXT_CHARACTERS = 43
"""As many as 256 bits take at six each."""
_KEPT_S = 3600.0
"""After a rotation an environment goes on with the old value for so long at most."""
_PAUSE_S = 30.0
"""A token of an unknown key, which anybody can make up, costs a fetch no more often."""
_ATTEMPTS = 3
_ATTEMPT_S = 5.0
"""To connect, to be answered, and to wait before the next."""
_AGAIN_S = 5.0
"""Where there are no keys, calls that follow one another do not all wait for none."""


class SecretKeys:
    """Keys that are fetched when one is first needed. Satisfies `KeyRing`.

    They are fetched again once they are an hour old, and for a token of a key not among them:
    another environment may know of a rotation already. `warn` is told where that fails, and the
    keys at hand stay in use.
    """

    __slots__ = ("_clock", "_failure", "_fetch", "_fetched_s", "_keys", "_warn")

    def __init__(self, fetch: "Fetch", clock: "Clock", warn: "Callable[[str], object]") -> None:
        self._fetch = fetch
        self._clock = clock
        self._warn = warn
        self._keys: Keys | None = None
        self._fetched_s = 0.0
        self._failure = ""

    def sign(self, message: bytes, bound: bytes) -> str:
        """Return `message` as visible ASCII that anybody can read and nobody can alter."""
        return self._current().sign(message, bound)

    def verify(self, token: str, bound: bytes) -> bytes | None:
        """Return the message of a signed token; None if it is not ours, or was altered."""
        return self._current(token).verify(token, bound)

    def seal(self, message: bytes, bound: bytes) -> str:
        """Return `message` as visible ASCII that nobody else can read or alter."""
        return self._current().seal(message, bound)

    def unseal(self, token: str, bound: bytes) -> bytes | None:
        """Return the message of a sealed token; None if it is not ours, or was altered."""
        return self._current(token).unseal(token, bound)

    def new_id(self) -> str:
        """Return 128 random bits as 22 characters of A-Z a-z 0-9 - and _."""
        return new_id()

    def _current(self, token: str = "") -> Keys:
        """Return the keys, fetched anew if that may help with `token`.

        Raises:
            KeysUnavailable: there are none yet and none to be had.
        """
        now_s = self._clock.epoch_s()
        if self._keys is None:
            self._keys, self._fetched_s = self._fetch_first(now_s), now_s
            return self._keys
        is_strange = bool(token) and not self._keys.knows(token)
        if now_s - self._fetched_s >= (_PAUSE_S if is_strange else _KEPT_S):
            self._fetched_s = now_s
            try:
                self._keys = _keys_of(self._fetch())
            except KeysUnavailable as error:
                self._warn(f"{error}; the keys at hand stay in use")
        return self._keys

    def _fetch_first(self, now_s: float) -> Keys:
        if self._failure and now_s - self._fetched_s < _AGAIN_S:
            raise KeysUnavailable(self._failure)
        try:
            return _keys_of(self._fetch())
        except KeysUnavailable as error:
            # It may have taken longer than the pause.
            self._failure, self._fetched_s = str(error), self._clock.epoch_s()
            raise


def parse_secret(
    setting: str,
    environment: "Mapping[str, str]",
    clock: "Clock",
    decode: "Callable[[bytes], Any]",
    left_s: "Callable[[], float]",
) -> "Fetch":
    """Read `secretsmanager:NAME` and return what fetches that secret's values.

    Nothing is imported or fetched yet. `decode` reads JSON; `left_s` tells how long a fetch may
    take.

    Raises:
        WrongSetting: what follows the colon names no secret.
    """
    name = setting.removeprefix(SCHEME)
    legal = all(mark.isalnum() or mark in _NAME_MARKS for mark in name)
    if not (name and name.isascii() and legal and len(name) <= _NAME_CHARACTERS):
        raise WrongSetting(f"FIRSTBYTE_KEYS needs a secret's name or ARN behind {SCHEME}")

    def fetch() -> list[str]:
        # Imported here, as all that fetching takes: no list needs it.
        from firstbyte.handler.aws_service import Connection, find_caller

        if caller := find_caller(environment):
            host = f"{_SERVICE}.{caller.region}.amazonaws.com"
            values = ask_values(
                lambda: Connection(caller, _SERVICE, host), name, clock.epoch_s(), decode
            )
            if values:
                return values
        return _ask_boto3(name, environment.get("AWS_REGION"), left_s())

    return fetch


def ask_values(
    connect: "Callable[[], Connection]",
    name: str,
    now_s: float,
    decode: "Callable[[bytes], Any]",
) -> list[str] | None:
    """Fetch both values over a connection; None if anything is not as it is on a good day."""
    values: list[str] = []
    try:
        connection = connect()
        try:
            for stage in _STAGES:
                # A legal name needs no escapes.
                body = f'{{"SecretId":"{name}","VersionStage":"{stage}"}}'.encode()
                status, answer = connection.ask(f"{_SERVICE}.GetSecretValue", body, now_s)
                document = decode(answer)
                if status == 200:
                    values.append(document["SecretString"])
                elif not (values and document["__type"].endswith(_MISSING)):
                    return None
        finally:
            connection.close()
    # What came need not be JSON, nor an object, nor have these members.
    except (OSError, ValueError, LookupError, TypeError, AttributeError, MalformedJson):
        return None
    return values if all(isinstance(value, str) for value in values) else None


def _ask_boto3(name: str, region: str | None, left_s: float) -> list[str]:
    """Fetch both values; it may take several attempts, and says what is wrong.

    Raises:
        KeysUnavailable: they are not to be had.
    """
    # 390 ms with the client and its questions, to be paid where the short way failed.
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return _read_values(_make_client(region, left_s), name)
    except (BotoCoreError, ClientError) as error:
        raise KeysUnavailable(f"the secret {name} cannot be fetched: {error}") from error


def _make_client(region: str | None, left_s: float) -> "Any":
    """Make a client that says what is wrong before the call is killed for taking too long."""
    import boto3
    from botocore.config import Config

    from firstbyte.handler.aws_service import CONNECT_TIMEOUT_S, READ_TIMEOUT_S

    attempts = max(1, int(min(_ATTEMPTS, left_s / _ATTEMPT_S)))
    config = Config(
        connect_timeout=CONNECT_TIMEOUT_S,
        read_timeout=max(0.1, min(READ_TIMEOUT_S, left_s - CONNECT_TIMEOUT_S)),
        retries={"mode": "standard", "total_max_attempts": attempts},
    )
    return boto3.client("secretsmanager", region_name=region, config=config)


def _read_values(client: "Any", name: str) -> list[str]:
    """Fetch both values; a secret that was never rotated has only the current one."""
    from contextlib import suppress

    current, previous = _STAGES
    values = [client.get_secret_value(SecretId=name, VersionStage=current)]
    with suppress(client.exceptions.ResourceNotFoundException):
        values.append(client.get_secret_value(SecretId=name, VersionStage=previous))
    if not all("SecretString" in value for value in values):
        raise KeysUnavailable(f"the secret {name} holds octets, needs to hold text")
    return [value["SecretString"] for value in values]


def _keys_of(texts: list[str]) -> Keys:
    """Make keys of the current value and of older ones; an older one may be of no use."""
    if len(texts[0]) < _TEXT_CHARACTERS:
        raise KeysUnavailable(
            f"the secret's value has {len(texts[0])} characters, "
            f"needs {_TEXT_CHARACTERS} or more"
        )
    return Keys(dict(make_key(text) for text in texts if len(text) >= _TEXT_CHARACTERS))
