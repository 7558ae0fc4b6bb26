"""JUnit's XML, which CI systems show as tests: a test case is a derivative."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from softgrad.cli.check_formats.outcome import Outcome


def junit(outcomes: Sequence[Outcome]) -> str:
    """A suite of all."""
    levels = [one.level for one in outcomes]
    counts = {"errors": 0, "failures": levels.count("error"), "skipped": levels.count("warning")}
    numbers = {name: str(count) for name, count in counts.items()}
    suites = Element("testsuites")
    suite = SubElement(suites, "testsuite", name="softgrad check", tests=str(len(outcomes)))
    suite.attrib.update(numbers)
    for one in outcomes:
        case = SubElement(
            suite, "testcase", classname=one.path, name=one.name, file=one.path, line=str(one.line)
        )
        if one.level == "error":
            SubElement(case, "failure", message=one.rule, type=one.rule).text = _printable(one.text)
        elif one.level == "warning":
            SubElement(case, "skipped", message=_printable(one.text))
    indent(suites)
    return tostring(suites, encoding="us-ascii", xml_declaration=True).decode()


def _printable(text: str) -> str:
    """Without what XML has no way to write."""
    return "".join(c if c.isprintable() or c in "\n\t" else " " for c in text)
