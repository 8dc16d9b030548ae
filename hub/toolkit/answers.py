"""What an answer is worth before its content is looked at: status, size, and a connection that failed."""

import socket
import ssl
from collections.abc import AsyncIterator
from email.utils import parsedate_to_datetime

import httpx

from hub.domain import clock
from hub.errors import FatalError, RetriableError
from hub.registry.sources import SourceConfig
from hub.toolkit.credentials import where_to_look

_WAIT_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504, 507})


def broken(source: SourceConfig, error: httpx.TransportError) -> FatalError | RetriableError:
    """What a connection that failed means: no host, nobody there, no trust, or a passing break."""
    if isinstance(_root(error), ssl.SSLError):
        return _untrusted(source, error)
    if isinstance(error, httpx.ConnectError):
        return _unreachable(source, error)
    kind = type(error).__name__
    return RetriableError("connection_broken", f"{source.name}: the connection broke ({kind})")


def _untrusted(source: SourceConfig, error: httpx.TransportError) -> FatalError:
    """TLS failed: we do not trust the server, or it does not trust us."""
    name, host, auth = source.name, error.request.url.host, source.auth
    if isinstance(_root(error), ssl.SSLCertVerificationError):
        return FatalError(
            "certificate_untrusted",
            f"{name}: the certificate of {host} is not trusted; check auth.authority_file in its entry",
        )
    shown = "check auth.certificate_file" if auth.certificate_file else "set auth.certificate_file"
    return FatalError("credential_refused", f"{name}: {host} refused a TLS connection; {shown} in its entry")


def _unreachable(source: SourceConfig, error: httpx.ConnectError) -> FatalError | RetriableError:
    place = f"{error.request.url.host}:{error.request.url.port or 80}"
    if isinstance(_root(error), socket.gaierror):
        return FatalError("address_wrong", f"{source.name}: no host is called {error.request.url.host}")
    return RetriableError(
        "unreachable", f"{source.name}: nothing answers at {place}; check address in config/sources"
    )


def refuse_status(source: SourceConfig, answer: httpx.Response, longest: float) -> None:
    """Refuses an answer by its status.

    Args:
        source: Entry of the source.
        answer: With its headers; the body is not read.
        longest: Seconds that a source may ask to wait.

    Raises:
        RetriableError: `busy`, `answer_odd`.
        FatalError: `busy_for_long`, `credential_refused`, `address_wrong`, `redirected`.
    """
    status, name, host = answer.status_code, source.name, answer.url.host
    if status in _WAIT_STATUS:
        raise _asked_to_wait(source, answer, longest)
    if status in (401, 403):
        raise FatalError(
            "credential_refused", f"{name}: {host} refused the credential; {where_to_look(source)}"
        )
    if status in (404, 405, 410):
        raise FatalError(
            "address_wrong",
            f"{name}: {host} has nothing at the address of its entry ({status}); "
            f"check address in config/sources/{name}.toml",
        )
    if answer.is_redirect:
        raise FatalError(
            "redirected", f"{name}: {host} sends elsewhere ({status}); the hub follows no redirect"
        )
    if status == 204 or not answer.is_success:
        raise RetriableError("answer_odd", f"{name}: {host} answered with status {status}")


def _asked_to_wait(
    source: SourceConfig, answer: httpx.Response, longest: float
) -> RetriableError | FatalError:
    seconds = retry_after(answer.headers)
    message = f"{source.name}: {answer.url.host} is busy (status {answer.status_code})"
    if seconds is not None and seconds > longest:
        return FatalError("busy_for_long", f"{message} and asks to come back in {seconds:.0f} s; sync later")
    return RetriableError("busy", message, seconds)


async def pieces(
    source: SourceConfig, answer: httpx.Response, most: int | None = None
) -> AsyncIterator[bytes]:
    """The bytes as sent, never more than the entry or `most` allows; a compressed answer is refused.

    Raises:
        RetriableError: `answer_odd`, `answer_cut_off`.
        FatalError: `answer_too_large`.
    """
    name, size = source.name, 0
    limit = min(filter(None, (source.limits.max_bytes, most)))
    if answer.headers.get("content-encoding", "identity").lower() != "identity":
        raise RetriableError("answer_odd", f"{name}: the answer is compressed though none was asked for")
    async for piece in answer.aiter_raw():
        size += len(piece)
        if size > limit:
            raise FatalError(
                "answer_too_large",
                f"{name}: an answer exceeds {limit:,} bytes; see limits.max_bytes and options.page_size",
            )
        yield piece
    promised = answer.headers.get("content-length")
    if promised is not None and promised.isdigit() and int(promised) != size:
        raise RetriableError("answer_cut_off", f"{name}: the answer ended before its promised length")


def refuse_pages(name: str, answer: httpx.Response, start: bytes) -> None:
    """A web page under status 200 is a login or error page, whatever was asked for.

    Raises:
        RetriableError: `html_instead`.
    """
    lead = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if answer.headers.get("content-type", "").startswith("text/html") or lead.startswith(
        (b"<!doctype", b"<html")
    ):
        raise RetriableError("html_instead", f"{name}: {answer.url.host} sent a web page instead of data")


def retry_after(headers: httpx.Headers) -> float | None:
    """Seconds that a Retry-After header asks for, as a number or an instant; None without a readable one.

    An instant is taken against the answer's own Date, for the other clock may be wrong and ours may be
    pinned.
    """
    text = headers.get("retry-after", "").strip()
    if text.isdigit():
        return float(text)
    try:
        then = parsedate_to_datetime(text)
        sent = parsedate_to_datetime(headers["date"]) if "date" in headers else clock.now()
        return max(0.0, (then - sent).total_seconds())
    except (ValueError, TypeError):
        return None


def _root(error: BaseException) -> BaseException:
    while (cause := error.__cause__ or error.__context__) is not None:
        error = cause
    return error
