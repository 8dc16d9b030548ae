"""Drop directories: what is young, growing, missing or not what was promised does not land."""

import hashlib
import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from hub.errors import FatalError, HubError
from hub.registry.sources import SourceConfig
from hub.toolkit.csv_files import CsvReader
from hub.toolkit.drops import looked_at
from hub.toolkit.pages import Page
from hub.toolkit.pull import pages
from tests.toolkit.builders import HURRIED, connector, entry

CONTENT = b"NIK;NAMA\n1;A\n"
DIGEST = hashlib.sha256(CONTENT).hexdigest()


def source(directory: Path, **options: Any) -> SourceConfig:
    return entry(transport="directory", address=str(directory), options=options)


def drop(directory: Path, name: str, age: float = 0.0, content: bytes = CONTENT) -> None:
    """A file that was changed so many seconds ago."""
    (directory / name).write_bytes(content)
    os.utime(directory / name, (time.time() - age,) * 2)


async def pulled(directory: Path, **options: Any) -> list[Page]:
    return [
        page async for page in pages(connector(CsvReader()), source(directory, **options), patience=HURRIED)
    ]


async def refusal(directory: Path, **options: Any) -> str:
    with pytest.raises(HubError) as caught:
        await pulled(directory, **options)
    return caught.value.code


async def test_a_young_file_is_left_and_the_run_says_that_it_is_no_whole_list(tmp_path: Path) -> None:
    drop(tmp_path, "a.csv", age=600)
    drop(tmp_path, "b.csv", age=600)
    drop(tmp_path, "c.csv")
    found = await pulled(tmp_path, settled_seconds=60)
    assert [page.file.name for page in found] == ["a.csv", "b.csv"]
    assert ["stopped" in page.file.detail for page in found] == [False, True]
    assert found[1].file.detail["stopped"]["code"] == "files_unsettled"
    assert await refusal(tmp_path, settled_seconds=3_600) == "files_unsettled"


async def test_files_that_do_not_match_are_none_of_the_list(tmp_path: Path) -> None:
    for name in ("pkh_1.csv", "bpnt_1.csv", ".pkh_2.csv", "~$pkh_3.csv", "pkh_4.part"):
        drop(tmp_path, name)
    assert [page.file.name for page in await pulled(tmp_path, glob="pkh_*")] == ["pkh_1.csv"]


@pytest.mark.parametrize("text", [DIGEST, f"{DIGEST}  a.csv\n", DIGEST.upper()])
async def test_a_digest_beside_a_file_is_kept_to(tmp_path: Path, text: str) -> None:
    drop(tmp_path, "a.csv")
    (tmp_path / "a.csv.sha256").write_text(text)
    assert [page.frame.height for page in await pulled(tmp_path)] == [1]
    drop(tmp_path, "a.csv", content=CONTENT[:-2])
    assert await refusal(tmp_path) == "file_differs"


async def test_a_file_of_the_manifest_that_has_not_come_holds_up_the_run(tmp_path: Path) -> None:
    drop(tmp_path, "a.csv")
    files = [{"name": name, "sha256": DIGEST} for name in ("a.csv", "b.csv", "c.pdf")]
    (tmp_path / "manifest.json").write_text(json.dumps({"files": files}))
    assert await refusal(tmp_path) == "file_missing"
    drop(tmp_path, "b.csv")
    assert [page.file.name for page in await pulled(tmp_path)] == ["a.csv", "b.csv"]
    drop(tmp_path, "b.csv", content=b"NIK;NAMA\n1;B\n")
    assert await refusal(tmp_path) == "file_differs"


@pytest.mark.parametrize(
    "text", ["{}", "[", '{"files": [{}]}', '{"files": [{"name": "a/b", "sha256": "0"}]}', "[" * 100_000]
)
async def test_a_manifest_that_is_none_stops(tmp_path: Path, text: str) -> None:
    drop(tmp_path, "a.csv")
    (tmp_path / "manifest.json").write_text(text)
    assert await refusal(tmp_path) == "index_odd"


async def test_a_file_that_changes_while_it_is_read_lands_nothing(tmp_path: Path) -> None:
    drop(tmp_path, "a.csv", content=CONTENT + b"2;B\n", age=60)
    reading = pages(connector(CsvReader(rows_per_page=1)), source(tmp_path), patience=HURRIED)
    assert not (await anext(reading)).complete
    drop(tmp_path, "a.csv", content=CONTENT + b"2;B\n3;C\n")
    with pytest.raises(HubError) as caught:
        assert [page async for page in reading]
    assert caught.value.code == "file_grows"


@pytest.mark.parametrize("options", [{"glob": "../*"}, {"glob": 1}, {"settled_seconds": -1}])
def test_options_that_mean_nothing_stop(tmp_path: Path, options: Any) -> None:
    with pytest.raises(FatalError) as caught:
        looked_at(tmp_path, (".csv",), source(tmp_path, **options))
    assert caught.value.code == "option_wrong"
