"""What importing the package imports: nothing that takes long, and nothing that is missing afterwards."""

import subprocess
import sys

import faregate
import pytest

HEAVY = (
    "argparse concurrent.futures csv dataclasses email importlib.metadata importlib.resources inspect json logging "
    "pathlib re shutil tempfile typing numpy pandas polars pyarrow matplotlib"
).split()


def run(program: str) -> str:
    arguments = [sys.executable, "-c", program]
    return subprocess.run(arguments, capture_output=True, text=True, check=True).stdout


def test_nothing_that_takes_long_is_imported():
    before = "import sys; before = set(sys.modules); import faregate; print(*(set(sys.modules) - before))"
    imported = set(run(before).split())
    assert "faregate._core" in imported
    assert not imported & set(HEAVY)


def test_what_is_imported_later_is_there_from_the_beginning():
    program = "import faregate; print(*[name for name in dir(faregate) if getattr(faregate, name) is None])"
    assert run(program).split() == []
    assert {"bill", "Bills", "cheapest", "Plan", "open", "replay", "billing", "whatif", "Account"} <= set(dir(faregate))
    assert run("import faregate; print(faregate.plan.cheapest is faregate.cheapest)") == "True\n"


def test_a_star_imports_all_of_it():
    names: dict[str, object] = {}
    exec("from faregate import *", names)
    assert set(faregate.__all__) <= set(names) and names["bill"] is faregate.bill


def test_a_name_that_is_not_there_is_told():
    with pytest.raises(AttributeError, match="module 'faregate' has no attribute 'bills'") as caught:
        faregate.bills
    assert (caught.value.name, caught.value.obj) == ("bills", faregate)
