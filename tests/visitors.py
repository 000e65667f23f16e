"""Visitors of a live server without a browser: a WebSocket, with the sign-in cookie Streamlit itself would have set."""

import json
import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value, generate_xsrf_token_string
from websockets.sync.client import ClientConnection, connect

SECRET = "rahasia-uji-" + "0123456789abcdef" * 2
HOUR = 3600
ACCESS = """
[masuk]
hubungi = "Admin Uji, pesawat 123"

[peran]
klaim = "groups"

[peran.nilai]
"ipsm-pimpinan" = "pimpinan"
"ipsm-tallo" = { peran = "korcam", kecamatan = "Tallo" }

[orang]
"operator@contoh.go.id" = "operator"
"auditor@contoh.go.id" = "auditor"
"korcam@contoh.go.id" = { peran = "korcam", kecamatan = ["Mariso", "73.71.08"] }
"pimpinan@contoh.go.id" = "pimpinan"
"umum@contoh.go.id" = "publik"
"""


def write_settings(folder: Path, port: int, provider: str = "http://127.0.0.1:9") -> tuple[tuple[str, ...], dict[str, str]]:
    """Secrets and rules of a server on that port: its options and its variables."""
    secrets, access = folder / "secrets.toml", folder / "access.toml"
    secrets.write_text(
        f"""
[auth]
redirect_uri = "http://127.0.0.1:{port}/oauth2callback"
cookie_secret = "{SECRET}"
client_id = "ipsm"
client_secret = "rahasia"
server_metadata_url = "{provider}/.well-known/openid-configuration"
"""
    )
    access.write_text(ACCESS)
    return (f"--secrets.files={secrets}",), {"IPSM_ACCESS": str(access)}


def claims(email: str, **more: object) -> dict[str, object]:
    """What a provider signs for a verified address, a minute ago."""
    made = {"sub": email, "email": email, "email_verified": True, "iat": int(time.time()) - 60, "iss": "http://127.0.0.1:9"}
    return {**made, "provider": "default", "is_logged_in": True, **more}


def cookie(url: str, held: Mapping[str, object], secret: str = SECRET, age: float = 0) -> str:
    """The value of Streamlit's sign-in cookie for a server, made `age` seconds ago."""
    with patch("time.time", return_value=time.time() - age):
        return create_signed_value(secret, "_streamlit_user", json.dumps({**held, "origin": url})).decode()


@dataclass
class Drawn:
    """What one run of a page sent.

    Attributes:
        menu: addresses of the pages in the menu.
        redirect: where the browser is sent to sign in or out.
    """

    elements: list[tuple[str, object]] = field(default_factory=list)
    menu: list[str] = field(default_factory=list)
    redirect: str = ""

    def kinds(self, kind: str) -> list:
        """All elements of a kind, as their messages."""
        return [part for name, part in self.elements if name == kind]

    @property
    def errors(self) -> list[str]:
        """Texts of error boxes."""
        return [part.body for part in self.kinds("alert") if part.format == part.ERROR]

    @property
    def text(self) -> str:
        """All HTML blocks but styles."""
        return " ".join(part.body for part in self.kinds("html") if "<style>" not in part.body)


class Tab:
    """One session with a server."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection, self.number = connection, ""

    def open(self, page: str, query: str = "") -> Drawn:
        """Opens a page by its address and waits until its script has ended for good."""
        message = BackMsg()
        message.rerun_script.page_name = page
        message.rerun_script.query_string = query
        return self._run(message)

    def press(self, drawn: Drawn, label: str) -> Drawn:
        """Presses a button that was drawn."""
        (button,) = [part for part in drawn.kinds("button") if part.label == label]
        message = BackMsg()
        message.rerun_script.widget_states.widgets.add(id=button.id, trigger_value=True)
        return self._run(message)

    def fetch(self, file_id: str) -> tuple[str, str]:
        """Asks for a file that is made when it is asked for: its address, or the error."""
        message = BackMsg()
        message.backend_operation_request.request_id = "1"
        message.backend_operation_request.session_id = self.number
        message.backend_operation_request.deferred_file.file_id = file_id
        self.connection.send(message.SerializeToString())
        for answer in self._answers():
            if answer.WhichOneof("type") == "backend_operation_response":
                got = answer.backend_operation_response
                return got.deferred_file.url, got.error_msg
        raise AssertionError("no answer")

    def _run(self, message: BackMsg) -> Drawn:
        self.connection.send(message.SerializeToString())
        drawn = Drawn()
        for answer in self._answers():
            kind = answer.WhichOneof("type")
            if kind == "new_session":
                drawn = Drawn(redirect=drawn.redirect)
                self.number = answer.new_session.initialize.session_id or self.number
            if kind == "delta" and answer.delta.WhichOneof("type") == "new_element":
                element = answer.delta.new_element
                name = element.WhichOneof("type")
                drawn.elements.append((name, getattr(element, name)))
            if kind == "navigation":
                drawn.menu = [page.url_pathname for page in answer.navigation.app_pages if not page.is_hidden]
            if kind == "auth_redirect":
                drawn.redirect = answer.auth_redirect.url
            if kind == "script_finished" and answer.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                return drawn
        raise AssertionError("the server hung up")

    def _answers(self) -> Iterator[ForwardMsg]:
        while True:
            answer = ForwardMsg()
            answer.ParseFromString(self.connection.recv(timeout=60))
            yield answer


@contextmanager
def tab(
    url: str,
    signed: str | None = None,
    headers: Sequence[tuple[str, str]] = (),
    cookies: str = "",
    name: str = "",
    origin: str = "",
) -> Iterator[Tab]:
    """A session with the server at `url`, with a sign-in cookie if one is given.

    Args:
        name: what the server is called in the request, if not by its address.
        origin: the page that asks, if not one of that name.
    """
    place = urlsplit(url)
    called = f"{name or place.hostname}:{place.port}"
    token = generate_xsrf_token_string()
    held = [f"_streamlit_xsrf={token}", *([f"_streamlit_user={signed}"] if signed else []), *([cookies] if cookies else [])]
    with connect(
        f"ws://{called}/_stcore/stream",
        sock=socket.create_connection((place.hostname, place.port)),
        origin=origin or f"http://{called}",
        subprotocols=["streamlit", token],
        additional_headers=[("Cookie", "; ".join(held)), *headers],
        max_size=None,
        compression=None,
    ) as connection:
        yield Tab(connection)
