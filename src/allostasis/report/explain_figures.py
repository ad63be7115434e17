"""The figures of the page about explanations: `python -m allostasis.report.explain_figures --out docs/images`."""

from collections.abc import Callable

from allostasis.clinic.explain import ArmExplanation, explain
from allostasis.drawing.waterfall import Step, waterfall
from allostasis.report.explain_words import level, percents
from allostasis.report.figure_command import command
from allostasis.simulation import parse_case

TOLERANCE = {"title": "tolerance", "horizon": "90 d", "arm": [{"name": "a", "regimen": "lorazepam 1 mg po tid for 90 d"}]}
CAUSES = {
    "title": "several causes", "horizon": "49 d", "patient": {"genotype": {"CYP2C19": "*17/*17"}},
    "model": {"efflux": "dynamic", "inflammation": 0.8},
    "arm": [{"name": "a", "regimen": "diazepam 5 mg po bid for 49 d; phenytoin 300 mg po od from day 14 for 35 d"}],
}  # fmt: skip


def drawn(arm: ArmExplanation, title: str) -> str:
    """The waterfall of an arm as the text of an SVG file: Shapley values, percent of the naive effect."""
    part = arm.attribution
    steps = [Step("naive", 100, "100 %", total=True)]
    steps += [Step(g.name, -100 * g.lost / part.naive, percents(-g.lost / part.naive)) for g in part.groups]
    steps.append(Step("now", 100 * part.full / part.naive, level(part.full / part.naive), total=True))
    return waterfall(title, "effect, % of naive", steps, f"waterfall of a lost effect: {title}")


def tolerance() -> str:
    """Ninety days of lorazepam."""
    return drawn(explain(parse_case(TOLERANCE)).arms[0], "Lorazepam 1 mg three times a day, day 90 (Shapley values)")


def causes() -> str:
    """Several causes at once."""
    return drawn(explain(parse_case(CAUSES)).arms[0], "Diazepam, ultrarapid CYP2C19, phenytoin added, day 49 (Shapley values)")


FIGURES: dict[str, Callable[[], str]] = {"explain_tolerance": tolerance, "explain_causes": causes}
"""Name of the file without its ending, and what draws it."""


if __name__ == "__main__":
    command(FIGURES, __doc__)
