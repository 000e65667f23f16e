"""One file that holds the whole store: every table with its history, ledger, journals, mappings, boundaries.

The file is a ZIP, so that any system can look into it. The key stays outside unless it is asked for, and then lies in
it under a passphrase: a backup without its key tells nobody's name, and a key without its backup tells nothing.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from ipsm_analytics.archive.manifest import KEY, MANIFEST, SEAL, Manifest, Part, held_keys, seal, sources
from ipsm_analytics.archive.progress import Step, quiet
from ipsm_analytics.archive.vault import locked
from ipsm_analytics.config import Settings
from ipsm_analytics.errors import UserError
from ipsm_analytics.intake.identity import Keyring
from ipsm_analytics.rakor.edition import edition
from ipsm_analytics.room import require_room
from ipsm_analytics.schema import JOURNALS
from ipsm_analytics.store import Store

PORTION = 1 << 20
_PACKED = (".parquet",)
"""Files that are compressed already."""


@dataclass
class _Writing:
    """A backup being written."""

    archive: zipfile.ZipFile
    whole: int
    step: Step
    done: int = 0
    parts: list[Part] = field(default_factory=list)

    def add(self, name: str, path: Path) -> None:
        """Packs a file and notes its digest on the way."""
        kind = zipfile.ZIP_STORED if path.suffix in _PACKED else zipfile.ZIP_DEFLATED
        info = zipfile.ZipInfo(name)
        info.compress_type = kind
        own, size = hashlib.sha256(), 0
        with path.open("rb") as file, self.archive.open(info, "w", force_zip64=True) as packed:
            while portion := file.read(PORTION):
                own.update(portion)
                packed.write(portion)
                size += len(portion)
                self.done += len(portion)
                self.step(self.done, self.whole)
        self.parts.append(Part(name, size, own.hexdigest()))


def backup(out: Path, settings: Settings, phrase: str | None = None, step: Step = quiet) -> Manifest:
    """Writes the whole store as it is at one moment into a new file; with a passphrase, its key too.

    Nobody writes to the store meanwhile; readers go on. The file appears whole or not at all. Raises UserError when there
    is no store, when the file exists, when there is no room, and when the key at hand is not that of the store.
    """
    store = Store(settings)
    _check_place(out, settings)
    with store.locked():
        if not (version := store.latest()).number:
            raise UserError(
                "Tidak ada penyimpanan untuk dicadangkan.",
                found=str(settings.store),
                allowed="folder yang sudah berisi impor",
                action="periksa IPSM_STORE",
            )
        keys = _keys(settings, version.key_fingerprint, needed=phrase is not None)
        files = sources(settings)
        whole = sum(path.stat().st_size for path in files.values())
        action = "kosongkan ruang disk, atau pilih disk lain"
        require_room(out.parent, whole, "Ruang disk tidak cukup untuk cadangan.", action)
        with _drafted(out) as archive:
            writing = _Writing(archive, whole, step)
            for name, path in files.items():
                writing.add(name, path)
            manifest = Manifest(
                made=datetime.now(UTC).isoformat(timespec="seconds"),
                edition=edition(),
                version=version.number,
                key_fingerprint=version.key_fingerprint,
                journals={name: len(store.journal(name)) for name in JOURNALS},
                with_key=phrase is not None,
                files=tuple(writing.parts),
            )
            _finish(archive, manifest, keys, phrase)
    return manifest


def _finish(archive: zipfile.ZipFile, manifest: Manifest, keys: Keyring | None, phrase: str | None) -> None:
    text = manifest.text()
    archive.writestr(MANIFEST, text)
    if keys is not None:
        archive.writestr(SEAL, seal(text, keys))
    if keys is not None and phrase is not None:
        archive.writestr(KEY, locked(keys.text, phrase, manifest.key_fingerprint))


def _keys(settings: Settings, fingerprint: str, *, needed: bool) -> Keyring | None:
    """The key of the store; nothing where another one or none is at hand and it can do without."""
    keys = held_keys(settings)
    if keys is not None and keys.fingerprint == fingerprint:
        return keys
    if needed:
        raise UserError(
            "Kunci yang ada bukan kunci penyimpanan ini; cadangan dengan kunci tidak dibuat.",
            found=keys.fingerprint if keys else "tidak ada kunci",
            allowed=fingerprint,
            action="letakkan berkas kuncinya, atau cadangkan tanpa --with-key",
        )
    return None


def _check_place(out: Path, settings: Settings) -> None:
    if out.exists():
        raise UserError("Berkas tujuan sudah ada; tidak ditimpa.", found=str(out), action="pilih nama lain")
    if not out.parent.is_dir():
        raise UserError("Folder tujuan tidak ada.", found=str(out.parent), action="buat foldernya dahulu")
    if out.resolve().is_relative_to(settings.store):
        raise UserError(
            "Cadangan tidak boleh di dalam penyimpanan.", found=str(out), action="pilih folder lain, sebaiknya disk lain"
        )


@contextmanager
def _drafted(out: Path) -> Iterator[zipfile.ZipFile]:
    """A ZIP under another name, which takes its own only when it is complete and on the disk."""
    draft = out.with_name(f".{out.name}.{secrets.token_hex(4)}.sebagian")
    try:
        handle = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w+b") as file:
            with zipfile.ZipFile(file, "w") as archive:
                yield archive
            file.flush()
            os.fsync(file.fileno())
        draft.rename(out)
    except OSError as error:
        raise UserError(
            "Cadangan tidak dapat ditulis.",
            found=error.strerror or str(error),
            action="periksa ruang disk dan izin folder tujuan",
        ) from error
    finally:
        draft.unlink(missing_ok=True)
