"""Families that received cash in the pandemic (BST), a row a family and stage of 2020 and 2021.

Source: BST/BPNT distribution list (single source, 2026), see `hub.toolkit.distribution`. The stages count from
    the first month of payment, April in 2020 (inference; option `first_month`).
Key: stage, kind of assistance and idsemesta, or the NIK where idsemesta is blank.
"""

from functools import partial

from hub.toolkit.claims import Claims
from hub.toolkit.connector import Connector
from hub.toolkit.distribution import LAYOUT, READER, claims, key, stage
from hub.toolkit.rows import Rows

PROGRAMS = {"BST": "BST", "BANSOS TUNAI": "BST"}


def _claims(rows: Rows) -> Claims:
    first = {int(year): int(month) for year, month in rows.option("first_month", {}).items()}
    return claims(rows, PROGRAMS, partial(stage, first_months=first), "ended")


connector = Connector(name="bst", layout=LAYOUT, key=key, claims=_claims, reader=READER, scope="TAHAP")
