"""Writes docs/openapi.json, the description of the open interface, from the registry of data sets.

`python -m scripts.openapi_doc`
"""

from __future__ import annotations

from pathlib import Path

from ipsm_analytics.opendata.files import json_bytes
from ipsm_analytics.opendata.openapi import document

PATH = Path(__file__).resolve().parent.parent / "docs" / "openapi.json"


def main() -> None:
    """Writes the file anew."""
    PATH.write_bytes(json_bytes(document()))


if __name__ == "__main__":
    main()
