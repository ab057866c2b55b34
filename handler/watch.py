"""Keep a running call's answer alive, and end it before the platform kills the process.

Two forces, since none reaches every tool. A thread writes: keep-alive comments, and the last
words at the deadline, whatever the main thread does outside the GIL. A timer signal unwinds: it
raises `DeadlineExceeded` in the main thread, again and again until the tool is out, since
`except Exception`, `__del__` and executors swallow one. A process whose deadline fired may hold
locks and half-made imports: it is retired after its answer.

`_signal` and `_thread` instead of `signal` and `threading`: those cost a third of a cold start.
"""

import _signal
from _thread import allocate_lock, start_new_thread

from firstbyte.handler.clock import epoch_ms, monotonic_s
from firstbyte.handler.errors import ConnectionLost, DeadlineExceeded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _thread import LockType
    from collections.abc import Callable
    from typing import Any

    from firstbyte.handler.invocation import Invocation
    from firstbyte.handler.log import Log
    from firstbyte.transport.invocation import Watched

NO_DEADLINE_MS = 900_000
"""What a tool is told to have left where the platform named no deadline: Lambda's longest."""

_PARTING_S = 0.1
"""A collector of spans that does not answer must not hold a process whose time is up."""

_REPEAT_S = 0.05
"""Twice at least within the grace of the default margin, 125 ms."""


