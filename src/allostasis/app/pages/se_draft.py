"""From the texts of the form Status epilepticus to a question, so that each refusal stands where it was caused."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from allostasis.app.pages.se_form import DEFAULTS, OWN, SLOTS, START
from allostasis.app.pages.se_limits import (
    LONGEST,
    MOST_INDIVIDUALS,
    MOST_MINUTES,
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
    """

    fields: Mapping[str, str]
    protocols: Sequence[tuple[str, str]]

    def state(self) -> dict[str, Any]:
        """As the address keeps it: fields that differ from their defaults, and the protocols."""
        changed = {key: text for key, text in self.fields.items() if text != DEFAULTS[key]}
        return changed | {"protocols": [list(pair) for pair in self.protocols]}

    def without(self, k: int) -> "Draft":
        """The draft without one of its protocols."""
        return Draft(self.fields, [pair for n, pair in enumerate(self.protocols) if n != k])


type Refusals = dict[str, InputError]
"""Field, or "steps0" and so on -> what is wrong with it; "" for what is wrong with the whole."""


def of_preset(name: str) -> Draft:
    """Lay a preset out on the form; what is longer than the page allows is cut.

    >>> draft = of_preset("ESETT")
    >>> [name for name, _ in draft.protocols], draft.fields["horizon"]
    (['fosphenytoin', 'levetiracetam', 'valproate'], '90 min')
    """
    found = preset(name)
    keys, end = found.keys, found.keys.get("endpoint", {})
    horizon = min(magnitude(keys["horizon"], "min", what="horizon"), MOST_MINUTES)
    written = {key: str(keys[key]) for key in ("title", "preparation", "delay") if key in keys}
    written |= {"severity": f"{keys.get('severity', 0.0):g}", "horizon": f"{horizon:g} min", "preset": name}
    written |= {key: keys["patient"][key] for key in ("weight", "age") if key in keys.get("patient", {})}
    written |= {field: end[key] for field, key in ENDPOINT.items() if key in end}
    written["above"] = "yes" if keys.get("above_maximum") else ""
    return Draft(dict(DEFAULTS) | written, [(p.name, "\n".join(s.text() for s in p.steps)) for p in found.protocols])


def of_state(state: Mapping[str, Any]) -> Draft:
    """Read what the address holds; it is text from outside.

    Raises:
        InputError: no protocols where they should be.
    """
    pairs = state.get("protocols")
    if not isinstance(pairs, list) or not 1 <= len(pairs) <= SLOTS or not all(map(_is_pair, pairs)):
        raise InputError("the address holds no protocols", fix="copy the whole address, or start anew")
    fields = {key: str(state.get(key, default))[:LONGEST] for key, default in DEFAULTS.items()}
    if fields["preset"] not in presets():
        fields["preset"] = OWN
    return Draft(fields, [(name, steps) for name, steps in pairs])


def _is_pair(value: Any) -> bool:
    return isinstance(value, list) and [type(part) for part in value] == [str, str]


EXAMPLE = of_preset(START)
"""What the page opens with."""


def read(draft: Draft) -> Question | Refusals:
    """Read the form.

    Returns:
        The question, or every refusal under its field. Nothing is simulated.

    >>> isinstance(read(EXAMPLE), Question)
    True
    >>> wrong = read(Draft(EXAMPLE.fields, [("a", "lorazepam much iv"), ("b", "lorazepam 4 mg iv")]))
    >>> list(wrong)
    ['steps0']
    """
    wrong: Refusals = {}

    def part[T](key: str, make: Callable[[], T], spare: T) -> T:
        try:
            return make()
        except InputError as error:
            wrong.setdefault(key, error)
            return spare

    setting = _setting(draft.fields, part)
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


def _setting(fields: Mapping[str, str], part: Callable) -> dict[str, Any]:
    """Keys of PROTOCOL.toml beside the protocols."""
    text = {key: str(fields[key]).strip()[:LONGEST] for key in DEFAULTS}
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
        table["patient"] = person
    off = [name.strip() for name in text["without"].split(",") if name.strip()]
    return table | ({"model": {"without": off}} if off else {})


def _compared(fields: Mapping[str, str], tables: list[dict[str, Any]]) -> dict[str, Any]:
    """A preset by its name, so that its sources go with it, where its protocols stand first and unchanged; else all in full."""
    if fields["preset"] in presets():
        found = preset(fields["preset"])
        own = [{"name": p.name, "steps": [s.text() for s in p.steps]} for p in found.protocols]
        if tables[: len(own)] == own and found.keys["preparation"] == fields["preparation"]:
            return {"preset": found.name, "protocol": tables[len(own) :]}
    return {"protocol": tables}
