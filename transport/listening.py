"""Tell a client that listens what changes, on a stream that is open for nothing else.

    2026-07-28          subscriptions/listen, which says what it wants to hear of
    until 2025-11-25    GET; it hears of all lists, and of what its session subscribed to

Sources: MCP 2026-07-28, "Subscriptions"; MCP 2025-11-25, "Transports", listening for messages.
"""

from firstbyte.transport import changes, meta, sse
from firstbyte.transport.fault import INVALID_PARAMS, Fault
from firstbyte.transport.message import notification_message
from firstbyte.transport.offer import capabilities_of
from firstbyte.transport.patience import Patience
from firstbyte.transport.preference import known_resources
from firstbyte.transport.revision import LEGACY, MODERN
from firstbyte.transport.session import is_over, load_record
from firstbyte.transport.token import audience_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, TypeGuard

    from firstbyte.transport.channel import Channel
    from firstbyte.transport.codec import Codec
    from firstbyte.transport.memory import Memory
    from firstbyte.transport.method import Exchange
    from firstbyte.transport.service import Change, Service
    from firstbyte.transport.session import Session

STREAM_PREFIX = "changes-"
"""What the names of legacy clients' streams begin with, in the ids of their events."""

_LISTS: "dict[str, Change]" = {
    "toolsListChanged": "tools",
    "promptsListChanged": "prompts",
    "resourcesListChanged": "resources",
}
"""What a modern client asks for, and the capability that promises it."""
_RESOURCES = "resourceSubscriptions"
_SUBSCRIPTION_ID = "io.modelcontextprotocol/subscriptionId"
_TTL_S = 3_600.0
"""Longer than any stream is open, and its client away."""


def listen(exchange: "Exchange") -> "dict[str, Any] | Fault":
    """Acknowledge what can be heard of, tell of it, and end with a result in good time.

    A client that can hear of nothing it asked for is not held.
    """
    wanted = exchange.params.get("notifications")
    if not _is_filter(wanted):
        text = (
            "notifications is no object whose members are of their types: "
            f"{', '.join(_LISTS)} booleans, {_RESOURCES} an array of strings"
        )
        return Fault(INVALID_PARAMS, text)
    memory, answer = exchange.memory, exchange.answer
    honoured = _honoured(exchange, wanted)
    named = {meta.META: {_SUBSCRIPTION_ID: exchange.call_id}}
    audience = audience_of(exchange.service)
    # Taken before the client hears that it is listened for: from then on it counts on us.
    position = changes.position(memory, audience)
    answer.notify(
        "notifications/subscriptions/acknowledged", {"notifications": honoured, **named}
    )
    kinds = {_LISTS[name] for name in honoured if name in _LISTS}
    patience = Patience(memory, exchange.invocation)
    while honoured:
        found, position = changes.read_after(memory, audience, position)
        for method, params in _notifications(found, kinds, honoured.get(_RESOURCES, ())):
            answer.notify(method, {**params, **named})
        if not patience.wait(has_news=bool(found)):
            break
    return named


def promised_changes(service: "Service", era: str, memory: "Memory") -> "set[Change]":
    """Name the kinds of change that a client of `era` was promised to be told."""
    promised = capabilities_of(service, era, memory)
    kinds = {kind for kind in _LISTS.values() if "listChanged" in promised.get(kind, {})}
    if "subscribe" in promised.get("resources", {}):
        kinds.add("updates")
    return kinds


def _is_filter(wanted: "Any") -> "TypeGuard[dict[str, Any]]":
    """Tell whether all members the specification knows are of the types it gives them."""
    if not isinstance(wanted, dict):
        return False
    uris = wanted.get(_RESOURCES, [])
    return (
        all(isinstance(wanted.get(name, False), bool) for name in _LISTS)
        and isinstance(uris, list)
        and all(isinstance(uri, str) for uri in uris)
    )


def _honoured(exchange: "Exchange", wanted: "dict[str, Any]") -> "dict[str, Any]":
    """Keep of what the client wants to hear of what the server promises to tell."""
    promised = promised_changes(exchange.service, MODERN, exchange.memory)
    honoured: dict[str, Any] = {
        name: True for name, kind in _LISTS.items() if wanted.get(name) and kind in promised
    }
    if "updates" in promised and (
        known := known_resources(exchange, wanted.get(_RESOURCES, []))
    ):
        honoured[_RESOURCES] = known
    return honoured


