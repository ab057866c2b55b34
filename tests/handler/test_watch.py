"""handler/watch.py: who is kept alive, who is interrupted, and who ends the process.

Signals and threads of the whole process are at work, so each test runs in one of its own.
"""

import pytest

from firstbyte.handler.errors import DeadlineExceeded
from firstbyte.handler.invocation import Invocation
from firstbyte.handler.watch import Watch
from tests.handler.fakes import QuietLog, run_python
from tests.waiting import BOUND_S

HARNESS = f"""
import os, queue, signal, socket, threading, time
from firstbyte.handler.clock import epoch_ms
from firstbyte.handler.errors import ConnectionLost, DeadlineExceeded
from firstbyte.handler.invocation import Invocation
from firstbyte.handler.watch import NO_DEADLINE_MS, Watch
from tests.handler.fakes import QuietLog

BOUND_S = {BOUND_S}


def here():
    is_main = threading.current_thread() is threading.main_thread()
    return "main" if is_main else "watch"


class Answer:
    def __init__(self, is_answered=True):
        self.is_writing = False
        self.alive = threading.Semaphore(0)
        self.expired = threading.Event()
        self.expiries = []
        self.is_answered = is_answered

    def keep_alive(self):
        self.alive.release()

    def expire(self, wait_s):
        self.expiries.append((here(), wait_s))
        self.expired.set()
        return self.is_answered


def spin():
    while True:
        pass


left = queue.Queue()
log = QuietLog()


def note(is_answered):
    left.put((is_answered, here()))


def make_watch(margin_ms=200, keep_alive_s=3600, leave=note):
    return Watch(margin_ms, keep_alive_s, log, leave)


def leave_at_once(is_answered):
    print(is_answered, here(), answer.expiries, flush=True)
    os._exit(0)


def begin(watch, left_ms=None, request_id="r-1"):
    names = {{"Lambda-Runtime-Aws-Request-Id": request_id}}
    if left_ms is not None:
        names["Lambda-Runtime-Deadline-Ms"] = epoch_ms() + left_ms
    watch.begin(Invocation(names, b""))


def timer():
    return signal.getitimer(signal.ITIMER_REAL)


def comes(wait, *arguments):
    return bool(wait(*arguments, timeout=BOUND_S))
"""


def run(source):
    return run_python(HARNESS + source).splitlines()


def test_a_call_is_kept_alive_while_its_tool_waits():
    assert run("""
watch, answer = make_watch(keep_alive_s=0.01), Answer()
begin(watch)
watch.watch(answer)
print([comes(answer.alive.acquire) for _ in range(3)], answer.expiries)
watch.unwatch()
""") == ["[True, True, True] []"]


@pytest.mark.parametrize(
    "wait",
    [
        pytest.param("time.sleep(3600)", id="sleep"),
        pytest.param("(pair := socket.socketpair())[0].recv(1)", id="recv"),
        pytest.param("threading.Semaphore(0).acquire()", id="lock"),
        pytest.param("queue.Queue().get()", id="queue"),
        pytest.param("spin()", id="Python loop"),
        pytest.param("import asyncio; asyncio.run(asyncio.sleep(3600))", id="asyncio"),
        pytest.param(
            "import re; re.match('(a|a)*b', 'a' * 40)", id="a C function that checks signals"
        ),
        pytest.param(
            "import asyncio; asyncio.run(asyncio.to_thread(time.sleep, 1))",
            id="a thread's join",
        ),
    ],
)
def test_the_deadline_is_raised_where_the_tool_waits(wait):
    assert run(f"""
watch, answer = make_watch(margin_ms=100), Answer()
begin(watch, left_ms=400)
try:
    watch.watch(answer)
    try:
        {wait}
    finally:
        watch.unwatch()
except DeadlineExceeded as error:
    print(error, watch.has_fired, timer())
""") == ["the deadline of r-1 has come True (0.0, 0.0)"]


def test_except_exception_does_not_swallow_the_deadline():
    assert issubclass(DeadlineExceeded, SystemExit)
    assert run("""
watch = make_watch()
begin(watch, left_ms=400)
watch.watch(Answer())
try:
    try:
        time.sleep(3600)
    except Exception:
        print("swallowed")
except DeadlineExceeded:
    print("out")
watch.unwatch()
""") == ["out"]


def test_who_swallows_the_deadline_meets_it_again():
    assert (
        run("""
watch = make_watch(margin_ms=2000)
begin(watch, left_ms=2200)
watch.watch(Answer())
for _ in range(3):
    try:
        time.sleep(3600)
    except BaseException as error:
        print(type(error).__name__)
watch.unwatch()
""")
        == ["DeadlineExceeded"] * 3
    )


def test_the_watch_speaks_and_leaves_while_c_code_ignores_every_signal():
    assert run("""
import hashlib
watch, answer = make_watch(leave=leave_at_once), Answer()
begin(watch, left_ms=1000)
watch.watch(answer)
hashlib.pbkdf2_hmac("sha256", b"", b"", 2**31 - 1)
""") == ["True watch [('watch', 0.05)]"]


