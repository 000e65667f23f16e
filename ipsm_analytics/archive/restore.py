"""A backup becomes a store again: checked file by file beside it, and only then put in place."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ipsm_analytics.archive.backup import PORTION
from ipsm_analytics.archive.manifest import (
    KEY,
    MANIFEST,
    MAPPINGS,
    SEAL,
    STORE,
    Manifest,
    Part,
    held_keys,
    seal,
    single_files,
    write_key,
)
from ipsm_analytics.archive.progress import Step, quiet
from ipsm_analytics.archive.vault import unlocked
from ipsm_analytics.config import Settings
from ipsm_analytics.errors import UserError
from ipsm_analytics.intake.identity import Keyring, ring
from ipsm_analytics.room import require_room
from ipsm_analytics.schema import JOURNALS
from ipsm_analytics.store import Store

_OURS = frozenset({MANIFEST, SEAL, KEY})
_LARGEST_NOTE = 64 << 20
"""Bytes that a manifest may have."""


@dataclass(frozen=True)
class Restored:
    """What a backup was, whether its seal was tested (that needs the key), and whether the key came with it."""

    manifest: Manifest
    sealed: bool
    key: bool


def checked(source: Path, settings: Settings, step: Step = quiet) -> Restored:
    """Reads a whole backup and compares every digest; writes nothing. Raises UserError when anything is amiss."""
    with _opened(source) as archive:
        manifest = _manifest(archive)
        for _ in _contents(archive, manifest, step):
            pass
        return Restored(manifest, _seal_holds(archive, manifest, held_keys(settings)), key=False)


def restore(source: Path, settings: Settings, phrase: str | None = None, step: Step = quiet) -> Restored:
    """Puts a backup in the place of an empty store; with a passphrase, its key too.

    Nothing is visible before every file was compared with its digest and every version pinned by the ledger was opened.
    Raises UserError when the store is not empty, the key beside it is another one, there is no room, or the backup is not
    whole; then nothing was changed.
    """
    with Store(settings).locked(), _opened(source) as archive:
        _check_empty(settings)
        manifest = _manifest(archive)
        coming, there = _packed_keys(archive, manifest, phrase), held_keys(settings)
        _check_keys(manifest, settings, coming, there)
        settings.store.parent.mkdir(parents=True, exist_ok=True)
        require_room(settings.store.parent, manifest.size, "Ruang disk tidak cukup untuk memulihkan.", "kosongkan ruang disk")
        with _draft(settings) as draft:
            for part, content in _contents(archive, manifest, step):
                _write(draft / part.name, content)
            sealed = _seal_holds(archive, manifest, coming or there)
            _check_store(draft, manifest)
            _put_in_place(draft, settings, coming if there is None else None)
    return Restored(manifest, sealed, key=coming is not None)


@contextmanager
def _opened(source: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(source) as archive:
            yield archive
    except FileNotFoundError:
        raise UserError("Berkas cadangan tidak ada.", found=str(source), action="periksa nama dan foldernya") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise _damaged(str(error) or type(error).__name__) from None
    except OSError as error:
        raise UserError(
            "Cadangan tidak dapat dibaca atau dipulihkan; tidak ada yang diubah.",
            found=error.strerror or str(error),
            action="periksa ruang disk dan izin folder",
        ) from error


def _damaged(found: str) -> UserError:
    return UserError(
        "Berkas ini bukan cadangan yang utuh.",
        found=found[:160],
        allowed="berkas ZIP dari perintah backup, tidak terpotong dan tidak diubah",
        action="pakai salinan lain; tidak ada yang diubah",
    )


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    """The table of contents, once it is clear that the archive holds exactly what it lists."""
    names = archive.namelist()
    if MANIFEST not in names:
        raise _damaged(f"tanpa {MANIFEST}")
    if archive.getinfo(MANIFEST).file_size > _LARGEST_NOTE:
        raise _damaged(f"{MANIFEST} terlalu besar")
    try:
        manifest = Manifest.read(archive.read(MANIFEST).decode())
    except UnicodeDecodeError:
        raise _damaged(f"{MANIFEST} bukan teks") from None
    listed = {part.name for part in manifest.files}
    if len(names) != len(set(names)) or set(names) - _OURS != listed:
        odd = sorted((set(names) - _OURS) ^ listed) or ["nama yang sama dua kali"]
        raise _damaged(f"isi berbeda dari manifes: {odd[0][:80]}")
    for info in archive.infolist():
        if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG):
            raise _damaged(f"bukan berkas biasa: {info.filename[:80]}")
    return manifest


def _contents(archive: zipfile.ZipFile, manifest: Manifest, step: Step) -> Iterator[tuple[Part, Iterator[bytes]]]:
    """Each file with its bytes; once they are read, their number and digest have been compared."""
    done = 0
    for part in manifest.files:
        portions = _portions(archive, part)
        yield part, portions
        for _ in portions:
            pass
        done += part.size
        step(done, manifest.size)


def _portions(archive: zipfile.ZipFile, part: Part) -> Iterator[bytes]:
    own, size = hashlib.sha256(), 0
    with archive.open(part.name) as packed:
        while portion := packed.read(PORTION):
            own.update(portion)
            size += len(portion)
            if size > part.size:
                break
            yield portion
    if (size, own.hexdigest()) != (part.size, part.sha256):
        raise _damaged(f"isi {part.name} tidak sama dengan manifes")


def _write(path: Path, content: Iterator[bytes]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        for portion in content:
            file.write(portion)
        file.flush()
        os.fsync(file.fileno())


def _seal_holds(archive: zipfile.ZipFile, manifest: Manifest, keys: Keyring | None) -> bool:
    """Whether the seal was tested and fits; False where the key is not at hand. Raises UserError where it does not fit."""
    if keys is None or keys.fingerprint != manifest.key_fingerprint or SEAL not in archive.namelist():
        return False
    if archive.read(SEAL).decode(errors="replace") != seal(archive.read(MANIFEST).decode(), keys):
        raise _damaged("segel manifes tidak cocok: isinya diubah setelah dicadangkan")
    return True


def _check_empty(settings: Settings) -> None:
    if settings.store.exists() and any(settings.store.iterdir()):
        raise UserError(
            "Penyimpanan tidak kosong; pemulihan hanya ke penyimpanan kosong.",
            found=str(settings.store),
            action="pindahkan foldernya, atau atur IPSM_STORE ke tempat baru",
        )


def _packed_keys(archive: zipfile.ZipFile, manifest: Manifest, phrase: str | None) -> Keyring | None:
    """The key in the backup, opened with the passphrase; nothing where none was given."""
    if phrase is None:
        return None
    if KEY not in archive.namelist():
        raise UserError("Cadangan ini tidak memuat kunci.", action="pulihkan tanpa --with-key, lalu letakkan berkas kuncinya")
    return ring(unlocked(archive.read(KEY).decode(), phrase, manifest.key_fingerprint))


def _check_keys(manifest: Manifest, settings: Settings, *keys: Keyring | None) -> None:
    """Every key at hand must be that of the backup."""
    for held in keys:
        if held is not None and held.fingerprint != manifest.key_fingerprint:
            raise UserError(
                "Kunci di sini bukan kunci cadangan ini.",
                found=held.fingerprint,
                allowed=manifest.key_fingerprint,
                action=f"pindahkan {settings.key_file.name} atau kosongkan IPSM_KEY, lalu pakai kunci cadangan itu",
            )


@contextmanager
def _draft(settings: Settings) -> Iterator[Path]:
    draft = settings.store.with_name(f"{settings.store.name}.pulih-{secrets.token_hex(4)}")
    draft.mkdir()
    try:
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _check_store(draft: Path, manifest: Manifest) -> None:
    """The unpacked store says of itself what the manifest says, and every version it pins can be opened."""
    try:
        store = Store(Settings(store=draft / STORE))
        latest = store.latest()
        journals = {name: len(store.journal(name)) for name in JOURNALS if name in manifest.journals}
        for row in store.ledger().itertuples():
            version = store.version(int(str(row.version)))
            for name in version.tables:
                store.files(name, version)
    except Exception as error:
        raise _damaged(f"penyimpanan di dalamnya tidak terbuka ({type(error).__name__})") from error
    if (latest.number, latest.key_fingerprint, journals) != (manifest.version, manifest.key_fingerprint, dict(manifest.journals)):
        raise _damaged(f"isinya v{latest.number}, manifes menyebut v{manifest.version}")


def _put_in_place(draft: Path, settings: Settings, keys: Keyring | None) -> None:
    """What lies beside the store first, the store last: it is there with everything or not at all."""
    for name, target in {MAPPINGS: settings.mappings, **single_files(settings)}.items():
        if (draft / name).exists() and not target.exists():
            (draft / name).rename(target)
    if keys is not None:
        write_key(settings.key_file, keys)
    if settings.store.exists():
        settings.store.rmdir()
    (draft / STORE).rename(settings.store)
