"""The states a value can be in; never a number alone."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """Why a cell has its value, or has none."""

    OK = "ok"
    ZERO = "nol"
    NOT_REPORTED = "belum_lapor"
    SUPPRESSED = "disensor"
    NO_POPULATION = "tanpa_penduduk"
    SMALL_DENOMINATOR = "penyebut_kecil"
    NO_TARGET = "sasaran_belum_ada"
    NOT_DUE = "belum_tempo"
    UNDATED = "tanpa_tanggal"
    NOT_REACHED = "belum_tercapai"
    REFUSED = "tidak_dihitung"
    INCOMPLETE = "belum_lengkap"
