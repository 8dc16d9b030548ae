"""The records of another hub with what they claim there: from a desa to its kabupaten, from that to the province.

Source: `shareFeed` of a hub of this release (version 1 of the feed).
Key: the source at the other hub, the record's key there, and its occurrence; a tombstone has the key of its record
    and claims nothing, so that the version after it is empty and all that the record said has ended.
"""

from hub.toolkit.claims import Claims
from hub.toolkit.connector import Connector, Listing
from hub.toolkit.layout import Layout
from hub.toolkit.rows import Rows
from hub.toolkit.told_claims import told_claims

LAYOUT = Layout(
    taken=dict.fromkeys(("source", "recordKey", "occurrence", "claims"), ()),
    # Where and when the record stands at the other hub: kept with the payload.
    ignored=frozenset({"version", "recordedFrom", "closed", "wilayah"}),
    required=frozenset({"source", "recordKey", "occurrence", "claims"}),
)


def _claims(rows: Rows) -> Claims:
    return told_claims(rows, "claims")


connector = Connector(
    name="hub_feed",
    layout=LAYOUT,
    key=("source", "recordKey", "occurrence"),
    claims=_claims,
    listings=(
        (
            "feed",
            Listing(
                "/graphql", rows="items", total="", style="cursor", resumes=True, required=LAYOUT.required
            ),
        ),
    ),
)
