"""Keyed hashes instead of names and numbers, and sealed envelopes for refused rows."""

from __future__ import annotations

import os
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ipsm_analytics import swap
from ipsm_analytics.config import Settings
from ipsm_analytics.errors import UserError

MIN_KEY_LENGTH = 16
KEY_BYTES = 16
RING_MARK = b"ipsm-kunci-2:"
"""Begins a key that was turned; after it every secret in hex, the first one first, with ':' between."""
MOST_FREQUENT = 1 << 16
"""About as many keys of a domain are kept: more than there are birth dates in six digits."""


@dataclass(frozen=True)
class Keyring:
    """Keys derived (HKDF-SHA-256) from secrets that never enter the store.

    `secret` keys what the intake reads. Each of the `links` came with a turn of the key: it keys what was keyed before,
    so that what is stored is known by all of them together and by none alone; only the newest one seals.
    """

    secret: bytes = field(repr=False)
    links: tuple[bytes, ...] = field(default=(), repr=False)

    @property
    def text(self) -> bytes:
        """What a key file holds."""
        return RING_MARK + b":".join(one.hex().encode() for one in (self.secret, *self.links)) if self.links else self.secret

    def with_link(self) -> Keyring:
        """The same keys with a new secret at the end."""
        return Keyring(self.secret, (*self.links, secrets.token_bytes(32)))

    @cached_property
    def _hash_key(self) -> bytes:
        return self._derive(b"hash")

    @cached_property
    def _turns(self) -> list[HMAC]:
        return [HMAC(self._derive(b"turn", link), SHA256()) for link in self.links]

    @cached_property
    def _fernet(self) -> Fernet:
        return Fernet(urlsafe_b64encode(self._derive(b"seal", (self.secret, *self.links)[-1])))

    def _derive(self, purpose: bytes, secret: bytes | None = None) -> bytes:
        return HKDF(SHA256(), 32, salt=None, info=b"ipsm/" + purpose).derive(secret or self.secret)

    @property
    def fingerprint(self) -> str:
        """Short public mark of the key, to notice a wrong one."""
        return self.turned([self.key("fingerprint", "")])[0][:12]

    def key(self, domain: str, text: str) -> str:
        """HMAC-SHA-256 of a text within a domain, first 128 bits as 32 hex digits."""
        return self._digest(self._hmac(domain), text.encode())[:KEY_BYTES].hex()

    def keys(self, domain: str, texts: pa.Array) -> pa.Array:
        """`key` of every text; there may be no gap among them."""
        start = self._hmac(domain)
        whole = b"".join([self._digest(start, text) for text in texts.cast(pa.binary()).to_numpy(zero_copy_only=False)])
        digits = np.frombuffer(whole, np.uint8).reshape(-1, SHA256.digest_size)[:, :KEY_BYTES].tobytes().hex().encode()
        ends = np.arange(len(texts) + 1, dtype=np.int32) * (2 * KEY_BYTES)
        return pa.StringArray.from_buffers(len(texts), pa.py_buffer(ends), pa.py_buffer(digits))

    def turned(self, keys: Sequence[str], since: int = 0) -> list[str]:
        """Keys as they are stored: each keyed by every link after the first `since`, as long as it was; '' stays ''."""
        for turn in self._turns[since:]:
            keys = [self._digest(turn, key.encode())[:KEY_BYTES].hex()[: len(key)] for key in keys]
        return list(keys)

    def frequent(self, domain: str, texts: pa.Array) -> pa.Array:
        """`keys` of texts that come again with every portion of a file; most of them are keyed once only."""
        known, asked = self._frequent.setdefault(domain, {}), texts.to_pylist()
        new = [text for text in asked if text not in known]
        found = dict(zip(new, self.keys(domain, pa.array(new, pa.string())).to_pylist(), strict=True))
        if len(known) < MOST_FREQUENT:
            known.update(found)
        return pa.array([known.get(text) or found[text] for text in asked], pa.string())

    @cached_property
    def _frequent(self) -> dict[str, dict[str, str]]:
        return {}

    def _hmac(self, domain: str) -> HMAC:
        start = HMAC(self._hash_key, SHA256())
        start.update(f"{domain}\x1f".encode())
        return start

    @staticmethod
    def _digest(start: HMAC, text: bytes) -> bytes:
        state = start.copy()
        state.update(text)
        return state.finalize()

    def seal(self, text: str) -> bytes:
        """Encrypts and authenticates a text (Fernet)."""
        return self._fernet.encrypt(text.encode())

    def open(self, sealed: bytes) -> str:
        """Reverses `seal`; raises UserError when the key is another one."""
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken:
            raise UserError(
                "Baris karantina tidak dapat dibuka dengan kunci ini.", action="pulihkan berkas kunci yang dipakai saat impor"
            ) from None


def ring(text: bytes) -> Keyring:
    """The keys that a key file or IPSM_KEY holds; raises UserError when a turned key is damaged."""
    if not text.startswith(RING_MARK):
        return Keyring(text)
    try:
        first, *links = (bytes.fromhex(part.decode()) for part in text.removeprefix(RING_MARK).strip().split(b":"))
    except ValueError:
        raise UserError("Kunci rusak.", found="kunci yang tidak terbaca", action="pulihkan dari cadangan") from None
    return Keyring(first, tuple(links))


def keyring(settings: Settings) -> Keyring:
    """The store's keys from IPSM_KEY or the key file, made with mode 0600 on first use."""
    swap.finish(settings.store)
    if settings.key is not None:
        if len(settings.key) < MIN_KEY_LENGTH:
            raise UserError(
                "IPSM_KEY terlalu pendek.",
                found=f"{len(settings.key)} karakter",
                allowed=f"paling sedikit {MIN_KEY_LENGTH}",
                action="pakai kunci acak",
            )
        return ring(settings.key.encode())
    try:
        return ring(_read_or_make(settings.key_file))
    except OSError as error:
        raise UserError(
            "Berkas kunci tidak dapat dibaca atau dibuat.",
            found=f"{settings.key_file.name} ({error.strerror})",
            action="periksa izin foldernya, atau atur IPSM_KEY",
        ) from error


def _read_or_make(path: Path) -> bytes:
    """The key file's content; a new file appears whole or not at all, and the first of two makers wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        _make(path)
    _check_private(path)
    secret = path.read_bytes()
    if len(secret) < MIN_KEY_LENGTH:
        raise UserError("Berkas kunci rusak.", found=f"{path.name}, {len(secret)} byte", action="pulihkan dari cadangan")
    return secret


def _check_private(path: Path) -> None:
    """Raises UserError when every user of the machine may read the key; where Windows keeps the rights there is no such mark."""
    rights = path.stat().st_mode & 0o777
    if os.name == "posix" and rights & 0o007:
        raise UserError(
            "Berkas kunci dapat dibuka siapa saja di komputer ini.",
            found=f"{path.name}, izin {rights:o}",
            allowed="izin 600: hanya pemiliknya",
            action=f"jalankan chmod 600 {path.name}; bila ada orang lain di komputer ini, anggap kuncinya sudah diketahui",
        )


def _make(path: Path) -> None:
    draft = path.with_name(f"{path.stem}.{secrets.token_hex(4)}.key")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_hex(32).encode())
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            path.hardlink_to(draft)
    finally:
        draft.unlink()
