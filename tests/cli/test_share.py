"""Files under an agreement: locked, equal to the export of the agreement, gone at their last day, and in the ledger."""

import io
import stat
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
import pyzipper
from sqlalchemy import text
from starlette.testclient import TestClient

from hub.access.agreements import Event, decide, granting, propose
from hub.access.gate import TokenGate
from hub.access.issuer import NAME
from hub.access.ledger import Ledger
from hub.access.restrictions import Decision
from hub.access.restrictions import decide as withhold
from hub.access.sealing import ledger_keys
from hub.app import create_app
from hub.cli.sharing import README, Wanted, handed_from
from hub.cli.worker import _rounded
from hub.compiler.engine import Request
from hub.domain import clock
from hub.errors import HubError
from hub.registry.agencies import load_agencies, load_terms
from hub.schema.mutating import Desk
from hub.schema.terms import Terms
from hub.settings import Settings, adopt, default_config_dir
from hub.sharing.handing import Handed, HandedFiles
from hub.store.bulk import open_bulk
from hub.store.database import Database
from hub.store.read import open_reader
from tests.access.test_agreements import agreement
from tests.app.test_gate import HERE, OWN
from tests.conftest import wait_for
from tests.ledger_reader import lines_since
from tests.schema.conftest import BUDI, SITI, story

SCOPES = ["identity", "contact", "family", "enrollment", "payment"]
QUERY = """{ people { nodes { nik name birthDate address wilayah { code } enrollments { program { code } from }
  scores { desil } } } }"""
TERMS = load_terms(default_config_dir())
AGENCIES = load_agencies(default_config_dir())
GRANTED: dict[str, dict[str, Any]] = {
    "whole": {"scopes": SCOPES, "areas": ["33.20"]},
    "masked": {"scopes": SCOPES, "areas": ["33.20"], "masks": ["nik-partly", "initials"]},
    "elsewhere": {"scopes": SCOPES, "areas": ["33.20.07"]},
    "bound": {"scopes": SCOPES, "bound": True},
    "few": {"scopes": SCOPES, "areas": ["33.20"], "quota": 1},
}


