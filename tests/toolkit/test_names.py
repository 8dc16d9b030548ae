"""Names by column agree with the domain's match key."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.names import match_key, normalise
from hub.toolkit.names import keyed_names

_words = st.sampled_from(
    (
        "Siti", "ST.", "MUH.", "Moch.", "Abd.", "Abdoel", "Rochman", "H.", "Hj.", "DRS.", "S.Pd.", "bin",
        "BINTI",
        "alias", "/", "(alm)", "Nur'aini", "Djoko", "Soe", "Tjahjo", "M.", ",", "Ny.", "'", "\u00a0", "é",
    )
)  # fmt: skip
_names = st.one_of(
    st.none(),
    st.lists(_words, max_size=5).map(" ".join),
    st.text(alphabet=st.characters(codec="utf-8"), max_size=20),
)


@given(st.lists(_names, max_size=15), st.sampled_from((0, 300)))
def test_a_column_of_names_has_the_keys_of_the_domain(names: list[str | None], few: int) -> None:
    keyed = keyed_names(pl.Series(names, dtype=pl.String), few=few)
    assert keyed["shown"].to_list() == [normalise(name) for name in names]
    assert keyed["key"].to_list() == [match_key(name) for name in names]
