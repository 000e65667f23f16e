"""A backup holds the whole store in one file, and becomes the same store again or nothing at all."""

import json
import shutil
import stat
import zipfile
from collections import namedtuple
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from filelock import FileLock

from ipsm_analytics import store as store_module
from ipsm_analytics.archive import backup as backup_module
from ipsm_analytics.archive import vault
from ipsm_analytics.archive.backup import backup
from ipsm_analytics.archive.manifest import KEY, MANIFEST, SEAL, Manifest, digest
from ipsm_analytics.archive.restore import checked, restore
from ipsm_analytics.archive.vault import locked, passphrase, unlocked
from ipsm_analytics.cli import main
from ipsm_analytics.config import Settings, settings
from ipsm_analytics.errors import UserError
from ipsm_analytics.intake.identity import Keyring, keyring
from ipsm_analytics.schema import AUDIT, JOURNALS, TABLES
from ipsm_analytics.store import Entry, Store
from tests.conftest import KEY as KEY_OF_TESTS
from tests.stores import in_place
from tests.tables import monthly, sicadas, take

PHRASE = "satu dua tiga empat"
Usage = namedtuple("Usage", "total used free")


@pytest.fixture(autouse=True)
def quick_scrypt(monkeypatch: pytest.MonkeyPatch) -> None:
    """The work of scrypt is for who guesses; a test need not do it."""
    monkeypatch.setattr(vault, "_WORK", 1 << 10)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Three versions: a case and a refused row, monthly reports, the case finished; one entry in a journal; a mapping."""
    folder = tmp_path_factory.mktemp("cadangan")
    config = Settings(store=folder / "store", key=KEY_OF_TESTS, today=date(2026, 11, 24))
    paths = (
        sicadas(folder / "a.csv", {}, {"Kelurahan": "Xyz"}),
        monthly(folder / "b.csv", {}),
        sicadas(folder / "c.csv", {"Status": "Selesai"}),
    )
    take(*paths, config=config)
    Store(config).record("rakor", "uji", lambda before: Entry(1, "siapkan", '{"name": "Rakor"}'))
    config.mappings.mkdir()
    (config.mappings / "abc.yml").write_text("kolom: {}\n", encoding="utf-8")
    return config


@pytest.fixture
def filled(made: Settings) -> Settings:
    """A copy of that store in the place that IPSM_STORE names."""
    return in_place(made)


def elsewhere(config: Settings, folder: Path) -> Settings:
    return replace(config, store=folder / "lain" / "store")


def everything(config: Settings) -> dict[str, object]:
    """Every table in every version, the ledger, the journals."""
    store = Store(config)
    found: dict[str, object] = {"ledger": store.ledger().to_dict("records")}
    for number in range(store.latest_number() + 1):
        for name in TABLES:
            found[f"{name}@{number}"] = store.read(name, store.version(number)).to_pylist()
    return found | {name: store.journal(name).to_dict("records") for name in JOURNALS}


def rewritten(source: Path, out: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """The backup with its members changed."""
    with zipfile.ZipFile(source) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out


def untouched(config: Settings) -> bool:
    """Nothing of a restore is left: no store, no key, no draft."""
    return {path.name for path in config.store.parent.iterdir()} == {"store.lock", "store.jejak.lock"}


class TestRoundTrip:
    def test_every_version_of_every_table_and_journal_is_the_same(self, filled: Settings, tmp_path: Path):
        made = backup(tmp_path / "cadangan.zip", filled)
        there = elsewhere(filled, tmp_path)
        done = restore(tmp_path / "cadangan.zip", there)
        assert everything(there) == everything(filled)
        assert digest(there.store) == digest(filled.store)
        assert (there.mappings / "abc.yml").read_text(encoding="utf-8") == "kolom: {}\n"
        assert (made.version, made.journals["rakor"], made.with_key) == (3, 1, False)
        assert made.key_fingerprint == keyring(filled).fingerprint
        assert (done.manifest, done.sealed, done.key) == (made, True, False)

    def test_the_restored_store_takes_imports(self, filled: Settings, tmp_path: Path):
        backup(tmp_path / "cadangan.zip", filled)
        there = elsewhere(filled, tmp_path)
        restore(tmp_path / "cadangan.zip", there)
        [report] = take(sicadas(tmp_path / "c.csv", {"Status": "Selesai"}), config=there)
        assert (report.duplicates, report.version) == (1, 3)
        [report] = take(sicadas(tmp_path / "d.csv", {"NIK": "7371014506900002"}), config=there)
        assert (report.accepted, report.version) == (1, 4)

    def test_an_empty_folder_counts_as_an_empty_store(self, filled: Settings, tmp_path: Path):
        backup(tmp_path / "cadangan.zip", filled)
        there = elsewhere(filled, tmp_path)
        there.store.mkdir(parents=True)
        assert restore(tmp_path / "cadangan.zip", there).manifest.version == 3

    def test_a_check_reads_everything_and_writes_nothing(self, filled: Settings, tmp_path: Path):
        backup(tmp_path / "cadangan.zip", filled)
        told: list[tuple[int, int]] = []
        there = elsewhere(filled, tmp_path)
        done = checked(tmp_path / "cadangan.zip", there, lambda *bytes_done: told.append(bytes_done))
        assert done.sealed
        assert told[-1] == (done.manifest.size, done.manifest.size)
        assert not there.store.parent.exists()

    def test_progress_reaches_the_end(self, filled: Settings, tmp_path: Path):
        told: list[tuple[int, int]] = []
        made = backup(tmp_path / "cadangan.zip", filled, step=lambda *bytes_done: told.append(bytes_done))
        assert told[-1] == (made.size, made.size)
        assert told == sorted(told)


class TestKey:
    @pytest.fixture
    def with_file(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Settings:
        """A store whose key lies in a file."""
        monkeypatch.delenv("IPSM_KEY")
        take(sicadas(tmp_path / "a.csv", {}, {"Kelurahan": "Xyz"}))
        return settings()

    def test_stays_outside_by_default(self, with_file: Settings, tmp_path: Path):
        backup(tmp_path / "cadangan.zip", with_file)
        secret = with_file.key_file.read_bytes()
        with zipfile.ZipFile(tmp_path / "cadangan.zip") as archive:
            assert KEY not in archive.namelist()
            assert not any(secret in archive.read(name) for name in archive.namelist())
        there = elsewhere(with_file, tmp_path)
        done = restore(tmp_path / "cadangan.zip", there)
        assert (done.sealed, done.key, there.key_file.exists()) == (False, False, False)

    def test_comes_back_with_its_passphrase(self, with_file: Settings, tmp_path: Path):
        made = backup(tmp_path / "cadangan.zip", with_file, PHRASE)
        secret = with_file.key_file.read_bytes()
        assert made.with_key
        with zipfile.ZipFile(tmp_path / "cadangan.zip") as archive:
            assert not any(secret in archive.read(name) for name in archive.namelist())
        there = elsewhere(with_file, tmp_path)
        done = restore(tmp_path / "cadangan.zip", there, PHRASE)
        assert (done.sealed, done.key) == (True, True)
        assert there.key_file.read_bytes() == secret
        assert stat.S_IMODE(there.key_file.stat().st_mode) == 0o600

    def test_another_passphrase_opens_nothing(self, with_file: Settings, tmp_path: Path):
        backup(tmp_path / "cadangan.zip", with_file, PHRASE)
        there = elsewhere(with_file, tmp_path)
        with pytest.raises(UserError, match="Kunci di dalam cadangan tidak dapat dibuka"):
            restore(tmp_path / "cadangan.zip", there, PHRASE + " lima")
        assert untouched(there)

    def test_a_backup_without_a_key_has_none_to_give(self, with_file: Settings, tmp_path: Path):
        backup(tmp_path / "cadangan.zip", with_file)
        with pytest.raises(UserError, match="tidak memuat kunci"):
            restore(tmp_path / "cadangan.zip", elsewhere(with_file, tmp_path), PHRASE)

    def test_another_key_beside_the_empty_store_is_refused(self, with_file: Settings, tmp_path: Path):
        backup(tmp_path / "cadangan.zip", with_file, PHRASE)
        there = elsewhere(with_file, tmp_path)
        keyring(there)
        with pytest.raises(UserError, match="bukan kunci cadangan ini"):
            restore(tmp_path / "cadangan.zip", there)
        assert not there.store.exists()

    def test_another_key_cannot_be_packed(self, filled: Settings, tmp_path: Path):
        other = replace(filled, key="kunci-lain-0123456789")
        with pytest.raises(UserError, match="bukan kunci penyimpanan ini"):
            backup(tmp_path / "cadangan.zip", other, PHRASE)
        assert not backup(tmp_path / "cadangan.zip", other).with_key

    def test_a_backup_makes_no_key(self, with_file: Settings, tmp_path: Path):
        with_file.key_file.rename(tmp_path / "aman.key")
        backup(tmp_path / "cadangan.zip", with_file)
        assert not with_file.key_file.exists()

    def test_the_passphrase_comes_from_the_environment_and_is_long(self, monkeypatch: pytest.MonkeyPatch):
        for text in ("", "sebelas char"[:11]):
            monkeypatch.setenv(vault.VARIABLE, text)
            with pytest.raises(UserError, match=f"{len(text)} karakter"):
                passphrase()
        monkeypatch.setenv(vault.VARIABLE, PHRASE)
        assert passphrase() == PHRASE

    def test_the_container_is_bound_to_its_store_and_to_modest_work(self):
        container = locked(b"rahasia", PHRASE, "sidik")
        assert unlocked(container, PHRASE, "sidik") == b"rahasia"
        dear = json.dumps(json.loads(container) | {"n": 1 << 30})
        for text, beside in ((container, "lain"), (dear, "sidik"), ("{}", "sidik"), ("bukan json", "sidik")):
            with pytest.raises(UserError, match="tidak dapat dibuka"):
                unlocked(text, PHRASE, beside)


class TestRefusals:
    def test_no_store(self, tmp_path: Path):
        with pytest.raises(UserError, match="Tidak ada penyimpanan"):
            backup(tmp_path / "cadangan.zip", settings())
        assert not (tmp_path / "cadangan.zip").exists()

    def test_places_that_are_none(self, filled: Settings, tmp_path: Path):
        (tmp_path / "ada.zip").touch()
        for out, words in (
            (tmp_path / "ada.zip", "sudah ada"),
            (tmp_path / "tiada" / "a.zip", "Folder tujuan tidak ada"),
            (filled.store / "a.zip", "tidak boleh di dalam"),
        ):
            with pytest.raises(UserError, match=words):
                backup(out, filled)
        assert (tmp_path / "ada.zip").stat().st_size == 0

    def test_no_room(self, filled: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        backup(tmp_path / "cadangan.zip", filled)
        monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(10**9, 10**9, 10**6))
        with pytest.raises(UserError, match=r"Ruang disk tidak cukup untuk cadangan.*1 MB kosong"):
            backup(tmp_path / "lagi.zip", filled)
        there = elsewhere(filled, tmp_path)
        with pytest.raises(UserError, match="Ruang disk tidak cukup untuk memulihkan"):
            restore(tmp_path / "cadangan.zip", there)
        assert untouched(there)

    def test_a_writer_that_dies_leaves_nothing(self, filled: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(backup_module, "seal", lambda text, keys: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            backup(tmp_path / "cadangan.zip", filled)
        assert sorted(path.name for path in tmp_path.iterdir()) == ["store", "store.jejak.lock", "store.lock", "store.pemetaan"]

    def test_waits_for_an_import(self, filled: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(store_module, "LOCK_SECONDS", 0.1)
        with FileLock(Store(filled).lock_file), pytest.raises(UserError, match="Impor lain sedang berjalan"):
            backup(tmp_path / "cadangan.zip", filled)

    def test_a_store_that_is_not_empty(self, filled: Settings, tmp_path: Path):
        backup(tmp_path / "cadangan.zip", filled)
        before = digest(filled.store)
        with pytest.raises(UserError, match="tidak kosong"):
            restore(tmp_path / "cadangan.zip", filled)
        assert digest(filled.store) == before

    def test_no_file_and_no_archive(self, tmp_path: Path):
        with pytest.raises(UserError, match="tidak ada"):
            restore(tmp_path / "tiada.zip", settings())
        (tmp_path / "teks.zip").write_text("bukan arsip", encoding="utf-8")
        with pytest.raises(UserError, match="bukan cadangan yang utuh"):
            restore(tmp_path / "teks.zip", settings())
        with zipfile.ZipFile(tmp_path / "lain.zip", "w") as archive:
            archive.writestr("a.txt", "a")
        with pytest.raises(UserError, match="tanpa manifes"):
            restore(tmp_path / "lain.zip", settings())


class TestDamage:
    @pytest.fixture
    def source(self, filled: Settings, tmp_path: Path) -> Path:
        backup(tmp_path / "cadangan.zip", filled)
        return tmp_path / "cadangan.zip"

    def refused(self, source: Path, config: Settings, folder: Path, words: str = "bukan cadangan yang utuh") -> None:
        there = elsewhere(config, folder)
        with pytest.raises(UserError, match=words):
            restore(source, there)
        assert untouched(there)

    @pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
    def test_a_file_cut_short(self, source: Path, filled: Settings, tmp_path: Path, share: float):
        whole = source.read_bytes()
        source.write_bytes(whole[: int(len(whole) * share)])
        self.refused(source, filled, tmp_path)

    @pytest.mark.parametrize("share", [0.05, 0.3, 0.6])
    def test_a_bit_turned(self, source: Path, filled: Settings, tmp_path: Path, share: float):
        whole = bytearray(source.read_bytes())
        whole[int(len(whole) * share)] ^= 1
        source.write_bytes(bytes(whole))
        self.refused(source, filled, tmp_path)

    def test_a_file_missing_added_or_changed(self, source: Path, filled: Settings, tmp_path: Path):
        names = [part.name for part in checked(source, filled).manifest.files]
        name = next(one for one in names if one.startswith("penyimpanan/kasus/part"))

        def missing(members: dict[str, bytes]) -> None:
            del members[name]

        def added(members: dict[str, bytes]) -> None:
            members["penyimpanan/kasus/lagi.parquet"] = b"PAR1"

        def changed(members: dict[str, bytes]) -> None:
            members[name] = members[name][:-1] + b"x"

        def longer(members: dict[str, bytes]) -> None:
            members[name] += b"x" * (1 << 21)

        for number, change in enumerate((missing, added, changed, longer)):
            self.refused(rewritten(source, tmp_path / f"{number}.zip", change), filled, tmp_path)

    @pytest.mark.parametrize(
        "name",
        ["../jahat", "/etc/jahat", "penyimpanan/../../jahat", "penyimpanan\\..\\jahat", "C:jahat", "kunci", "penyimpanan/./a"],
    )
    def test_a_name_that_leads_out(self, source: Path, filled: Settings, tmp_path: Path, name: str):
        def smuggled(members: dict[str, bytes]) -> None:
            manifest = json.loads(members[MANIFEST])
            first = manifest["files"][0]
            members[name] = members.pop(first["name"])
            first["name"] = name
            members[MANIFEST] = json.dumps(manifest).encode()

        self.refused(rewritten(source, tmp_path / "jahat.zip", smuggled), filled, tmp_path)
        assert not list(tmp_path.rglob("jahat"))

    def test_a_link_is_no_file(self, source: Path, filled: Settings, tmp_path: Path):
        with zipfile.ZipFile(source) as old, zipfile.ZipFile(tmp_path / "taut.zip", "w") as new:
            for info in old.infolist():
                content = old.read(info)
                if info.filename.endswith(".parquet"):
                    info.external_attr = (stat.S_IFLNK | 0o777) << 16
                new.writestr(info, content)
        self.refused(tmp_path / "taut.zip", filled, tmp_path, "bukan berkas biasa")

    def test_a_manifest_written_by_somebody_else(self, source: Path, filled: Settings, tmp_path: Path):
        def forged(members: dict[str, bytes]) -> None:
            manifest = json.loads(members[MANIFEST])
            members[MANIFEST] = json.dumps(manifest | {"made": "2020-01-01T00:00:00+00:00"}).encode()

        self.refused(rewritten(source, tmp_path / "palsu.zip", forged), filled, tmp_path, "segel manifes tidak cocok")

    def test_a_store_that_is_not_the_one_named(self, source: Path, filled: Settings, tmp_path: Path):
        def older(members: dict[str, bytes]) -> None:
            manifest = json.loads(members[MANIFEST])
            members[MANIFEST] = json.dumps(manifest | {"version": 2}).encode()
            del members[SEAL]

        self.refused(rewritten(source, tmp_path / "tua.zip", older), filled, tmp_path, "isinya v3, manifes menyebut v2")

    def test_a_manifest_of_another_form(self):
        for text in ("[]", "{}", '{"format": "lain"}', '{"format": "ipsm-cadangan 1", "files": [{}]}'):
            with pytest.raises(UserError, match="bukan cadangan"):
                Manifest.read(text)


class TestRing:
    def test_a_key_that_was_never_turned_is_what_it_was(self):
        keys = Keyring(b"satu rahasia untuk uji")
        assert keys.text == b"satu rahasia untuk uji"
        assert keys.turned(["ab", ""]) == ["ab", ""]


class TestCommand:
    def test_backup_check_and_restore(self, filled: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys):
        out = tmp_path / "cadangan.zip"
        assert main(["backup", "--out", str(out)]) == 0
        told = capsys.readouterr().out
        assert "v3" in told
        assert "Kunci TIDAK disertakan" in told
        assert main(["restore", "--from", str(out)]) == 2
        assert "tidak kosong" in capsys.readouterr().err
        monkeypatch.setenv("IPSM_STORE", str(tmp_path / "lain" / "store"))
        assert main(["restore", "--from", str(out), "--check"]) == 0
        assert "utuh: v3" in capsys.readouterr().out
        assert main(["restore", "--from", str(out)]) == 0
        assert "Segel diperiksa dengan kunci: cocok." in capsys.readouterr().out
        there, here = everything(settings()), everything(filled)
        noted = [[(row["action"], row["number"]) for row in found.pop(AUDIT)] for found in (there, here)]
        assert noted == [[("pulih", 1)], [("cadangan", 1)]]
        assert there == here

    def test_with_the_key(self, filled: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys):
        out = tmp_path / "cadangan.zip"
        monkeypatch.delenv(vault.VARIABLE, raising=False)
        assert main(["backup", "--out", str(out), "--with-key"]) == 2
        assert vault.VARIABLE in capsys.readouterr().err
        monkeypatch.setenv(vault.VARIABLE, PHRASE)
        assert main(["backup", "--out", str(out), "--with-key"]) == 0
        monkeypatch.setenv("IPSM_STORE", str(tmp_path / "lain" / "store"))
        monkeypatch.delenv("IPSM_KEY")
        assert main(["restore", "--from", str(out), "--with-key"]) == 0
        assert settings().key_file.read_bytes() == (filled.key or "").encode()
