"""What the package can do without: what is missing is named, with the extra that brings it."""

import re
import subprocess
import sys
import tomllib

import pytest
from shown import ROOT

# What hides a module from who imports it, and what then asks for it.
HIDDEN = """
import sys
sys.modules["{module}"] = None
import faregate
bills = faregate.bill([{{"account": "a", "time": "2024-11-05", "product": "image", "quantity": 1}}], "tencent-facefusion")
try:
    {asked}
except (faregate.Invalid, ImportError) as error:
    print(error)
"""


@pytest.mark.parametrize(
    "module, asked, extra",
    [
        ("pandas", "bills.lines.to_pandas()", "pandas"),
        ("polars", "bills.lines.to_polars()", "polars"),
        ("pyarrow", "bills.lines.to_arrow()", "arrow"),
        ("pyarrow", 'bills.lines.to_parquet("x.parquet")', "arrow"),
        ("pyarrow", 'faregate.bill("x.parquet", "tencent-facefusion")', "arrow"),
        ("numpy", 'bills.lines["units"].to_numpy()', "pandas"),
        ("matplotlib", "import faregate.plot", "notebook"),
        ("matplotlib", "from faregate import plot", "notebook"),
    ],
)
def test_what_is_missing_is_named(module: str, asked: str, extra: str, tmp_path) -> None:
    (tmp_path / "x.parquet").write_bytes(b"PAR1")
    program = HIDDEN.format(module=module, asked=asked)
    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=tmp_path
    ).stdout
    assert re.search(rf"needs {module}\b.*: pip install 'faregate\[{extra}\]'", told), told


def test_one_extra_is_all_of_them() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    assert extras["all"] == [f"faregate[{','.join(name for name in extras if name not in ('all', 'test'))}]"]
