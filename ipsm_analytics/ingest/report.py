"""What became of a file, and what it changes in the figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date

from ipsm_analytics.intake.sheet import Problem


@dataclass(frozen=True)
class Impact:
    """Rows of a table that come in, less those they replace.

    Attributes:
        before: rows before; sample rows that make way are not counted.
        kecamatan: code -> change in rows, only where there is one; empty for figures that are of no kecamatan.
        groups: group -> change in cases; a case counts once in each of its groups. Empty for other tables.
        first, last: days of the rows that come in, where the table has days.
    """

    table: str
    before: int
    after: int
    kecamatan: Mapping[str, int]
    groups: Mapping[str, int]
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class Report:
    """What became of one file. rows_read = accepted + quarantined + duplicates; updated is part of accepted.

    Attributes:
        version: data version that holds the file now; of a rehearsal, the one it was held against.
        removed_sample: sample rows that made way for real data.
        corrections: declared correction -> rows it mended.
        remarks: sentences on how the file was read.
        settled: refused rows of earlier imports that this file sent again and that therefore wait no more.
        mapped_by: who made the mapping the file was read by; '' for a known format.
        unknown_layout: the file was refused because nobody has said yet which column is which.
        error: why the whole file was refused, if it was; then all counts are 0.
    """

    file: str
    kind: str = ""
    sha256: str = ""
    rows_read: int = 0
    accepted: int = 0
    updated: int = 0
    quarantined: int = 0
    duplicates: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    unknown_columns: tuple[str, ...] = ()
    version: int = 0
    sample: bool = False
    removed_sample: int = 0
    settled: int = 0
    corrections: dict[str, int] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    mapped_by: str = ""
    unknown_layout: bool = False
    error: str = ""
    problems: tuple[Problem, ...] = ()
    impact: Impact | None = None

    def as_json(self) -> dict[str, object]:
        """The report as one JSON object, problems as sentences, days as ISO texts."""
        impact = asdict(self.impact) if self.impact else None
        if impact:
            impact |= {name: impact[name] and impact[name].isoformat() for name in ("first", "last")}
        return asdict(self) | {"problems": [problem.text() for problem in self.problems], "impact": impact}
