"""From the texts of the form Status epilepticus to a question, so that each refusal stands where it was caused."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from allostasis.app.pages.se_form import DEFAULTS
from allostasis.app.pages.se_limits import (
    LONGEST,
    MOST_INDIVIDUALS,
    MOST_SEED,
    fits,
    minutes,
    number,
    steps_of,
    whole,
)
from allostasis.clinic.status_epilepticus.presets import preset, presets
from allostasis.clinic.status_epilepticus.question import Question, parse_question
from allostasis.quantity import InputError, magnitude
from allostasis.simulation.case import PatientTable

ENDPOINT = {"within": "within", "until": "none_until", "counted": "counted_from"}
"""Field -> key of the table of the endpoint."""


@dataclass(frozen=True)
class Draft:
    """What stands in the form.

    Attributes:
        fields: text of each field of `DEFAULTS`.
        protocols: (name, steps as lines) of each.
        beside: what a file held that the form does not show: "description", "affinity", further keys of "patient".
    """

    fields: Mapping[str, str]
    protocols: Sequence[tuple[str, str]]
    beside: Mapping[str, Any] = field(default_factory=dict)

    def state(self) -> dict[str, Any]:
        """As the address keeps it: fields that differ from their defaults, the protocols, and what goes beside the form."""
        changed = {key: text for key, text in self.fields.items() if text != DEFAULTS[key]}
        beside = {"beside": dict(self.beside)} if self.beside else {}
        return changed | beside | {"protocols": [list(pair) for pair in self.protocols]}

    def without(self, k: int) -> "Draft":
        """The draft without one of its protocols."""
        return Draft(self.fields, [pair for n, pair in enumerate(self.protocols) if n != k], self.beside)

    def told(self) -> list[str]:
        """What goes with the question though the form does not show it, by its name in the file."""
        names = {"description": "description", "affinity": "[model] affinity"}
        patient = self.beside.get("patient", {})
        return [names[key] for key in names if key in self.beside] + [f"[patient] {key}" for key in patient]


type Refusals = dict[str, InputError]
"""Field, or "steps0" and so on -> what is wrong with it; "" for what is wrong with the whole."""


def read(draft: Draft) -> Question | Refusals:
    """Read the form.

    Returns:
        The question, or every refusal under its field. Nothing is simulated.

    >>> isinstance(read(Draft(DEFAULTS, [("b", "lorazepam 4 mg iv")])), Question)
    True
    >>> list(read(Draft(DEFAULTS, [("a", "lorazepam much iv"), ("b", "lorazepam 4 mg iv")])))
    ['steps0']
    """
    wrong: Refusals = {}

    def part[T](key: str, make: Callable[[], T], spare: T) -> T:
        try:
            return make()
        except InputError as error:
            wrong.setdefault(key, error)
            return spare

    setting = _setting(draft, part)
    steps = [part(f"steps{k}", lambda text=text: steps_of(text), ()) for k, (_, text) in enumerate(draft.protocols)]
    if any(not key.startswith("steps") for key in wrong):
        return wrong
    nothing = {"protocol": [{"name": "no treatment"}]}
    part("", lambda: parse_question(setting | nothing), None)
    if "" in wrong:
        return wrong
    tables = [{"name": name, "steps": [s.text() for s in own]} for (name, _), own in zip(draft.protocols, steps, strict=True)]
    for k, table in enumerate(tables):
        part(f"steps{k}", lambda table=table: parse_question(setting | {"protocol": [table]}), None)
    if wrong:
        return wrong
    question = part("", lambda: fits(parse_question(setting | _compared(draft.fields, tables))), None)
    return wrong if question is None else question


def _setting(draft: Draft, part: Callable) -> dict[str, Any]:
    """Keys of PROTOCOL.toml beside the protocols."""
    text = {key: str(draft.fields[key]).strip()[:LONGEST] for key in DEFAULTS}
    for key in ("delay", "horizon"):
        part(key, lambda key=key: minutes(key, text[key]), 0)
    for key in ENDPOINT:
        part(key, lambda key=key: magnitude(text[key], "min", what="endpoint"), 0)
    table: dict[str, Any] = {key: text[key] for key in ("title", "preparation", "delay", "horizon")}
    table["severity"] = part("severity", lambda: number("severity", text["severity"]), 0.0)
    table["individuals"] = part("individuals", lambda: whole("individuals", text["individuals"], 1, MOST_INDIVIDUALS), 1)
    table["seed"] = part("seed", lambda: whole("seed", text["seed"], 0, MOST_SEED), 1)
    table["above_maximum"] = text["above"] == "yes"
    table["endpoint"] = {key: text[field] for field, key in ENDPOINT.items()}
    if text["preparation"] == "human":
        person = {key: text[key] for key in ("weight", "age") if text[key]}
        aged = part("age", lambda: not text["age"] or magnitude(text["age"], "years", what="age") >= 0, None)
        if aged is not None:
            part("weight", lambda: PatientTable.model_validate(person).person(), None)
        table["patient"] = draft.beside.get("patient", {}) | person
    off = [name.strip() for name in text["without"].split(",") if name.strip()]
    model = ({"without": off} if off else {}) | {key: draft.beside[key] for key in ("affinity",) if key in draft.beside}
    described = {key: draft.beside[key] for key in ("description",) if key in draft.beside}
    return table | described | ({"model": model} if model else {})


def _compared(fields: Mapping[str, str], tables: list[dict[str, Any]]) -> dict[str, Any]:
    """A preset by its name, so that its sources go with it, where its protocols stand first and unchanged; else all in full."""
    if fields["preset"] in presets():
        found = preset(fields["preset"])
        own = [{"name": p.name, "steps": [s.text() for s in p.steps]} for p in found.protocols]
        if tables[: len(own)] == own and found.keys["preparation"] == fields["preparation"]:
            return {"preset": found.name, "protocol": tables[len(own) :]}
    return {"protocol": tables}
