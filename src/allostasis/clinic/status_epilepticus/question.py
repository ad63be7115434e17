"""PROTOCOL.toml: who has the seizure, when treatment begins, and the protocols to compare. Unknown keys are refused."""

import tomllib
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from allostasis.clinic.status_epilepticus.endpoints import Endpoint
from allostasis.clinic.status_epilepticus.limits import check_dose
from allostasis.clinic.status_epilepticus.parse import parse_step
from allostasis.clinic.status_epilepticus.presets import Preset, preset
from allostasis.clinic.status_epilepticus.protocol import Protocol
from allostasis.clinic.status_epilepticus.refusal import refuse
from allostasis.patient import Patient
from allostasis.quantity import InputError, NotModelledError, UnknownNameError, magnitude
from allostasis.simulation.acute import AFFINITIES, mechanisms
from allostasis.simulation.animal_numbers import animal_routes
from allostasis.simulation.case import PatientTable

PREPARATIONS = ("human", "rat")
INDIVIDUALS = 200  # structural: a convention of this package
LONGEST_NAME, LONGEST_TITLE = 60, 200  # structural: characters
LONGEST_MIN = 24 * 60  # structural: a day
MOST_PROTOCOLS = 8  # structural: more lines than that cannot be told apart in a figure
MOST_INDIVIDUALS = 5000  # structural: memory
MOST_ROWS = 2_000_000  # structural: memory, individuals x protocols x minutes
ROUNDING = 1e-6  # structural: of minutes
WITHOUT_EFFECT = ("aetiology", "seizure_type", "variant")
"""Keys of ``[patient]`` in CASE.toml that the acute clock does not know."""


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class EndpointTable(_Table):
    """``endpoint``: the seizure is over `within` and until `none_until`, both from `counted_from` on, in who has one then."""

    within: str = "20 min"
    none_until: str = "60 min"
    counted_from: str = "0 min"


class ModelTable(_Table):
    """``[model]``: mechanisms that stay naive, and the affinity of benzodiazepines."""

    without: list[str] = []
    affinity: str = "in_vitro"


class ProtocolTable(_Table):
    """``[[protocol]]``: a name and its steps; no steps is no treatment."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_NAME)]
    steps: list[str] = []


class Question(_Table):
    """One question: a preparation, a delay, protocols to compare.

    >>> asked = parse_question({"title": "t", "horizon": "1 h", "protocol": [{"name": "a", "steps": ["lorazepam 4 mg iv"]}]})
    >>> asked.delay_min, asked.horizon_min, asked.protocols[0].text()
    (30, 60, 'lorazepam 4 mg iv at 0 min')
    """

    title: str = Field(min_length=1, max_length=LONGEST_TITLE)
    horizon: str
    description: str = ""
    preset: str | None = None
    preparation: str = "human"
    delay: str = "30 min"
    severity: float = 0.0
    individuals: int = INDIVIDUALS
    seed: int = 1
    above_maximum: bool = False
    endpoint: EndpointTable | None = None
    patient: PatientTable | None = None
    model: ModelTable = ModelTable()
    protocol: list[ProtocolTable] = Field(default=[], max_length=MOST_PROTOCOLS)

    @property
    def delay_min(self) -> int:
        """From onset to the first treatment [min]."""
        return _whole_minutes("delay", self.delay)

    @property
    def horizon_min(self) -> int:
        """From the first treatment to the end of the run [min]."""
        return _whole_minutes("horizon", self.horizon)

    @property
    def person(self) -> Patient:
        """Who has the seizure, in man."""
        return (self.patient or PatientTable()).person()

    @property
    def of_preset(self) -> Preset | None:
        """The preset that was asked for."""
        return None if self.preset is None else preset(self.preset)

    @property
    def protocols(self) -> tuple[Protocol, ...]:
        """What to compare: those of the preset, then the file's own."""
        given = () if self.of_preset is None else self.of_preset.protocols
        return (*given, *(_protocol(table) for table in self.protocol))

    @property
    def counted_from_min(self) -> float:
        """When counting begins, in those who have a seizure then [min from the first treatment on]."""
        return 0.0 if self.endpoint is None else magnitude(self.endpoint.counted_from, "min", what="endpoint.counted_from")

    @property
    def counted(self) -> Endpoint:
        """What counts as success; within 20 min and none until 60 min where the file says nothing and the run is that long."""
        table = self.endpoint or EndpointTable()
        within, until = (magnitude(text, "min", what="endpoint") for text in (table.within, table.none_until))
        if self.endpoint is None:
            within, until = min(within, self.horizon_min), min(until, self.horizon_min)
        return Endpoint(within, until)


def _whole_minutes(what: str, text: str) -> int:
    value = magnitude(text, "min", what=what)
    if not 1 <= value <= LONGEST_MIN or abs(value - round(value)) > ROUNDING:
        raise InputError(what, value=text, expected="whole minutes, 1 min to 24 h", fix=f'write {what} = "30 min"')
    return round(value)


def _protocol(table: ProtocolTable) -> Protocol:
    try:
        return Protocol(table.name, tuple(parse_step(text) for text in table.steps))
    except InputError as error:
        error.args = (f"protocol {table.name!r}: {error}",)
        raise


