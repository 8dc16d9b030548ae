"""Options of entries: what nothing reads or is wrong in kind is refused on load, and every one is told in the docs."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.connectors import CONNECTORS
from hub.errors import FatalError
from hub.registry.options import READING, SOURCES, TRANSPORTS, allowed
from hub.registry.sources import load_sources
from tests.registry.test_sources import SOURCE, declared

ROOT = Path(__file__).parents[2]
READ = re.compile(
    r"""(?:options(?:\.get\(|\[)|\.option\(|"[a-z_]+" in options and |in wide if )"([a-z_]+)["]"""
)


def read() -> Iterator[str]:
    """Every option that some code reads by its name."""
    for path in (ROOT / "hub").rglob("*.py"):
        if "simulator" not in path.parts:
            yield from READ.findall(path.read_text())


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ("page_sise = 3", "options.page_sise: nothing of list over http_files reads it; allowed are nik"),
        ('glob = "*.csv"', "options.glob: nothing of list over http_files"),
        ("nik = true", "options.nik"),
        ('nik = "s3cret"', "options.nik: Input should be 'required' or 'optional'"),
        ('unknown_columns = "null"', "options.unknown_columns"),
    ],
)
def test_an_option_that_nothing_reads_or_of_the_wrong_kind_is_refused_on_load(
    tmp_path: Path, options: str, told: str
) -> None:
    declared(tmp_path, "list", f"{SOURCE}\n[options]\n{options}\n")
    with pytest.raises(FatalError) as refused:
        load_sources(tmp_path)
    assert refused.value.code == "config_invalid"
    assert "list.toml" in refused.value.message
    assert told in refused.value.message
    assert "s3cret" not in refused.value.message


def test_every_option_that_the_code_reads_may_be_given() -> None:
    known = {name for kinds in (READING, *TRANSPORTS.values(), *SOURCES.values()) for name in kinds}
    asked = set(read())
    assert {"page_size", "glob", "date_form", "feedback_url"} <= asked
    assert asked <= known
    # `reg_type` and `reg_record_type` are read in a loop over their names.
    assert known - asked <= {"reg_type", "reg_record_type"}


def test_options_of_single_sources_belong_to_sources_that_are() -> None:
    assert SOURCES.keys() <= CONNECTORS.keys()


def test_every_option_is_told_in_the_page_on_adding_a_source() -> None:
    page = (ROOT / "docs" / "add-a-source.md").read_text()
    names = {name for source in CONNECTORS for transport in TRANSPORTS for name in allowed(source, transport)}
    assert [name for name in sorted(names) if f"`{name}`" not in page] == []
