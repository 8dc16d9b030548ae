"""Over real TLS with real client certificates: a bound token works from its client and from nobody else."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from starlette.applications import Starlette

from hub.access.certificates import Proxies, thumbprint
from hub.access.gate import TokenGate
from hub.access.issuer import NAME
from hub.app import create_app, end_streams
from hub.cli.serving import serve_app
from hub.registry.agreements import Agreement
from hub.schema.terms import Terms
from hub.store.database import Database
from hub.store.read import open_reader
from tests.access.test_callers import AGENCIES, TERMS
from tests.access.test_certificates import certificate, der, escaped
from tests.app.test_gate import GRAPHQL, OWN

PROXY, HEADER = "127.0.0.2", "client-cert-escaped"
ASKED = {"query": "{ programs { code } }"}
BOUND = {"x5t#S256": thumbprint(der("own"))}


@dataclass(frozen=True)
class Served:
    """A hub behind a proxy that ends TLS.

    Args:
        folder: Holds the certificates.
        hub: Port of the hub, plain.
        proxy: Port of the proxy.
    """

    folder: Path
    hub: int
    proxy: int

    async def ask(
        self, shown: str, more: Mapping[str, str] | None = None, **private: dict[str, str]
    ) -> tuple[int, str]:
        """Status and reason of an answer by way of the proxy, to a caller with a certificate; blank: without one."""
        trust = ssl.create_default_context(cafile=str(self.folder / "server.pem"))
        if shown:
            trust.load_cert_chain(self.folder / f"{shown}.pem", self.folder / f"{shown}.key")
        return await asked(f"https://localhost:{self.proxy}", trust, more or {}, private)

    async def ask_past_the_proxy(self, more: Mapping[str, str], **private: dict[str, str]) -> tuple[int, str]:
        """The same from another address of the machine, without TLS."""
        return await asked(f"http://127.0.0.1:{self.hub}", ssl.create_default_context(), more, private)


async def asked(
    url: str, trust: ssl.SSLContext, more: Mapping[str, str], private: Mapping[str, dict[str, str]]
) -> tuple[int, str]:
    token = OWN.token("sistem", timedelta(minutes=5), agency="dinsos", **private)
    said = GRAPHQL | {"authorization": f"Bearer {token}", **more}
    async with httpx.AsyncClient(verify=trust, trust_env=False) as client:
        found = await client.post(f"{url}/graphql", json=ASKED, headers=said)
    told = found.json()
    return found.status_code, told["errors"][0]["extensions"]["reason"] if "errors" in told else ""


def app_of(database: Database) -> Starlette:
    async def read() -> Mapping[str, Agreement]:
        return {}

    gate = TokenGate(lambda: database.roles.derive("context"), {NAME: OWN.trusted()}, AGENCIES, TERMS, read)
    terms = Terms(proxies=Proxies(HEADER, (ip_network(PROXY),)))
    return create_app(lambda: open_reader(database, 1), lambda: "", terms=terms, gate=gate)


async def hand_on(hub: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One request as nginx hands it on: the header of the certificate is the proxy's, whatever the caller sent."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    lines = [
        line
        for line in head.rstrip().split("\r\n")
        if not line.lower().startswith((f"{HEADER}:", "connection:"))
    ]
    size = next(int(line.split(":")[1]) for line in lines if line.lower().startswith("content-length:"))
    shown: bytes | None = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    if shown:
        lines.append(f"{HEADER}: {quote(ssl.DER_cert_to_PEM_cert(shown))}")
    lines.append("connection: close")
    below, above = await asyncio.open_connection("127.0.0.1", hub, local_addr=(PROXY, 0))
    above.write("\r\n".join([*lines, "", ""]).encode("latin-1") + await reader.readexactly(size))
    writer.write(await below.read())
    await writer.drain()
    for one in (above, writer):
        one.close()


@asynccontextmanager
async def served(database: Database, folder: Path) -> AsyncIterator[Served]:
    for name in ("server", "own", "other"):
        for suffix, content in zip(("pem", "key"), certificate(name), strict=True):
            (folder / f"{name}.{suffix}").write_bytes(content)
    offered = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    offered.load_cert_chain(folder / "server.pem", folder / "server.key")
    offered.load_verify_locations(cadata=(certificate("own")[0] + certificate("other")[0]).decode())
    offered.verify_mode = ssl.CERT_OPTIONAL
    listener, ready = socket.create_server(("127.0.0.1", 0)), asyncio.Event()
    listener.settimeout(0)
    port, app = listener.getsockname()[1], app_of(database)
    task = asyncio.create_task(serve_app(app, listener, ready.set, lambda: end_streams(app)))
    await asyncio.wait_for(ready.wait(), 60)
    proxy = await asyncio.start_server(lambda *ends: hand_on(port, *ends), "127.0.0.1", 0, ssl=offered)
    try:
        yield Served(folder, port, proxy.sockets[0].getsockname()[1])
    finally:
        proxy.close()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_bound_token_works_from_its_client_and_from_nobody_else(
    database: Database, tmp_path: Path
) -> None:
    refused, forged = (401, "token_refused"), {HEADER: escaped("own")}
    async with served(database, tmp_path) as hub:
        assert await hub.ask("own", cnf=BOUND) == (200, "")
        assert await hub.ask("other", cnf=BOUND) == refused
        assert await hub.ask("", cnf=BOUND) == refused
        assert await hub.ask("other", forged, cnf=BOUND) == refused
        assert await hub.ask("", forged, cnf=BOUND) == refused
        assert await hub.ask("", {"hub-client-certificate": BOUND["x5t#S256"]}, cnf=BOUND) == refused
        assert await hub.ask_past_the_proxy(forged, cnf=BOUND) == refused
        assert await hub.ask_past_the_proxy({}) == (200, "")


@pytest.mark.parametrize(("shown", "private", "said"), [
    ("own", {}, (401, "token_unbound")), ("", {}, (401, "token_unbound")), ("own", {"cnf": BOUND}, (200, "")),
])  # fmt: skip
async def test_a_client_that_has_to_be_bound_is_answered_with_a_bound_token_alone(
    database: Database, tmp_path: Path, shown: str, private: dict[str, dict[str, str]], said: tuple[int, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    own = AGENCIES["dinsos"]
    one = own.clients[0].model_copy(update={"bound": True})
    monkeypatch.setitem(AGENCIES, "dinsos", own.model_copy(update={"clients": (one, *own.clients[1:])}))
    async with served(database, tmp_path) as hub:
        assert await hub.ask(shown, **private) == said
