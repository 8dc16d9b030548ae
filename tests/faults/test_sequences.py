"""Whatever faults come in whatever order, nothing wrong lands, and a clean run ends as if there were none."""

from collections.abc import Iterator

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from hub.simulator.faults import MODES
from tests.sync_builders import Hub, new_hub

#: Each of these waits out the deadline, and is tried one by one.
SLOW = {"hang", "drip"}
#: Rows that are whole and lie: no transport knows, and what lands of them the checks of a run decide.
LIES = {"halved", "vanished", "field_gone", "type_changed", "big_int", "nul", "surrogate"}
HARMLESS = sorted(set(MODES) - SLOW - LIES)
Faults = list[tuple[str, str, int]]
faults = st.lists(
    st.tuples(
        st.sampled_from(["/dapodik", "/pip"]),
        st.sampled_from(HARMLESS),
        st.integers(0, 2),
    ),
    min_size=1,
    max_size=3,
)


@pytest.fixture(scope="module")
def clean(pupils: Hub) -> Iterator[list[str]]:
    """The dump after a second month without faults."""
    with new_hub(pupils) as hub:
        assert hub.sync("kip", month=2)["kip"].status == "complete"
        yield hub.dump()


def put(hub: Hub, each: Faults, times: int = 1) -> None:
    assert hub.registries is not None
    hub.registries.server.heal()
    for path, mode, after in each:
        hub.registries.server.fault(path, mode, times=times, after=after, retry_after=0)


@settings(max_examples=2, phases=[Phase.generate])
@given(first=faults, second=faults)
def test_after_any_faults_a_clean_run_ends_as_if_there_were_none(
    pupils: Hub, clean: list[str], first: Faults, second: Faults
) -> None:
    with new_hub(pupils) as hub:
        for each in (first, second):
            put(hub, each)
            hub.sync("kip", month=2)
        put(hub, [])
        assert hub.sync("kip", month=2)["kip"].status == "complete"
        assert hub.dump() == clean
        assert hub.ask("select 1 from run where rows_in <> stored + unchanged + quarantined") == []
        assert hub.ask("select 1 from run where status = 'failed' and error is null") == []


@pytest.mark.parametrize(
    "mode", ["redirect", "no_rows", "page_missing", "vanished", "halved", "field_gone", "type_changed"]
)
def test_a_run_that_fails_says_why_and_lands_nothing(pupils: Hub, mode: str) -> None:
    with new_hub(pupils) as hub:
        before = hub.dump()
        put(hub, [("/", mode, 0)], times=99)
        told = hub.sync("kip", month=2)["kip"]
        put(hub, [])
        assert (told.status, bool(told.code), bool(told.message)) == ("failed", True, True)
        assert hub.dump() == before
        assert hub.ask("select error from run order by id desc limit 1") == [
            (f"{told.code}: {told.message}",)
        ]


def test_a_number_beyond_every_integer_refuses_its_row_alone(pupils: Hub) -> None:
    with new_hub(pupils) as hub:
        put(hub, [("/dapodik", "big_int", 0)])
        told = hub.sync("kip", month=2)["kip"]
        put(hub, [])
        assert (told.status, told.quarantined, told.closed) == ("complete", 1, 1)
        assert hub.ask("select fields, length(payload) > 5000 from quarantine where upper_inf(recorded)") == [
            (["nik"], True)
        ]
        healed = hub.sync("kip", month=2)["kip"]
        assert (healed.stored, healed.quarantined) == (1, 0)


def test_a_source_that_keeps_failing_is_not_called_for_a_while(pupils: Hub) -> None:
    with new_hub(pupils) as hub:
        put(hub, [("/", "redirect", 0)], times=99)
        codes = [hub.sync("kip", month=2)["kip"].code for _ in range(6)]
        put(hub, [])
        assert codes == ["redirected"] * 5 + ["circuit_open"]
        assert hub.ask("select count(*) from run where status = 'failed'") == [(5,)]
        assert hub.ask("select failures, calls > 0 from source_health where source_id = 5") == [(5, True)]
