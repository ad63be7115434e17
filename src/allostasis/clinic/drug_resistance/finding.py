"""What one definition says of one course: met, not met, or not to be told."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """Answer of one definition.

    Attributes:
        definition: the name of the definition.
        verdict: in a word or two.
        met: whether it is met; None where the data cannot tell.
        since: from when on (a date, or minutes), "" where it is not met.
        reasons: what decided.
    """

    definition: str
    verdict: str
    met: bool | None
    since: str
    reasons: tuple[str, ...]
