"""Asks two servers the same by every door, and holds their answers against each other byte by byte."""

import asyncio
import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory
from typing import Any

from starlette.testclient import TestClient

from hub.access.gate import Admitted, Gate, TokenGate
from hub.access.issuer import NAME, OwnIssuer
from hub.access.ledger import Ledger
from hub.access.sealing import ledger_keys
from hub.access.tokens import Claims
from hub.app import create_app
from hub.compiler.engine import Request
from hub.domain import clock
from hub.errors import HubError
from hub.registry.agencies import Terms as Agreeing
from hub.registry.agreements import Agreement
from hub.schema.budget import Budget
from hub.schema.mutating import Desk
from hub.schema.streams import Streams
from hub.schema.terms import Terms
from hub.settings import default_config_dir
from hub.store.bulk import open_bulk
from hub.store.database import Database
from hub.store.read import open_reader
from hub.store.sql import text
from tests.app.levels import LEVELS, PURPOSE, Level
from tests.app.worlds import FROZEN
from tests.conftest import wait_for

OWN = OwnIssuer(lambda use: hashlib.sha256(use.encode()).digest())
OF_THE_MOMENT = ("date", "hub-receipt", "content-length")
"""Headers that say when or which, or how long a body with its receipt is."""
RECEIPTS = ("receipt",)
FORM = {"/graphql": {"accept": "application/graphql-response+json"}, "/export": {}}
PATIENCE = 50.0
"""Seconds of a statement: on a busy machine the one of two worlds would be too slow, which says nothing of its rows."""
QUIET = 0.5
"""Seconds after which a subscription that has told nothing tells nothing; on a busy machine it is asked again."""
SENDER, RECEIVER = "mitra", "hub.example.go.id"
PARTNER = """
receiver_id = "{receiver}"
[[sender]]
id = "{sender}"
agency = "{agency}"
client = "sistem"
purpose = "{purpose}"
test = true
callbacks = ["http://127.0.0.1:9/dci"]
"""
LATE = b"database_busy"
AGAIN = 4
"""How often a question is asked that one world had no time for; a subscription has four times as long each time."""


@dataclass(frozen=True)
class Asked:
    """One request.

    Args:
        door: `graphql`, `get`, `export`, `stream`; `open`, by GET of a path; `reconcile`, of persons by their NIK;
            `spdci`, a search in the registry that `document` names.
        document: What is asked; the path.
        variables: Its variables.
        headers: Beside who asks.
    """

    door: str
    document: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    headers: tuple[tuple[str, str], ...] = ()


def gate_of(database: Database, terms: Agreeing, levels: Sequence[Level] = LEVELS) -> Gate:
    """The gate of some levels."""

    async def read() -> Mapping[str, Agreement]:
        return {f"pks-{level.name}": level.agreement() for level in levels}

    agencies = {level.name: level.agency() for level in levels}
    key = ledger_keys(database.roles)
    return TokenGate(
        lambda: database.roles.derive("context"),
        {NAME: OWN.trusted()},
        agencies,
        terms,
        read,
        ledger=Ledger(lambda: key, _sealed),
    )


async def _sealed() -> datetime | None:
    """No line waits to be sealed."""
    return None


@dataclass(frozen=True)
class Unchecked:
    """A gate behind which the application checks nothing and the database alone decides.

    Args:
        gate: Makes the contexts.
    """

    gate: Gate

    @property
    def ledger(self) -> Ledger | None:
        """As the gate has it."""
        return self.gate.ledger

    async def admit(
        self, authorization: str, purpose: str = "", agreement: str = "", certificate: str = ""
    ) -> Admitted:
        """The caller with every scope in the eyes of the application, and the context of what is granted."""
        found = await self.gate.admit(authorization, purpose, agreement, certificate)
        return Admitted(replace(found.caller, everything=True, masks=frozenset()), found.context)

    async def resume(self, claims: Claims | None, purpose: str, agreement: str) -> Admitted:
        """Likewise, for what is worked on later."""
        found = await self.gate.resume(claims, purpose, agreement)
        return Admitted(replace(found.caller, everything=True, masks=frozenset()), found.context)

    def public(self) -> Admitted:
        """As the gate has it."""
        return self.gate.public()


@contextmanager
def serving(database: Database, gate: Gate, config: Path | None = None) -> Iterator[TestClient]:
    """A server over one world whose budgets stand still."""
    desk = Desk(database, config or default_config_dir())
    app = create_app(
        lambda: open_reader(database, 1, PATIENCE), lambda: "", terms=Terms(desk=desk),
        open_bulk=lambda: open_bulk(database, PATIENCE), gate=gate,
    )  # fmt: skip
    with TestClient(app, "http://localhost") as client:
        budget: Budget = app.state.door.budget
        budget.now = lambda: 0.0
        yield client


