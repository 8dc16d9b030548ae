"""The reference page tells every part of the schema, and is the one committed."""

from pathlib import Path

from hub.schema.build import engine
from hub.schema.page import reference_page
from tests.schema.test_lint import parts

PAGE = Path(__file__).parents[2] / "docs" / "schema.md"
ALIKE = ("asOf", "knownAt", "first", "after", "last", "before")


def page() -> str:
    return reference_page(engine().schema, engine().catalog)


def test_the_committed_page_is_that_of_the_schema() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: hub schema reference > docs/schema.md"


def test_every_part_stands_on_the_page_with_both_descriptions() -> None:
    told = page().replace("\\|", "|")
    for path, part in parts(engine().schema):
        indonesian, _, english = " ".join((part.description or "").split()).partition(" / ")
        assert indonesian in told, path
        assert english in told, path
        assert f"`{path.rstrip(')').replace('(', '.').split('.')[-1]}`" in told or f"### {path}\n" in told, (
            path
        )


def test_every_row_of_a_table_has_the_cells_of_its_head() -> None:
    cells = 0
    for line in page().replace("\\|", "").splitlines():
        if line.startswith("|---"):
            cells = line.count("|")
        assert not line.startswith("| `") or line.count("|") == cells, line


def test_a_list_tells_what_it_counts_and_a_root_what_it_yields() -> None:
    assert "| `people` | `PersonConnection` | page | things | identity |" in page()
    assert (
        "| `programCombinations` | `ProgramCombinationConnection` | page | numbers | enrollment, family |"
        in page()
    )
    assert "| `components` | `[Component!]!` | 6 | things |  |" in page()
    assert "| `payments` | `[Payment!]` | page | things | payment |" in page()


def test_filters_and_orders_tell_whether_an_index_serves_them() -> None:
    inputs = page().partition("## Inputs")[2]
    assert "| `nik` | `NikFilter` | yes |" in inputs
    assert "| `sex` | `SexChoiceFilter` | no |" in inputs
    assert "| `AMOUNT` | no |" in inputs
    assert "| `PAID_ON` | yes |" in inputs
