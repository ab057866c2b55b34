"""emulator/failure.py: a failure in the platform's words."""

from firstbyte.emulator.failure import Failure, platform_failure


def test_a_failure_of_the_platform_is_worded_like_a_runtime_s():
    failure = platform_failure("Runtime.ExitError", 'exit "1"')
    body = b'{"errorType": "Runtime.ExitError", "errorMessage": "exit \\"1\\""}'
    assert failure == Failure("Runtime.ExitError", body, is_cut=True)


def test_a_log_line_names_kind_and_report():
    assert Failure("A.B", b"{\xff}").summary() == "A.B: {\N{REPLACEMENT CHARACTER}}"