class StandaloneStream:
    """A legacy client's one standalone stream.

    One at a time: "the server MUST NOT broadcast the same message across multiple streams". An
    item of the store names the session's stream, and its version the connection that tells of
    changes now: whoever takes over writes to it, and the one before finds out when it looks,
    or before it tells something.
    """

    __slots__ = ("_codec", "_item", "_memory", "_name", "_position", "_service", "_session")

    def __init__(
        self, service: "Service", memory: "Memory", session: "Session", codec: "Codec"
    ) -> None:
        self._service = service
        self._memory = memory
        self._session = session
        self._codec = codec
        self._item = f"listener:{session.key}"
        self._name = ""
        self._position = 0

    def resume(self, name: str, position: int) -> bool:
        """Go on behind an event of the last connection; False if it cannot have been one.

        Raises:
            StoreFailed: the store did not answer.
        """
        item = self._memory.store.get(self._item)
        if item is None or item[0] != name.encode():
            return False
        if position > changes.position(self._memory, audience_of(self._service)):
            return False
        self._name, self._position = name, position
        return True

    def listen(self, channel: "Channel", patience: Patience) -> None:
        """Tell of what changes until `patience` ends.

        Over before that, it is not to be resumed: another connection took over, or the session
        is over.

        Raises:
            StoreFailed: the store did not answer.
        """
        memory, audience = self._memory, audience_of(self._service)
        if not self._name:
            assert memory.keys is not None  # noqa: S101  # there is a session
            self._name = STREAM_PREFIX + memory.keys.new_id()
            self._position = changes.position(memory, audience)
        version = self._take_over()
        is_primed = self._session.revision.has_priming
        channel.send(sse.encode_priming(self._event_id()) if is_primed else sse.KEEP_ALIVE)
        kinds = promised_changes(self._service, LEGACY, memory) - {"updates"}
        while not is_over(memory, self._session):
            found, self._position = changes.read_after(memory, audience, self._position)
            subscribed = load_record(memory, self._session).subscriptions if found else ()
            told = _notifications(found, kinds, subscribed)
            if told and memory.store.put(self._item, self._name.encode(), _TTL_S, version):
                version += 1
                channel.send(self._events(told))
            elif told or not self._is_current(version):
                break
            if not patience.wait(has_news=bool(found)):
                channel.hang_up()
                return
        channel.close()

    def _take_over(self) -> int:
        """Make this connection the session's; return the version that shows it is."""
        store = self._memory.store
        while True:
            item = store.get(self._item)
            version = 0 if item is None else item[1]
            if store.put(self._item, self._name.encode(), _TTL_S, version):
                return version + 1

    def _is_current(self, version: int) -> bool:
        item = self._memory.store.get(self._item)
        return item is not None and item[1] == version

    def _events(self, told: "list[tuple[str, dict[str, Any]]]") -> bytes:
        """Encode what was read at once; only the last event says that all of it has come."""
        *earlier, last = (
            self._codec.encode(notification_message(method, params)) for method, params in told
        )
        events = [sse.encode_event(message) for message in earlier]
        return b"".join([*events, sse.encode_event(last, self._event_id())])

    def _event_id(self) -> str:
        if not self._session.revision.has_event_ids:
            return ""
        return f"{self._name}.{self._position}"


def _notifications(
    found: "list[tuple[Change, str]]", kinds: "Iterable[str]", subscribed: "Iterable[str]"
) -> "list[tuple[str, dict[str, Any]]]":
    """Word the changes a client wants to hear of, each but once: method and params."""
    told: list[tuple[str, dict[str, Any]]] = []
    for kind, uri in dict.fromkeys(found):
        if kind in kinds:
            told.append((f"notifications/{kind}/list_changed", {}))
        elif kind == "updates" and any(_covers(each, uri) for each in subscribed):
            told.append(("notifications/resources/updated", {"uri": uri}))
    return told


def _covers(subscribed: str, uri: str) -> bool:
    """Tell whether `uri` is the resource subscribed to, or "a sub-resource of" it."""
    return uri == subscribed or uri.startswith(subscribed.removesuffix("/") + "/")
