"""Serve Lambda invocations: wire the edges, the transport and what is served, then poll."""

import sys

from firstbyte.handler import clock
from firstbyte.handler.errors import ConnectionLost, ManifestUnfit
from firstbyte.handler.log import Log
from firstbyte.handler.loop import run
from firstbyte.handler.manifest import Manifest, open_manifest
from firstbyte.handler.process import (
    make_successor,
    read_environment,
    set_trace,
    settle,
    write_error,
)
from firstbyte.handler.runtime_api import RuntimeApi
from firstbyte.handler.search_path import extend_search_path
from firstbyte.handler.served import is_server, serve_target
from firstbyte.handler.settings import Settings
from firstbyte.handler.target import CATALOG, load_target
from firstbyte.handler.watch import Watch
from firstbyte.tools.manifest import ListedServer
from firstbyte.transport.codec import Codec
from firstbyte.transport.memory import Memory
from firstbyte.transport.policy import Policy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import NoReturn

    from firstbyte.tools.server import Server
    from firstbyte.transport.keys import KeyRing

_ON_DEMAND, _SNAP_START = "on-demand", "snap-start"
_PACKAGE = __file__.rpartition("/")[0].rpartition("/")[0]


def main(arguments: "Sequence[str]") -> "NoReturn":
    """Serve what the first argument, FIRSTBYTE_SERVER or _HANDLER names, or else the catalog.

    Raises:
        SystemExit: always; status 1 after an init error, or when the Runtime API was lost.
    """
    environment = read_environment()
    address = environment.get("AWS_LAMBDA_RUNTIME_API")
    if not address:
        sys.exit("AWS_LAMBDA_RUNTIME_API is not set; `firstbyte dev` runs a server locally")
    settle()
    leave = make_successor()
    extend_search_path(environment, _PACKAGE)

    # The address is read from the environment when this module is loaded.
    import runtime_client

    version = sys.version_info
    runtime_client.initialize_client(
        f"firstbyte-python/{version.major}.{version.minor}.{version.micro}"
    )
    api = RuntimeApi(address, runtime_client)
    log, codec = Log(), Codec()
    begun = environment.get("AWS_LAMBDA_INITIALIZATION_TYPE") or _ON_DEMAND
    try:
        settings = Settings(environment)
        at_once = int(environment.get("AWS_LAMBDA_MAX_CONCURRENCY") or 1)
        if settings.request_level or settings.exports_spans:
            log.tell_requests(codec, settings.request_level, settings.exports_spans)
        policy = Policy(
            path=settings.path,
            allowed_origins=settings.allowed_origins,
            allowed_hosts=settings.allowed_hosts,
            max_body_bytes=settings.max_body_bytes,
        )
        memory = _make_memory(settings, log, environment, codec)
        if begun == _SNAP_START:
            from firstbyte.handler.snapshot import prepare_restore

            prepare_restore()
        name = arguments[0] if arguments else settings.server or CATALOG
        target, manifest = _find_target(name, codec, ignores_manifest=settings.ignores_manifest)
        served = serve_target(
            target, name, policy, codec, memory, manifest, settings.invoke_mode
        )
        if begun != _ON_DEMAND and is_server(target):
            # Imported here, as is what follows: a client waits for an environment on demand.
            from firstbyte.handler.warming import warm

            warm(target, memory.keys, codec, lambda error: log.report(error, ""))  # type: ignore[arg-type] # it is one
        log.prepare()
    except BaseException as error:  # noqa: BLE001 (init's one place: a module may raise anything)
        failure = log.report(error, "")
        api.post("/init/error", failure.headers(), "application/json", failure.document())
        leave(False)
    if begun == _SNAP_START:
        from firstbyte.handler.snapshot import wait_for_restore

        wait_for_restore(address, log)

    def serve() -> "NoReturn":
        watch = Watch(settings.deadline_margin_ms, settings.keep_alive_s, log, leave)
        try:
            run(api, served, watch, log, codec, set_trace)
        except ConnectionLost as error:
            write_error(f"firstbyte: {error}\n")
        except BaseException as error:
            # A handler that ends the process was reported; nothing else must end it mutely.
            write_error(f"firstbyte: ended by {error!r}\n")
            raise
        finally:
            # Not sys.exit(): it would wait for threads that tools left behind.
            leave(False)

    output = environment.get("_LAMBDA_TELEMETRY_LOG_FD_PROVIDER_SOCKET")
    if at_once > 1 or output:
        from firstbyte.handler.worker import run_workers

        run_workers(address, at_once, output, serve)
        leave(False)
    serve()


def _find_target(
    name: str, codec: Codec, *, ignores_manifest: bool
) -> tuple[object, Manifest | None]:
    """Find what is served, by what was written down of it if that can be used."""

    def warn(text: str) -> None:
        write_error(f"firstbyte: {text}; `firstbyte manifest {name}` mends that\n")

    def load() -> "Server":
        return load_target(name)  # type: ignore[return-value] # its manifest was made of one

    manifest, lack = None, ""
    if not ignores_manifest:
        try:
            manifest = open_manifest(name, codec, warn)
            lack = "" if manifest else f"there is no manifest of {name}"
        except ManifestUnfit as error:
            lack = str(error)
    offer = manifest.read("offer") if manifest else None
    if manifest and offer:
        return ListedServer(offer, manifest, load), manifest
    target = load_target(name)
    if lack and is_server(target):
        warn(lack)
    return target, manifest


def _make_memory(
    settings: Settings, log: Log, environment: "Mapping[str, str]", codec: Codec
) -> Memory:
    """Read the keys, or a secret's name, and the store's address.

    The secret is fetched, and the store opened, when it is needed.
    """
    if not settings.keys:
        return Memory(clock)
    open_store = None
    if settings.store:
        from firstbyte.handler.stores.counting import count_calls
        from firstbyte.handler.stores.opening import parse_store

        open_store = count_calls(parse_store(settings.store, clock), log.count_store_call)
    return Memory(
        clock,
        _make_keys(settings.keys, log, environment, codec),
        open_store,
        session_ttl_s=settings.session_ttl_s,
        listen_s=settings.listen_s,
    )


def _make_keys(
    setting: str, log: Log, environment: "Mapping[str, str]", codec: Codec
) -> "KeyRing":
    # Imported here: most servers neither ask nor remember.
    from firstbyte.handler.keys import SCHEME, parse_keys

    if not setting.startswith(SCHEME):
        return parse_keys(setting)
    from firstbyte.handler.secret import SecretKeys, parse_secret

    def warn(text: str) -> None:
        write_error(f"firstbyte: {text}\n")

    fetch = parse_secret(setting, environment, clock, codec.decode, log.remaining_s)
    return SecretKeys(fetch, clock, warn)


if __name__ == "__main__":
    main(sys.argv[1:])
