#!/bin/sh
# venv.sh DIR: makes the virtual environment DIR with the first Python >= 3.11 found ($PYTHON first).
# venv.sh DIR FILE...: installs the locked FILEs into it, with uv where it is on PATH, else with pip.
set -eu

dir=$1
shift

fail() {
    printf '\nGagal: %s\n' "$1" >&2
    exit 1
}

modern() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    for name in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11 python; do
        if modern "$name"; then
            printf '%s\n' "$name"
            return
        fi
    done
    fail "dibutuhkan Python 3.11 atau lebih baru; yang ada: $(python3 --version 2>&1 || true).
Pasang Python dari python.org atau pengelola paket, atau tunjuk letaknya: make run PYTHON=/letak/python3.12"
}

make_venv() {
    python=$(find_python)
    echo "Menyiapkan lingkungan Python di $dir ($("$python" --version)) ..."
    if command -v uv >/dev/null 2>&1; then
        uv venv --quiet --clear --python "$("$python" -c 'import sys; print(sys.executable)')" "$dir"
    else
        "$python" -m venv --clear "$dir" || fail "modul venv tidak ada; pada Debian/Ubuntu: apt-get install python3-venv"
    fi
}

install() {
    echo "Memasang paket dari $* (sekali saja, beberapa menit) ..."
    for file; do
        set -- "$@" -r "$file"
        shift
    done
    if command -v uv >/dev/null 2>&1; then
        uv pip install --quiet --python "$dir/bin/python" "$@"
    elif "$dir/bin/python" -m pip --version >/dev/null 2>&1; then
        "$dir/bin/python" -m pip install --quiet --disable-pip-version-check "$@"
    else
        "$dir/bin/python" -m ensurepip >/dev/null && "$dir/bin/python" -m pip install --quiet --disable-pip-version-check "$@"
    fi || fail "paket tidak terpasang; periksa sambungan ke indeks paket lalu ulangi perintah yang sama."
}

if [ $# -eq 0 ]; then make_venv; else install "$@"; fi
