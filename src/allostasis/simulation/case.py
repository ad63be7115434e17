"""CASE.toml: what to simulate. Unknown keys are refused with the nearest known one; things not modelled yet by name."""

import tomllib
from pathlib import Path
from typing import Annotated, Any
from unicodedata import category

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from allostasis.library.rows import rows
from allostasis.patient import Patient
from allostasis.quantity import InputError, UnknownNameError, magnitude
from allostasis.receptor.variants import variant
from allostasis.regimen.adherence import Adherence
from allostasis.simulation.adaptation_numbers import MECHANISMS, VARIANTS
from allostasis.simulation.case_refusal import EXPECTED, MOST_ALCOHOL, MOST_ARMS, refuse

LONGEST_HORIZON_H = 20 * 365.25 * 24
"""Twenty years."""
DAYS_FOR_A_MONTH = 30
"""What a refused horizon in months is offered instead."""


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class PatientTable(_Table):
    """``[patient]``: the person (`patient.Patient`); every key left out is that of the typical adult."""

    weight: str = "70 kg"
    age: str | None = None
    sex: str | None = None
    height: str | None = None
    albumin: str | None = None
    child_pugh: str | None = None
    creatinine_clearance: str | None = None
    pregnancy: str | None = None
    postmenstrual_age: str | None = None
    genotype: dict[str, str] = {}
    aetiology: str | None = None
    seizure_type: str | None = None
    variant: str | None = None

    def person(self) -> Patient:
        """The patient; raises InputError where a covariate has no unit, is out of range or does not fit another."""
        numbers = {
            name: magnitude(text, unit, what=what)
            for key, (name, unit, what) in _COVARIATES.items()
            if (text := getattr(self, key)) is not None
        }
        return Patient(sex=self.sex, child_pugh=self.child_pugh, genotype=self.genotype, **numbers)


_COVARIATES = {
    "weight": ("weight_kg", "kg", "body weight"),
    "age": ("age_y", "year", "age"),
    "height": ("height_cm", "cm", "height"),
    "albumin": ("albumin_g_L", "g/L", "serum albumin"),
    "creatinine_clearance": ("creatinine_clearance_mL_min", "mL/min", "creatinine clearance"),
    "pregnancy": ("pregnancy_weeks", "week", "pregnancy"),
    "postmenstrual_age": ("postmenstrual_age_weeks", "week", "postmenstrual age"),
}
"""Key of ``[patient]`` -> argument of `Patient`, unit, name in a message."""


class AdherenceTable(_Table):
    """``[arm.adherence]``: how the doses of the arm are taken (`regimen.Adherence`), each patient differently."""

    missed: float = 0.0
    late_sd: str = "0 h"
    doubled: float = 0.0
    holidays_per_year: float = 0.0
    holiday: str = "3 d"
    seed: int = 0

    def adherence(self) -> Adherence:
        """The seeded change of a list of doses; raises InputError where a number is out of range."""
        return Adherence(**self.model_dump())


