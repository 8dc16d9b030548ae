"""Families that receive food assistance (BPNT / Sembako), a row a family and month.

Source: BST/BPNT distribution list (single source, 2026), see `hub.toolkit.distribution`. Food assistance numbers
    its stages by the months of the year. BST has a list and stages of its own (`bst`); a BST row here is refused.
Key: stage, kind of assistance and idsemesta, or the NIK where idsemesta is blank.
"""

from hub.toolkit.claims import Claims
from hub.toolkit.connector import Connector
from hub.toolkit.distribution import LAYOUT, READER, claims, key, stage
from hub.toolkit.rows import Rows

PROGRAMS = {"SEMBAKO": "BPNT", "BPNT": "BPNT"}


def _claims(rows: Rows) -> Claims:
    return claims(rows, PROGRAMS, stage, "active")


connector = Connector(name="bpnt", layout=LAYOUT, key=key, claims=_claims, reader=READER, scope="TAHAP")
