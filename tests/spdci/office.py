"""A served hub with partners that sign, and what they send."""

import json
import uuid
from collections.abc import Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc.jwk import KeySet
from starlette.testclient import TestClient

from hub.access.gate import TokenGate
from hub.access.issuer import NAME
from hub.access.ledger import Ledger
from hub.access.sealing import ledger_keys
from hub.app import create_app
from hub.domain import clock
from hub.registry.agencies import Agency, load_terms
from hub.registry.agreements import Agreement
from hub.schema.mutating import Desk
from hub.schema.terms import Terms
from hub.settings import default_config_dir
from hub.spdci.door import SpdciDoor
from hub.store.database import Database
from hub.store.read import open_reader
from hub.toolkit.envelopes import Signer, Style, read_envelope, sealed, verify
from tests.access.test_callers import agreement
from tests.app.test_gate import HERE, OWN
from tests.conftest import wait_for
from tests.ledger_reader import lines_since
from tests.schema.conftest import Counting

TERMS = load_terms(default_config_dir())
SCOPES = [one.code for one in TERMS.scopes]
NAMED = {"name_id": "x", "name_en": "x"}
LISTED: list[dict[str, Any]] = [
    {"code": "dinsos", "kind": "opd", "areas": ["33.20"],
     "client": [{"id": "sistem"}, {"id": "meja"}, {"id": "sempit", "areas": ["33.20.07"]}]},
    {"code": "tetangga", "kind": "opd", "areas": ["33.21"], "client": [{"id": "sistem"}]},
]  # fmt: skip
AGENCIES = {each.code: each for each in (Agency.model_validate(one | NAMED) for one in LISTED)}
CALLBACKS = "http://127.0.0.1:9/dci"
CONFIG = """
receiver_id = "hub.example.go.id"
"""
SENDER = """
[[sender]]
id = "{id}"
agency = "{agency}"
client = "{client}"
keys_file = "spdci/{id}.json"
callbacks = ["{callbacks}"]
purpose = "{purpose}"
"""
TESTER = """
[[sender]]
id = "suite"
agency = "dinsos"
purpose = "layanan"
test = true
callbacks = ["{callbacks}"]
"""
HUB = "hub.example.go.id"
#: Senders by their ids: agency, client, purpose.
SENDERS = {
    "spmis": ("dinsos", "sistem", "layanan"),
    "meja": ("dinsos", "meja", ""),
    "sempit": ("dinsos", "sempit", "layanan"),
    "tetangga": ("tetangga", "sistem", "layanan"),
}


def granted() -> dict[str, Agreement]:
    """What is granted at first: everything to the services of two agencies, and names alone for verivali."""
    everything = {"purposes": ["layanan"], "scopes": SCOPES, "to": "2999-01-01"}
    return {
        "pks-1": agreement(code="pks-1", **everything),
        "pks-2": agreement(code="pks-2", agency="tetangga", **everything),
        "pks-3": agreement(code="pks-3", purposes=["verivali"], scopes=["identity"], to="2999-01-01"),
        "pks-4": agreement(
            code="pks-4", purposes=["penelitian"], scopes=SCOPES, masks=["pseudonym"], to="2999-01-01"
        ),
    }


@dataclass
class Partner:
    """A system that sends.

    Args:
        id: Its `sender_id`.
        signer: Signs for it.
        agency: Whose it is.
        client: Of its tokens.
        style: How it signs.
    """

    id: str
    signer: Signer
    agency: str
    client: str
    style: Style = Style.STRING

    def header(self, call: str, count: int = 1, **changed: Any) -> dict[str, Any]:
        """The header of a request of now."""
        return {
            "version": "1.0.0", "message_id": uuid.uuid4().hex, "message_ts": clock.now().isoformat(),
            "action": call, "sender_id": self.id, "receiver_id": HUB, "total_count": count, **changed,
        }  # fmt: skip

    def sealed(
        self, call: str, message: Any, count: int = 1, style: Style | None = None, **changed: Any
    ) -> dict[str, Any]:
        """A signed request; members of its header may be others."""
        return sealed(
            self.signer, style or self.style, self.header(call, count, **changed), message, clock.now()
        )


