"""Turning the store's key: what the old one could tell of the store, it tells no more.

Names and numbers are kept nowhere, so their hashes cannot be made anew from them. The new key keys the old hash instead:
a person is HMAC(k2, HMAC(k1, NIK)), and every later import goes the same way. Who holds k1 alone can try all NIK there
are and meets none of them; the sealed rows are sealed anew by the newest key. k1 stays part of the key file, because
without it no later file would meet the persons of the earlier ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ipsm_analytics import swap
from ipsm_analytics.archive.columns import plain, values_of
from ipsm_analytics.archive.manifest import write_key
from ipsm_analytics.archive.progress import Step, quiet
from ipsm_analytics.archive.rewrite import files, rewritten, tables
from ipsm_analytics.archive.scan import occurrences
from ipsm_analytics.config import Settings
from ipsm_analytics.errors import InternalError, UserError
from ipsm_analytics.history import TURN
from ipsm_analytics.intake.identity import Keyring, keyring
from ipsm_analytics.intake.turning import turned_rows
from ipsm_analytics.linking.pairs import pair_id
from ipsm_analytics.schema import KEYED
from ipsm_analytics.store import Store, Version

LEDGER_TABLE = "impor"
_TOUCHED = frozenset((*KEYED, "pair_id", "precedence", "sealed"))
"""Columns that are others under another key."""


@dataclass(frozen=True)
class Turning:
    """What turning the key does, or did.

    Attributes:
        rows: table -> rows in all its files, those of past versions included.
        sealed: refused rows that are sealed anew.
        versions: data versions that stay readable.
        size: bytes that are written anew.
        before, after: fingerprint of the key; `after` is '' while nothing was done.
        links: how often the key has been turned with this turn.
    """

    rows: Mapping[str, int]
    sealed: int
    versions: int
    size: int
    before: str
    links: int
    after: str = ""


@dataclass
class _Turn:
    """The change of every row, and the old keys that it met."""

    old: Keyring
    new: Keyring
    met: set[str] = field(default_factory=set)

    def __call__(self, name: str, rows: pa.Table) -> pa.Table:
        """Rows of a table under the new key."""
        if name == LEDGER_TABLE:
            return _put(rows, "key_fingerprint", [self.new.fingerprint] * len(rows))
        for column in KEYED & set(rows.column_names):
            self.met |= {text.partition("-")[0] for text in values_of(rows[column])}
        if "precedence" in rows.column_names:
            self.met |= {text.rpartition("|")[2] for text in values_of(rows["precedence"])}
        rows = turned_rows(rows, self.new, len(self.old.links))
        if name == "karantina":
            return _put(rows, "sealed", [self.new.seal(self.old.open(sealed)) for sealed in rows["sealed"].to_pylist()])
        return _sides_in_order(rows) if name == "padanan" else rows


def _put(rows: pa.Table, name: str, values: list[str] | list[bytes]) -> pa.Table:
    place = rows.column_names.index(name)
    return rows.set_column(place, rows.field(name), pa.array(values, rows.field(name).type))


def _sides_in_order(rows: pa.Table) -> pa.Table:
    """Pairs with the smaller key at the left, and the name that the two keys give them."""
    sides = [sorted(pair) for pair in zip(rows["left_key"].to_pylist(), rows["right_key"].to_pylist(), strict=True)]
    columns = {"left_key": [left for left, _ in sides], "right_key": [right for _, right in sides]}
    for name, values in (columns | {"pair_id": [pair_id(*pair) for pair in sides]}).items():
        rows = _put(rows, name, values)
    return rows


def preview(settings: Settings) -> Turning:
    """What `rekey` would do; nothing is written. Raises UserError where it would."""
    store = Store(settings)
    old, base = _ready(store, settings)
    return _turning(store, old, base)


def rekey(settings: Settings, key_out: Path | None = None, step: Step = quiet) -> Turning:
    """Adds a link to the store's key and writes every table, in every version, under it.

    The new key takes the place of the key file; where the key comes from IPSM_KEY it is written to `key_out` instead, and
    has to become IPSM_KEY. The store is written anew beside the old one, searched for every old key, and put in place by
    a rename; whatever dies before leaves everything as it was, whatever dies after is finished by the next command.
    Raises UserError when the store is empty or of another key, when a history is not whole, and when there is no room.
    """
    store = Store(settings)
    with store.locked():
        old, base = _ready(store, settings)
        _check_place(settings, key_out)
        planned = _turning(store, old, base)
        store.require_room(1.5 * planned.size)
        turn = _Turn(old, old.with_link())
        draft = swap.begin(store.path)
        try:
            pairs = rewritten(store.path, draft, turn, step)
            _note(settings, draft, turn.new)
            _check(draft, pairs, turn)
            write_key(key_out or swap.draft_key(store.path), turn.new)
        except BaseException:
            swap.discard(store.path)
            raise
        swap.commit(store.path)
    return replace(planned, after=turn.new.fingerprint)


def _ready(store: Store, settings: Settings) -> tuple[Keyring, Version]:
    if not store.latest_number():
        raise UserError("Penyimpanan masih kosong; tidak ada yang perlu dikunci ulang.", found=str(store.path))
    keys = keyring(settings)
    return keys, store.opened_with(keys.fingerprint)


def _check_place(settings: Settings, key_out: Path | None) -> None:
    if settings.key is not None and key_out is None:
        raise UserError(
            "Kunci berasal dari IPSM_KEY, yang tidak dapat diganti oleh program ini.",
            allowed="--key-out BERKAS: kunci baru ditulis ke sana",
            action="jalankan dengan --key-out, lalu isi IPSM_KEY dengan isi berkas itu dan hapus berkasnya",
        )
    if settings.key is None and key_out is not None:
        raise UserError("--key-out hanya bila kunci berasal dari IPSM_KEY.", action="jalankan tanpa --key-out")
    if key_out is not None and (key_out.exists() or not key_out.parent.is_dir()):
        raise UserError("Berkas kunci tidak dapat dibuat di sana.", found=str(key_out), action="pilih berkas baru")


def _turning(store: Store, keys: Keyring, base: Version) -> Turning:
    found = [(folder.name, path) for folder in tables(store.path) for path in files(folder)]
    rows: dict[str, int] = {}
    for name, path in found:
        rows[name] = rows.get(name, 0) + pq.ParquetFile(path).metadata.num_rows
    size = sum(path.stat().st_size for _, path in found)
    return Turning(rows, rows.get("karantina", 0), base.number, size, keys.fingerprint, len(keys.links) + 1)


def _note(settings: Settings, draft: Path, new: Keyring) -> None:
    """A ledger row in the new store: when the key was turned and by whom."""
    counts = dict.fromkeys(("rows_read", "accepted", "updated", "duplicates", "quarantined"), 0)
    texts = {"import_id": "", "file": "", "sha256": "", "kind": "", "reasons": "{}"}
    with Store(replace(settings, store=draft)).transaction(new.fingerprint) as work:
        work.commit({"action": TURN, **counts, **texts, "sample": False})


def _check(draft: Path, pairs: Sequence[tuple[Path, Path]], turn: _Turn) -> None:
    """Every file says what it said in all that no key touches, and no old key is left anywhere."""
    for before, after in pairs:
        if before.parent.name != LEDGER_TABLE and not _untouched(before).equals(_untouched(after)):
            raise InternalError(f"{before.parent.name} differs")
    if found := occurrences(draft, turn.met):
        raise InternalError(f"{found} old keys are left")


def _untouched(path: Path) -> pa.Table:
    with pq.ParquetFile(path) as file:
        return plain(file.read([name for name in file.schema_arrow.names if name not in _TOUCHED]))
