"""Reporting the use of population data back to its registry (data balikan), as agreements with Dukcapil ask.

Source: field guide 2.2 (S, 2026-11-21): POST `[{id_lembaga, nama_lembaga, data: [{NIK, param: [{CUSTOMER_ID}]}]}]`
with a bearer token; 200 `{"message":"Success"}`; 400 `Data sudah pernah dikirim` where it was sent before.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Literal

from hub.errors import FatalError
from hub.registry.sources import Auth, SourceConfig
from hub.toolkit.addresses import address_of
from hub.toolkit.allowance import Allowance
from hub.toolkit.http import Http, Patience, opened

Outcome = Literal["accepted", "known", "refused"]
SENT_BEFORE = "SUDAH PERNAH DIKIRIM"
REFUSED = 400


@dataclass(frozen=True, slots=True)
class Use:
    """One use: whose data was asked for, and the pseudonym under which the use is told."""

    nik: str
    customer: str


class Reporter:
    """Reports uses in the name of one agency; build it with `reporting`."""

    def __init__(self, source: SourceConfig, url: str, http: Http) -> None:
        self._source, self._url, self._http = source, url, http
        options = source.options
        self._agency = {
            "id_lembaga": str(options.get("feedback_agency", source.auth.agency or "")),
            "nama_lembaga": str(options.get("feedback_agency_name", source.owner)),
        }

    async def send(self, uses: list[Use]) -> list[Outcome]:
        """What became of each use, in order.

        A report of several that is refused is sent again in halves: part of it may have been sent before, and
        the rest must not be lost with it.

        Raises:
            RetriableError: Patience ended; nothing is known of these uses, and they may be sent again.
            FatalError: The address or the token is wrong, or the answer is not known.
        """
        if not uses:
            return []
        status, message = await self._http.told(self._url, frozenset({REFUSED}), json=self._report(uses))
        if status != REFUSED:
            return ["accepted"] * len(uses)
        if len(uses) == 1:
            return ["known" if SENT_BEFORE in _text(message).upper() else "refused"]
        half = len(uses) // 2
        return [*await self.send(uses[:half]), *await self.send(uses[half:])]

    def _report(self, uses: list[Use]) -> list[dict[str, Any]]:
        data = [{"NIK": use.nik, "param": [{"CUSTOMER_ID": use.customer}]} for use in uses]
        return [{**self._agency, "data": data}]


def _text(message: Any) -> str:
    return str(message.get("message", "")) if isinstance(message, dict) else str(message)


@asynccontextmanager
async def reporting(
    source: SourceConfig, base: str | None = None, patience: Patience | None = None
) -> AsyncIterator[Reporter]:
    """A reporter to the address in the option `feedback_url`, with the token that `auth.token_env` names.

    Reports are no look-ups: they do not count against the quota.

    Args:
        source: Entry of the look-up source.
        base: Scheme, host and port in place of the entry's.
        patience: With a server that is busy or broken.

    Raises:
        FatalError: `feedback_undeclared`, `credential_missing`, `address_wrong`.
    """
    declared = source.options.get("feedback_url")
    if not declared or not source.auth.token_env:
        raise FatalError(
            "feedback_undeclared",
            f"{source.name}: its entry has no options.feedback_url or no auth.token_env",
        )
    url = address_of(str(declared), base, source.name)
    auth = Auth(kind="bearer", token_env=source.auth.token_env, secret_file=source.auth.secret_file)
    bearer = source.model_copy(update={"auth": auth})
    async with opened(bearer, patience or Patience(), Allowance()) as http:
        yield Reporter(source, url, http)
