"""The model card of a drug, written from its numbers."""

from __future__ import annotations

from allostasis.library.drug import Drug
from allostasis.library.loader import bibliography, drug
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
    parameters = list(subject.parameters())
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
    lines += [_scale(subject), ""]
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


def _scale(subject: Drug) -> str:
    scale = subject.in_vivo_scale
    interval = "" if scale.low is None or scale.high is None else f" ({scale.low:g} to {scale.high:g})"
    pairs = (f"{k} {b.K.value:g} / {b.K.value * scale.value:.4g}" for k, b in subject.binding.items())
    line = f"Apparent K in vivo over K in vitro (`in_vivo_scale`): {scale.value:g}{interval}, {scale.status}."
    return f"{line} K in vitro / apparent in vivo [nM]: {', '.join(pairs)}."


def _cells(prefix: str, p: Parameter) -> list[str]:
    span = "" if p.low is None and p.high is None else f"{_number(p.low)} to {_number(p.high)}"
    spread = "" if p.spread is None else f"{p.spread:g} {p.spread_kind.replace('cv_percent', '% CV')}"
    name, value = f"`{_short(prefix, p)}`", f"{p.value:g}"
    return [name, value, p.unit, span, spread, p.population, p.source, p.kind, p.status]


def _short(prefix: str, p: Parameter) -> str:
    return p.name.removeprefix(prefix + ".")


def _number(value: float | int | None) -> str:
    return "?" if value is None else f"{value:g}"


def _row(cells) -> str:
    return "| " + " | ".join(str(cell).replace("|", "/") for cell in cells) + " |"
