"""Every error of the hub, sorted by what to do next.

HubError
├── RetriableError   wait, then do the same again (a server is busy, a quota refills)
├── SkippableError   put this row or record in quarantine and go on
├── FatalError       stop, land nothing, tell the operator
├── RefusedError     say no, and say which agreement or scope would allow it
└── InputError       tell the caller how to ask rightly

A message is plain English for the command line and the developer. It may name a source, a field, a
reason, a path or a record id; it never bears a NIK, a No KK, a person's name, a date of birth or a secret.
The doors translate `code` for people; the Indonesian texts live with the doors.
"""


class HubError(Exception):
    """A failure the hub foresaw, known by a stable code.

    Args:
        code: Lower-case words joined by underscores, stable across releases (`quota_exhausted`).
        message: What happened and what to do, in plain English, without personal details.
    """

    #: What `hub` returns to the shell: 1 failed, 2 wrong usage, 3 done in part.
    exit_code: int = 1

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    def __reduce__(self) -> tuple[type["HubError"], tuple[str, str], dict[str, object]]:
        """Both arguments and every attribute travel when the error crosses a process border."""
        return type(self), (self.code, self.message), vars(self)


class RetriableError(HubError):
    """A passing trouble: the same call may succeed later.

    Args:
        code: See HubError.
        message: See HubError.
        retry_after: Seconds the other side asked to wait, or None when it named no time.
    """

    def __init__(self, code: str, message: str, retry_after: float | None = None) -> None:
        super().__init__(code, message)
        self.retry_after = retry_after


class SkippableError(HubError):
    """One row or record cannot be used: it goes to quarantine and the run goes on."""


class FatalError(HubError):
    """The work cannot go on: nothing is landed, and an operator has to act."""


class RefusedError(HubError):
    """The caller may not have this.

    Args:
        code: See HubError.
        message: See HubError.
        allowed_by: The agreement, scope or purpose that would allow it, or None when nothing would.
    """

    def __init__(self, code: str, message: str, allowed_by: str | None = None) -> None:
        super().__init__(code, message)
        self.allowed_by = allowed_by


class InputError(HubError):
    """The caller asked wrongly; the message says how to ask rightly."""

    exit_code = 2
