"""The Dukcapil services: one call a question, HTTP 200 on errors, a quota by day.

Source: ten public clients of `CALL_NIK` (field guide 2.1, 2026-11-21; no official document was found).
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any, TypeVar

import polars as pl

from hub.errors import FatalError, HubError, RetriableError
from hub.registry.sources import SourceConfig
from hub.toolkit.allowance import Allowance, exhausted
from hub.toolkit.asking import Asking, Content, Question, by_kk, by_nik
from hub.toolkit.connector import Connector
from hub.toolkit.credentials import credential, where_to_look
from hub.toolkit.http import Http, Patience, opened
from hub.toolkit.json_text import object_text
from hub.toolkit.listings import object_page
from hub.toolkit.pages import FileSeen, Page, unreadable
from hub.toolkit.verification import by_values

T = TypeVar("T")
#: How a question is asked, by the transport of the entry.
ASKINGS: Mapping[str, Callable[[SourceConfig], Asking]] = {
    "dukcapil": by_nik,
    "dukcapil_kk": by_kk,
    "dukcapil_verify": by_values,
}
QUESTIONS_PER_PAGE = 500
#: Not asked for and not kept if it comes: a photograph serves no purpose here (UU 27/2022, art. 16).
NOT_KEPT = ("FOTO",)


class Kind(Enum):
    """What a RESPON text means for the run."""

    NOT_FOUND = "final: a record without claims"
    INPUT = "the row goes to quarantine"
    QUOTA = "the run ends, done in part"
    AUTH = "the connector stops"


#: Words of a RESPON in capitals (their case varies) to its meaning; the first that is found counts.
RESPONSES: tuple[tuple[str, Kind], ...] = (
    ("TIDAK DITEMUKAN", Kind.NOT_FOUND),
    ("KUOTA", Kind.QUOTA),
    ("LOGIN GAGAL", Kind.AUTH),
    ("TIDAK SESUAI", Kind.AUTH),
    ("TIDAK AKTIF", Kind.AUTH),
    ("TIDAK BOLEH KOSONG", Kind.AUTH),
    ("PARAMETER", Kind.INPUT),
)


@dataclass(slots=True)
class Answers:
    """What came back for some questions: object texts in order, which of them are refused, why it stopped."""

    texts: list[str] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    stopped: HubError | None = None


class Service:
    """The service as one agency may call it."""

    def __init__(self, source: SourceConfig, address: str, http: Http, asking: Asking) -> None:
        auth = source.auth
        self._source, self._http, self._asking = source, http, asking
        user = credential(source, auth.user_env or "USER")
        self._body = {
            "user_id": user,
            "password": credential(source, auth.password_env or "PASSWORD"),
            "IP_USER": auth.ip or "",
        }
        self._url = f"{address}/{auth.agency}/{user}/{asking.call}"
        self._gate = asyncio.Semaphore(source.limits.concurrency)
        self._stopped: HubError | None = None

    async def ask(self, wanted: list[Question]) -> Answers:
        """The answers to some questions; with `stopped` set, those that came before the quota was used up.

        Raises:
            FatalError: The service does not know us, or answers in a way that is not known.
        """
        found = await _all_or_none([asyncio.ensure_future(self._one(question)) for question in wanted])
        answers = Answers(stopped=self._stopped)
        for contents, refused in (each for each in found if each is not None):
            for content in contents:
                if refused:
                    answers.refused.append(len(answers.texts))
                answers.texts.append(object_text(content))
        return answers

    async def _one(self, question: Question) -> tuple[list[Content], bool] | None:
        async with self._gate:
            if self._stopped is not None:
                return None
            try:
                sent = {**self._asking.body(question), **self._body}
                contents = await self._http.json("POST", self._url, self._contents, json=sent)
            except RetriableError as error:
                if error.code != "quota_exhausted":
                    raise
                self._stopped = error
                return None
        verdict = self._asking.verdict
        errors = [each for each in contents if "RESPON" in each and not (verdict and each.get(verdict))]
        kinds = {self._kind(str(each["RESPON"])) for each in errors}
        if Kind.AUTH in kinds:
            raise FatalError(
                "credential_refused",
                f"{self._source.name}: the service refused us; {where_to_look(self._source)}, "
                "and the IP that its agreement names",
            )
        if Kind.QUOTA in kinds:
            self._stopped = exhausted(self._source.name)
            return None
        kept = [{name: each[name] for name in each if name not in NOT_KEPT} for each in contents]
        return [self._asking.kept(question, each) for each in kept], Kind.INPUT in kinds

    def _contents(self, answer: Any) -> list[Content]:
        """The objects of `content`, which now and then is one itself."""
        content = answer.get("content") if isinstance(answer, dict) else None
        contents = [content] if isinstance(content, dict) else content
        if (
            not isinstance(contents, list)
            or not contents
            or not all(isinstance(each, dict) for each in contents)
        ):
            raise FatalError("answer_odd", f"{self._source.name}: an answer has no content")
        return contents

    def _kind(self, respon: str) -> Kind:
        for words, kind in RESPONSES:
            if words in respon.upper():
                return kind
        raise FatalError(
            "answer_odd", f"{self._source.name}: the service answered with a RESPON that is not known"
        )


async def _all_or_none(calls: list[asyncio.Future[T]]) -> list[T]:
    """The answers in order; when a call fails, the others end before the error goes on."""
    try:
        return await asyncio.gather(*calls)
    except BaseException:
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
        raise


async def looked_up_pages(
    connector: Connector,
    source: SourceConfig,
    address: str,
    wanted: AsyncIterator[Question],
    patience: Patience,
    allowance: Allowance | None = None,
) -> AsyncIterator[Page]:
    """The answers to some questions, some hundreds a page; each page is a file of its own.

    When the quota ends, the last page is not `complete` and has code and message in `file.detail["stopped"]`.

    Raises:
        FatalError: See `Service.ask`.
    """
    asking = ASKINGS[source.transport](source)
    async with opened(source, patience, allowance) as http:
        service = Service(source, address, http, asking)
        batch: list[Question] = []
        async for question in wanted:
            batch.append(question)
            if len(batch) == QUESTIONS_PER_PAGE:
                page, batch = _page(connector, asking, await service.ask(batch)), []
                yield page
                if not page.complete:
                    return
        if batch:
            yield _page(connector, asking, await service.ask(batch))


def _page(connector: Connector, asking: Asking, answers: Answers) -> Page:
    body = "\n".join(answers.texts).encode()
    file = FileSeen(asking.call, hashlib.sha256(body).hexdigest(), len(body), {"rows": len(answers.texts)})
    if answers.stopped is not None:
        file.detail["stopped"] = {"code": answers.stopped.code, "message": answers.stopped.message}
    layout = connector.layout
    page = object_page(file, 1, answers.texts, layout.canonical(), layout, complete=answers.stopped is None)
    refused = unreadable(answers.refused, [answers.texts[at] for at in answers.refused], asking.name)
    return replace(page, refused=pl.concat([refused, page.refused]))
