"""What goes over a connection that stays open: the results of an operation, each read when it is sent."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from hub.access.gate import Admitted
from hub.access.ledger import Line
from hub.compiler.engine import Prepared, Request
from hub.compiler.needs import Refusal
from hub.compiler.stream import Stream
from hub.errors import RetriableError
from hub.schema.door import SAID, Door, receipt, seen_by
from hub.schema.pulse import Pulse
from hub.schema.refusing import refusals

Admit = Callable[[], Awaitable[Admitted]]


@dataclass(frozen=True)
class Patience:
    """How long and for how many the hub waits.

    Args:
        connections: Open at one time, of one caller.
        operations: Under way at one time, on one connection.
        greeting: Seconds until a connection has said `connection_init`.
        sending: Seconds that a client may take to make room for one message; one that is slower is dropped.
        silence: Seconds without any event after which the client is told that the stream still stands.
        rest: Seconds after which the right to go on is looked at, also where nothing happens: who lost it hears no more
            in 5.
        looks: Seconds between two looks at the book of runs.
    """

    connections: int = 100
    operations: int = 10
    greeting: float = 5.0
    sending: float = 10.0
    silence: float = 15.0
    rest: float = 4.0
    looks: float = 1.0


class Full(Exception):  # noqa: N818  # it is an answer to the caller, not a failure of ours
    """The caller has as many connections open as the hub allows."""


@dataclass
class Streams:
    """The open connections of one process.

    Args:
        door: Compiles, runs, and knows the caller.
        pulse: Tells when there may be something new.
        patience: How long and for how many it waits.
    """

    door: Door
    pulse: Pulse
    patience: Patience
    _open: dict[str, int] = field(default_factory=dict)

    def asking(self, said: Mapping[str, str]) -> Admit:
        """Who asks, by these headers, as often as it is asked: a right that has ended is refused from then on."""
        names = [said.get(name, "") for name in SAID]
        return lambda: self.door.gate.admit(*names)

    @contextmanager
    def place(self, caller: str) -> Iterator[None]:
        """A place for one connection of a caller.

        Raises:
            Full: There is none.
        """
        if self._open.get(caller, 0) >= self.patience.connections:
            raise Full
        self._open[caller] = self._open.get(caller, 0) + 1
        try:
            yield
        finally:
            self._open[caller] -= 1
            if not self._open[caller]:
                del self._open[caller]

    def _prepared(self, request: Request, admitted: Admitted) -> Prepared:
        sight = seen_by(admitted, self.door.gate)
        return self.door.engine.prepare(request, sight, streams=True)

    async def results(self, request: Request, admit: Admit) -> AsyncGenerator[bytes, None]:
        """The results of an operation as JSON: one of a query, and those of a subscription until the hub ends.

        A database that is busy or away for a while delays a subscription and does not end it.

        Raises:
            InvalidDocument: As of `Engine.prepare`, and what else it raises.
            RefusedError: The caller has lost the right to go on.
        """
        admitted = await admit()
        prepared = self._prepared(request, admitted)
        if not prepared.operation.subscribes:
            self.door.budget.take(admitted.name, prepared.cost)
            async with self.door.admission:
                answer = await self.door.engine.answer(
                    prepared, self.door.reads, admitted.context, self.door.gate.ledger
                )
            yield self._result(answer.data, prepared.plan.refused, answer.line, admitted, request.language)
            return
        stream = Stream(prepared)
        async with self.pulse.felt():
            while not self.pulse.ended:
                seen = self.pulse.seen
                data, more = await self._event(stream, request, admit)
                if data is not None:
                    yield self._result(
                        data, stream.prepared.plan.refused, stream.line, admitted, request.language
                    )
                while not more and not await self.pulse.beyond(seen, self.patience.rest):
                    await self._still(admit)

    async def _still(self, admit: Admit) -> None:
        """Looks whether the caller may go on; a database that is away says nothing of it."""
        with suppress(RetriableError):
            (await admit()).context()

    def _result(
        self, data: bytes, refused: Sequence[Refusal], line: Line | None, admitted: Admitted, language: str
    ) -> bytes:
        """One result, with what it holds back of what was selected, and the receipt of its line."""
        caller = admitted.caller
        held = refusals(refused, caller.agency, language) + receipt(self.door.gate.ledger, line, caller)
        return b'{"data":' + data + (b',"extensions":{' + held[1:] + b"}" if held else b"") + b"}"

    async def _event(self, stream: Stream, request: Request, admit: Admit) -> tuple[bytes | None, bool]:
        try:
            admitted = await admit()
            stream.goes_on(self._prepared(request, admitted))
            self.door.budget.take(admitted.name, stream.prepared.cost)
            async with self.door.admission:
                return await stream.event(self.door.reads, admitted.context(), self.door.gate.ledger)
        except RetriableError:
            return None, False
