"""The records of another hub with what they claim there: from a desa to its kabupaten, from that to the province.

Source: `shareFeed` of a hub of this release (version 2 of the feed).
Key: the source at the other hub, the record's key there, and its occurrence; a tombstone has the key of its record
    and claims nothing, so that the version after it is empty and all that the record said has ended. What is withdrawn
    comes by its number there alone, and has its key from the record that is held (`hub.ingest.relayed`).
"""

from hub.toolkit.claims import Claims
from hub.toolkit.connector import Connector, Listing
from hub.toolkit.layout import Layout
from hub.toolkit.rows import Rows
from hub.toolkit.told_claims import told_claims

LAYOUT = Layout(
    taken=dict.fromkeys(("source", "recordKey", "occurrence", "claims"), ()),
    # What the record is called at the other hub and at the first, and where and when it stands there: kept with the
    # payload.
    ignored=frozenset(
        {"entry", "version", "recordedFrom", "closed", "withdrawn", "wilayah", "origin", "originEntry"}
    ),
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