@dataclass
class Desktop:
    """A hub at whose machine files are made, and its server.

    Args:
        database: Behind it.
        settings: Of it.
        client: Of its server.
        folder: Where files are made.
    """

    database: Database
    settings: Settings
    client: TestClient
    folder: Path
    made: int = 0

    def hand(
        self, code: str, form: str = "xlsx", *, door: bool = False, days: int = 14, query: str = QUERY
    ) -> "File":
        """A file under an agreement."""
        self.made += 1
        at = self.folder / str(self.made)
        wanted = Wanted(code, "verivali", form, days, "ani")
        places = (at.with_suffix(".zip"), at.with_suffix(".code") if door else None, at.with_suffix(".key"))
        request = Request(query, {}, None, "id")
        told = wait_for(handed_from(self.database, self.settings, request, wanted, places))
        return File(told, at)

    def export(self, code: str, form: str) -> bytes:
        """The export of the same list under the same agreement, by the door."""
        headers = {
            "authorization": f"Bearer {OWN.token('sistem-dinsos', agency='dinsos-jepara')}",
            "hub-purpose": "verivali", "hub-agreement": code,
        }  # fmt: skip
        answer = self.client.post(f"/export?format={form}", json={"query": QUERY}, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.content

    def lines(self) -> list[dict[str, Any]]:
        """The lines of the ledger since the last look."""
        return wait_for(lines_since(self.database))

    def fetch(self, code: str, **headers: str) -> Any:
        """What the door answers to a code."""
        return self.client.post("/berkas", data={"code": code}, headers=headers)


@dataclass
class File:
    """A file that was made, with where its parts lie."""

    told: Handed
    at: Path

    @property
    def password(self) -> bytes:
        """Of the ZIP."""
        return self.at.with_suffix(".key").read_bytes().strip()

    @property
    def code(self) -> str:
        """That fetches it."""
        return self.at.with_suffix(".code").read_text().strip()

    @property
    def data(self) -> bytes:
        """The list within."""
        return self.inside(self.at.with_suffix(".zip").read_bytes())[f"people.{self.told.form}"]

    def inside(self, content: bytes) -> dict[str, bytes]:
        """The files of a ZIP by name."""
        with pyzipper.AESZipFile(io.BytesIO(content)) as opened:
            opened.setpassword(self.password)
            return {name: opened.read(name) for name in opened.namelist()}


async def prepared(database: Database) -> None:
    await story().store(database)
    async with database.connect() as connection:
        for code, terms in GRANTED.items():
            valid = {"from": "2026-01-01", "to": "2999-01-01"} | terms
            await propose(connection, agreement(code=code, **valid), "ani")
            for actor in ("budi", "citra"):
                await decide(connection, code, "approved", actor, None)
        await connection.commit()


@pytest.fixture(scope="module")
def desktop(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desktop]:
    wait_for(prepared(database))
    settings = Settings(data_dir=tmp_path_factory.mktemp("data"))

    async def read() -> Any:
        async with database.connect() as connection:
            return await granting(connection)

    async def since() -> None:
        return None

    roles = database.roles
    gate = TokenGate(
        lambda: roles.key("context"), {NAME: OWN.trusted()}, AGENCIES, TERMS, read, derive=roles.derive_pseudonyms,
        ledger=Ledger(lambda: ledger_keys(roles), since),
    )  # fmt: skip
    adopt(settings)
    with ExitStack() as stack:
        app = create_app(
            lambda: open_reader(database, 2), lambda: "", open_bulk=lambda: open_bulk(database, 30), gate=gate,
            terms=Terms(desk=Desk(database, default_config_dir())),
        )  # fmt: skip
        client = stack.enter_context(TestClient(app, HERE))
        yield Desktop(database, settings, client, tmp_path_factory.mktemp("files"))
    adopt(None)


@pytest.mark.parametrize("code", ["whole", "masked", "elsewhere"])
@pytest.mark.parametrize("form", ["parquet", "csv", "ndjson"])
def test_what_lies_within_is_the_export_of_the_agreement(desktop: Desktop, code: str, form: str) -> None:
    file = desktop.hand(code, form)
    if form == "parquet":
        theirs = pl.read_parquet(io.BytesIO(desktop.export(code, form)))
        assert pl.read_parquet(io.BytesIO(file.data)).equals(theirs)
    else:
        assert file.data == desktop.export(code, form)
    assert (SITI.encode() in desktop.export(code, "ndjson")) is (code == "whole")


def test_a_workbook_holds_the_same_cells_as_texts(desktop: Desktop) -> None:
    file = desktop.hand("whole")
    header, *rows = openpyxl.load_workbook(io.BytesIO(file.data))["rows1"].iter_rows(values_only=True)
    theirs = pl.read_csv(io.BytesIO(desktop.export("whole", "csv")), infer_schema=False)
    assert list(header) == theirs.columns
    assert [["" if cell is None else str(cell) for cell in row] for row in rows] == [
        ["" if cell is None else cell for cell in row] for row in theirs.rows()
    ]
    assert SITI in {row[0] for row in rows}


def test_nothing_is_read_without_the_password_and_the_file_says_its_last_day(desktop: Desktop) -> None:
    file = desktop.hand("masked", days=3)
    content = file.at.with_suffix(".zip").read_bytes()
    for told in (b"SITI", b"BUDI", b"initials", file.password):
        assert told not in content
    with pyzipper.AESZipFile(io.BytesIO(content)) as opened, pytest.raises(RuntimeError):
        opened.read("people.xlsx")
    readme = file.inside(content)[README].decode()
    last = clock.today() + timedelta(days=2)
    for word in (
        str(last),
        "masked@1",
        "dinsos-jepara",
        str(file.told.request),
        "people.nodes.scores (score)",
    ):
        assert word in readme
    for path in (file.at.with_suffix(".zip"), file.at.with_suffix(".key")):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_leaves_its_lines_in_the_ledger_and_is_written_down(desktop: Desktop) -> None:
    desktop.lines()
    file = desktop.hand("whole")
    [line] = desktop.lines()
    assert (line["caller"], line["agreement"], line["purpose"]) == (
        "dinsos-jepara/ani",
        "whole@1",
        "verivali",
    )
    assert (line["request"], len(line["subjects"]) > 0) == (str(file.told.request), True)
    rows = wait_for(HandedFiles(desktop.database, desktop.settings.data_dir).listed())
    [row] = [row for row in rows if row.request == file.told.request]
    assert (row.agency, row.agreement, row.form, row.fetched) == ("dinsos-jepara", "whole@1", "xlsx", 0)
    assert row.until == clock.today() + timedelta(days=14)


def test_the_agreement_bounds_the_last_day(desktop: Desktop) -> None:
    with clock.pin(clock.now().replace(year=2998, month=12, day=30)):
        assert desktop.hand("whole").told.until == date(2999, 1, 1)


@pytest.mark.parametrize(
    ("code", "query", "error"),
    [
        ("nothing", QUERY, "no_agreement"),
        ("bound", QUERY, "token_unbound"),
        ("few", QUERY, "quota_spent"),
        ("whole", "{ people { totalCount } }", "not_an_export"),
    ],
)
def test_what_is_not_granted_makes_no_file(desktop: Desktop, code: str, query: str, error: str) -> None:
    with pytest.raises(HubError) as caught:
        desktop.hand(code, query=query)
    assert caught.value.code == error
    assert not list(desktop.folder.glob(f"{desktop.made}.*"))
    assert not list((desktop.settings.data_dir / "scratch").iterdir())


def test_a_code_fetches_the_file_until_its_last_day_and_no_longer(desktop: Desktop) -> None:
    file = desktop.hand("whole", door=True, days=2)
    got = desktop.fetch(file.code.lower().replace("-", " "))
    assert (got.status_code, got.headers["cache-control"]) == (200, "no-store")
    assert got.headers["content-disposition"] == f'attachment; filename="whole-{file.told.request}.zip"'
    assert got.content == file.at.with_suffix(".zip").read_bytes()
    for wrong in ("", "AAAAA-AAAAA-AAAAA-AAAAA-AAAAA", file.password.decode()):
        assert desktop.fetch(wrong).status_code in (400, 404)
    with clock.pin(clock.now() + timedelta(days=2)):
        assert desktop.fetch(file.code).status_code == 410
        desktop.hand("whole")
        files = HandedFiles(desktop.database, desktop.settings.data_dir)
        assert not files.place(file.told.request).exists()
    assert desktop.fetch(file.code).status_code == 410
    [row] = [row for row in wait_for(files.listed()) if row.request == file.told.request]
    assert row.fetched == 2


def test_a_round_of_the_worker_takes_away_the_copies_whose_day_is_over(desktop: Desktop) -> None:
    file, files = (
        desktop.hand("whole", door=True, days=1),
        HandedFiles(desktop.database, desktop.settings.data_dir),
    )

    async def rounded() -> None:
        await _rounded(desktop.database, desktop.settings, audited=False, released=False)

    wait_for(rounded())
    assert files.place(file.told.request).exists()
    with clock.pin(clock.now() + timedelta(days=1)):
        wait_for(rounded())
    assert not files.place(file.told.request).exists()


def test_a_file_that_is_taken_back_is_given_out_no_longer(desktop: Desktop) -> None:
    file, files = desktop.hand("whole", door=True), HandedFiles(desktop.database, desktop.settings.data_dir)
    assert wait_for(files.end(file.told.request))
    assert not wait_for(files.end(file.told.request))
    answer = desktop.fetch(file.code, **{"accept-language": "en"})
    assert (answer.status_code, "taken back" in answer.text) == (410, True)


def test_a_file_is_given_out_for_as_long_as_its_agreement_grants(desktop: Desktop) -> None:
    file = desktop.hand("whole", door=True)

    def answered_after(event: Event) -> int:
        async def decided() -> None:
            async with desktop.database.connect() as connection:
                await decide(connection, "whole", event, "ani", "uji")
                await connection.commit()

        wait_for(decided())
        return int(desktop.fetch(file.code).status_code)

    assert [answered_after("suspended"), answered_after("resumed")] == [410, 200]


def test_the_page_asks_for_a_code_by_form_alone(desktop: Desktop) -> None:
    page = desktop.client.get("/berkas")
    assert (page.status_code, 'method="post"' in page.text) == (200, True)
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert desktop.client.get("/berkas?code=x").text == page.text
    assert desktop.client.post("/berkas", json={"code": "x"}).status_code == 400
    assert desktop.client.post("/berkas", data={"code": "x" * 2000}).status_code == 400
    assert desktop.fetch("x", **{"sec-fetch-site": "cross-site"}).status_code == 403
    assert desktop.client.put("/berkas").status_code == 405


def test_who_is_withheld_is_in_no_file(desktop: Desktop) -> None:
    async def withheld() -> None:
        async with desktop.database.connect() as connection:
            query = text(
                "insert into person (id, uid, founded_by, event_area_key, home_area_key)"
                " select person_id, uid, 0, event_area_key, home_area_key from person_state where nik = :nik"
                " returning uid"
            )
            person = (await connection.execute(query, {"nik": BUDI})).scalar_one()
            await withhold(
                connection, person, Decision("processing", "restricted", "ani", "UU 27/2022 pasal 11")
            )
            await connection.commit()

    assert BUDI.encode() in desktop.hand("whole", "ndjson").data
    wait_for(withheld())
    assert BUDI.encode() not in desktop.hand("whole", "ndjson").data
