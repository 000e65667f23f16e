"""A secret under a passphrase: scrypt (RFC 7914) makes a key of it, AES-256-GCM (NIST SP 800-38D) encrypts with that."""

from __future__ import annotations

import json
import os
import secrets
from base64 import b64decode, b64encode
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from ipsm_analytics.errors import UserError

VARIABLE = "IPSM_BACKUP_PASSPHRASE"
SHORTEST = 12
_WORK, _BLOCK, _LANES = 1 << 17, 8, 1
"""128 MB and about half a second a guess: the strongest setting of the OWASP Password Storage Cheat Sheet (2023)."""
_MOST_WORK = 1 << 20
"""A file may ask for no more than this, or opening it would eat the memory."""


def passphrase() -> str:
    """The passphrase of the environment, never of the command line; raises UserError when it is missing or short."""
    found = os.environ.get(VARIABLE, "")
    if len(found) < SHORTEST:
        raise UserError(
            f"{VARIABLE} belum diisi atau terlalu pendek.",
            found=f"{len(found)} karakter",
            allowed=f"paling sedikit {SHORTEST}, mis. lima kata acak",
            action="atur variabelnya; jangan menulisnya pada baris perintah",
        )
    return found


def locked(secret: bytes, phrase: str, beside: str) -> str:
    """The secret as a JSON container that only the passphrase opens, and only together with the text `beside` it."""
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    cipher = AESGCM(_key(phrase, salt, _WORK, _BLOCK, _LANES)).encrypt(nonce, secret, beside.encode())
    numbers = {"kdf": "scrypt", "n": _WORK, "r": _BLOCK, "p": _LANES, "cipher": "AES-256-GCM"}
    texts = {name: b64encode(value).decode() for name, value in (("salt", salt), ("nonce", nonce), ("secret", cipher))}
    return json.dumps(numbers | texts, sort_keys=True)


def unlocked(container: str, phrase: str, beside: str) -> bytes:
    """Reverses `locked`; raises UserError when the passphrase is another one or the container was changed."""
    try:
        said: dict[str, Any] = json.loads(container)
        work, block, lanes = (int(said[name]) for name in ("n", "r", "p"))
        salt, nonce, cipher = (b64decode(said[name], validate=True) for name in ("salt", "nonce", "secret"))
        _require(holds=1 < work <= _MOST_WORK and 0 < block <= _BLOCK and 0 < lanes <= _LANES)
        return AESGCM(_key(phrase, salt, work, block, lanes)).decrypt(nonce, cipher, beside.encode())
    except (InvalidTag, ValueError, KeyError, TypeError):
        raise UserError(
            "Kunci di dalam cadangan tidak dapat dibuka.",
            found="frasa sandi lain, atau isinya berubah",
            action=f"periksa {VARIABLE}, atau pulihkan tanpa kunci lalu letakkan berkas kunci sendiri",
        ) from None


def _require(*, holds: bool) -> None:
    if not holds:
        raise ValueError


def _key(phrase: str, salt: bytes, work: int, block: int, lanes: int) -> bytes:
    return Scrypt(salt, 32, work, block, lanes).derive(phrase.encode())
