"""Joint business groups (KUBE): ten persons who are given money, once, for a trade of their own.

Source: list of members (inference), see `hub.toolkit.business_groups`.
Key: year, group number, NIK and name as received.
"""

from hub.toolkit.business_groups import KEY, LAYOUT, READER, claims
from hub.toolkit.claims import Claims
from hub.toolkit.connector import Connector
from hub.toolkit.rows import Rows


def _claims(rows: Rows) -> Claims:
    return claims(rows, "KUBE", "kube")


connector = Connector(name="kube", layout=LAYOUT, key=KEY, claims=_claims, reader=READER, scope="TAHUN")
