"""Parameters are found without labels, and none of them leaves its floor."""

from hypothesis import given
from hypothesis import strategies as st

from hub.identity.linkage.learning import Session, kept_possible, maximised
from hub.identity.linkage.model import Training

CHANCE = {
    "name": {"equal": 1e-4, "slip": 1e-3, "differs": 0.9989},
    "born": {"equal": 1e-4, "slip": 1e-3, "differs": 0.9989},
    "kk": {"equal": 1e-5, "differs": 0.99999},
}
HOW = Training(certain=(("name",),), recall=0.9, sessions=(("name",),))
verdicts = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from(sorted(told)) for name, told in CHANCE.items()}
)


def test_a_verdict_of_strangers_alone_is_held_to_the_floor_though_it_goes_to_nought() -> None:
    strangers = {"name": "differs", "born": "differs", "kk": "differs"}
    patterns = [({"name": "equal", "born": "equal", "kk": "equal"}, 900), (strangers, 10**6)]
    shares = maximised(Session(1e-9, CHANCE, patterns), 1e-3)
    assert {shares[name, "differs"] for name in CHANCE} == {1e-3}
    assert min(shares[name, "equal"] for name in CHANCE) > 0.99
    assert ("name", "slip") not in shares


@given(st.lists(st.tuples(verdicts, st.integers(1, 10**6)), max_size=12), st.floats(1e-9, 1e6))
def test_no_share_leaves_its_floor_or_exceeds_all(
    patterns: list[tuple[dict[str, str], int]], odds: float
) -> None:
    shares = maximised(Session(odds, CHANCE, patterns), 1e-3)
    assert all(1e-3 <= share <= 1 + 1e-9 for share in shares.values())
    assert shares.keys() == {each for pattern, _ in patterns for each in pattern.items()}


def test_the_share_of_slips_among_matches_is_found_among_strangers() -> None:
    sure, chance = {"born": "equal", "kk": "equal"}, {"born": "differs", "kk": "differs"}
    patterns = [
        ({"name": "equal", **sure}, 800), ({"name": "slip", **sure}, 200), ({"name": "differs", **chance}, 9_000),
    ]  # fmt: skip
    shares = maximised(Session(0.1, CHANCE, patterns), 1e-3)
    assert (round(shares["name", "equal"], 3), round(shares["name", "slip"], 3)) == (0.8, 0.2)


def test_what_matches_never_gave_keeps_a_finite_weight_and_what_chance_never_gave_its_guess() -> None:
    levels = [
        {"label_for_charts": "untold", "is_null_level": True},
        {"label_for_charts": "slip", "u_probability": 0.0, "m_probability": 0.0},
        {"label_for_charts": "year", "u_probability": 0.2},
        {"label_for_charts": "never"},
    ]
    told = kept_possible({"comparisons": [{"comparison_levels": levels}]}, HOW)
    found = [
        (each.get("m_probability"), each.get("u_probability"))
        for each in told["comparisons"][0]["comparison_levels"]
    ]
    assert found == [(None, None), (HOW.least_m, HOW.least_u), (HOW.least_m, 0.2), (None, None)]
