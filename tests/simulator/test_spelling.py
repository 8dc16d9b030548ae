import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hub.simulator.names import draw_names
from hub.simulator.spelling import WAYS, respell


@given(st.integers(0, 2**32), st.sampled_from(["SUTRISNO", "SITI AMINAH", "MUHAMMAD NUR HIDAYAT", "TO"]))
def test_another_spelling_is_never_the_same_text(seed: int, name: str) -> None:
    written = respell(name, np.random.default_rng(seed))
    assert written != name
    assert written.strip()


@given(
    st.sampled_from(WAYS),
    st.integers(0, 999),
    st.text("ABJUY ", min_size=1).filter(lambda t: bool(t.strip())),
)
def test_no_way_of_writing_fails_on_odd_names(way: object, pick: int, name: str) -> None:
    assert callable(way)
    assert isinstance(way(name.strip(), pick), str)


def test_names_are_many_and_the_common_ones_repeat() -> None:
    count = 20_000
    random = np.random.default_rng(3)
    sex, year = random.integers(1, 3, count), random.integers(1940, 2020, count)
    names = draw_names(random, sex, year)
    assert len(set(names)) > 5_000
    assert max(names.count(name) for name in set(names[:300])) > 5
    assert 0.05 < sum(" " not in name for name in names) / count < 0.6