def test_a_tool_that_never_comes_out_is_left_from_the_watch():
    assert run("""
watch, answer = make_watch(leave=leave_at_once), Answer()
begin(watch, left_ms=1000)
watch.watch(answer)
while True:
    try:
        spin()
    except:
        pass
""") == ["True watch [('watch', 0.05)]"]


def test_an_answer_that_a_write_held_to_the_end_is_left_as_unanswered():
    (left,) = run("""
watch, answer = make_watch(leave=leave_at_once), Answer(is_answered=False)
answer.is_writing = True
begin(watch, left_ms=1000)
watch.watch(answer)
time.sleep(3600)
""")
    # Whichever thread comes first.
    assert left in [f"False {thread} [('watch', 0.05)]" for thread in ("watch", "main")]


def test_last_words_that_a_client_does_not_read_are_left_from_the_main_thread():
    assert run("""
class Stuck(Answer):
    def expire(self, wait_s):
        time.sleep(3600)

watch, answer = make_watch(leave=leave_at_once), Stuck()
answer.is_writing = True
begin(watch, left_ms=1000)
watch.watch(answer)
threading.Lock().acquire()
time.sleep(3600)
""") == ["False main []"]


def test_nothing_is_raised_amid_a_write_and_all_the_more_after_it():
    assert run("""
ticks, wakeup = socket.socketpair()
wakeup.setblocking(False)
signal.set_wakeup_fd(wakeup.fileno())
ticks.settimeout(BOUND_S)
watch, answer = make_watch(), Answer()
answer.is_writing = True
begin(watch, left_ms=400)
try:
    watch.watch(answer)
    print(len(ticks.recv(1)), len(ticks.recv(1)), "written")
    answer.is_writing = False
    time.sleep(3600)
except DeadlineExceeded:
    print("raised")
watch.unwatch()
""") == ["1 1 written", "raised"]


@pytest.mark.parametrize("left_ms", [None, 0, -1, -600_000_000])
def test_no_deadline_and_one_long_past_are_none(left_ms):
    assert run(f"""
watch, answer = make_watch(keep_alive_s=0.01), Answer()
begin(watch, left_ms={left_ms})
watch.watch(answer)
print(watch.remaining_ms() == NO_DEADLINE_MS == 900_000, timer())
print(comes(answer.alive.acquire), answer.expiries, watch.has_fired)
watch.unwatch()
""") == ["True (0.0, 0.0)", "True [] False"]


@pytest.mark.parametrize(
    ("margin_ms", "at_most_ms"),
    [
        pytest.param(500, 599_500, id="the margin is taken off"),
        pytest.param(0, 600_000, id="there need not be one"),
        pytest.param(900_000, 300_000, id="it takes no more than half of the time"),
    ],
)
def test_a_tool_is_told_the_time_until_it_is_interrupted(margin_ms, at_most_ms):
    assert run(f"""
watch = make_watch(margin_ms={margin_ms})
begin(watch, left_ms=600_000)
print({at_most_ms} - BOUND_S * 1000 < watch.remaining_ms() <= {at_most_ms})
watch.watch(Answer())
print(timer()[0] <= {at_most_ms} / 1000, timer()[1])
watch.unwatch()
print(timer(), watch.has_fired)
""") == ["True", "True 0.05", "(0.0, 0.0) False"]


def test_no_time_is_left_once_the_deadline_fired():
    assert run("""
watch, answer = make_watch(), Answer()
answer.is_writing = True
begin(watch, left_ms=400)
watch.watch(answer)
print(comes(answer.expired.wait), watch.remaining_ms(), watch.has_fired)
watch.unwatch()
""") == ["True 0 True"]


def test_a_call_begun_after_its_time_is_up_is_interrupted_as_well():
    assert run("""
watch, answer = make_watch(margin_ms=0), Answer()
begin(watch, left_ms=50)
while watch.remaining_ms():
    pass
try:
    watch.watch(answer)
    time.sleep(3600)
except DeadlineExceeded:
    print("raised")
watch.unwatch()
""") == ["raised"]


def test_ten_thousand_calls_are_watched_by_one_thread():
    assert run("""
watch = make_watch()
for number in range(10_000):
    begin(watch, left_ms=None if number % 2 else 600_000)
    watch.watch(Answer())
    watch.unwatch()
print(len(os.listdir("/proc/self/task")), timer())
""") == ["2 (0.0, 0.0)"]


def test_no_call_is_overlooked_however_quickly_they_follow():
    assert run("""
watch = make_watch(keep_alive_s=0.0005)
kept = 0
for number in range(2_000):
    answer = Answer()
    begin(watch)
    watch.watch(answer)
    if number % 3 == 0:
        kept += comes(answer.alive.acquire)
    watch.unwatch()
print(kept, len(os.listdir("/proc/self/task")))
""") == ["667 2"]


