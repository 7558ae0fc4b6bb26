"""What CI systems and editors are given, read back by a reader that is not ours."""

import json
from xml.etree.ElementTree import fromstring

from softgrad.checking import Report
from softgrad.cli.check_formats import Outcome, github, junit, sarif

RIGHT = Report("correct", None, (), "It agrees.", None)
WRONG = Report("wrong", "sign-flipped", (), "100% wrong:\nthe <sign> & more, \x1b[31m.", None)
UNSURE = Report("inconclusive", None, (), "Nothing can be said.", None)
FOUND = [
    Outcome("my file.py", 3, "tanh", RIGHT),
    Outcome("my file.py", 12, "A, B: sigmoid", WRONG),
    Outcome("my file.py", 0, "noise", UNSURE),
    Outcome("my file.py", 7, "loss", None, "no call fits"),
]


def test_annotations_are_one_line_each_whatever_is_in_them():
    lines = github(FOUND).splitlines()
    assert [line.split()[0] for line in lines] == ["::notice", "::error", "::warning", "::warning"]
    head, message = lines[1].removeprefix("::error ").split("::", 1)
    assert head == "file=my file.py,line=12,title=softgrad%3A sign-flipped"
    assert message.startswith("A, B: sigmoid: wrong (sign-flipped): 100%25 wrong:%0Athe <sign>")


def test_junit_is_read_as_tests():
    suite = fromstring(junit(FOUND))[0]  # our own
    assert suite.attrib["tests"] == "4"
    assert suite.attrib["failures"] == "1"
    assert suite.attrib["skipped"] == "2"
    assert [[child.tag for child in case] for case in suite] == [
        [],
        ["failure"],
        ["skipped"],
        ["skipped"],
    ]
    assert suite[1][0].text.endswith("the <sign> & more,  [31m.")
    assert suite[3].attrib["name"] == "loss"


def test_sarif_has_a_result_for_what_is_not_right():
    run = json.loads(sarif(FOUND))["runs"][0]
    assert [one["level"] for one in run["results"]] == ["error", "warning", "warning"]
    assert {rule["id"] for rule in run["tool"]["driver"]["rules"]} == {
        one["ruleId"] for one in run["results"]
    }
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "my%20file.py"
    assert place["region"] == {"startLine": 12}
