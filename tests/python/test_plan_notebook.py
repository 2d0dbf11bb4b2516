"""The notebook of the examples runs, and says what it says."""

from pathlib import Path
from typing import Any

import pytest

nbformat = pytest.importorskip("nbformat")
nbclient = pytest.importorskip("nbclient")
pytest.importorskip("matplotlib")
pytest.importorskip("ipykernel")

NOTEBOOK = Path(__file__).parents[2] / "examples" / "whatif.ipynb"


def printed(notebook: Any) -> list[str]:
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    streams = [output.text for output in outputs if output.output_type == "stream"]
    return streams + [output.data["text/plain"] for output in outputs if output.output_type == "execute_result"]


def test_the_notebook_says_what_it_says() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    kept = printed(notebook)
    nbclient.NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(NOTEBOOK.parent)}}).execute()
    assert printed(notebook) == kept
