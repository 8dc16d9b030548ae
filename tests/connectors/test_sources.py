"""Every source has all of its parts: connector, entry, recorded case, page and a place in the simulator."""

import re
import tomllib

import pytest

from hub.connectors import CONNECTORS
from hub.simulator.lists import LISTS
from hub.simulator.services import ROUTES
from tests.connectors.recorded import CASES, CONFIG, SOURCES

PAGES = CONFIG.parent / "docs/sources"
#: What the simulator makes up in every plan, and where it answers one person at a time.
CORE = {"dukcapil", "pkh", "bpnt", "kip", "blt_dd"}
#: The other hub is a hub (tests/workflow/test_hub_feed.py), the table of counts lies beside the configuration, and
#: partners tell by message (tests/spdci/test_ibr.py).
ELSEWHERE = {"hub_feed", "ibr_updates", "pmks_counts"}
#: Lists of which only a description is known (issue: layouts from the documented minimum).
INFERRED = ("bkn", "ahu", "pln", "vehicles", "bpjs_wages", "kube", "uep", "rtlh", "rastra", "kks")
every_source = pytest.mark.parametrize("name", sorted(SOURCES))


@every_source
def test_a_source_has_a_recorded_case_and_a_page_that_name_its_parts(name: str) -> None:
    assert (CASES / name / "expected.json").stat().st_size > 2
    assert any(path.name != "expected.json" for path in (CASES / name).iterdir())
    page = (PAGES / f"{name}.md").read_text(encoding="utf-8")
    for part in (f"config/sources/{name}.toml", f"tests/connectors/cases/{name}/"):
        assert part in page
    (module,) = set(re.findall(r"hub/connectors/\w+\.py", page))
    assert (CONFIG.parent / module).is_file()


@every_source
def test_a_source_is_made_up_by_the_simulator(name: str) -> None:
    source = SOURCES[name]
    if name in ELSEWHERE:
        return
    if source.transport == "http_files":
        assert name in {*LISTS, *CORE}
        assert source.address.endswith(f"/files/{name}")
    elif source.transport.startswith("dukcapil"):
        assert source.address.endswith("/dukcapil/get_json")
    else:
        served = {str(getattr(route, "path", "")).split("/")[1] for route in ROUTES}
        asked = {path.split("/")[1] for _, listing in CONNECTORS[name].listings for path in [listing.path]}
        assert name in {*LISTS, *CORE} or {*asked, source.address.rpartition("/")[2]} & served


@pytest.mark.parametrize("name", INFERRED)
def test_a_list_that_is_only_described_says_so_in_its_entry_and_in_its_page(name: str) -> None:
    entry = (CONFIG / "sources" / f"{name}.toml").read_text(encoding="utf-8")
    assert tomllib.loads(entry)["number"] == SOURCES[name].number
    assert re.search(r"^#.*(Evidence I|inference \(I\))", entry, re.MULTILINE)
    page = (PAGES / f"{name}.md").read_text(encoding="utf-8")
    assert re.search(r"\bI\b", page.partition("## Fields")[0])
    assert re.search(r"\bI\b", page.partition("## Fields")[2])


def test_no_page_and_no_case_is_of_a_source_that_is_gone() -> None:
    assert {path.stem for path in PAGES.glob("*.md")} == set(SOURCES)
    assert {path.name for path in CASES.iterdir() if path.is_dir()} == set(SOURCES)
