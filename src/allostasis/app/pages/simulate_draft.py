"""Between the form of the page Simulate and the table of a case: nothing that a file holds is lost by opening it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from allostasis.app.pages.simulate_form import ON_THE_FORM, SLOTS, genotype, written_genotype
from allostasis.quantity import InputError
from allostasis.regimen import Regimen, parse_regimen
from allostasis.regimen.check import check_against_library
from allostasis.simulation import Case

BESIDE = ("description", "output", "solver", "model")
"""Keys of a case that the form does not show."""


@dataclass(frozen=True)
class Draft:
    """What stands in the form.

    Attributes:
        title, horizon: as written.
        patient: key of [patient] -> text, "" for none.
        arms: (name, regimen as text) of each.
        kept: what a file held beside that: keys `BESIDE`, further keys of "patient", and per arm in "arm".
    """

    title: str
    horizon: str
    patient: Mapping[str, str]
    arms: Sequence[tuple[str, str]]
    kept: Mapping[str, Any] = field(default_factory=dict)

    def table(self) -> dict[str, Any]:
        """Return the table of the case, to be checked by `parse_case`."""
        written = {key: text.strip() for key, text in self.patient.items() if text.strip() and key != "genotype"}
        genes = genotype(self.patient.get("genotype", ""))
        patient = dict(self.kept.get("patient", {})) | written | ({"genotype": genes} if genes else {})
        table: dict[str, Any] = {"title": self.title.strip(), "horizon": self.horizon.strip()}
        table |= {key: self.kept[key] for key in BESIDE if key in self.kept}
        if patient:
            table["patient"] = patient
        return table | {"arm": [self._arm(k, *arm) for k, arm in enumerate(self.arms)]}

    def _arm(self, k: int, name: str, regimen: str) -> dict[str, Any]:
        kept = self.kept.get("arm", {}).get(k, {})
        made = {"name": name.strip(), "regimen": kept["tables"] if kept.get("shown") == regimen else regimen.strip()}
        return made | ({"adherence": kept["adherence"]} if "adherence" in kept else {})

    def without_arm(self, k: int) -> "Draft":
        """Return the draft without one of its arms."""
        held = {n - (n > k): arm for n, arm in self.kept.get("arm", {}).items() if n != k}
        arms = [arm for n, arm in enumerate(self.arms) if n != k]
        return Draft(self.title, self.horizon, self.patient, arms, {**self.kept, "arm": held})


def draft_of(case: Case) -> Draft:
    """Lay a case out on the form.

    Raises:
        InputError: more arms than the form has room for.
    """
    if len(case.arm) > SLOTS:
        raise InputError("the page has no room for so many arms", value=len(case.arm), expected=f"at most {SLOTS}")
    table = case.model_dump(exclude_defaults=True)
    patient = table.get("patient", {})
    shown = {key: str(patient.get(key, "")) for key in ON_THE_FORM if key != "genotype"}
    shown |= {"weight": case.patient.weight, "genotype": written_genotype(patient.get("genotype", {}))}
    kept: dict[str, Any] = {key: table[key] for key in BESIDE if key in table}
    kept["patient"] = {key: value for key, value in patient.items() if key not in ON_THE_FORM}
    kept["arm"] = {}
    arms = []
    for k, arm in enumerate(table["arm"]):
        held = {"adherence": arm["adherence"]} if "adherence" in arm else {}
        text = arm["regimen"]
        if not isinstance(text, str):
            text = _as_text(arm["regimen"])
            if text is None:
                text = f"as in the file: {len(arm['regimen'])} tables"
                held |= {"shown": text, "tables": arm["regimen"]}
        if held:
            kept["arm"][k] = held
        arms.append((arm["name"], " ".join(text.split()) if "\n" not in text.strip() else text.strip()))
    return Draft(case.title, case.horizon, shown, arms, kept)


def _as_text(tables: list[dict[str, Any]]) -> str | None:
    """Write a regimen of tables as a sentence, or None where a sentence cannot hold it."""
    regimen = check_against_library(Regimen.from_toml(tables))
    try:
        text = str(regimen)
        return text if parse_regimen(text) == regimen else None
    except InputError:
        return None


def told(kept: Mapping[str, Any]) -> list[str]:
    """Say what goes with the case though the form does not show it."""
    parts = [f"[{key}]" for key in ("model", "output", "solver") if kept.get(key)]
    if kept.get("patient"):
        parts.append(f"[patient] {', '.join(kept['patient'])}")
    parts += [f"arm {k + 1}: {', '.join(sorted(set(held) - {'shown'}))}" for k, held in kept.get("arm", {}).items()]
    return parts
