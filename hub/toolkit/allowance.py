"""How many calls a source may still be sent today."""

from dataclasses import dataclass

from hub.errors import RetriableError


@dataclass(slots=True)
class Allowance:
    """Counts the calls of a run against what is left of the day's quota.

    Attributes:
        left: Calls that may still be made; None when the agreement sets no quota.
        calls: Calls made, repeated ones included.
    """

    left: int | None = None
    calls: int = 0

    @property
    def used_up(self) -> bool:
        """Whether no call may be made."""
        return self.left is not None and self.left <= 0

    def take(self, source: str) -> None:
        """Counts one call.

        Raises:
            RetriableError: `quota_exhausted`.
        """
        if self.used_up:
            raise exhausted(source)
        self.calls += 1
        if self.left is not None:
            self.left -= 1


def exhausted(source: str) -> RetriableError:
    """The error of a quota that is used up."""
    return RetriableError(
        "quota_exhausted",
        f"{source}: the quota of the day is used up; what came is kept, the rest can be asked tomorrow",
    )
