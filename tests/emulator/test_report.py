"""emulator/report.py: the line Lambda writes after each invocation."""

from firstbyte.emulator.report import Report


def test_a_warm_invocation_is_billed_by_its_duration():
    report = Report("r-1", 12.345, 0.0, 1024, 50, "")
    assert report.line() == (
        "REPORT RequestId: r-1\tDuration: 12.35 ms\tBilled Duration: 13 ms\t"
        "Memory Size: 1024 MB\tMax Memory Used: 50 MB"
    )


def test_a_cold_invocation_is_billed_with_its_init():
    report = Report("r-1", 1.0, 20.5, 128, 50, "timeout")
    assert report.line() == (
        "REPORT RequestId: r-1\tDuration: 1.00 ms\tBilled Duration: 22 ms\t"
        "Memory Size: 128 MB\tMax Memory Used: 50 MB\tInit Duration: 20.50 ms\tStatus: timeout"
    )
