"""Answers what waits, in the process of the server: what is due is taken from the database by whoever is free.

A request is answered with the rights of the moment at which it is answered. An answer that its partner does not take is
made anew and sent again, under the same ids.
"""

import asyncio
import logging
from dataclasses import dataclass, field
from typing import Any

from hub.spdci.answering import body_of, header_of
from hub.spdci.door import SpdciDoor
from hub.spdci.hearing import Heard, Sent
from hub.spdci.keeping import claims_of
from hub.spdci.messages import (
    Header,
    SearchRequest,
    StatusRequest,
    SubscribeRequest,
    UnsubscribeRequest,
    checked,
)
from hub.spdci.notifying import notify_next
from hub.spdci.refusing import Nack, nack_of
from hub.spdci.standing import standing
from hub.spdci.subscribing import subscribe, unsubscribe
from hub.toolkit.envelopes import Envelope, Style
from hub.toolkit.posting import post

log = logging.getLogger(__name__)
PLACES = 3
"""Pieces of work at one time: a partner that does not answer keeps no other waiting."""
EVERY = 2.0
"""Seconds between two looks while nothing comes."""
FORGETS = 300
"""Rounds between two at which what is old is dropped."""
FORMS: dict[str, type[Any]] = {
    "search": SearchRequest, "subscribe": SubscribeRequest, "unsubscribe": UnsubscribeRequest,
    "txn-status": StatusRequest,
}  # fmt: skip
ANSWERS = {
    "search": "on-search", "subscribe": "on-subscribe", "unsubscribe": "on-unsubscribe", "txn-status": "txn-on-status",
}  # fmt: skip


@dataclass
class Worker:
    """Answers for one server.

    Args:
        door: Of SPDCI.
    """

    door: SpdciDoor
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)
    _rounds: int = 0

    def begin(self) -> None:
        """Works from now on; where nobody may send there is nothing to do."""
        if not self.door.partners.config.senders:
            return
        self._tasks = [asyncio.create_task(self._forever()) for _ in range(PLACES)]

    async def end(self) -> None:
        """Ends what is under way: it stays in the database."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _forever(self) -> None:
        while True:
            try:
                if self._rounds % FORGETS == 0:
                    await self.door.book.forget()
                self._rounds += 1
                while await self.once():
                    pass
            except Exception as error:  # noqa: BLE001  # whatever it is may pass, and what waits must not wait for good
                log.warning("spdci: work put off (%s)", type(error).__name__)
            self.door.came.clear()
            try:
                async with asyncio.timeout(EVERY):
                    await self.door.came.wait()
            except TimeoutError:
                pass

    async def once(self) -> bool:
        """Answers one request and tells one subscriber, where they are due; whether there was any."""
        job = await self.door.book.take()
        if job is not None:
            await self._worked(job)
        return (
            await notify_next(self.door.book, self.door.searching.door, self.door.partners) or job is not None
        )

    async def _worked(self, job: Any) -> None:
        try:
            sent, message = self._heard(job)
            items, told = await self._answered(job, sent, message)
            statuses = [str(one["status"]) for one in items]
            header = header_of(self.door.partners, ANSWERS[job.action], job.sender, statuses, job.correlation)
            told = {"transaction_id": job.transaction, "correlation_id": job.correlation} | told
            await post(job.address, body_of(self.door.partners, sent.style, header, told))
        except Exception:
            await self.door.book.put_off(job)
            raise
        await self.door.book.done(job, items)

    def _heard(self, job: Any) -> tuple[Sent, Any]:
        """The request as it came.

        Raises:
            Nack: Its sender, or the address of its answer, is registered no longer.
        """
        kept, sender = (
            self.door.book.unseal(bytes(job.sealed)),
            self.door.partners.config.by_id().get(job.sender),
        )
        if sender is None or not sender.may_call(job.address):
            raise Nack(
                "err.sender_uri.invalid", "Alamat ini tidak terdaftar.", "This address is not registered."
            )
        header = checked(Header, kept["header"], "header")
        sent = Sent(
            job.registry, header, Envelope("", kept["header"], kept["message"], ("", "")), sender,
            Style(kept["style"]), claims_of(kept["claims"]), ("", *kept["said"]), kept["language"], later=True,
        )  # fmt: skip
        return sent, checked(FORMS[job.action], kept["message"], "message")

    async def _answered(
        self, job: Any, sent: Sent, message: Any
    ) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        """The items of an answer, and its message."""
        door, heard = self.door, Heard(sent, message)
        if job.action == "search":
            items = await self._searched(heard)
            return items, {"search_response": items}
        if job.action == "subscribe":
            items = await subscribe(door.book, door.searching.door, door.ears, heard, job)
            return items, {"subscribe_response": items}
        if job.action == "unsubscribe":
            told = await unsubscribe(door.book, heard, sent.language)
            return [told], told
        asked = message.txnstatus_request
        told = await standing(door.book, job.sender, job.registry, asked)
        return [{"status": "succ"}], {"txnstatus_response": told}

    async def _searched(self, heard: Heard[SearchRequest]) -> list[dict[str, Any]]:
        """What was found; where the agreement has ended since, nothing is."""
        try:
            return await self.door.items(heard, await self.door.callers(heard))
        except Exception as error:
            nack = nack_of(error)
            if nack.status in (500, 503, 429):
                raise
            return [self.door.ended(one, nack, heard.sent) for one in heard.message.search_request]
