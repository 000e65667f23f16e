"""What a backup says of itself: every file with its size and digest, and which store it was."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from ipsm_analytics.config import Settings
from ipsm_analytics.errors import UserError
from ipsm_analytics.intake.identity import Keyring, keyring

FORMAT = "ipsm-cadangan 1"
MANIFEST, SEAL, KEY = "manifes.json", "segel.txt", "kunci.sandi.json"
STORE, MAPPINGS, BOUNDARIES, WITNESS = "penyimpanan", "pemetaan", "batas.geojson", "jejak.saksi"
"""Names inside a backup."""
_SEAL_DOMAIN = "cadangan"
_DIGEST = re.compile(r"[0-9a-f]{64}")
_FORBIDDEN = re.compile(r"[\\:\x00-\x1f]")
"""A backslash or a colon means another folder or drive on some systems."""


@dataclass(frozen=True)
class Part:
    """A file of a backup: its name there, bytes, SHA-256 as hex digits."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """A backup's table of contents.

    Attributes:
        made: when, ISO 8601 in UTC.
        edition: which program wrote it.
        version: newest data version.
        key_fingerprint: of the key without which nobody can be recognised and no refused row opened.
        journals: journal -> entries in it.
        with_key: whether the key itself lies in it, under a passphrase.
    """

    made: str
    edition: str
    version: int
    key_fingerprint: str
    journals: Mapping[str, int]
    with_key: bool
    files: tuple[Part, ...]
    format: str = FORMAT

    @property
    def size(self) -> int:
        """Bytes of all files, unpacked."""
        return sum(part.size for part in self.files)

    def text(self) -> str:
        """As JSON, always written the same way."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True)

    @classmethod
    def read(cls, text: str) -> Manifest:
        """Reverses `text`; raises UserError when it is no manifest of ours or names a file outside the backup."""
        try:
            said: dict[str, Any] = json.loads(text)
            if said["format"] != FORMAT:
                raise _refused(f"format {said['format']}", FORMAT)
            files = tuple(Part(str(one["name"]), int(one["size"]), str(one["sha256"])) for one in said.pop("files"))
            manifest = cls(files=files, **said)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise _refused("manifes yang tidak terbaca", FORMAT) from None
        _check(files)
        return manifest


def _check(files: Iterable[Part]) -> None:
    seen: set[str] = set()
    for part in files:
        if not inside(part.name) or part.name.casefold() in seen or part.size < 0 or not _DIGEST.fullmatch(part.sha256):
            raise _refused(f"nama atau ukuran berkas yang tidak wajar: {part.name[:80]!r}", f"berkas di bawah {STORE}/")
        seen.add(part.name.casefold())


def inside(name: str) -> bool:
    """Whether a name in a backup stays below the folders a backup may fill."""
    path = PurePosixPath(name)
    known = name in (BOUNDARIES, WITNESS) or (path.parts[:1] in ((STORE,), (MAPPINGS,)) and len(path.parts) > 1)
    return known and not _FORBIDDEN.search(name) and ".." not in path.parts and path.as_posix() == name


def _refused(found: str, allowed: str) -> UserError:
    return UserError("Berkas ini bukan cadangan yang utuh.", found=found, allowed=allowed, action="pakai cadangan lain")


def sources(settings: Settings) -> dict[str, Path]:
    """Name in a backup -> file, for everything that belongs to the store except its key, by name."""
    found = {
        f"{prefix}/{path.relative_to(folder).as_posix()}": path
        for prefix, folder in ((STORE, settings.store), (MAPPINGS, settings.mappings))
        for path in folder.rglob("*")
        if path.is_file()
    }
    found |= {name: path for name, path in single_files(settings).items() if path.exists()}
    return dict(sorted(found.items()))


def single_files(settings: Settings) -> dict[str, Path]:
    """Name in a backup -> file beside the store: its official boundaries, and what tells of lost entries of the audit trail."""
    return {BOUNDARIES: settings.boundaries, WITNESS: settings.store.with_name(settings.store.name + ".jejak")}


def digest(folder: Path) -> str:
    """One SHA-256 for a whole folder: of the names and digests of its files, by name."""
    whole = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        with path.open("rb") as file:
            own = hashlib.file_digest(file, "sha256").hexdigest()
        whole.update(f"{path.relative_to(folder).as_posix()}\x1f{own}\n".encode())
    return whole.hexdigest()


def held_keys(settings: Settings) -> Keyring | None:
    """The store's keys where there are any; unlike `keyring` it makes none."""
    return keyring(settings) if settings.key is not None or settings.key_file.exists() else None


def seal(text: str, keys: Keyring) -> str:
    """Keyed mark of a manifest: only who holds the key can write one that fits."""
    return keys.key(_SEAL_DOMAIN, text)


def write_key(path: Path, keys: Keyring) -> None:
    """Writes a key file that only its owner can read; it must not exist yet."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(keys.text)
        file.flush()
        os.fsync(file.fileno())
