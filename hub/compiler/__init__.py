"""Selection set and declarations in, one SQL statement out: the only reader of the graph."""
