"""What schemathesis sends for the scalars of the graph; it imports this by itself, where the hub is not installed."""

import schemathesis
from hypothesis import strategies as st
from hypothesis_graphql import nodes

FIT = {
    "NIK": ("3320014101909000", "3320014101909012", "3320014101909099"),
    "KK": ("3320010101209000", "3320010101209003"),
    "Date": ("2024-06-01", "2025-01-10", "0001-01-01", "9999-12-31"),
    "Period": ("2025", "2025-Q1", "2025-S2", "2025-04", "TW1 2025"),
    "DateTime": ("2025-08-01T00:00:00Z", "2025-01-05T12:00:00.5+07:00", "1970-01-01T00:00:00Z"),
    "WilayahCode": ("33", "33.20", "33.20.01.2001", "34"),
}
UNFIT = ("", "x", "332001410190900", "2024-02-30", "33.2", "'", "ÿ")

for _name, _texts in FIT.items():
    _fit = st.sampled_from(_texts)
    schemathesis.graphql.scalar(_name, st.one_of(_fit, _fit, st.sampled_from(UNFIT)).map(nodes.String))
schemathesis.graphql.scalar("Rupiah", st.integers(-(2**63), 2**63).map(nodes.Int))
