# Setiap sasaran menyiapkan sendiri yang dibutuhkannya; 'make' saja menampilkan daftarnya.
PORT ?= 8501
VENV := .venv
RUN := $(VENV)/bin/python
RUNTIME := $(VENV)/runtime.stamp
DEV := $(VENV)/dev.stamp
LOCK = $(VENV)/bin/uv pip compile pyproject.toml --universal --python-version 3.11 --fork-strategy fewest \
	--custom-compile-command "make lock" --quiet --upgrade
REFERENCE = $(wildcard tests/data tests/unit/test_areas.py tests/unit/test_categories.py tests/unit/test_indicators.py \
	tests/unit/test_population.py tests/unit/test_reference*.py)

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run test test-long check shots bench calibrate lock clean

help: ## daftar perintah
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile
	@echo "  PORT=8600 make run memakai port lain; PYTHON=/letak/python3.12 memilih Python"

$(VENV)/bin/python:
	@sh scripts/venv.sh $(VENV)

$(RUNTIME): requirements.txt scripts/venv.sh | $(VENV)/bin/python
	@sh scripts/venv.sh $(VENV) requirements.txt
	@touch $@

$(DEV): requirements-dev.txt $(RUNTIME)
	@sh scripts/venv.sh $(VENV) requirements-dev.txt
	@touch $@

setup: $(RUNTIME) ## pasang paket untuk menjalankan dasbor

setup-dev: $(DEV) ## pasang juga paket untuk menguji

run: $(RUNTIME) ## jalankan dasbor di http://localhost:8501
	@$(RUN) -m scripts.live_server --port $(PORT)

test: $(DEV) ## semua uji, termasuk di peramban sungguhan
	@$(RUN) -m scripts.browser
	@$(RUN) -m pytest

test-long: $(DEV) ## uji yang memakan menit: setiap halaman di server baru, semua berkas keluar
	@$(RUN) -m scripts.browser
	@$(RUN) -m pytest -m long

check: $(DEV) ## gaya, tipe, arah impor, keamanan kode dan paket, data rujukan
	@$(RUN) -m ruff format --check .
	@$(RUN) -m ruff check .
	@$(RUN) -m mypy
	@$(VENV)/bin/lint-imports
	@$(VENV)/bin/bandit --quiet --configfile pyproject.toml --recursive .
	@$(RUN) -m scripts.audit_packages
	@$(RUN) -m pytest -q $(REFERENCE)

shots: $(DEV) ## gambar setiap halaman ke shots/
	@$(RUN) -m scripts.browser
	@$(RUN) -m scripts.shots

bench: $(DEV) ## ukur kecepatan dan memori ke benchmarks/results.md
	@$(RUN) -m scripts.browser
	@$(RUN) -m benchmarks.run

calibrate: $(DEV) ## coba setiap pernyataan statistik pada contoh dengan kebenaran yang diketahui
	@$(RUN) -m calibration.run
	@$(RUN) -m scripts.evidence_doc

lock: $(DEV) ## hitung ulang requirements*.txt dari pyproject.toml
	@$(LOCK) -o requirements.txt
	@$(LOCK) --extra dev -c requirements.txt -o requirements-dev.txt

clean: ## hapus .venv dan hasil sementara; data tetap
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache shots benchmarks/data
	@find ipsm_analytics pages scripts tests benchmarks -type d -name __pycache__ -prune -exec rm -rf {} +
