"""Reads linked data as any client of it does."""

import warnings

from rdflib import Graph

FORMATS = {"text/turtle": "turtle", "application/ld+json": "json-ld"}


def read(text: str | bytes, media: str) -> Graph:
    """The graph that a text is, by its media type."""
    with warnings.catch_warnings():
        # The parser of JSON-LD uses what its own library will drop.
        warnings.filterwarnings("ignore", "ConjunctiveGraph is deprecated", DeprecationWarning)
        return Graph().parse(data=text, format=FORMATS[media.partition(";")[0]])
