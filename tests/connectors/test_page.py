"""The source that docs/add-a-source.md makes, made from that page."""

import re
from pathlib import Path
from typing import Any

from hub.registry.sources import load_sources
from hub.toolkit.cells import ROW
from hub.toolkit.connector import Connector
from hub.toolkit.pull import pages
from hub.toolkit.records import with_all_columns
from hub.toolkit.rows import Rows
from tests.connectors.recorded import REFERENCE

PAGE = (Path(__file__).parents[2] / "docs/add-a-source.md").read_text(encoding="utf-8")
LIST = """NIK ART,Nama,No. KK,Bulan,Catatan
3320014101909001,SITI AMINAH,3320010101209003,2026-10,x
12,BUDI,3320010101209003,2026-10,
"""


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    return found[1]


async def test_the_source_of_the_page_claims_what_its_list_says(tmp_path: Path) -> None:
    (tmp_path / "rice.toml").write_text(block("toml"), encoding="utf-8")
    (tmp_path / "list").mkdir()
    (tmp_path / "list/rice_202610.csv").write_text(LIST, encoding="utf-8")
    made: dict[str, Any] = {}
    exec(block("python"), made)  # noqa: S102  # the page is ours
    connector: Connector = made["connector"]
    source = load_sources(tmp_path)[connector.name].model_copy(update={"address": str(tmp_path / "list")})
    [page] = [one async for one in pages(connector, source)]
    assert page.file.detail["unknown_columns"] == []
    frame = with_all_columns(page.frame, connector.layout).with_row_index(ROW)
    claims = connector.claims(Rows(frame, source, REFERENCE))
    [enrollment] = claims.frames()["enrollment"].rows(named=True)
    assert (enrollment["program"], enrollment["no_kk"]) == ("RASTRA", "3320010101209003")
    assert claims.rejects["reason"].to_list() == ["NOT_16_DIGITS"]


def test_the_number_of_the_page_is_free() -> None:
    taken = {one.number for one in load_sources(Path(__file__).parents[2] / "config/sources").values()}
    assert int(re.findall(r"^number = (\d+)$", block("toml"), re.MULTILINE)[0]) not in taken
