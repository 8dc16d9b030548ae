"""`hub audit pack` and `hub audit verify`: evidence that leaves the hub signed, and its check."""

import getpass
import json
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

import typer

from hub.cli.answers import opened, print_json, table
from hub.cli.begin import DataDir, Json, begin, run, say
from hub.cli.granted import Asked, granted

if TYPE_CHECKING:
    from collections.abc import Callable

    from hub.audit.packs import Wanted
    from hub.settings import Settings

FILES = ("pack.json", "pack.xlsx", "signature.json")
FINDING = (
    "number", "rule", "wilayah", "since", "until", "amount", "paid", "knownAt", "id", "edition", "proof",
)  # fmt: skip
RECORD = (
    "number",
    "source",
    "owner",
    "file",
    "sha256",
    "row",
    "key",
    "version",
    "received",
    "hash",
    "received as",
)
RULE = ("edition", "rule", "version", "title_id", "text_id", "legal_basis", "evidence", "severity", "fingerprint",
        "parameters", "statement")  # fmt: skip
EVENT = ("case", "finding", "event", "at", "actor", "agency", "registry", "amount", "reason")


def pack(
    purpose: Annotated[str, typer.Option(help="What for; a purpose of config/access.toml (pengawasan).")],
    out: Annotated[Path, typer.Option(help="File to write (.zip); readable by its owner alone.")],
    cases: Annotated[list[int] | None, typer.Argument(metavar="[CASE]...", help="Numbers of cases.")] = None,
    rule: Annotated[str | None, typer.Option("--rule", help="All that stands of this rule.")] = None,
    area: Annotated[str | None, typer.Option("--area", help="All that stands in this area.")] = None,
    agreement: Annotated[
        str | None, typer.Option(help="Agreement under which it is given; none: it stays with the operator.")
    ] = None,
    by: Annotated[str | None, typer.Option(help="Who does it, by name of account.")] = None,
    data_dir: DataDir = None,
) -> None:
    """Write an evidence pack: findings, every record behind them as received, rules and their SQL, cases, signed.

    A pack is a disclosure: it is read under its agreement and leaves a line in the ledger.
    """
    settings = begin(data_dir)
    from hub.audit.packs import Wanted
    from hub.domain.wilayah import System, key_range, parse_area
    from hub.errors import InputError

    if not (cases or rule or area):
        raise InputError("nothing_asked", "name cases, or a rule or an area")
    if out.exists():
        raise InputError("file_there", f"{out} is there already; name another")
    keys = None if area is None else key_range(parse_area(area, System.KEMENDAGRI))
    wanted = Wanted(cases or (), rule, keys)
    count = run(lambda: _packed(settings, wanted, (purpose, agreement, by or getpass.getuser()), out))
    say(f"hub: {count:,} findings in {out}; it holds personal data, and the ledger has a line of it")


async def _packed(settings: "Settings", wanted: "Wanted", asked: Asked, out: Path) -> int:
    from hub.access.sealing import ledger_keys
    from hub.access.signing import signed
    from hub.audit.packs import gathered

    async with opened(settings) as database:
        told = await gathered(database, wanted, *await granted(database, settings, asked))
        key = ledger_keys(database.roles).signing
    _keep(out, told, partial(signed, key=key))
    return len(told["findings"])


def _keep(out: Path, told: dict[str, Any], sign: "Callable[[dict[str, bytes]], bytes]") -> None:
    """Writes the pack beside its place and puts it there once it is whole."""
    from hub.access.signing import canonical

    with TemporaryDirectory(dir=out.resolve().parent) as place:
        book, whole = Path(place) / "pack.xlsx", Path(place) / "pack.zip"
        _workbook(book, told)
        whole.touch(mode=0o600)
        with ZipFile(whole, "w", ZIP_DEFLATED) as archive:
            files = {"pack.json": canonical(told), "pack.xlsx": book.read_bytes()}
            for name, content in (files | {"signature.json": sign(files)}).items():
                archive.writestr(name, content)
        whole.rename(out)


