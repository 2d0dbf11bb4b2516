"""Builds faregate._core: the core as one file, and the files of the binding. With FAREGATE_NO_LEDGER in the environment,
without the ledger and without SQLite."""

import os
import re
import sysconfig
from glob import glob
from pathlib import Path

from setuptools import Extension, setup

header = Path("core/include/faregate.h").read_text(encoding="utf-8")
version = re.search(r'#define FG_VERSION "(.+)"', header).group(1)

# One wheel for 3.11 and later. Free-threaded interpreters have no stable ABI: theirs is for one version.
stable_abi = not sysconfig.get_config_var("Py_GIL_DISABLED")

has_ledger = not os.environ.get("FAREGATE_NO_LEDGER")
macros = [("Py_LIMITED_API", "0x030b0000")] if stable_abi else []

core = Extension(
    "faregate._core",
    sources=["core/faregate.c", "core/faregate_store.c", *sorted(glob("bindings/python/*.c"))],
    depends=[*glob("core/src/*/*"), *glob("core/include/*"), *glob("bindings/python/*.h")],
    include_dirs=["core/include"],
    libraries=["sqlite3", "pthread"] if has_ledger else [],
    define_macros=macros + ([] if has_ledger else [("FAREGATE_NO_LEDGER", None)]),
    extra_compile_args=["-std=c11", "-fvisibility=hidden"],
    py_limited_api=stable_abi,
)

setup(
    version=version,
    ext_modules=[core],
    options={"bdist_wheel": {"py_limited_api": "cp311"}} if stable_abi else {},
)
