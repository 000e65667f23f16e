"""What happens when a page fails unexpectedly: a plain sentence with a number, and the number in the log.

An exception's own text may quote a cell of somebody's file, so it is neither shown nor logged: kinds of exceptions and lines of
code are. `report` is what st.App takes as on_script_error; `keep_quiet` keeps Streamlit from logging the text on its own, as
long as its option logger.enableRich is off. Words are loaded by the first failure: a server that starts imports nothing for it.
"""

from __future__ import annotations

import logging
import secrets
import traceback
from collections.abc import Iterator
from pathlib import Path

import streamlit as st

from ipsm_analytics.config import ROOT

LOG = logging.getLogger("ipsm_analytics.insiden")
STREAMLITS_LOG = "streamlit.error_util"
ALPHABET, LENGTH = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ", 6
"""Letters nobody takes for another when a number is read out on the telephone."""


def report(error: Exception) -> bool:
    """Logs an unexpected exception under a new number and says that number on the page; True: nothing else is shown."""
    from ipsm_analytics.app import state  # noqa: PLC0415
    from ipsm_analytics.views.i18n import Words  # noqa: PLC0415

    number = new_number()
    LOG.error("%s", described(number, error))
    words = Words(state.chosen_language())
    st.error(words("insiden.kalimat", nomor=number), icon=":material/error:")
    return True


def new_number() -> str:
    """An incident number, such as 'IN-7QX2MB'."""
    return "IN-" + "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def described(number: str, error: BaseException) -> str:
    """The number, then every exception of the chain: its kind and the lines of code it passed, none of its text."""
    return "\n".join([number, *(line for part in _chain(error) for line in _lines(part))])


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The exception, then what it came from; each once."""
    seen = set[int]()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _lines(error: BaseException) -> Iterator[str]:
    yield f"{type(error).__module__}.{type(error).__qualname__}"
    for frame in traceback.extract_tb(error.__traceback__):
        yield f"  {_place(frame.filename)}:{frame.lineno} {frame.name}"


def _place(filename: str) -> str:
    """A file of ours by its path in the program, another by its name alone."""
    path = Path(filename)
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name


class Discreet(logging.Filter):
    """Takes the text of exceptions out of records; what is logged keeps its own message."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always True; an exception is replaced by its kind and its lines of code."""
        if record.exc_info and record.exc_info[1] is not None:
            record.msg, record.args = f"{record.getMessage()} ({described('', record.exc_info[1]).strip()})", ()
            record.exc_info = record.exc_text = None
        return True


def keep_quiet() -> None:
    """Puts `Discreet` on Streamlit's log of failing pages; calling it again changes nothing."""
    log = logging.getLogger(STREAMLITS_LOG)
    if not any(isinstance(item, Discreet) for item in log.filters):
        log.addFilter(Discreet())
