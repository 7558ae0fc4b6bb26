"""scikit-learn is imported where its estimators are, and missed with the line that installs it."""

import subprocess
import sys


def ran(program: str) -> str:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_softgrad_itself_needs_no_scikit_learn() -> None:
    assert ran("import sys, softgrad; print('sklearn' in sys.modules)") == "False\n"


def test_a_missing_scikit_learn_is_named() -> None:
    said = ran(
        "import sys\n"
        "sys.modules['sklearn'] = None\n"
        "from softgrad.errors import MissingPackageError\n"
        "try:\n"
        "    import softgrad.sklearn\n"
        "except MissingPackageError as error:\n"
        "    print(error)\n"
    )
    assert "pip install 'softgrad[sklearn]'" in said


def test_boosters_and_networks_are_imported_when_they_are_used() -> None:
    program = "import sys, softgrad.sklearn; print([one in sys.modules for one in {}])"
    assert "True" not in ran(program.format(["xgboost", "lightgbm", "catboost", "torch"]))
