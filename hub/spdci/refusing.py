"""How requests by SPDCI are refused: whole by an acknowledgement, or item by item, in the standard's codes.

Source: SPDCI API standards 1.0.0 (`ErrorEnum`, `SearchStatusReasonCode` and the like). Codes are the standard's, words
are the hub's: Indonesian first, English for the locale `eng`.
"""

from collections.abc import Mapping

from hub.errors import HubError, InputError, RefusedError, RetriableError
from hub.schema.asking import Malformed
from hub.schema.budget import SpentError
from hub.schema.messages import message as words_of

BAD = "err.request.bad"
UNAUTHORIZED = "err.request.unauthorized"
FORBIDDEN = "err.request.forbidden"
LONGEST_WORDS = 999
"""Characters of a message, by the standard."""


class Nack(Exception):  # noqa: N818  # it is an answer to the sender, not a failure of ours
    """A request that is not worked on.

    Args:
        code: Of the standard, `err.…`.
        indonesian: What is wrong.
        english: The same.
        reason: Code of the header, `rjct.…`; blank where none fits.
        status: HTTP status of the answer.
    """

    def __init__(self, code: str, indonesian: str, english: str, reason: str = "", status: int = 400) -> None:
        super().__init__(code)
        self.code, self.reason, self.status = code, reason, status
        self.indonesian, self.english = indonesian, english

    def words(self, language: str) -> str:
        """What is wrong, in a language, `id` or `en`."""
        return (self.english if language == "en" else self.indonesian)[:LONGEST_WORDS]


class Rejected(Exception):  # noqa: N818  # likewise
    """One item of a request that is not answered while the others are.

    Args:
        code: Of the standard, `rjct.…`.
        indonesian: What is wrong.
        english: The same.
    """

    def __init__(self, code: str, indonesian: str, english: str) -> None:
        super().__init__(code)
        self.code, self.indonesian, self.english = code, indonesian, english

    def words(self, language: str) -> str:
        """What is wrong, in a language, `id` or `en`."""
        return (self.english if language == "en" else self.indonesian)[:LONGEST_WORDS]


WORDS: Mapping[str, tuple[str, str]] = {
    "signature_missing": ("Pesan ini tidak ditandatangani.", "This message is not signed."),
    "signature_invalid": (
        "Tanda tangan pesan ini tidak sah.",
        "The signature of this message does not hold.",
    ),
    "envelope_odd": (
        "Ini bukan amplop: satu objek JSON dengan header dan message, setiap kunci sekali.",
        "This is no envelope: one JSON object with header and message, each key once.",
    ),
}
"""Of what envelopes are refused for."""
_BY_STATUS: Mapping[int, str] = {408: "err.request.timeout", 403: FORBIDDEN, 405: BAD, 413: BAD, 415: BAD}


def nack_of(error: Exception) -> Nack:
    """The refusal that an error of the hub comes to; what nobody foresaw tells of itself nothing."""
    if isinstance(error, Nack):
        return error
    if isinstance(error, Malformed):
        code = _BY_STATUS.get(error.status, BAD)
        return Nack(code, error.indonesian, error.english, status=error.status)
    if not isinstance(error, HubError):
        return Nack(
            "err.service.unavailable", "Ada kesalahan di dalam hub.", "An error inside the hub.", status=500
        )
    words = WORDS.get(error.code) or (words_of(error, "id"), words_of(error, "en"))
    if isinstance(error, SpentError):
        return Nack("err.request.too_many_requests", *words, status=429)
    if isinstance(error, RetriableError):
        return Nack("err.service.unavailable", *words, status=503)
    if isinstance(error, RefusedError):
        return _refused(error, *words)
    return (
        Nack(BAD, *words)
        if isinstance(error, InputError)
        else Nack("err.service.unavailable", *words, status=500)
    )


def _refused(error: RefusedError, indonesian: str, english: str) -> Nack:
    if error.code in ("token_missing", "token_refused"):
        return Nack(UNAUTHORIZED, indonesian, english, status=401)
    if error.code == "signature_missing":
        return Nack("err.signature.missing", indonesian, english, status=401)
    if error.code == "signature_invalid":
        return Nack("err.signature.invalid", indonesian, english, status=401)
    if error.allowed_by:
        indonesian, english = (f"{words} [{error.allowed_by}]" for words in (indonesian, english))
    return Nack(FORBIDDEN, indonesian, english, status=403)


#: The hub's own codes of what a query asks for wrongly, by the reason that the standard has for it.
_REASONS: Mapping[str, str] = {
    "filter_unindexed": "rjct.filter.invalid",
    "limit_links": "rjct.filter.invalid",
    "limit_values": "rjct.filter.invalid",
    "scope_missing": "rjct.filter.invalid",
    "masked": "rjct.filter.invalid",
    "order_unindexed": "rjct.sort.invalid",
    "page_size": "rjct.pagination.invalid",
    "bad_cursor": "rjct.pagination.invalid",
    "cursor_of_another": "rjct.pagination.invalid",
    "limit_rows": "rjct.search.too_many_records_found",
}


def rejection_of(error: HubError) -> Rejected:
    """What an item is rejected for whose query the planner does not take."""
    code = _REASONS.get(error.code, "rjct.search_criteria.invalid")
    indonesian, english = words_of(error, "id"), words_of(error, "en")
    if isinstance(error, RefusedError) and error.allowed_by:
        indonesian, english = (f"{words} [{error.allowed_by}]" for words in (indonesian, english))
    return Rejected(code, indonesian, english)
