"""The model card of a drug, written from its numbers."""

from __future__ import annotations

from allostasis.library.drug import Drug
from allostasis.library.loader import bibliography, drug, set_words
from allostasis.library.reach import (
    BENZODIAZEPINE,
    BESIDE,
    LIGANDS,
    OTHER_SITES,
    TARGETS,
    closure,
    ligand_rows,
    sites_of,
    target_rows,
    targets_of,
    why_not,
)
from allostasis.quantity import Parameter

_CONFIDENCE = {
    "A": "clearance, volume and half-life all from opened sources and mutually consistent",
    "B": "one of clearance, volume and half-life recalled",
    "C": "mostly recalled",
    "D": "placeholder",
}


def markdown_card(subject: Drug | str) -> str:
    """Write the model card of one substance as Markdown.

    >>> print(markdown_card("lorazepam").splitlines()[0])
    # lorazepam
    """
    subject = drug(subject) if isinstance(subject, str) else subject
    parameters = [*subject.parameters(), *_ligand_parameters(subject)]
    lines = [
        f"# {subject.name}",
        "",
        f"{subject.drug_class} ({subject.kind}), set version {subject.version}, "
        f"{subject.n_compartments}-compartment model of a 70-kg adult.",
        "",
        f"**Confidence {subject.confidence}**: {_CONFIDENCE[subject.confidence]}. {subject.confidence_basis}",
        "",
    ]
    if not subject.observed:
        lines += ["> **Warning: never compared with a measured concentration.**", ""]
    counts = {
        status: sum(p.status == status for p in parameters)
        for status in dict.fromkeys(p.status for p in parameters)
    }
    lines += ["Evidence: " + ", ".join(f"{n} {status}" for status, n in counts.items()) + ".", ""]
    lines += [line for part in _site(subject) for line in (part, "")]
    header = ("parameter", "value", "unit", "range", "spread", "population", "source", "kind", "status")
    lines += [_row(header), _row(["---"] * len(header))]
    lines += [_row(_cells(subject.name, p)) for p in parameters]
    lines += ["", "## Notes", ""]
    lines += [f"- `{_short(subject.name, p)}`: {p.note}" for p in parameters if p.note]
    lines += ["", "## Sources", ""]
    sources = bibliography()
    used = sorted({p.source for p in parameters} | {p.spread_source for p in parameters if p.spread_source})
    for identifier in used:
        s = sources[identifier]
        lines.append(f"- **{s.id}** ({s.status}, {s.quality}): {s.citation}. {s.locator}")
    return "\n".join(lines) + "\n"


def _ligand_parameters(subject: Drug) -> list[Parameter]:
    """Return what the ligand library adds: constants at a site that the drug's own file does not state again."""
    sites = [s for s in sites_of(subject) if s in OTHER_SITES or not subject.binding]
    return [*(row for site in sites for row in ligand_rows(subject.name, site).values()), *target_rows(subject)]


def _site(subject: Drug) -> list[str]:
    """Say what the chain does with the substance, and its apparent affinity."""
    said = []
    nonlinear = [f"{w} of {name}" for name in closure([subject.name]) for w in drug(name).nonlinear]
    if nonlinear:
        said.append(f"Kinetics that are not linear: {', '.join(nonlinear)}.")
    if not subject.active:
        formed = ", ".join(subject.metabolites)
        said.append("Not active itself" + (f"; it forms {formed}." if formed else "."))
    elif (reason := why_not(subject)) and reason != BESIDE:
        said.append(f"Only its concentrations are simulated, no effect: {reason}.")
    said += _targets(subject)
    others = [site for site in sites_of(subject) if site != BENZODIAZEPINE]
    if others:
        said.append(f"Site at the receptor: {', '.join(others)}, from the ligand library.")
    if (scale := subject.in_vivo_scale) is not None:
        interval = "" if scale.low is None or scale.high is None else f" ({scale.low:g} to {scale.high:g})"
        line = f"Apparent K in vivo over K in vitro (`in_vivo_scale`): {scale.value:g}{interval}, {scale.status}."
        held = {k: binding.K for k, binding in subject.binding.items()}
        if not held:
            rows = ligand_rows(subject.name, BENZODIAZEPINE)
            held = {k.partition(".")[2]: p for k, p in rows.items() if k.startswith(("K.", "Ki."))}
            line += " K in vitro and efficacy come from the ligand library."
        if pairs := ", ".join(f"{k} {p.value:g} / {p.value * scale.value:.4g}" for k, p in held.items()):
            line += f" K in vitro / apparent in vivo [nM]: {pairs}."
        said.append(line)
    return said


def _targets(subject: Drug) -> list[str]:
    """Say what a substance does beside the receptor, where it matters, and that a run in days has none of it."""
    words = set_words(TARGETS)
    named = [f"{words[target]['name']} (`{words[target]['port']}`)" for target in targets_of(subject)]
    if not named:
        return []
    days = " A run in days computes its concentrations only." if why_not(subject) == BESIDE else ""
    return [f"Targets beside the receptor, on the acute clock: {'; '.join(named)}.{days}"]


def _cells(prefix: str, p: Parameter) -> list[str]:
    span = "" if p.low is None and p.high is None else f"{_number(p.low)} to {_number(p.high)}"
    spread = "" if p.spread is None else f"{p.spread:g} {p.spread_kind.replace('cv_percent', '% CV')}"
    name, value = f"`{_short(prefix, p)}`", f"{p.value:g}"
    return [name, value, p.unit, span, spread, p.population, p.source, p.kind, p.status]


def _short(prefix: str, p: Parameter) -> str:
    return p.name.removeprefix(f"{LIGANDS}.").removeprefix(f"{TARGETS}.").removeprefix(prefix + ".")


def _number(value: float | int | None) -> str:
    return "?" if value is None else f"{value:g}"


def _row(cells) -> str:
    return "| " + " | ".join(str(cell).replace("|", "/") for cell in cells) + " |"
