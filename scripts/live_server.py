"""The dashboard as a process of its own.

`python -m scripts.live_server [--port N]` starts it, prepares the store meanwhile, says when both are done, and ends the server
with itself.
"""

from __future__ import annotations

import argparse
import http.client
import os
import signal
import socket
import subprocess  # nosec B404 # this interpreter without a shell
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
DASHBOARD = ROOT / "dashboard.py"
ADDRESS = "127.0.0.1"


def free_port() -> int:
    """A port of the loopback address nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((ADDRESS, 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class LiveServer:
    """A running server: its address without a slash at the end, and its process."""

    url: str
    process: subprocess.Popen[bytes]


@contextmanager
def live_server(
    script: Path = DASHBOARD,
    *,
    port: int | None = None,
    env: Mapping[str, str] | None = None,
    options: Sequence[str] = (),
    log: IO[bytes] | None = None,
    timeout: float = 60.0,
) -> Iterator[LiveServer]:
    """A Streamlit server for `script`, yielded once it answers; exactly its process is ended afterwards.

    Args:
        script: what `streamlit run` runs, in the script's own folder.
        port: None takes a free one.
        env: variables set on top of this process's own.
        options: further options of `streamlit run`.
        log: file for all the server prints; None prints it here.
        timeout: seconds until it must answer.

    Raises:
        RuntimeError: the server ended or did not answer in time.
    """
    port = port or free_port()
    url = f"http://{ADDRESS}:{port}"
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        str(script),
        f"--server.port={port}",
        f"--server.address={ADDRESS}",
        *options,
    ]
    variables = os.environ | dict(env or {})
    with subprocess.Popen(command, cwd=script.parent, env=variables, stdout=log, stderr=log) as process:  # nosec B603 # ours
        try:
            _await_health(process, port, timeout)
            yield LiveServer(url, process)
        finally:
            _end(process)


def _await_health(process: subprocess.Popen[bytes], port: int, timeout: float) -> None:
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline and process.poll() is None:
        if _healthy(port):
            return
        time.sleep(0.05)
    raise RuntimeError(f"no answer on port {port}; exit code {process.poll()}")


def _healthy(port: int) -> bool:
    connection = http.client.HTTPConnection(ADDRESS, port, timeout=5)
    try:
        connection.request("GET", "/_stcore/health")
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()


def _taken(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((ADDRESS, port)) == 0


def main() -> int:
    """Runs the dashboard until Ctrl+C; 2 if the port is taken, else the code of what failed."""
    parser = argparse.ArgumentParser(description="Menjalankan dasbor")
    parser.add_argument("--port", type=int, default=8501)
    port = parser.parse_args().port
    if _taken(port):
        print(f"Gagal: port {port} sudah dipakai. Pakai yang lain: make run PORT={port + 1}", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        return _run(port)
    except KeyboardInterrupt:
        return 0


def _run(port: int) -> int:
    """Server and store get ready side by side: that halves the wait of every start after the first."""
    started = time.monotonic()
    with (
        subprocess.Popen([sys.executable, "-m", "ipsm_analytics", "prepare"], cwd=ROOT) as preparing,  # nosec B603 # ours
        live_server(port=port) as server,
    ):
        if code := preparing.wait():
            return code
        print(
            f"Dasbor siap dalam {time.monotonic() - started:.1f} detik: http://localhost:{port}  (berhenti: Ctrl+C)", flush=True
        )
        return server.process.wait()


if __name__ == "__main__":
    sys.exit(main())
