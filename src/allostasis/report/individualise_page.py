"""The page of an individual treatment: exposure and dose of each drug, rules with their sources, and what the review claims."""

from collections.abc import Mapping

from allostasis import library
from allostasis.clinic.individualise import Advice, DrugAdvice
from allostasis.report.log_axis import curve, dots, log_axis
from allostasis.report.page import Page, Row, Table, lines
from allostasis.report.plot import Panel, Section, axis, frame
from allostasis.report.reference_line import reference
from allostasis.report.view import Arm

CAUTION = "A model for research and teaching: it compares exposures and gives no dose for a person."
ROW, FOOT = 52, 64  # structural: heights [px]
LEAST, MOST = 0.25, 4.0  # structural: ends of the axis of exposures, widened where a person lies beyond
LIMITS = (
    "Exposure is the mean at steady state, weighed by potency where the model knows it. Peaks and troughs are not matched.",
    "A matched exposure is a matched effect only where receptors are those of the reference person.",
    "Rules are rows of a table, each with its source and status; what has no row has no rule.",
    "Genotype acts through clearances of the library; other genes, other drugs and illness are not in it.",
)


def sentences(advice: Advice) -> list[str]:
    """The answer, line by line."""
    said = [f"{gene}: {words}." for gene, words in advice.metabolism.items()]
    if advice.variant_words:
        said.append(f"Receptor variant {advice.variant_words}")
    for drug in advice.drugs:
        said += [_dose_words(drug), *(f"  {cause}." for cause in drug.causes)]
        for rule in drug.negative:
            seen = f"({rule.reason} {rule.source}, {rule.status})"
            told = f"  {rule.value} and {drug.drug}: the evidence says no effect {seen}, so the default has none. {rule.note}"
            said.append(told.rstrip())
        if drug.claimed is not None:
            said.append(f"  By the review's claim the dose would be x {drug.claimed.dose:.2f}.")
        said += [f"  {rule.words}." for rule in drug.rules]
        if drug.options:
            said.append(f"  To compare next, by the same rules: {', '.join(drug.options)}.")
    other = [rule for rule in advice.rules if not any(rule in drug.rules for drug in advice.drugs)]
    said += [f"Also: {rule.words}." for rule in other if rule.verdict != "early combination"]
    return [*said, f"Early combination: {advice.combination}"]


def _dose_words(drug: DrugAdvice) -> str:
    m = drug.matched
    counted = ", ".join(m.counted)
    if m.exposure == float("inf"):
        return f"{drug.drug}: at this dose the person never comes to a steady state; the same exposure at dose x {m.dose:.2f}."
    told = f"{drug.drug}: active exposure ({counted}) x {m.exposure:.2f} of the reference person at the same dose"
    if not drug.changes:
        return f"{told}: no change (within the limits of bioequivalence)."
    return f"{told}: the same exposure at dose x {m.dose:.2f}, or at the same dose with the interval x {m.interval:.2f}."


def individualise_page(title: str, advice: Advice, made: Mapping[str, str]) -> Page:
    """Build the page."""
    arms = lines([drug.drug for drug in advice.drugs])
    said = sentences(advice)
    avoided = [drug.drug for drug in advice.drugs if drug.avoid]
    changed = [drug.drug for drug in advice.drugs if drug.changes]
    parts = [f"Exposure differs for {', '.join(changed)}" if changed else "No exposure differs enough to change a dose"]
    parts += [f"rules say to avoid {', '.join(avoided)}"] if avoided else []
    return Page(
        title=title, kind="individual treatment",
        headline="; ".join([*parts, f"early combination: {advice.combination}"]) + ".",
        table=_table(advice, arms), sections=[_exposures(advice, arms), _why(said)], limits=LIMITS, caution=CAUTION, made=made,
        numbers="individualise.csv",
    )  # fmt: skip


def _table(advice: Advice, arms: tuple[Arm, ...]) -> Table:
    columns = [
        ("Drug", ""), ("Active exposure", "of the reference person"), ("Dose", "same interval"), ("or interval", "same dose"),
        ("By the review", "dose"), ("Rules", ""), ("To compare next", ""),
    ]  # fmt: skip
    rows = []
    for arm, d in zip(arms, advice.drugs, strict=True):
        m, same = d.matched, not d.changes
        verdicts = ", ".join(dict.fromkeys(rule.verdict for rule in d.rules)) or "none"
        cells = [
            ("no steady state" if m.exposure == float("inf") else f"x {m.exposure:.2f}", ""),
            ("no change" if same else f"x {m.dose:.2f}", ""),
            ("no change" if same else f"x {m.interval:.2f}", ""),
            ("" if d.claimed is None else f"x {d.claimed.dose:.2f}", ""),
            (verdicts, ""), (f"{len(d.options)} drugs" if d.options else "", ", ".join(d.options)),
        ]  # fmt: skip
        rows.append(Row(d.drug, cells, arm, d.regimen))
    note = "Where evidence says no effect the default has none; the claim stands beside it."
    return Table("Drugs of the case", columns, rows, note)


def _exposures(advice: Advice, arms: tuple[Arm, ...]) -> Section:
    values = [d.matched.exposure for d in advice.drugs] + [d.claimed.exposure for d in advice.drugs if d.claimed]
    values = [v for v in values if v < float("inf")]
    equal = library.parameter_set("combination")["kinetic.equal"].value
    low, high = min(LEAST, *(v / 1.2 for v in values)), max(MOST, *(v * 1.2 for v in values))  # structural: room beside a point
    drawn = []
    for row, (arm, d) in enumerate(zip(arms, advice.drugs, strict=True)):
        if d.claimed is not None:
            drawn.append(curve(arm, [d.matched.exposure, d.claimed.exposure], [row, row], width=1.5, dash="dot"))
            drawn.append(dots(arm, [d.claimed.exposure], [row], size=9, mode="markers", name="by the review"))
        drawn.append(dots(arm, [d.matched.exposure], [row], size=12))
    shape, note = reference(1.0, "reference")
    zone = {"type": "rect", "xref": "x", "yref": "paper", "x0": 1 / equal, "x1": equal, "y0": 0, "y1": 1, "layer": "below",
            "fillcolor": "@grid", "line": {"width": 0}}  # fmt: skip
    ticks = [v for v in (0.1, 0.25, 0.5, 1, 2, 4, 10, 20) if low <= v <= high]  # structural: ticks
    x = log_axis("exposure, of the reference", low, high) | {
        "tickvals": ticks, "ticktext": [f"{v:g}" for v in ticks],
    }  # fmt: skip
    names = [d.drug for d in advice.drugs]
    y = axis(tickvals=list(range(len(names))), ticktext=names, range=[len(names) - 0.4, -0.8], showgrid=False,
             tickfont={"color": "@ink", "size": 12.5})  # fmt: skip
    layout = frame(xaxis=x, yaxis=y, shapes=[zone, shape], annotations=[note | {"x": 0.0}], hovermode="closest",
                   margin={"l": 10, "r": 14, "t": 6, "b": 46})  # fmt: skip
    facts = [_dose_words(d) for d in advice.drugs]
    panel = Panel("plot-exposure", "", " ".join(facts), {"data": drawn, "layout": layout}, FOOT + ROW * (len(names) + 1))
    lead = "Grey: so near to the reference that a dose stays. Small point: what the review's claim would make of it."
    return Section("exposure", "Exposure at the same dose", lead, [panel], facts, wide=True)


def _why(said: list[str]) -> Section:
    told = [line.strip() for line in said]
    return Section("why", "Reasons and rules", "Every number and rule that was used.", [], told, wide=True)
