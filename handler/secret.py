"""Make the current and the previous value of a secret the keys of FIRSTBYTE_KEYS.

    secretsmanager:NAME  ->  AWSCURRENT, which makes tokens; AWSPREVIOUS, which only reads them

A value is any text of 43 characters or more: what Secrets Manager generates, and what a person
rotates by one command. Its key and the key's id are digests of it (`keys.make_key`), so two
values never share an id.

Sources: AWS Secrets Manager, GetSecretValue and "Secret versions"; RFC 7693.
"""

from firstbyte.handler.errors import KeysUnavailable, WrongSetting
from firstbyte.handler.keys import Keys, make_key, new_id

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Protocol

    class Clock(Protocol):
        """The time."""

        def epoch_s(self) -> float:
            """Seconds since 1970."""

    Fetch = Callable[[], list[str]]
    """Return the values of a secret, the current one first."""

SCHEME = "secretsmanager:"
_NAME_MARKS = {*"/_+=.@-:"}
_NAME_CHARACTERS = 2048
_TEXT_CHARACTERS = 43
"""As many as 256 bits take at six each."""
_KEPT_S = 3600.0
"""After a rotation an environment goes on with the old value for so long at most."""
_PAUSE_S = 30.0
"""A token of an unknown key, which anybody can make up, costs a fetch no more often."""
_CONNECT_TIMEOUT_S = 1
_READ_TIMEOUT_S = 3
_ATTEMPTS = 3


class SecretKeys:
    """Keys that are fetched when one is first needed. Satisfies `KeyRing`.

    They are fetched again once they are an hour old, and for a token of a key not among them:
    another environment may know of a rotation already. `warn` is told where that fails, and the
    keys at hand stay in use.
    """

    __slots__ = ("_clock", "_fetch", "_fetched_s", "_keys", "_warn")

    def __init__(self, fetch: "Fetch", clock: "Clock", warn: "Callable[[str], object]") -> None:
        self._fetch = fetch
        self._clock = clock
        self._warn = warn
        self._keys: Keys | None = None
        self._fetched_s = 0.0

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
            self._keys, self._fetched_s = _keys_of(self._fetch()), now_s
            return self._keys
        is_strange = bool(token) and not self._keys.knows(token)
        if now_s - self._fetched_s >= (_PAUSE_S if is_strange else _KEPT_S):
            self._fetched_s = now_s
            try:
                self._keys = _keys_of(self._fetch())
            except KeysUnavailable as error:
                self._warn(f"{error}; the keys at hand stay in use")
        return self._keys


def parse_secret(setting: str, region: str | None) -> "Fetch":
    """Read `secretsmanager:NAME` and return what fetches that secret's values.

    Nothing is imported or fetched yet.

    Raises:
        WrongSetting: what follows the colon names no secret.
    """
    name = setting.removeprefix(SCHEME)
    legal = all(mark.isalnum() or mark in _NAME_MARKS for mark in name)
    if not (name and name.isascii() and legal and len(name) <= _NAME_CHARACTERS):
        raise WrongSetting(f"FIRSTBYTE_KEYS needs a secret's name or ARN behind {SCHEME}")
    client: Any = None

    def fetch() -> list[str]:
        nonlocal client
        # 215 ms with the client (`python -X importtime -c "import boto3"`), and only here.
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            client = client or _make_client(region)
            return _read_values(client, name)
        except (BotoCoreError, ClientError) as error:
            raise KeysUnavailable(f"the secret {name} cannot be fetched: {error}") from error

    return fetch


def _make_client(region: str | None) -> "Any":
    import boto3
    from botocore.config import Config

    config = Config(
        connect_timeout=_CONNECT_TIMEOUT_S,
        read_timeout=_READ_TIMEOUT_S,
        retries={"mode": "standard", "total_max_attempts": _ATTEMPTS},
    )
    return boto3.client("secretsmanager", region_name=region, config=config)


def _read_values(client: "Any", name: str) -> list[str]:
    """Fetch both values; a secret that was never rotated has only the current one."""
    from contextlib import suppress

    values = [client.get_secret_value(SecretId=name)]
    with suppress(client.exceptions.ResourceNotFoundException):
        values.append(client.get_secret_value(SecretId=name, VersionStage="AWSPREVIOUS"))
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
