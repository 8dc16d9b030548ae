"""Work that crosses the floors below: a sync from the source to the graph."""