@dataclass(frozen=True)
class Pair:
    """Two servers.

    Args:
        clients: One a world.
        level: Who asks.
    """

    clients: tuple[TestClient, TestClient]
    level: Level

    def differ(self, asked: Asked) -> tuple[Any, Any] | None:
        """What the two answer where it is not the same.

        Raises:
            TimeoutError: One of them never had the time, which says nothing of what they tell.
        """
        told: tuple[Any, Any] | None = None
        for turn in range(AGAIN):
            one, other = (self._answer(client, asked, QUIET * 4**turn) for client in self.clients)
            late = _too_late(asked, one) or _too_late(asked, other)
            if late or asked.door == "stream":
                self._refill()
            if not late:
                return None if one == other else (one, other)
            if asked.door == "stream" and one == other:
                return None
            told = (one, other)
        if asked.door == "stream":
            return told
        raise TimeoutError(f"too slow a machine to tell the worlds apart by {asked}")

    def _answer(self, client: TestClient, asked: Asked, quiet: float) -> tuple[int, Any, bytes]:
        with clock.pin(FROZEN):
            return answer(client, asked, dict(asked.headers) | who(self.level), quiet)

    def _refill(self) -> None:
        """Fills the budgets of both: how often a subscription has looked is a matter of how fast the machine is."""
        for client in self.clients:
            budget: Budget = client.app.state.door.budget  # type: ignore[attr-defined]  # an application of ours
            later = budget.now() + 60
            budget.now = lambda later=later: later  # type: ignore[misc]  # bound now

    def found(self, asked: Sequence[Asked], most: int = 1) -> list[tuple[Asked, Any]]:
        """The first requests that the two answer differently."""
        found = []
        for one in asked:
            if (told := self.differ(one)) is not None:
                found.append((one, told))
                if len(found) == most:
                    break
        return found


def _too_late(asked: Asked, found: tuple[int, Any, bytes]) -> bool:
    """Whether an answer tells of the machine alone: a statement that was broken off, or a subscription not told yet."""
    return LATE in found[2] or (asked.door == "stream" and found[2] == b"")


def apart(found: Sequence[tuple[Asked, Any]]) -> str:
    """What was asked and how the two answers differ, whole: pytest would shorten it."""
    return "\n".join(f"{asked}\n  {one}\n  {other}" for asked, (one, other) in found)


def who(level: Level) -> dict[str, str]:
    """The headers that say who asks."""
    token = OWN.token("sistem", agency=level.name)
    return {"authorization": f"Bearer {token}"} | ({"hub-purpose": level.purpose} if level.purpose else {})


def answer(
    client: TestClient, asked: Asked, said: Mapping[str, str], quiet: float = QUIET
) -> tuple[int, Any, bytes]:
    """Status, headers and body of an answer, without what is of the moment."""
    if asked.door == "stream":
        return 200, [], SEALED.sub(_position, _followed(client, asked, said, quiet))
    body = {"query": asked.document, "variables": dict(asked.variables)}
    if asked.door == "open":
        response = client.get(asked.document, headers={"accept-language": "en"})
    elif asked.door == "reconcile":
        response = client.post(
            "/reconcile/persons",
            json={"queries": dict(asked.variables)},
            headers={"accept-language": "en", **said},
        )
    elif asked.door == "spdci":
        response = client.post(
            f"/spdci/{asked.document}/registry/sync/search", json=_message(asked), headers=dict(said)
        )
    elif asked.door == "get":
        params = {"query": asked.document, "variables": json.dumps(dict(asked.variables))}
        response = client.get("/graphql", params=params, headers={"accept-language": "en"})
    else:
        path = "/export" if asked.door == "export" else "/graphql"
        response = client.post(path, json=body, headers={**FORM[path], "accept-language": "en", **said})
    told = response.headers.items()
    headers = sorted((name, _placed(value)) for name, value in told if name not in OF_THE_MOMENT)
    content = _unsigned(response.content) if asked.door == "spdci" else _plain(response.content)
    # When and under which request a line was left is of the moment; whom it told of and in which order is not.
    content = MOMENTS.sub(b"", content) if "whoSaw" in asked.document else content
    return response.status_code, headers, content


