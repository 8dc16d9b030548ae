"""Peak memory of processes, in MB of 1024 * 1024 bytes."""

import resource
import sys

# ru_maxrss is in kB on Linux and in bytes on macOS.
_PER_MB = 1024 * 1024 if sys.platform == "darwin" else 1024


def own_peak_mb() -> float:
    """The most that this process ever held."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _PER_MB, 1)


def children_peak_mb() -> float:
    """The most that one child which ended and was waited for ever held."""
    return round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / _PER_MB, 1)