class Watch:
    """Watches one call at a time, for as long as the process lives.

    `leave` ends the process: called with True when the answer is complete, from whichever
    thread is able to.
    """

    def __init__(
        self, margin_ms: int, keep_alive_s: float, log: "Log", leave: "Callable[[bool], object]"
    ) -> None:
        self.request_id = ""
        self.number = 0
        self.account: dict[str, Any] = {}
        self._margin_s = margin_ms / 1000
        self._keep_alive_s = keep_alive_s
        self._log = log
        self._leave = leave
        self._ends_at_s: float | None = None
        self._grace_s = 0.0
        # The call that is watched now; and this invocation's, watched or not any more.
        self._call: _Call | None = None
        self._last: _Call | None = None
        self._wake: LockType | None = None
        # When the thread looks again by itself; None while it might look no more.
        self._looks_at_s: float | None = None

    def begin(self, invocation: "Invocation") -> None:
        """Take over the deadline of a new invocation."""
        self.request_id = invocation.request_id
        self.number += 1
        self.account = {}
        self._last = None
        self._ends_at_s = None
        self.end_before(invocation.deadline_ms)

    def end_before(self, deadline_ms: int) -> None:
        """Take over a deadline, since the epoch, unless an earlier one is known."""
        left_s = (deadline_ms - epoch_ms()) / 1000
        if left_s <= 0:
            # Absent, or a constant of an emulator: a deadline that has passed is none.
            return
        margin_s = min(self._margin_s, left_s / 2)
        ends_at_s = monotonic_s() + left_s - margin_s
        if self._ends_at_s is None or ends_at_s < self._ends_at_s:
            self._ends_at_s = ends_at_s
            # The rest of the margin is for the successor to start and ask for work.
            self._grace_s = margin_s / 4

    @property
    def has_fired(self) -> bool:
        """Whether this invocation's deadline came while it was watched."""
        return self._last is not None and self._last.has_fired

    def remaining_ms(self) -> int:
        """Milliseconds until the call is interrupted, never negative."""
        if self._ends_at_s is None:
            return NO_DEADLINE_MS
        return max(0, int((self._ends_at_s - monotonic_s()) * 1000))

    def watch(self, answer: "Watched") -> None:
        """Begin to keep `answer` alive and to end it before the deadline."""
        now_s = monotonic_s()
        call = _Call(answer, now_s + self._keep_alive_s, self._ends_at_s)
        self._call = self._last = call
        if self._wake is None:
            self._wake = allocate_lock()
            self._wake.acquire()
            start_new_thread(self._stand_by, (self._wake,))
            _signal.signal(_signal.SIGALRM, self._interrupt)
        # Mostly it looks in time anyway, and is not woken: 20 us of a call.
        elif (
            self._looks_at_s is None or self._looks_at_s > call.due_s()
        ) and self._wake.locked():
            self._wake.release()
        if self._ends_at_s is not None:
            left_s = max(self._ends_at_s - now_s, 0.001)
            _signal.setitimer(_signal.ITIMER_REAL, left_s, _REPEAT_S)

    def enter_tool(self) -> None:
        """Set up what the modules that were imported until now need of the log."""
        self._log.enter_tool()

    def unwatch(self) -> None:
        """Stop watching; an answer that expired stays expired."""
        _signal.setitimer(_signal.ITIMER_REAL, 0)
        call = self._call
        if call is not None:
            self._call = None
            call.over.release()

    def report(self, error: BaseException) -> None:
        """Write `error`, with its traceback, to the log."""
        self._log.report(error, self.request_id)

    def give_up(self) -> None:
        """End the answer as the deadline does, then the process: for the loop, the tool is out.

        The answer may be unwatched by now and still be open: whoever called the tool stopped
        watching while the exception passed, and then could not finish.
        """
        self.unwatch()
        last = self._last
        self._end(last is None or last.answer.expire(self._grace_s))

    def _interrupt(self, *_: object) -> None:
        """Raise in the main thread, where the tool is, unless it is amid a write.

        A write that does not end within the grace, to a client that does not read, cannot be
        answered any more: the process ends.
        """
        call = self._call
        if call is None:
            return
        if call.answer.is_writing:
            if self._ends_at_s and monotonic_s() > self._ends_at_s + self._grace_s:
                self._end(False)
            return
        call.has_fired = True
        raise DeadlineExceeded(f"the deadline of {self.request_id} has come")

    def _stand_by(self, wake: "LockType") -> None:
        while True:
            # In this order: whoever begins a call meanwhile finds that we have to be woken.
            self._looks_at_s = None
            call = self._call
            if call is None:
                wake.acquire()
                continue
            try:
                self._keep(call)
            except ConnectionLost:
                self._end(False)
            # Without this thread no later call would be kept alive, or ended in time.
            except Exception as error:  # noqa: BLE001
                self.report(error)
                self._end(False)
            due_s = call.due_s()
            self._looks_at_s = due_s
            wake.acquire(timeout=max(due_s - monotonic_s(), 0))

    def _keep(self, call: "_Call") -> None:
        """Do what is due for a call, unless it is over."""
        now_s = monotonic_s()
        if now_s < call.due_s() or call.over.acquire(blocking=False):
            return
        if call.ends_at_s is None or now_s < call.ends_at_s:
            call.answer.keep_alive()
            call.alive_at_s = monotonic_s() + self._keep_alive_s
            return
        # It may be over by now: then nothing expires, and no later call is concerned.
        call.has_fired = True
        grace_ends_s = now_s + self._grace_s
        is_answered = call.answer.expire(self._grace_s)
        # The tool unwinds in the main thread meanwhile, and the loop leaves; when it does
        # not come out (C code, a bare `except:`), the process is left from here.
        if not call.over.acquire(timeout=max(grace_ends_s - monotonic_s(), 0)):
            self._end(is_answered)

    def _end(self, is_answered: bool) -> None:
        """Leave the process, once the log told of its last call or took too long for it."""
        told = allocate_lock()
        told.acquire()

        def tell() -> None:
            try:
                self._log.conclude()
            finally:
                told.release()

        start_new_thread(tell, ())
        told.acquire(timeout=_PARTING_S)
        self._leave(is_answered)


class _Call:
    """A watched call: `over` is locked until it is over, `has_fired` once its time was up."""

    __slots__ = ("alive_at_s", "answer", "ends_at_s", "has_fired", "over")

    def __init__(self, answer: "Watched", alive_at_s: float, ends_at_s: float | None) -> None:
        self.answer = answer
        self.alive_at_s = alive_at_s
        self.ends_at_s = ends_at_s
        self.has_fired = False
        self.over = allocate_lock()
        self.over.acquire()

    def due_s(self) -> float:
        """Tell when something has to be done for it."""
        if self.ends_at_s is None:
            return self.alive_at_s
        return min(self.alive_at_s, self.ends_at_s)
