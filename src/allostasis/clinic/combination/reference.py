"""Reference doses of a combination: what each drug is given when nothing else is asked for, and the levels that follow."""

from collections.abc import Sequence
from dataclasses import dataclass

from allostasis import library
from allostasis.clinic.levels import Levels, peak_levels, steady_levels
from allostasis.patient import Patient
from allostasis.quantity import InputError, NotModelledError
from allostasis.regimen.check import parse_regimen

SETTINGS = ("acute", "chronic")
"""One load in status epilepticus, judged at its peak within hours; or lasting treatment, judged at its mean level."""
HOURS = {"acute": 2.0, "chronic": 24.0}  # structural: where the peak of a load lies; a day of lasting treatment


@dataclass(frozen=True)
class Given:
    """One drug of a combination at its dose.

    Attributes:
        drug: canonical name.
        regimen: its dose as text.
        levels: peak (acute) or mean (chronic) levels of it and what it forms.
    """

    drug: str
    regimen: str
    levels: Levels

    @property
    def brain(self) -> dict[str, float]:
        """Unbound brain levels [nM] of what acts."""
        return {n: c for n, c in self.levels.unbound_brain.items() if library.drug(n).active}


def reference_regimen(drug: str, setting: str) -> str:
    """The declared dose of a drug in a setting.

    Raises:
        NotModelledError: no dose is declared.

    >>> reference_regimen("levetiracetam", "chronic")
    'levetiracetam 1000 mg po bid for 7 d'
    """
    said = library.set_words("combination")
    if (found := said.get(f"{setting}.{drug}")) is None:
        known = sorted(key.partition(".")[2] for key in said if key.startswith(f"{setting}."))
        raise NotModelledError(
            f"no {setting} reference dose of {drug}", value=drug, expected="one of: " + ", ".join(known),
            fix=f'give its dose, such as --dose "{drug} 10 mg iv"' if setting == "acute" else
            f'give its dose, such as --dose "{drug} 10 mg po bid for 7 d"',
        )  # fmt: skip
    return found["regimen"]


def mean_rates(regimen: str, weight_kg: float) -> dict[tuple[str, str], float]:
    """Mean dose rate of each drug and route over the first day of a regimen [mg/h]."""
    day = HOURS["chronic"]
    found: dict[tuple[str, str], float] = {}
    for dose in parse_regimen(regimen).doses(day, weight_kg):
        found[dose.drug, dose.route] = found.get((dose.drug, dose.route), 0.0) + dose.amount / day
    return found


def given(drugs: Sequence[str], doses: Sequence[str], setting: str, patient: Patient) -> tuple[Given, ...]:
    """Each drug at the dose that was asked for, or at its reference.

    Args:
        drugs: two or more.
        doses: regimens, each of one of the drugs.
        setting: one of `SETTINGS`.
        patient: who gets them.

    Raises:
        InputError: fewer than two drugs, one twice, or a dose of another drug or of several.
        NotModelledError: a drug without a reference dose and without one here.
    """
    names = [library.canonical(drug, "drug") for drug in drugs]
    if len(set(names)) < 2 or len(set(names)) < len(names):
        raise InputError("a combination", value=", ".join(drugs), expected="two drugs or more, each once")
    asked: dict[str, str] = {}
    for text in doses:
        of = {dose.drug for dose in parse_regimen(text).doses(HOURS["chronic"], patient.weight_kg)}
        if len(of) != 1 or not of <= set(names):
            raise InputError("--dose of a combination", value=text, expected="one dose of one of: " + ", ".join(names))
        asked[of.pop()] = text
    found = []
    for name in names:
        text = asked.get(name) or reference_regimen(name, setting)
        if setting == "chronic":
            levels = steady_levels(mean_rates(text, patient.weight_kg), patient)
        else:
            levels = peak_levels(parse_regimen(text).doses(HOURS[setting], patient.weight_kg), HOURS[setting], patient)
        found.append(Given(name, text, levels))
    return tuple(found)
