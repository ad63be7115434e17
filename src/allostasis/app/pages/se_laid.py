"""What can be laid out on the form Status epilepticus: a preset, a PROTOCOL.toml, the state of an address. Nothing is lost."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from allostasis.app.pages.se_draft import ENDPOINT, Draft
from allostasis.app.pages.se_form import DEFAULTS, OWN, SLOTS, START
from allostasis.app.pages.se_limits import ELSEWHERE, LONGEST, MOST_INDIVIDUALS, MOST_MINUTES
from allostasis.clinic.status_epilepticus.endpoints import Endpoint
from allostasis.clinic.status_epilepticus.presets import preset, presets
from allostasis.clinic.status_epilepticus.question import EndpointTable, ModelTable, Question, parse_question
from allostasis.quantity import InputError, magnitude
from allostasis.simulation.case import PatientTable


def of_preset(name: str) -> Draft:
    """Lay a preset out; what is longer than the page allows is cut.

    Where only those count who still have a seizure later on, they are few, so there are as many individuals as the page allows.

    >>> draft = of_preset("ESETT")
    >>> [name for name, _ in draft.protocols], draft.fields["horizon"], draft.fields["individuals"]
    (['fosphenytoin', 'levetiracetam', 'valproate'], '90 min', '300')
    """
    horizon = min(magnitude(preset(name).keys["horizon"], "min", what="horizon"), MOST_MINUTES)
    table = {"preset": name, "horizon": f"{horizon:g} min"}
    later = parse_question(table).counted_from_min > 0
    individuals = MOST_INDIVIDUALS if later else int(DEFAULTS["individuals"])
    return of_question(parse_question(table | {"individuals": individuals}))


def of_question(question: Question) -> Draft:
    """Lay a question out; `read` gives an equal one, up to the ways of writing a step or an endpoint that was not given.

    Raises:
        InputError: more protocols than the form has room for.
    """
    if len(question.protocols) > SLOTS:
        raise InputError("protocols on this page", value=len(question.protocols), expected=f"at most {SLOTS}", fix=ELSEWHERE)
    person = question.patient or PatientTable()
    end = question.endpoint or _written(question.counted)
    fields = {
        "title": question.title, "preset": question.preset or OWN, "preparation": question.preparation,
        "delay": question.delay, "horizon": question.horizon, "severity": repr(question.severity).removesuffix(".0"),
        "individuals": str(question.individuals), "seed": str(question.seed), "weight": person.weight, "age": person.age or "",
        "above": "yes" if question.above_maximum else "", "without": ", ".join(question.model.without),
    } | {field: getattr(end, key) for field, key in ENDPOINT.items()}  # fmt: skip
    beside: dict[str, Any] = {"description": question.description.strip()}
    beside["affinity"] = question.model.affinity if question.model.affinity != ModelTable().affinity else ""
    beside["patient"] = person.model_dump(exclude_defaults=True, exclude={"weight", "age"})
    given = question.of_preset.protocols if question.of_preset else ()
    own = [(p.name, "\n".join(step.text() for step in p.steps)) for p in given]
    own += [(table.name, "\n".join(" ".join(step.split()) for step in table.steps)) for table in question.protocol]
    return Draft(dict(DEFAULTS) | fields, own, {key: value for key, value in beside.items() if value})


def _written(end: Endpoint) -> EndpointTable:
    return EndpointTable(within=f"{end.within_min:g} min", none_until=f"{end.until_min:g} min")


def of_state(state: Mapping[str, Any]) -> Draft:
    """Read what the address holds; it is text from outside.

    Raises:
        InputError: no protocols where they should be, or beside them something that is not of a PROTOCOL.toml.
    """
    pairs, beside = state.get("protocols"), state.get("beside", {})
    if not isinstance(pairs, list) or not 1 <= len(pairs) <= SLOTS or not all(map(_is_pair, pairs)) or not _is_beside(beside):
        raise InputError("the address holds no protocols", fix="copy the whole address, or start anew")
    fields = {key: str(state.get(key, default))[:LONGEST] for key, default in DEFAULTS.items()}
    if fields["preset"] not in presets():
        fields["preset"] = OWN
    return Draft(fields, [(name, steps) for name, steps in pairs], beside)


def _is_pair(value: Any) -> bool:
    return isinstance(value, list) and [type(part) for part in value] == [str, str]


def _is_beside(value: Any) -> bool:
    kinds = {"description": str, "affinity": str, "patient": dict}
    if not isinstance(value, dict) or any(not isinstance(part, kinds.get(key, ())) for key, part in value.items()):
        return False
    try:
        PatientTable.model_validate(value.get("patient", {}))
    except ValidationError:
        return False
    return True


EXAMPLE = of_preset(START)
"""What the page opens with."""
