"""Writes the input bytes of every vector to DIRECTORY/FILE-NNN.json, as README.md says.

Usage: split.py DIRECTORY
"""

import json
import sys
from pathlib import Path

VECTORS = Path(__file__).parent


def to_bytes(value) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def refused_document(form: dict) -> bytes:
    [(name, value)] = form.items()
    if name == "document":
        return to_bytes(value)
    if name == "text":
        return value.encode()
    if name == "hex":
        return bytes.fromhex(value)
    if name == "repeat":
        return "".join(text * count for text, count in value).encode()
    raise ValueError(f"unknown form of a refused document: {name}")


def input_of(case: dict) -> bytes | None:
    """The document a case hands in; None for a price."""
    if "timeline" in case:
        return to_bytes(case["timeline"])
    if "timeline_error" in case:
        return refused_document(case["timeline_error"])
    return None


def inputs():
    """(name, bytes) of every case that hands in a document."""
    for file in json.loads((VECTORS / "manifest.json").read_text()):
        cases = json.loads((VECTORS / file).read_text())["cases"]
        for number, case in enumerate(cases):
            document = input_of(case)
            if document is not None:
                yield f"{Path(file).stem}-{number:03}.json", document


def main(directory: Path) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    for old in directory.glob("*.json"):
        old.unlink()
    for name, document in inputs():
        (directory / name).write_bytes(document)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