def test_a_call_that_is_over_is_never_ended_again():
    assert run("""
watch, first, second = make_watch(margin_ms=100_000, keep_alive_s=0.01), Answer(), Answer()
first.is_writing = True
begin(watch, left_ms=200)
watch.watch(first)
comes(first.expired.wait)
watch.unwatch()
begin(watch)
watch.watch(second)
print([comes(second.alive.acquire) for _ in range(3)], len(first.expiries), second.expiries)
watch.unwatch()
print(left.empty())
""") == ["[True, True, True] 1 []", "True"]


@pytest.mark.parametrize("is_answered", [True, False])
def test_the_loop_gives_up_by_ending_an_answer_nobody_watches_any_more(is_answered):
    assert run(f"""
watch, answer = make_watch(), Answer(is_answered={is_answered})
begin(watch, left_ms=600_000)
watch.watch(answer)
watch.unwatch()
watch.give_up()
print(left.get_nowait(), answer.expiries, timer())
""") == [f"({is_answered}, 'main') [('main', 0.05)] (0.0, 0.0)"]


def test_a_deadline_that_comes_while_its_call_ends_is_none_of_the_next_call():
    assert run("""
watch, answer = make_watch(), Answer()
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
begin(watch, left_ms=300)
watch.watch(answer)
print(comes(answer.expired.wait), watch.has_fired)
watch.unwatch()
begin(watch, left_ms=60_000, request_id="r-2")
watch.watch(Answer())
print(watch.has_fired, left.empty())
""") == ["True True", "False True"]


def test_whoever_ends_the_process_lets_the_log_tell_of_the_call_first():
    assert run("""
def leave(is_answered):
    left.put((is_answered, here(), log.concluded))

watch, answer = make_watch(leave=leave), Answer()
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
begin(watch, left_ms=300)
watch.watch(answer)
print(left.get(timeout=BOUND_S))
watch.give_up()
print(left.get(timeout=BOUND_S))
""") == ["(True, 'watch', 1)", "(True, 'main', 2)"]


def test_a_log_that_cannot_tell_holds_nobody():
    assert run("""
class Stuck(QuietLog):
    def conclude(self):
        threading.Event().wait()

log = Stuck()
watch, answer = make_watch(), Answer()
begin(watch, left_ms=600_000)
watch.watch(answer)
watch.give_up()
print(left.get_nowait())
""") == ["(True, 'main')"]


def test_the_loop_may_give_up_while_the_call_is_watched():
    assert run("""
watch, answer = make_watch(), Answer()
begin(watch, left_ms=600_000)
watch.watch(answer)
watch.give_up()
print(left.get_nowait(), answer.expiries, timer())
""") == ["(True, 'main') [('main', 0.05)] (0.0, 0.0)"]


def test_an_invocation_that_watched_nothing_has_its_answer():
    assert run("""
watch, answer = make_watch(), Answer(is_answered=False)
begin(watch, left_ms=600_000)
watch.watch(answer)
watch.unwatch()
begin(watch)
watch.give_up()
print(left.get_nowait(), answer.expiries)
""") == ["(True, 'main') []"]


def test_a_platform_lost_by_a_keep_alive_ends_the_process():
    assert run("""
class Cut(Answer):
    def keep_alive(self):
        raise ConnectionLost("gone")

watch = make_watch(keep_alive_s=0.01)
begin(watch)
watch.watch(Cut())
print(left.get(timeout=BOUND_S))
watch.unwatch()
""") == ["(False, 'watch')"]


def test_a_platform_lost_by_the_last_words_ends_the_process():
    assert run("""
class Cut(Answer):
    def expire(self, wait_s):
        raise ConnectionLost("gone")

watch, answer = make_watch(), Cut()
answer.is_writing = True
begin(watch, left_ms=400)
watch.watch(answer)
print(left.get(timeout=BOUND_S))
watch.unwatch()
""") == ["(False, 'watch')"]


def test_what_a_call_reports_is_logged_under_its_request_id():
    log, error = QuietLog(), ValueError("no disk")
    watch = Watch(500, 15, log, print)
    watch.begin(Invocation({"Lambda-Runtime-Aws-Request-Id": "r-9"}, b""))
    watch.enter_tool()
    watch.report(error)
    assert (watch.request_id, log.entered, log.reported) == ("r-9", 1, [(error, "r-9")])


def test_of_two_deadlines_the_earlier_one_counts():
    assert (
        run("""
watch = make_watch(margin_ms=200)
for first_ms, second_ms in ((60_000, 30_000), (30_000, 60_000), (None, 30_000)):
    begin(watch, left_ms=first_ms)
    watch.end_before(epoch_ms() + second_ms)
    print(29_000 < watch.remaining_ms() <= 29_800)
begin(watch, left_ms=30_000)
watch.end_before(epoch_ms() - 1)
print(29_000 < watch.remaining_ms() <= 29_800)
""")
        == ["True"] * 4
    )
