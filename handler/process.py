"""Read, mark and end the process as the platform sees it: environment, trace id, successor."""

import _signal
import posix
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn

_TRACE = "_X_AMZN_TRACE_ID"
_FIRST_START = (b"AWS_LAMBDA_INITIALIZATION_TYPE", b"AWS_LAMBDA_MAX_CONCURRENCY")


def read_environment() -> dict[str, str]:
    """Read the environment variables without importing `os`."""
    return {
        name.decode(errors="surrogateescape"): value.decode(errors="surrogateescape")
        for name, value in posix.environ.items()
    }


def set_trace(trace_id: str) -> None:
    """Tell the X-Ray SDK and botocore which trace this invocation belongs to."""
    loaded = sys.modules.get("os")
    if loaded is not None:
        if trace_id:
            loaded.environ[_TRACE] = trace_id
        else:
            loaded.environ.pop(_TRACE, None)
    # `os` makes os.environ from this mapping when it is imported.
    elif trace_id:
        posix.environ[_TRACE.encode()] = trace_id.encode()
    else:
        posix.environ.pop(_TRACE.encode(), None)


def settle() -> None:
    """Make Ctrl-C end an idle process, and whatever is printed show at once.

    No Python signal handler runs while the native client waits for work, so the default action
    has to stay in force. Half a surrogate pair in a log line is no reason to fail a call.
    """
    _signal.signal(_signal.SIGINT, _signal.SIG_DFL)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(  # type: ignore[union-attr] # text files, both
            line_buffering=True, errors="backslashreplace"
        )


def flush_log() -> None:
    """Write out what is printed and still in a buffer; a tool may have closed its output."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        # ValueError says that it is closed, AttributeError that there is none.
        except (OSError, ValueError, AttributeError):
            continue


def write_line(octets: bytes) -> None:
    """Write a line to the standard output, below Python's stream and in one piece."""
    try:
        posix.write(1, octets + b"\n")
    except OSError:
        return


def write_error(text: str) -> None:
    """Write to the error output below Python's streams, for when those are of no use."""
    try:
        posix.write(2, text.encode("utf-8", "backslashreplace"))
    except OSError:
        return


def make_successor() -> "Callable[[bool], NoReturn]":
    """Return what ends this process for good, to be called from any thread.

    Called with True, the answer is complete: the interpreter is started anew in this process
    (same pid), which finishes the invocation by asking for the next one, so the platform sees
    no crash. Called with False, the answer cannot be completed: exit status 1 cuts it, and the
    client learns that at once.

    The successor starts as this process did: in the folder, with the environment and the
    descriptors it had when this function was called. It is no first start any more, though: it
    neither warms up nor waits for a snapshot, and one worker is followed by one.
    """
    folder, environment, inherited = posix.getcwd(), dict(posix.environ), _descriptors()
    for name in _FIRST_START:
        environment.pop(name, None)

    def leave(is_answered: bool) -> "NoReturn":
        try:
            flush_log()
            if is_answered and sys.executable:
                # A timer outlives exec and would kill the successor.
                _signal.setitimer(_signal.ITIMER_REAL, 0)
                for descriptor in _descriptors() - inherited:
                    posix.set_inheritable(descriptor, False)
                posix.chdir(folder)
                posix.execve(sys.executable, sys.orig_argv, environment)
        finally:
            posix._exit(1)

    return leave


def _descriptors() -> set[int]:
    """List the open file descriptors; none where the system does not tell (macOS)."""
    try:
        names = posix.listdir("/proc/self/fd")
    except OSError:
        return set()
    return {int(name) for name in names if _is_open(int(name))}


def _is_open(descriptor: int) -> bool:
    """Tell whether it is still open; the one that listed the others is not."""
    try:
        posix.fstat(descriptor)
    except OSError:
        return False
    return True
