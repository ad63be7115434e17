"""MENU.toml: a finite menu of drugs, doses and times, spelled out into protocols. Unknown keys are refused."""

import itertools
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from allostasis.clinic.status_epilepticus.costs import COSTS
from allostasis.clinic.status_epilepticus.parse import CONDITION, parse_step
from allostasis.clinic.status_epilepticus.protocol import Protocol
from allostasis.clinic.status_epilepticus.question import MOST_PROTOCOLS, Question, parse_question
from allostasis.clinic.status_epilepticus.refusal import refuse
from allostasis.quantity import InputError, UnknownNameError, magnitude

NONE = "none"
"""A stage that is left out."""
MOST = 200  # structural: more protocols than that cannot be told apart in a figure, and take minutes
LENGTH = 80  # structural: of a name in a table


class Stage(BaseModel):
    """``[[stage]]``: doses to choose from, and how long after the stage before; for those still seizing unless ``always``."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    doses: Annotated[list[Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]], Field(min_length=1)]
    after: Annotated[list[str], Field(min_length=1)] = ["0 min"]
    always: bool = False


class Stages(BaseModel):
    """The keys of MENU.toml that PROTOCOL.toml does not have."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    stage: Annotated[list[Stage], Field(min_length=1)]
    cost: str = COSTS[0]


@dataclass(frozen=True)
class Menu:
    """What to search.

    Attributes:
        question: who has the seizure, when treatment begins and what counts; its own protocols are only the first of the menu.
        protocols: every protocol of the menu.
        cost: one of `COSTS`, set against success.
    """

    question: Question
    protocols: tuple[Protocol, ...]
    cost: str


def spell_out(stages: list[Stage]) -> tuple[Protocol, ...]:
    """Every way through the stages; a stage that is left out counts once, and nothing follows it.

    >>> menu = [Stage(doses=["lorazepam 4 mg iv"]), Stage(doses=["none", "valproate 40 mg/kg iv"], after=["5 min", "20 min"])]
    >>> [protocol.text() for protocol in spell_out(menu)][1]
    'lorazepam 4 mg iv at 0 min; valproate 40 mg/kg iv at 5 min if still seizing'
    """
    if any(dose == NONE for dose in stages[0].doses):
        raise InputError("the first stage is left out", value=NONE, expected="a dose", fix="treatment begins with it")
    found: dict[str, Protocol] = {}
    for chosen in itertools.product(*(itertools.product(stage.doses, stage.after) for stage in stages)):
        at, steps = 0.0, []
        for k, (dose, after) in enumerate(chosen):
            if dose == NONE:
                break
            at += magnitude(after, "min", what="after of a stage")
            condition = "" if stages[k].always or k == 0 else f" if {CONDITION}"
            steps.append(parse_step(f"{dose} at {at:g} min{condition}"))
        name = " > ".join(short(step) for step in steps)
        found.setdefault(name, Protocol(name, tuple(steps)))
        if len(found) > MOST:
            raise InputError("a menu with too many protocols", value=f"more than {MOST}", expected=f"at most {MOST}",
                             fix="leave out doses or delays")  # fmt: skip
    return tuple(found.values())


def short(step) -> str:
    """A step in as few words as tell it from others.

    >>> short(parse_step("valproate 40 mg/kg (at most 3000 mg) iv over 10 min at 20 min if still seizing"))
    'valproate 40 mg/kg iv at 20 min'
    """
    unit = "mg/kg" if step.per_kg else "mg"
    always = " in all" if step.condition == "always" and step.at_min else ""
    return f"{step.drug} {step.dose:g} {unit} {step.route}" + (f" at {step.at_min:g} min{always}" if step.at_min else "")


def parse_menu(table: dict[str, Any]) -> Menu:
    """Check a menu given as a dict.

    Raises:
        InputError: a missing, unknown or malformed key, too many protocols, a dose above its stated maximum, a step never given.
        UnknownNameError: no such cost.
    """
    own = {key: table[key] for key in ("stage", "cost") if key in table}
    rest = {key: value for key, value in table.items() if key not in own}
    if "protocol" in rest or "preset" in rest:
        raise InputError("protocols of their own in a menu", value="protocol or preset", expected="tables [[stage]]",
                         fix="compare single protocols with `allostasis se`")  # fmt: skip
    try:
        stages = Stages.model_validate(own)
    except ValidationError as error:
        raise refuse(error, Stages) from None
    if stages.cost not in COSTS:
        raise UnknownNameError("cost", stages.cost, COSTS)
    if rest.get("preparation", "human") != "human":
        raise InputError("a menu in animals", value=rest["preparation"], expected="human: costs are those of man")
    protocols = spell_out(stages.stage)
    questions = [
        parse_question({**rest, "protocol": [{"name": f"{k}", "steps": [s.text() for s in p.steps]} for k, p in enumerate(part)]})
        for part in itertools.batched(protocols, MOST_PROTOCOLS)
    ]
    return Menu(questions[0], protocols, stages.cost)


def load_menu(path: str | Path) -> Menu:
    """Read and check MENU.toml.

    Raises:
        InputError: no such file, not TOML, or a bad menu.
    """
    path = Path(path)
    if not path.is_file():
        raise InputError("no such menu file", value=str(path), fix="see examples/se_search.toml")
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path.name} is not TOML", value=str(error), expected='lines such as: horizon = "60 min"') from None
    return parse_menu(table)
