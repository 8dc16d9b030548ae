"""One run of one source: stage by COPY, compare by content, land versions and claims, quarantine the rest."""
