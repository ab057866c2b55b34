"""Give each invocation an environment: an idle one, a new one, or the next that is free.

The platform would start a new environment for a call that comes before the runtime has asked
for more; here such a call waits a moment. Across a network a client is hardly ever that quick,
on loopback it nearly always is, and one client alone would have two environments.
"""

import asyncio
import itertools
import traceback
from collections import deque
from typing import Final

from firstbyte.emulator.console import Console
from firstbyte.emulator.environment import Environment, Unheard
from firstbyte.emulator.failure import platform_failure
from firstbyte.emulator.function import Function
from firstbyte.emulator.invocation import Invocation

PATIENCE_S: Final = 0.05
"""Of 200 calls by one client of this project's own runtime, 159 came before it had asked for
more: without patience they took two environments, with it one. The longest wait was 5 ms, on a
machine with both cores busy 12 ms."""

_STOPPED: Final = platform_failure("Sandbox.Failure", "the emulator was stopped")
_BROKEN: Final = platform_failure("Sandbox.Failure", "the emulator failed; its log tells why")


class TooManyRequests(Exception):
    """Every environment is busy, and calls over the limit are refused."""


class Pool:
    """All environments of one function, at most `concurrency` at a time.

    `queues` makes a call over the limit wait instead of refusing it; `spreads` makes each call
    go elsewhere than the last, so that what one environment remembers is of no use to the next.
    `mark` begins the names of the environments' log streams.
    """

    def __init__(
        self,
        function: Function,
        console: Console,
        *,
        mark: str,
        concurrency: int,
        queues: bool,
        spreads: bool,
        freezes: bool,
        limits_bandwidth: bool,
    ) -> None:
        self._function = function
        self._console = console
        self._mark = mark
        self._concurrency = concurrency
        self._queues = queues
        self._spreads = spreads
        self._freezes = freezes
        self._limits_bandwidth = limits_bandwidth
        self._numbers = itertools.count(1)
        self._up_to_date: set[Environment] = set()
        self._idle: list[Environment] = []
        self._busy: dict[Environment, Invocation] = {}
        self._is_closed = False
        self._waiting: deque[Invocation] = deque()
        self._serving: set[asyncio.Task[None]] = set()
        self._leaving: set[asyncio.Task[None]] = set()

    async def submit(self, invocation: Invocation, *, may_queue: bool = False) -> None:
        """See to it that `invocation` is served; its `end` comes in any case.

        Raises:
            TooManyRequests: no environment is free, and neither the pool nor the call queues.
        """
        if not any(environment.is_alive for environment in self._idle):
            await self._let_finish()
        if self._is_closed:
            invocation.end(_STOPPED)
        elif environment := self._find_free():
            self._assign(environment, invocation)
        elif self._queues or may_queue:
            self._waiting.append(invocation)
        else:
            raise TooManyRequests

    def redeploy(self) -> None:
        """Let no environment of now serve another call: what it runs is out of date."""
        self._console.deployment()
        self._up_to_date.clear()
        while self._idle:
            self._retire(self._idle.pop())

    async def close(self) -> None:
        """End every invocation and every environment, and serve no more."""
        self._is_closed = True
        for task in self._serving:
            task.cancel()
        for invocation in (*self._waiting, *self._busy.values()):
            invocation.end(_STOPPED)
        self._waiting.clear()
        for environment in (*self._idle, *self._busy):
            self._retire(environment)
        self._idle.clear()
        if self._leaving:
            await asyncio.wait(self._leaving)

    async def _let_finish(self) -> None:
        """Wait a moment for an environment that has answered and not yet asked for more."""
        answered = [call for call in self._busy.values() if call.over.is_set()]
        if answered:
            settled = [asyncio.create_task(call.settled.wait()) for call in answered]
            await asyncio.wait(settled, timeout=PATIENCE_S, return_when=asyncio.FIRST_COMPLETED)
            for task in settled:
                task.cancel()

    def _find_free(self) -> Environment | None:
        # One that has died stays until `_forget` hears how.
        idle = [environment for environment in self._idle if environment.is_alive]
        is_full = len(self._busy) + len(idle) >= self._concurrency
        if idle and (is_full or not self._spreads):
            # The one used last: as on the platform, the others may age and go.
            environment = idle[0 if self._spreads else -1]
            self._idle.remove(environment)
            return environment
        if is_full:
            return None
        environment = Environment(
            next(self._numbers),
            self._function,
            self._console,
            mark=self._mark,
            freezes=self._freezes,
            limits_bandwidth=self._limits_bandwidth,
        )
        environment.fault.add_done_callback(lambda _: self._forget(environment))
        self._up_to_date.add(environment)
        return environment

    def _assign(self, environment: Environment, invocation: Invocation) -> None:
        self._busy[environment] = invocation
        task = asyncio.create_task(self._serve(environment, invocation))
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)

    async def _serve(self, environment: Environment, invocation: Invocation) -> None:
        is_unheard = False
        try:
            reason = await environment.serve(invocation)
        except Unheard as failure:
            # The kernel had not told yet that it was ending when the invocation was assigned.
            self._tell_idle_end(environment, str(failure))
            is_unheard, reason = True, "failure"
        except Exception:  # noqa: BLE001 - a fault of ours must not keep other calls waiting
            self._console.fault(environment.number, traceback.format_exc())
            reason = "failure"
        finally:
            if not is_unheard:
                invocation.end(_BROKEN)
                invocation.settled.set()
            del self._busy[environment]
        if is_unheard:
            self._waiting.appendleft(invocation)
        if not reason and environment in self._up_to_date:
            environment.rest()
            self._idle.append(environment)
        else:
            self._retire(environment, reason or "spindown")
        if self._waiting and (free := self._find_free()):
            self._assign(free, self._waiting.popleft())

    def _forget(self, environment: Environment) -> None:
        if environment in self._idle:
            self._tell_idle_end(environment, environment.fault.result().summary())
            self._idle.remove(environment)
            self._retire(environment)

    def _tell_idle_end(self, environment: Environment, how: str) -> None:
        self._console.fault(environment.number, f"ended while idle: {how}")

    def _retire(self, environment: Environment, reason: str = "spindown") -> None:
        self._up_to_date.discard(environment)
        task = asyncio.create_task(environment.shut_down(reason))
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)