def parse_question(table: dict[str, Any]) -> Question:
    """Check a question given as a dict; keys of a preset hold unless the table writes its own.

    Raises:
        InputError: a missing, unknown or malformed key, a step that can never be given, a dose above its stated maximum.
        NotModelledError: a drug or a covariate that the acute clock does not know.
    """
    name = table.get("preset")
    if isinstance(name, str):
        table = {**preset(name).keys, **table}
    try:
        question = Question.model_validate(table)
    except ValidationError as error:
        raise refuse(error, Question) from None
    _check_setting(question)
    _check_protocols(question)
    return question


def _check_setting(question: Question) -> None:
    if question.preparation not in PREPARATIONS:
        raise UnknownNameError("preparation", question.preparation, PREPARATIONS)
    if question.model.affinity not in AFFINITIES:
        raise UnknownNameError("affinity", question.model.affinity, AFFINITIES)
    for name in question.model.without:
        if name not in mechanisms():
            raise UnknownNameError("mechanism of the acute clock", name, mechanisms())
    if not 1 <= question.individuals <= MOST_INDIVIDUALS:
        raise InputError("individuals", value=question.individuals, expected=f"1 to {MOST_INDIVIDUALS}")
    if question.seed < 0:
        raise InputError("seed", value=question.seed, expected="a whole number, 0 or more")
    if not -2 <= question.severity <= 2:  # structural: far beyond any spread
        raise InputError("severity", value=question.severity, expected="-2 to 2, in log units of excitation over inhibition")
    if question.preparation != "human" and question.patient is not None:
        raise InputError("[patient] in an animal", value=question.preparation, fix='leave it out, or write "human"')
    for key in WITHOUT_EFFECT:
        if getattr(question.patient, key, None) is not None:
            value = getattr(question.patient, key)
            raise NotModelledError(f"patient.{key} in status epilepticus", value=value, fix="leave it out")
    _ = question.delay_min, question.person
    last = question.counted_from_min + question.counted.until_min
    if question.counted_from_min < 0 or last > question.horizon_min + ROUNDING:
        raise InputError(
            "the endpoint lies behind the end of the run", value=f"{last:g} min", expected=f"0 to {question.horizon_min} min",
            fix=f'write horizon = "{last:g} min", or an earlier endpoint',
        )  # fmt: skip


def _check_protocols(question: Question) -> None:
    protocols, human = question.protocols, question.preparation == "human"
    if not protocols:
        raise InputError(
            "no protocol", expected="one or more tables [[protocol]], or a preset",
            fix='add [[protocol]] with name = "..." and steps = ["lorazepam 4 mg iv"], or preset = "ESETT"',
        )  # fmt: skip
    if len(protocols) > MOST_PROTOCOLS:
        raise InputError("number of protocols", value=len(protocols), expected=f"at most {MOST_PROTOCOLS}")
    names = [p.name for p in protocols]
    for name in names:
        if names.count(name) > 1:
            raise InputError("two protocols have the same name", value=name, fix="give each protocol its own name")
    rows = question.individuals * len(protocols) * question.horizon_min
    if rows > MOST_ROWS:
        fits = MOST_ROWS // (len(protocols) * question.horizon_min)
        raise InputError("more than fits into memory", value=f"{rows:,} patient-minutes", expected=f"at most {MOST_ROWS:,}",
                         fix=f"write individuals = {fits}, or a shorter horizon")  # fmt: skip
    weight = float(question.person.weight_kg) if human else 1.0
    for protocol in protocols:
        protocol.check(human=human, horizon_min=float(question.horizon_min), weight_kg=weight, above_maximum=True)
        for step in protocol.steps:
            _check_step(protocol.name, step, question, weight)


def _check_step(name: str, step, question: Question, weight_kg: float) -> None:
    if any(abs(t - round(t)) > ROUNDING for t in step.times_min()):
        raise InputError(f"{name}: time of {step.drug}", value=f"{step.at_min:g} min", expected="whole minutes")
    if question.preparation != "human":
        known = animal_routes()
        if step.route not in known.get(step.drug, ()):
            raise NotModelledError(
                f"{name}: {step.drug} by the {step.route} route in a rat", value=f"{step.drug} {step.route}",
                expected="; ".join(f"{drug}: {', '.join(routes)}" for drug, routes in known.items()),
            )  # fmt: skip
        if not step.per_kg:
            raise InputError(
                f"{name}: dose of {step.drug} in a rat", value=f"{step.dose:g} mg", expected="mg/kg",
                fix=f"write {step.dose:g} mg/kg",
            )  # fmt: skip
    elif not question.above_maximum:
        try:
            check_dose(step.drug, step.dose, step.per_kg, step.maximum_mg, weight_kg, over_min=step.over_min)
        except InputError as error:
            error.args = (f"protocol {name!r}: {error}",)
            raise


def load_question(path: str | Path) -> Question:
    """Read and check PROTOCOL.toml.

    Raises:
        InputError: no such file, not TOML, or a bad question.
    """
    path = Path(path)
    if not path.is_file():
        raise InputError("no such protocol file", value=str(path), fix="see examples/se_esett.toml")
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path.name} is not TOML", value=str(error), expected='lines such as: horizon = "60 min"') from None
    return parse_question(table)
