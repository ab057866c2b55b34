"""Tell a report as JUnit XML: one test case for each thing that can be wrong.

What the tour did not come to is skipped, a warning passes and says so in its output.
"""

import re
from typing import Final
from xml.etree import ElementTree

from firstbyte.probe.finding import ERROR, KINDS
from firstbyte.probe.report import Report

_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, however it is written."""


def make_junit(report: Report) -> str:
    """Return the document."""
    found = {it.code: it for it in report.findings}
    errors = [it for it in report.findings if it.severity == ERROR]
    suite = ElementTree.Element(
        "testsuite",
        {
            "name": _clean(f"firstbyte probe {report.tour.plan.url}"),
            "tests": str(len(KINDS)),
            "failures": str(len(errors)),
            "errors": "0",
            "skipped": str(len(report.unseen)),
        },
    )
    for code, kind in KINDS.items():
        name = {"classname": f"probe.{kind.concern}", "name": code}
        case = ElementTree.SubElement(suite, "testcase", name)
        if code in report.unseen:
            ElementTree.SubElement(case, "skipped")
        elif finding := found.get(code):
            told = _clean(f"{finding.detail}\n{kind.remedy}")
            if finding.severity == ERROR:
                failure = ElementTree.SubElement(case, "failure", message=kind.sentence)
                failure.text = told
            else:
                ElementTree.SubElement(case, "system-out").text = f"{kind.sentence}\n{told}"
    # ASCII: whatever the output is encoded in, what the document says of itself is so.
    octets: bytes = ElementTree.tostring(suite, encoding="us-ascii", xml_declaration=True)
    return octets.decode()


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("�", text)
