"""The two kinds of failure: one the user can mend, one only a programmer can."""

from __future__ import annotations


class UserError(Exception):
    """A problem the user can mend; the text is shown as it is, in Indonesian.

    Args:
        problem: what is wrong, one sentence.
        found: what was met, quoted.
        allowed: what would have been right.
        action: what to do next.
    """

    def __init__(self, problem: str, *, found: str = "", allowed: str = "", action: str = "") -> None:
        self.problem, self.found, self.allowed, self.action = problem, found, allowed, action
        super().__init__(self.text())

    def text(self) -> str:
        """The message as one paragraph."""
        parts = [self.problem]
        parts += [f"Ditemukan: {self.found}."] if self.found else []
        parts += [f"Yang diterima: {self.allowed}."] if self.allowed else []
        parts += [f"Tindakan: {self.action}."] if self.action else []
        return " ".join(parts)


class UnknownLayoutError(UserError):
    """A table whose header fits no known format: a person can say which column is which."""


class InternalError(Exception):
    """A broken invariant of the program itself: never caused by a user's file."""
