"""Persons of the formal registers and of the aid lists, as the targeting of aid is judged by them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from ipsm_analytics.cube import axes
from ipsm_analytics.cube.selection import Ints, Selection
from ipsm_analytics.errors import InternalError
from ipsm_analytics.linking.decisions import resolved
from ipsm_analytics.reference import areas, categories
from ipsm_analytics.store import Store, Version

Bools = npt.NDArray[np.bool_]
GONE = ("pindah", "meninggal")
"""Outcomes after which aid at the old place is misplaced."""
GRANTED = "layak"
UNKNOWN = 0
"""Stands for a desil that is not known."""
_REGISTER = ["person_key", "family_key", "kode_kelurahan", "desil", "kategori", "pbi_nas", "pbi_pemda", "tahun_data", "entry_id"]
_AID = ["person_key", "family_key", "kode_kelurahan", "status", "tgl_usul"]
_CASES = ["person_key", "program_diterima", "hasil", "kode_kelurahan"]


@dataclass(frozen=True, eq=False)
class Registers:
    """One entry a person in a register or on an aid list; arrays are read-only.

    Attributes:
        keys: person keys, ascending.
        kelurahan: position of the kelurahan.
        desil: 1 to 10, UNKNOWN where no register says it.
        listed: in a register; a person may be on an aid list alone.
        aided: the person or the family gets a programme: granted aid, PBI, or one named on a case.
        gone: moved or died, as a case says.
        slices: (slices × persons) the groups and categories the registers name.
        limit: highest desil that aid is meant for.
    """

    keys: npt.NDArray[np.object_]
    kelurahan: Ints
    desil: Ints
    listed: Bools
    aided: Bools
    gone: Bools
    slices: Bools
    limit: int

    def __post_init__(self) -> None:
        for part in vars(self).values():
            if isinstance(part, np.ndarray):
                part.flags.writeable = False

    def select(self, selection: Selection) -> Ints:
        """(windows × slices × areas) persons; the same for every window. Raises InternalError for another quantity."""
        if selection.quantity not in _QUANTITIES:
            raise InternalError(f"{selection.quantity} is not counted from the registers")
        among = _QUANTITIES[selection.quantity](self)
        rows = self.slices[axes.slice_positions(selection.slices)] & among
        counts = np.stack([np.bincount(self.kelurahan[row], minlength=len(axes.district_of())) for row in rows])
        by_area = axes.all_levels(counts.astype(np.int32))[:, axes.area_positions(selection.areas)]
        return np.repeat(by_area[None].astype(np.int64), len(selection.windows), axis=0)


_QUANTITIES: Mapping[str, Callable[[Registers], Bools]] = {
    "listed": lambda known: known.listed,
    "poor": lambda known: known.listed & (known.desil >= 1) & (known.desil <= known.limit),
    "poor_unaided": lambda known: known.listed & (known.desil >= 1) & (known.desil <= known.limit) & ~known.aided,
    "aid_checked": lambda known: known.aided & ((known.desil != UNKNOWN) | known.gone),
    "aid_misplaced": lambda known: known.aided & ((known.desil > known.limit) | known.gone),
    "aided": lambda known: known.aided,
    "desil_unknown": lambda known: known.listed & (known.desil == UNKNOWN),
}


def load(store: Store, version: Version, limit: int) -> Registers:
    """The registers of a stored data version; `limit` is the highest desil that aid is meant for."""
    same = resolved(store, version)
    tables = (("register", _REGISTER), ("bansos", _AID), ("kasus", _CASES))
    register, aid, cases = (_merged(store.read(name, version, columns).to_pandas(), same) for name, columns in tables)
    return build(register, aid, cases, limit)


def _merged(rows: pd.DataFrame, same: Mapping[str, str]) -> pd.DataFrame:
    return rows.assign(person_key=rows["person_key"].map(same).fillna(rows["person_key"])) if same else rows


def build(register: pd.DataFrame, aid: pd.DataFrame, cases: pd.DataFrame, limit: int) -> Registers:
    """Registers from the rows of the tables with the columns above; the newest statement of a person holds."""
    entries = register.sort_values(["tahun_data", "entry_id"], na_position="first")
    granted = aid[aid["status"] == GRANTED].sort_values("tgl_usul")
    last = entries.groupby("person_key").last()
    places = pd.concat([granted.groupby("person_key")["kode_kelurahan"].last(), last["kode_kelurahan"]])
    places = places[~places.index.duplicated(keep="last")].sort_index()
    keys = places.index
    return Registers(
        keys=keys.to_numpy(dtype=object),
        kelurahan=np.array([_places()[code] for code in places], dtype=np.int64),
        desil=last["desil"].reindex(keys).fillna(UNKNOWN).to_numpy(dtype=np.int64),
        listed=np.asarray(keys.isin(last.index)),
        aided=_aided(keys, last, entries, granted, cases),
        gone=np.asarray(keys.isin(cases.loc[cases["hasil"].isin(GONE), "person_key"])),
        slices=_slices(keys, entries),
        limit=limit,
    )


def _places() -> Mapping[str, int]:
    return {code: place for place, code in enumerate(areas.codes("kelurahan"))}


def _aided(keys: pd.Index, last: pd.DataFrame, entries: pd.DataFrame, granted: pd.DataFrame, cases: pd.DataFrame) -> Bools:
    insured = entries["pbi_nas"].fillna(value=False).astype(bool) | entries["pbi_pemda"].fillna(value=False).astype(bool)
    named = cases.loc[cases["program_diterima"].map(lambda held: held is not None and len(held) > 0), "person_key"]
    families = last["family_key"].reindex(keys)
    own = keys.isin(granted["person_key"]) | keys.isin(entries.loc[insured, "person_key"]) | keys.isin(named)
    return np.asarray(own | (families.notna() & families.isin(granted["family_key"].dropna())).to_numpy())


def _slices(keys: pd.Index, entries: pd.DataFrame) -> Bools:
    """(slices × persons) membership; everybody is in the slice of all."""
    found = np.zeros((len(axes.slice_codes()), len(keys)), dtype=np.bool_)
    found[axes.slice_index()[axes.ALL]] = True
    named = entries[["person_key", "kategori"]].explode("kategori").dropna()
    known, bits = tuple(categories.categories()), axes.slice_bits()
    row = keys.get_indexer(pd.Index(named["person_key"]))
    kind = pd.Index(known).get_indexer(pd.Index(named["kategori"]))
    for position in range(len(found)):
        inside = (bits[kind] >> np.uint64(position)) & np.uint64(1) > 0
        found[position, row[inside]] = True
    return found
