"""Age of adults, and sex: ratios to the typical adult from comparisons of old with young, of women with men."""

from math import exp, sqrt

from allostasis.library import Drug
from allostasis.patient.body import SEXES, Patient
from allostasis.patient.effect import Cause, Causes, spread
from allostasis.patient.tables import COVARIATES, row, rows
from allostasis.quantity import Parameter


def aged(age_y: float | int) -> float:
    """How far a person is from the young to the old group of the studies, 0 to 1, in a straight line.

    >>> aged(35), aged(52.5), aged(80)
    (0.0, 0.5, 1.0)
    """
    young, old = (row(COVARIATES, "age", x).to("year") for x in ("young", "old"))
    return min(max((age_y - young) / (old - young), 0.0), 1.0)


def _by_sex(table: dict[str, Parameter], sex: str | None) -> tuple[float, tuple[Parameter, ...]]:
    """Ratio of one sex; the geometric mean of both where the sex is not given; 1 for a sex without a row."""
    if "" in table:
        return table[""].value, (table[""],)
    if sex is not None:
        return (table[sex].value, (table[sex],)) if sex in table else (1.0, ())
    values = [table[s].value if s in table else 1.0 for s in SEXES]
    return sqrt(values[0] * values[1]), tuple(table.values())


def _tables(drug: str, covariate: str) -> dict[str, dict[str, Parameter]]:
    """Number of the drug -> sex, "" for both, or "per_year" -> row."""
    found: dict[str, dict[str, Parameter]] = {}
    for key, p in rows(COVARIATES, covariate, drug).items():
        number, _, level = key.rpartition(".")
        if level not in (*SEXES, "per_year"):
            number, level = key, ""
        found.setdefault(number, {})[level] = p
    return found


def age(patient: Patient, drug: Drug) -> Causes:
    """Factors of an adult's age.

        ratio^a,    a = 0 up to 40 years, 1 from 65, straight between                ratio: old over young people
        exp(slope (age - 35))                                                        where a model has a slope per year

    Each drug has its own: the volume of diazepam rises, the clearance of midazolam falls in men, lorazepam hardly changes.

    >>> from allostasis.library import drug
    >>> round(age(Patient(age_y=70, sex="male"), drug("midazolam"))["CL"][0].factor, 3)
    0.564
    """
    if patient.age_y is None or patient.is_child:
        return {}
    share, causes = aged(patient.age_y), {}
    for number, table in _tables(drug.name, "age").items():
        if "per_year" in table:
            reference = row(COVARIATES, "age", "reference")
            years = patient.age_y - reference.to("year")
            cause = Cause("age", exp(table["per_year"].value * years), (table["per_year"], reference))
        else:
            ratio, used = _by_sex(table, patient.sex)
            cause = Cause("age", ratio**share, used)
        causes |= {name: [cause] for name in spread(number)}
    if patient.creatinine_clearance_mL_min is not None and rows(COVARIATES, "age", drug.name):
        causes = {k: c for k, c in causes.items() if not (k == "CL" and _renal(drug))}
    return causes


def _renal(drug: Drug) -> bool:
    """Whether more than half of a drug leaves by the kidney: then a measured creatinine clearance says more than age."""
    share = rows("metabolism", "fm", drug.name).get("renal")
    return share is not None and share.value > 1 / 2


def sex(patient: Patient, drug: Drug) -> Causes:
    """Factors of sex: women over men, split evenly about a number that belongs to a mixed group.

    >>> from allostasis.library import drug
    >>> round(sex(Patient(sex="female"), drug("temazepam"))["CL"][0].factor, 2)
    0.87
    """
    if patient.sex is None or patient.is_child:
        return {}
    causes: Causes = {}
    for number, table in _tables(drug.name, "sex").items():
        ratio, used = _by_sex(table, patient.sex)
        causes |= {name: [Cause("sex", ratio, used)] for name in spread(number)}
    return causes
