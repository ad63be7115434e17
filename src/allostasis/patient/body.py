"""Who takes the drugs: covariates of a patient and their ranges; scaling by body weight."""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from math import isfinite
from numbers import Real

from allostasis.patient.genotype import check_genotype
from allostasis.quantity import InputError, Parameter, UnknownNameError

LIGHTEST_KG, HEAVIEST_KG = 30.0, 200.0
SMALLEST_CHILD_KG = 0.4
ADULT_Y, TERM_WEEKS, WEEKS_PER_YEAR = 18.0, 40.0, 365.25 / 7
EARLIEST_BIRTH_WEEKS, LATEST_BIRTH_WEEKS = 22.0, 44.0
SEXES, CHILD_PUGH = ("female", "male"), ("A", "B", "C")
_RANGES = {
    "age_y": (0, 110, "age", "y", "0 to 110 years", 'write age = "70 years"'),
    "height_cm": (20, 230, "height", "cm", "20 to 230 cm", 'write height = "170 cm"'),
    "albumin_g_L": (5, 60, "serum albumin", "g/L", "5 to 60 g/L", 'write albumin = "38 g/L"'),
    "creatinine_clearance_mL_min": (
        1, 250, "creatinine clearance", "mL/min", "1 to 250 mL/min", 'write creatinine_clearance = "45 mL/min"',
    ),
    "pregnancy_weeks": (0, 43, "pregnancy", "weeks", "0 to 43 weeks of gestation", 'write pregnancy = "30 weeks"'),
    "postmenstrual_age_weeks": (
        EARLIEST_BIRTH_WEEKS, 1000, "postmenstrual age", "weeks", "22 weeks or more: gestation and age together",
        'write postmenstrual_age = "38 weeks"',
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Patient:
    """A patient; every covariate left out is that of the typical adult whom the library's numbers describe.

    Args:
        weight_kg: body weight [kg].
        age_y: age [years]; below 18 clearances mature (`maturation`), above 40 they age (`age`).
        sex: "female" or "male".
        height_cm: height [cm]; tells excess weight from size (`size`).
        albumin_g_L: serum albumin [g/L] (`binding`).
        child_pugh: class of a cirrhosis, "A", "B" or "C" (`organs`).
        creatinine_clearance_mL_min: creatinine clearance [mL/min] (`organs`).
        pregnancy_weeks: weeks of gestation (`pregnancy`).
        postmenstrual_age_weeks: gestation at birth plus age [weeks]; 40 weeks plus the age when left out.
        genotype: gene -> diplotype such as ``*1/*2`` or phenotype such as ``poor`` (`genotype`).

    Raises:
        InputError: a covariate out of range or two that exclude each other.
        UnknownNameError: a sex, class, gene, allele or phenotype that is not known.

    >>> Patient(82, age_y=70, sex="male", genotype={"CYP2C19": "*2/*2"}).is_child
    False
    """

    weight_kg: float | int = 70.0
    _: KW_ONLY
    age_y: float | int | None = None
    sex: str | None = None
    height_cm: float | int | None = None
    albumin_g_L: float | int | None = None
    child_pugh: str | None = None
    creatinine_clearance_mL_min: float | int | None = None
    pregnancy_weeks: float | int | None = None
    postmenstrual_age_weeks: float | int | None = None
    genotype: Mapping[str, str] = field(default_factory=dict, hash=False)

    def __post_init__(self):
        object.__setattr__(self, "weight_kg", _number("body weight", self.weight_kg))
        for name, (low, high, what, unit, expected, fix) in _RANGES.items():
            value = getattr(self, name)
            if value is not None:
                object.__setattr__(self, name, _number(what, value))
            if value is not None and not low <= value <= high:
                raise InputError(f"{what} out of range", value=f"{value:g} {unit}", expected=expected, fix=fix)
        for what, value, known in (("sex", self.sex, SEXES), ("Child-Pugh class", self.child_pugh, CHILD_PUGH)):
            if value is not None and value not in known:
                raise UnknownNameError(what, value, known)
        _check_weight(self)
        _check_age_at_birth(self)
        _check_pregnancy(self)
        object.__setattr__(self, "genotype", check_genotype(self.genotype))

    @property
    def is_child(self) -> bool:
        """Younger than 18 years, or described by a postmenstrual age."""
        return self.postmenstrual_age_weeks is not None or (self.age_y is not None and self.age_y < ADULT_Y)

    @property
    def postmenstrual_weeks(self) -> float:
        """Postmenstrual age of a child [weeks], born at term unless it says otherwise.

        >>> Patient(3.5, age_y=0).postmenstrual_weeks
        40.0
        """
        if self.postmenstrual_age_weeks is not None:
            return float(self.postmenstrual_age_weeks)
        return TERM_WEEKS + WEEKS_PER_YEAR * (self.age_y or 0.0)

    @property
    def bmi(self) -> float | None:
        """Body mass index [kg/m^2], None without a height.

        >>> round(Patient(100, height_cm=170).bmi, 1)
        34.6
        """
        return None if self.height_cm is None else self.weight_kg / (self.height_cm / 100) ** 2


def _number(what: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, Real) or not isfinite(value):
        raise InputError(f"{what} is not a number", value=value, expected="a finite number without its unit")
    return float(value)


def _check_weight(patient: Patient) -> None:
    lightest = SMALLEST_CHILD_KG if patient.is_child else LIGHTEST_KG
    if not lightest <= patient.weight_kg <= HEAVIEST_KG:
        who = "of a child" if patient.is_child else "outside the range of the adult model"
        raise InputError(
            f"body weight {who}",
            value=f"{patient.weight_kg:g} kg",
            expected=f"{lightest:g} to {HEAVIEST_KG:g} kg",
            fix="a child needs its age too, such as age = \"3 years\"; extremes of weight are not modelled",
        )  # fmt: skip


def _check_age_at_birth(patient: Patient) -> None:
    pma, age = patient.postmenstrual_age_weeks, patient.age_y
    if pma is None or age is None:
        return
    born = pma - WEEKS_PER_YEAR * age
    if not EARLIEST_BIRTH_WEEKS <= born <= LATEST_BIRTH_WEEKS:
        raise InputError(
            "postmenstrual age does not fit the age: it would put birth at another gestation",
            value=f"{pma:g} weeks at {age:g} years, birth at {born:.0f} weeks",
            expected="a birth at 22 to 44 weeks of gestation",
            fix="leave one of the two out",
        )


def _check_pregnancy(patient: Patient) -> None:
    if patient.pregnancy_weeks is None:
        return
    if patient.sex == "male" or (patient.age_y is not None and not 10 <= patient.age_y <= 60):
        raise InputError(
            "pregnancy does not fit the patient",
            value=f"{patient.pregnancy_weeks:g} weeks, sex {patient.sex}, age {patient.age_y}",
            expected="sex female or none given, age 10 to 60 years",
            fix="remove pregnancy, or mend sex and age",
        )


def allometric(patient: Patient, parameters: Mapping[str, Parameter]) -> tuple[float, float]:
    """Factors on clearances (CL, Q) and on volumes for this body weight.

        clearance factor = (weight / reference)^0.75,    volume factor = (weight / reference)^1

    Args:
        patient: who.
        parameters: the library's "patient" set: ``reference_weight`` [kg], ``exponent_clearance``, ``exponent_volume`` [1].
    """
    ratio = patient.weight_kg / parameters["reference_weight"].to("kg")
    return ratio ** parameters["exponent_clearance"].value, ratio ** parameters["exponent_volume"].value