class ArmTable(_Table):
    """``[[arm]]``: one regimen, as text or as a list of tables."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
    regimen: str | list[dict[str, Any]]
    adherence: AdherenceTable | None = None


AUTO = "auto"
AUTO_HOURS = (24.0, 6.0, 1.0)


def _divides(part: float, whole: float) -> bool:
    """Whether ``whole`` is a whole multiple of ``part``, to rounding."""
    return abs(whole / part - round(whole / part)) < 1e-9


class OutputTable(_Table):
    """``[output]``: length of one output interval; each keeps mean, minimum and maximum over its steps."""

    every: str = AUTO


class SolverTable(_Table):
    """``[solver]``: macro step and floating-point type."""

    step: str = "30 min"
    dtype: str = "float64"


class ModelTable(_Table):
    """``[model]``: variants of mechanisms."""

    adaptation: str = "mechanisms"
    without: list[str] = []
    alpha2_agonist: float = 0.0
    alcohol: float = 0.0
    neurosteroid: str = "constant"
    tspo_activation: float = 0.0
    efflux: str = "constant"
    glutamate: float = 0.0
    inflammation: float = 0.0


class Case(_Table):
    """One question: a patient, arms to compare, a horizon.

    >>> case = parse_case({"title": "t", "horizon": "30 d", "arm": [{"name": "a", "regimen": "lorazepam 1 mg po bid for 7 d"}]})
    >>> case.horizon_h
    720.0
    """

    title: str = Field(min_length=1, max_length=200)
    horizon: str
    arm: list[ArmTable] = Field(min_length=1, max_length=MOST_ARMS)
    description: str = ""
    patient: PatientTable = PatientTable()
    output: OutputTable = OutputTable()
    solver: SolverTable = SolverTable()
    model: ModelTable = ModelTable()

    @property
    def horizon_h(self) -> float:
        """Horizon [h]."""
        value = magnitude(self.horizon, "h", what="horizon")
        if not 0 < value <= LONGEST_HORIZON_H:
            raise InputError(
                "horizon out of range", value=self.horizon, expected="above 0 and at most 20 years (7305 d)"
            )
        if "month" in self.horizon:
            days = magnitude(self.horizon, "month") * DAYS_FOR_A_MONTH
            raise InputError(
                "horizon in months is ambiguous: a month has 28 to 31 days",
                value=self.horizon,
                expected="a length in d, weeks or years",
                fix=f"write '{days:g} d'",
            )
        return value

    @property
    def step_h(self) -> float:
        """Macro step [h]."""
        value = magnitude(self.solver.step, "h", what="solver step")
        if not 1 / 120 <= value <= 1:
            raise InputError(
                "solver step out of range", value=self.solver.step, expected="30 s to 1 h", fix='write step = "30 min"'
            )
        return value

    @property
    def every_h(self) -> float:
        """Output interval [h]: as written; else the longest of 24, 6, 1 h that divides the horizon, or the step within 2 days."""
        if self.output.every != AUTO:
            return magnitude(self.output.every, "h", what="output interval")
        for hours in AUTO_HOURS if self.horizon_h >= 2 * AUTO_HOURS[0] else ():
            if _divides(self.step_h, hours) and _divides(hours, self.horizon_h):
                return hours
        return self.step_h

    @property
    def steps_per_output(self) -> int:
        """Steps in one output interval."""
        every = self.every_h
        steps = round(every / self.step_h)
        if steps < 1 or abs(steps * self.step_h - every) > 1e-9 or steps > 1500:
            raise InputError(
                "output interval does not fit the step",
                value=self.output.every,
                expected=f"a whole multiple of the step {self.solver.step}, at most 1500 of them",
                fix=f'write every = "{self.solver.step}" or a multiple of it',
            )
        return steps

    @property
    def weight_kg(self) -> float:
        """Body weight [kg]."""
        return float(self.person.weight_kg)

    @property
    def person(self) -> Patient:
        """Who takes the drugs."""
        return self.patient.person()

    def adherence_of(self, arm: str) -> Adherence | None:
        """Adherence of the arm of that name, None where its doses are taken as prescribed."""
        table = next((a.adherence for a in self.arm if a.name == arm), None)
        return None if table is None else table.adherence()


_TABLES = {"patient": PatientTable, "output": OutputTable, "solver": SolverTable, "model": ModelTable}
def _check_names(names: list[str]) -> None:
    for name in names:
        if not all(sign.isprintable() or category(sign) == "Zs" for sign in name):
            raise InputError(
                "arm name holds a line break or another sign that cannot be seen",
                value=name,
                expected=f"one line, {EXPECTED['name']}",
            )
        if names.count(name) > 1:
            raise InputError("two arms have the same name", value=name, fix="give each arm its own name")


def _check_epilepsy(patient: PatientTable) -> None:
    """Refuse an aetiology, a type of seizure or a receptor variant that the library does not hold."""
    for kind, value in (("aetiology", patient.aetiology), ("seizure type", patient.seizure_type)):
        known = {row["value"] for row in rows("individualise") if row["kind"] == kind}
        if value is not None and " ".join(value.lower().split()) not in known:
            raise UnknownNameError(kind, value, known)
    if patient.variant is not None:
        variant(patient.variant)


def _check_model(model: ModelTable) -> None:
    for what, value, known in (
        ("adaptation model", model.adaptation, VARIANTS),
        ("neurosteroid model", model.neurosteroid, ("constant", "dynamic")),
        ("efflux model", model.efflux, ("constant", "dynamic")),
    ):
        if value not in known:
            raise UnknownNameError(what, value, known)
    for name in model.without:
        if name not in MECHANISMS:
            raise UnknownNameError("mechanism of adaptation", name, MECHANISMS)
    if model.adaptation != "mechanisms" and (model.without or model.alpha2_agonist or model.alcohol):
        raise InputError(
            "without, alpha2_agonist and alcohol act on the mechanisms of adaptation", value=model.adaptation,
            fix='leave them out, or write adaptation = "mechanisms"',
        )  # fmt: skip
    for name in ("alpha2_agonist", "tspo_activation", "glutamate", "inflammation"):
        if not 0 <= getattr(model, name) <= 1:
            raise InputError(f"{name} out of range", value=getattr(model, name), expected="0 to 1")
    if not 0 <= model.alcohol <= MOST_ALCOHOL:
        raise InputError(
            "alcohol out of range", value=model.alcohol,
            expected=f"0 to {MOST_ALCOHOL:g}, the largest imbalance of the untreated withdrawal in seizure thresholds",
            fix="write alcohol = 0.8, or 0 for nobody who drinks",
        )  # fmt: skip
    if (model.glutamate or model.inflammation) and model.efflux == "constant":
        raise InputError(
            "glutamate and inflammation act on an efflux that can move",
            value=max(model.glutamate, model.inflammation),
            fix='write efflux = "dynamic" under [model]',
        )
    if model.tspo_activation and model.neurosteroid == "constant":
        raise InputError(
            "tspo_activation needs a neurosteroid that can move",
            value=model.tspo_activation,
            fix='write neurosteroid = "dynamic" under [model]',
        )


def parse_case(table: dict[str, Any]) -> Case:
    """Check a case given as a dict.

    Raises:
        InputError: a missing, unknown or malformed key; two arms of one name.
        NotModelledError: something the chain does not model yet.
    """
    try:
        case = Case.model_validate(table)
    except ValidationError as error:
        raise refuse(error, {"arm": ArmTable} | _TABLES, Case, AdherenceTable) from None
    _check_names([arm.name for arm in case.arm])
    if case.solver.dtype not in ("float64", "float32"):
        raise UnknownNameError("solver dtype", case.solver.dtype, ["float64", "float32"])
    _check_model(case.model)
    _check_epilepsy(case.patient)
    _ = case.horizon_h, case.step_h, case.steps_per_output, case.weight_kg
    for arm in case.arm:
        if arm.adherence is not None:
            arm.adherence.adherence()
    return case


def load_case(path: str | Path) -> Case:
    """Read and check CASE.toml.

    Raises:
        InputError: no such file, not TOML, or a bad case.
    """
    path = Path(path)
    if not path.is_file():
        raise InputError("no such case file", value=str(path), fix="see the folder examples/ for cases")
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(
            f"{path.name} is not TOML", value=str(error), expected='lines such as: horizon = "360 d"'
        ) from None
    return parse_case(table)