def _workbook(path: Path, told: dict[str, Any]) -> None:
    """The same for people: a sheet each of findings, records, rules and what became of the cases."""
    from hub.toolkit.workbooks import write_sheets

    def rows(part: str, names: tuple[str, ...]) -> list[list[object]]:
        return [[_cell(each.get(name)) for name in names] for each in told[part]]

    records = [[*(each[name] for name in RECORD[:-1]), _received(each)] for each in told["records"]]
    about = [
        [name, _cell(told[name])] for name in ("made", "caller", "agreement", "purpose", "ledger", "form")
    ]
    write_sheets(
        path,
        {
            "Berkas": (("Hal", "Isi"), about),
            "Temuan": (FINDING, rows("findings", FINDING)),
            "Rekaman": (RECORD, records),
            "Aturan": (RULE, rows("rules", RULE)),
            "Kasus": (EVENT, rows("events", EVENT)),
        },
    )


def _cell(value: object) -> object:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else value


def _received(record: dict[str, Any]) -> str:
    """A row as it was received, its values under the names of their columns."""
    found = json.loads(record["payload"]) if record["payload"] else {}
    named = found.items() if isinstance(found, dict) else zip(record["columns"] or (), found, strict=False)
    return "; ".join(f"{name}: {value}" for name, value in named)


def verify(
    path: Annotated[Path, typer.Argument(metavar="PACK", help="A pack.")],
    key: Annotated[
        str | None,
        typer.Option(help="Public key in hex of the hub that it should come from; none: this hub's own."),
    ] = None,
    offline: Annotated[
        bool, typer.Option("--offline", help="Do not ask the hub; check the pack alone.")
    ] = False,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Check a pack: signature, hashes, rules and sums; then replay its findings in the hub as of their instants.

    Ends with 1 when something is not as it was, and where nobody vouches for the key: offline, without --key.
    """
    from hub.access.signing import public_key
    from hub.audit.packs import wrong_of

    files = _read(path)
    wrong = wrong_of(files, [public_key(key)] if key else ())
    if not (offline or wrong):
        settings = begin(data_dir)
        wrong = run(lambda: _replayed(settings, files))
    vouched = not offline or key is not None
    if as_json:
        print_json({"pack": str(path), "wrong": wrong, "vouched": vouched})
    elif wrong:
        table(("wrong",), [[each] for each in wrong])
    say(f"hub: {path} {_verdict(files, wrong, offline=offline, vouched=vouched)}")
    raise typer.Exit(1 if wrong or not vouched else 0)


def _verdict(files: dict[str, bytes], wrong: list[str], *, offline: bool, vouched: bool) -> str:
    """What came of a check, in words."""
    if wrong:
        return "does not hold"
    if not vouched:
        signer = json.loads(files["signature.json"])["key"]
        return f"is as it was signed by {signer}: signed by this key, which nobody vouched for; name --key"
    return "holds" if offline else "holds, also in this hub"


def _read(path: Path) -> dict[str, bytes]:
    """The files of a pack.

    Raises:
        InputError: `bad_pack`.
    """
    from hub.errors import InputError

    try:
        with ZipFile(path) as archive:
            return {name: archive.read(name) for name in FILES}
    except (OSError, KeyError, BadZipFile):
        raise InputError("bad_pack", f"{path} is not an evidence pack") from None


async def _replayed(settings: "Settings", files: dict[str, bytes]) -> list[str]:
    """What this hub tells otherwise: its signature, and the evidence of each finding as of its instant."""
    from hub.access.sealing import ledger_keys
    from hub.audit.packs import wrong_of
    from hub.audit.replaying import replay

    async with opened(settings) as database, database.connect() as connection:
        wrong = wrong_of(files, ledger_keys(database.roles).public)
        told = {each["number"]: each for each in json.loads(files["pack.json"])["findings"]}
        again = [] if wrong else await replay(connection, sorted(told))
        changed = [
            each.finding for each in again if not each.same or each.proof != told[each.finding]["proof"]
        ]
    return wrong + [f"finding {number}: this hub finds other evidence" for number in changed]
