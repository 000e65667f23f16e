"""Keys: the same text always the same key, nothing without the secret, the secret in one private file."""

import hashlib
import hmac
import os
import stat
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipsm_analytics.config import Settings
from ipsm_analytics.errors import UserError
from ipsm_analytics.intake.identity import Keyring, keyring

KEYS = Keyring(b"satu rahasia untuk uji")
TEXTS = st.text("a é中\x1f:'\n")
OTHER = Keyring(b"rahasia lain untuk uji")


class TestKeys:
    def test_are_hmac_sha_256_of_domain_and_text(self):
        # HKDF-SHA-256 (RFC 5869) written out: extract with an empty salt, expand one block
        extracted = hmac.digest(bytes(32), KEYS.secret, "sha256")
        secret = hmac.digest(extracted, b"ipsm/hash\x01", "sha256")
        expected = hmac.new(secret, b"orang\x1fnik:7371014506900001", hashlib.sha256).hexdigest()[:32]
        assert KEYS.key("orang", "nik:7371014506900001") == expected

    @given(st.lists(TEXTS))
    def test_of_a_column_are_those_of_its_texts(self, texts: list[str]):
        assert KEYS.keys("kasus", pa.array(texts, pa.string())).to_pylist() == [KEYS.key("kasus", text) for text in texts]

    def test_differ_by_text_domain_and_secret(self):
        found = {keys.key(domain, text) for keys in (KEYS, OTHER) for domain in ("kasus", "orang") for text in ("", "a", "b")}
        assert len(found) == 12
        assert {len(key) for key in found} == {32}

    def test_the_fingerprint_tells_secrets_apart(self):
        assert KEYS.fingerprint == Keyring(KEYS.secret).fingerprint != OTHER.fingerprint
        assert len(KEYS.fingerprint) == 12

    def test_the_secret_is_not_the_key_that_is_used(self):
        assert KEYS.secret not in (KEYS._hash_key, KEYS._derive(b"seal"))
        assert KEYS._hash_key != KEYS._derive(b"seal")


class TestEnvelopes:
    @given(TEXTS)
    def test_open_again(self, text: str):
        assert KEYS.open(KEYS.seal(text)) == text

    def test_show_nothing_and_differ_each_time(self):
        sealed = [KEYS.seal("Sitti Contoh, 7371014506900001") for _ in range(2)]
        assert sealed[0] != sealed[1]
        assert not any(word in whole for whole in sealed for word in (b"Sitti", b"7371"))

    def test_another_key_cannot_open_them(self):
        with pytest.raises(UserError, match="tidak dapat dibuka dengan kunci ini"):
            OTHER.open(KEYS.seal("x"))

    def test_a_changed_one_does_not_open(self):
        sealed = KEYS.seal("x" * 50)
        with pytest.raises(UserError, match="tidak dapat dibuka"):
            KEYS.open(sealed[:60] + bytes([sealed[60] ^ 1]) + sealed[61:])


class TestSecret:
    def test_comes_from_the_setting(self, tmp_path: Path):
        assert keyring(Settings(tmp_path / "store", key="x" * 16)).secret == b"x" * 16
        assert list(tmp_path.iterdir()) == []

    def test_a_short_setting_is_refused(self, tmp_path: Path):
        with pytest.raises(UserError, match=r"IPSM_KEY terlalu pendek.*15 karakter"):
            keyring(Settings(tmp_path / "store", key="x" * 15))

    def test_is_made_once_for_its_owner_alone(self, tmp_path: Path):
        config = Settings(tmp_path / "data" / "store")
        first = keyring(config)
        assert config.key_file == tmp_path / "data" / "store.key"
        assert stat.S_IMODE(config.key_file.stat().st_mode) == 0o600
        assert len(first.secret) == 64
        assert keyring(config) == first
        assert list(config.key_file.parent.iterdir()) == [config.key_file]

    def test_differs_from_store_to_store(self, tmp_path: Path):
        assert keyring(Settings(tmp_path / "a")) != keyring(Settings(tmp_path / "b"))

    def test_a_damaged_file_is_refused_and_left_alone(self, tmp_path: Path):
        config = Settings(tmp_path / "store")
        config.key_file.write_bytes(b"pendek")
        config.key_file.chmod(0o600)
        with pytest.raises(UserError, match=r"Berkas kunci rusak.*store\.key, 6 byte"):
            keyring(config)
        assert config.key_file.read_bytes() == b"pendek"

    @pytest.mark.skipif(os.name != "posix", reason="rights of a file are kept otherwise there")
    @pytest.mark.parametrize("rights", [0o644, 0o604, 0o602])
    def test_one_that_everybody_may_open_is_refused(self, rights: int, tmp_path: Path):
        config = Settings(tmp_path / "store")
        secret = keyring(config).secret
        config.key_file.chmod(rights)
        with pytest.raises(UserError, match=f"dapat dibuka siapa saja.*izin {rights:o}") as refused:
            keyring(config)
        assert secret.decode() not in refused.value.text()
        config.key_file.chmod(0o640)
        assert keyring(config).secret == secret

    def test_a_place_that_cannot_be_written_is_refused(self, tmp_path: Path):
        (tmp_path / "berkas").write_text("bukan folder")
        with pytest.raises(UserError, match="Berkas kunci tidak dapat dibaca atau dibuat"):
            keyring(Settings(tmp_path / "berkas" / "store"))

    def test_the_second_of_two_makers_takes_the_first_ones(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        config = Settings(tmp_path / "store")
        first = keyring(config)
        monkeypatch.setattr(Path, "exists", lambda path: False)
        assert keyring(config) == first
        assert list(tmp_path.iterdir()) == [config.key_file]

    def test_is_not_shown(self, tmp_path: Path):
        assert "rahasia" not in repr(Settings(tmp_path, key="rahasia-panjang-sekali"))
        assert "rahasia" not in repr(KEYS)
