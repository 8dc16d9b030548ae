"""How far a sheet reaches is told as the library finds it, before the library is asked."""

import io
import mmap
import zipfile
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from hub.errors import FatalError
from hub.toolkit.extents import MOST_REPEATS, Extent, binary_extents, open_extents, refuse_loose
from tests.toolkit.corpus.making import HEADER_CELLS, binary, opened_sheet


def binary_extent(path: Path) -> Extent:
    """The extent of the last sheet of an XLS."""
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
        *_, found = binary_extents(content)
    return found


def open_extent(content: bytes) -> Extent:
    """The extent of the one sheet of an ODS."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        (found,) = open_extents(archive.read("content.xml"))
    return found


def test_a_binary_sheet_reaches_as_far_as_the_library_says(tmp_path: Path) -> None:
    rows = [[], *([[], ["", at, f"SITI {at}", 7.5, True][: 2 + at % 4]][at % 2] for at in range(3_000))]
    (tmp_path / "a.xls").write_bytes(binary(rows))
    found = binary_extent(tmp_path / "a.xls")
    sheet = CalamineWorkbook.from_path(tmp_path / "a.xls").get_sheet_by_index(0)
    assert ((found.top, found.left), (found.bottom, found.right)) == (sheet.start, sheet.end)


def test_an_open_sheet_reaches_as_far_as_the_library_says() -> None:
    content = opened_sheet([HEADER_CELLS, ["1", "SITI", "2"], ["1"]], ' table:number-columns-repeated="7"')
    found, sheet = (
        open_extent(content),
        CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0),
    )
    assert ((found.top, found.left), (found.bottom, found.right)) == (sheet.start, sheet.end)
    assert (found.filled, found.repeats) == (13, 7)


@pytest.mark.parametrize(
    "content", [b"", b"no compound file" * 100, bytes.fromhex("d0cf11e0a1b11ae1") + bytes(2_000)]
)
def test_what_is_no_compound_file_has_no_sheet_and_no_end_is_waited_for(
    tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "a.xls").write_bytes(content or b"x")
    assert binary_extent(tmp_path / "a.xls").filled == 0


def test_a_chain_of_sectors_that_leads_back_ends(tmp_path: Path) -> None:
    content = bytearray(binary([["NIK"]] * 2_000))
    first = int.from_bytes(content[76:80], "little")
    content[(first + 1) * 512 : (first + 2) * 512] = bytes(512)
    (tmp_path / "a.xls").write_bytes(content)
    binary_extent(tmp_path / "a.xls")


@pytest.mark.parametrize(("rows", "columns"), [(MOST_REPEATS + 1, 1), (1, MOST_REPEATS + 1)])
def test_a_filled_cell_that_is_said_to_stand_very_often_is_refused(rows: int, columns: int) -> None:
    content = (
        f'<table:table><table:table-row table:number-rows-repeated="{rows}"><table:table-cell '
        f'office:value-type="string" table:number-columns-repeated="{columns}"/></table:table-row></table:table>'
    )
    refuse_loose(
        open_extents(content.replace(str(MOST_REPEATS + 1), str(MOST_REPEATS)).encode()), "list: a.ods"
    )
    with pytest.raises(FatalError) as caught:
        refuse_loose(open_extents(content.encode()), "list: a.ods")
    assert (caught.value.code, "1,001 times" in caught.value.message) == ("file_bomb", True)


def test_tags_that_never_close_are_gone_through_once() -> None:
    found = list(open_extents(b"<table:table>" + b"<table:table-row><table:table-cell " * 200_000))
    assert [each.filled for each in found] == [0]