def _message(asked: Asked) -> dict[str, Any]:
    """A message of a partner that need not sign, another each time: one that came before is refused."""
    number = f"m{next(NUMBERS)}"
    criteria = {"query_type": asked.variables["kind"], "query": asked.variables["query"]}
    item = {"reference_id": "r", "timestamp": clock.now().isoformat(), "search_criteria": criteria}
    header = {
        "version": "1.0.0", "message_id": number, "message_ts": clock.now().isoformat(), "action": "search",
        "sender_id": SENDER, "receiver_id": RECEIVER, "total_count": 1,
    }  # fmt: skip
    return {"signature": "", "header": header, "message": {"transaction_id": "t", "search_request": [item]}}


def _unsigned(content: bytes) -> bytes:
    """A message of the hub without what is of the moment: its id and signature, its correlation and receipts."""
    return OF_A_MESSAGE.sub(b"", content)


NUMBERS = count()
OF_A_MESSAGE = re.compile(rb'"(?:signature|message_id|correlation_id)": ?"[^"]*",?|"receipt": ?\{[^{}]*\},?')
MOMENTS = re.compile(rb'"(?:[0-9a-f]{8}-[0-9a-f-]{27}|2\d{3}-[0-9-]{5}T[0-9:.]+(?:Z|[+-][0-9:]+))"')
SEALED = re.compile(rb'"(WzIs[A-Za-z0-9+/]{120,}=*)"')


def _placed(value: str) -> str:
    """A header; of a cursor in it (`hub-next` of an export) the position."""
    return SEALED.sub(_position, f'"{value}"'.encode()).decode() if value.startswith("WzIs") else value


def _position(found: "re.Match[bytes]") -> bytes:
    """The parts of a cursor that are no work of chance: version, position and reach."""
    parts = json.loads(base64.b64decode(found[1]))
    return json.dumps([*parts[:7], parts[9]]).encode()


def _plain(content: bytes) -> bytes:
    """A body without its receipt; one without any as it is, byte by byte.

    Of cursors of the feed their position counts: what hides and signs the rest is made of chance.
    """
    content = SEALED.sub(_position, content)
    if not any(f'"{name}"'.encode() in content for name in RECEIPTS):
        return content
    try:
        told = json.loads(content)
    except ValueError:
        return content
    extensions = told.get("extensions", {}) if isinstance(told, dict) else {}
    for name in RECEIPTS:
        extensions.pop(name, None)
    return json.dumps(told).encode()


def _followed(client: TestClient, asked: Asked, said: Mapping[str, str], quiet: float) -> bytes:
    """The first event of a subscription, what refuses it, or nothing."""
    streams: Streams = client.app.state.events.streams  # type: ignore[attr-defined]  # an application of ours
    request = Request(asked.document, dict(asked.variables), None, "en")

    async def first() -> bytes:
        results = streams.results(request, streams.asking(said))
        try:
            return await asyncio.wait_for(anext(results), quiet)
        except TimeoutError:
            return b""
        except HubError as refused:
            return f"{refused.code} {refused.message}".encode()
        finally:
            await results.aclose()

    assert client.portal is not None
    return client.portal.call(first)


@contextmanager
def both(
    worlds: tuple[Database, Database],
    level: Level,
    terms: Agreeing,
    made: Callable[[Gate], Gate] | None = None,
) -> Iterator[Pair]:
    """The servers over two worlds, in whose ledgers nothing stands yet."""
    for world in worlds:
        wait_for(_forgotten(world))
    with ExitStack() as stack:
        gates = [gate_of(one, terms, (level,)) for one in worlds]
        config = Path(stack.enter_context(TemporaryDirectory())) / "config"
        copytree(default_config_dir(), config)
        given = {
            "sender": SENDER,
            "receiver": RECEIVER,
            "agency": level.name,
            "purpose": level.purpose or PURPOSE,
        }
        (config / "spdci.toml").write_text(PARTNER.format(**given), encoding="utf-8")
        one, other = (
            stack.enter_context(serving(database, made(gate) if made else gate, config))
            for database, gate in zip(worlds, gates, strict=True)
        )
        # A plan knows no row, so that one of each question serves both worlds, in half the time.
        other.app.state.door = replace(other.app.state.door, engine=one.app.state.door.engine)  # type: ignore[attr-defined]
        yield Pair((one, other), level)


async def _forgotten(database: Database) -> None:
    """Takes the lines of earlier callers out of a world's ledger."""
    async with database.administer() as connection:
        await connection.execute(
            text("truncate hub.ledger_inbox, hub.ledger, hub.ledger_subject, hub.ledger_checkpoint")
        )
        await connection.commit()
