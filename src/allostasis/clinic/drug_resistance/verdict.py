"""Three definitions of resistance side by side; the answer names the one that it uses."""

from collections.abc import Sequence
from dataclasses import dataclass

from allostasis.clinic.drug_resistance.diary import SeizureDiary, Trial
from allostasis.clinic.drug_resistance.finding import Finding
from allostasis.clinic.drug_resistance.ilae import ilae_resistance
from allostasis.clinic.drug_resistance.persistent import persistent_resistance
from allostasis.clinic.drug_resistance.status import StatusCourse, benzodiazepine_resistant
from allostasis.quantity import UnknownNameError

USED = ("ilae", "review", "benzodiazepine")
"""Short names of the three definitions, in the order of `Verdict.findings`."""
IN_STATUS = "benzodiazepine failure in status epilepticus"


@dataclass(frozen=True)
class Verdict:
    """All three answers, and which of them was asked for.

    Attributes:
        findings: ILAE, the review, benzodiazepine failure in status epilepticus.
        used: short name of the one asked for.
    """

    findings: tuple[Finding, Finding, Finding]
    used: str

    @property
    def finding(self) -> Finding:
        """The answer of the definition asked for."""
        return self.findings[USED.index(self.used)]

    @property
    def headline(self) -> str:
        """The answer in one sentence, with the name of its definition."""
        found = self.finding
        since = f" since {found.since}" if found.since else ""
        return f"By the definition {found.definition}: {found.verdict}{since}."

    @property
    def agree(self) -> bool:
        """Whether all definitions that can tell say the same."""
        return len({found.met for found in self.findings if found.met is not None}) <= 1


def resistance(
    diary: SeizureDiary, trials: Sequence[Trial], course: StatusCourse | None = None, *, used: str = "ilae"
) -> Verdict:
    """Ask all three definitions.

    Args:
        diary: seizures of every day.
        trials: treatments.
        course: of a status epilepticus, or None; a diary of days cannot tell how a benzodiazepine did.
        used: whose answer counts: one of `USED`.

    Raises:
        UnknownNameError: another definition.

    >>> from datetime import date
    >>> print(resistance(SeizureDiary(date(2026, 1, 1), (1, 0) * 50), []).headline)
    By the definition ILAE 2010: undefined.
    """
    if used not in USED:
        raise UnknownNameError("definition", used, USED)
    if course is None:
        reason = "a diary of days holds no course of a status epilepticus"
        last = Finding(IN_STATUS, "not to be told", None, "", (reason,))
    else:
        found = benzodiazepine_resistant(course)
        last = Finding(IN_STATUS, "resistant" if found.met else "not resistant", found.met, found.since, found.reasons)
    return Verdict((ilae_resistance(diary, trials), persistent_resistance(diary, trials), last), used)