@dataclass
class Office:
    """A served hub with its partners.

    Args:
        database: Behind it.
        config: Its configuration.
        partners: By id.
    """

    database: Database
    config: Path
    partners: dict[str, Partner]
    client: Any = None
    reads: Counting | None = None
    granted: dict[str, Agreement] = field(default_factory=granted)

    @property
    def door(self) -> SpdciDoor:
        """The doors themselves."""
        found: SpdciDoor = self.client.app.state.spdci
        return found

    def post(self, path: str, body: Any, partner: str = "spmis", **said: str) -> Any:
        """The response to a body, with the token of a partner."""
        sender = self.partners[partner]
        token = OWN.token(sender.client, agency=sender.agency)
        headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
        more = {name.replace("_", "-"): value for name, value in said.items()}
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.client.post(f"/spdci/{path}", content=content, headers=headers | more)

    def send(
        self, path: str, action: str, message: Any, partner: str = "spmis", count: int = 1, **said: str
    ) -> Any:
        """The response to a message that a partner signs."""
        return self.post(path, self.partners[partner].sealed(action, message, count), partner, **said)

    def search(
        self, query: Any, kind: str = "expression", partner: str = "spmis", registry: str = "sr", **more: Any
    ) -> Any:
        """The one item that a search answers."""
        [item] = self.items([searched(query, kind, **more)], partner, registry)
        return item

    def items(self, items: list[Any], partner: str = "spmis", registry: str = "sr") -> list[Any]:
        """The items that searches answer, once the signature of the hub holds."""
        message = {"transaction_id": uuid.uuid4().hex, "search_request": items}
        found = self.send(f"{registry}/registry/sync/search", "search", message, partner, len(items))
        assert found.status_code == 200, found.text
        self.holds(found.content, self.partners[partner].style)
        told = found.json()
        assert (told["header"]["action"], told["header"]["receiver_id"]) == ("on-search", partner)
        assert told["message"]["transaction_id"] == message["transaction_id"]
        answered: list[Any] = told["message"]["search_response"]
        return answered

    def holds(self, body: bytes, style: Style) -> None:
        """Passes an answer that the hub signed in that form, by the keys that it publishes."""
        keys = KeySet.import_key_set(self.client.get("/.well-known/jwks.json").json())
        assert verify(read_envelope(body), HUB, keys, clock.now()) is style

    def lines(self) -> list[dict[str, Any]]:
        """The lines of the ledger since the last look."""
        return wait_for(lines_since(self.database))


def searched(query: Any, kind: str = "expression", **more: Any) -> dict[str, Any]:
    """An item of a search; `page` and `size`, and `locale`, beside members of its criteria."""
    size, page, locale = more.pop("size", None), more.pop("page", 1), more.pop("locale", None)
    reference = more.pop("reference", uuid.uuid4().hex)
    criteria = {"query_type": kind, "query": query, **more}
    if size is not None:
        criteria["pagination"] = {"page_size": size, "page_number": page}
    item = {"reference_id": reference, "timestamp": clock.now().isoformat(), "search_criteria": criteria}
    return item | ({"locale": locale} if locale else {})


def made(database: Database, config: Path, callbacks: str = CALLBACKS, more: str = "") -> Office:
    """A hub with its partners, not served yet; `more` stands in the entry of `spmis`."""
    (config / "spdci").mkdir(exist_ok=True)
    told, partners = CONFIG, {}
    for name, (agency, client, purpose) in SENDERS.items():
        signer = Signer(name, f"{name}-1", Ed25519PrivateKey.generate())
        (config / "spdci" / f"{name}.json").write_text(json.dumps({"keys": [signer.public()]}))
        told += SENDER.format(id=name, agency=agency, client=client, purpose=purpose, callbacks=callbacks)
        told += more if name == "spmis" else ""
        partners[name] = Partner(name, signer, agency, client)
    (config / "spdci.toml").write_text(told + TESTER.format(callbacks=callbacks))
    partners["suite"] = Partner("suite", partners["spmis"].signer, "dinsos", "sistem", Style.NONE)
    return Office(database, config, partners)


@contextmanager
def serving(office: Office) -> Iterator[Office]:
    """Serves a hub for as long as the block runs."""

    async def read() -> Mapping[str, Agreement]:
        return office.granted

    async def since() -> None:
        return None

    @asynccontextmanager
    async def counting() -> Any:
        async with open_reader(office.database, 2) as reader:
            office.reads = Counting(reader)
            yield office.reads

    roles = office.database.roles
    ledger = Ledger(lambda: ledger_keys(roles), since)
    gate = TokenGate(
        lambda: roles.key("context"), {NAME: OWN.trusted()}, AGENCIES, TERMS, read, ledger=ledger,
        derive=roles.derive_pseudonyms,
    )  # fmt: skip
    terms = Terms(desk=Desk(office.database, office.config))
    with TestClient(create_app(counting, lambda: "", terms=terms, gate=gate), HERE) as client:
        office.client = client
        yield office
