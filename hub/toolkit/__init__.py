"""What a connector needs: transport, readers, row checks, claims. Nothing here knows a single source."""
