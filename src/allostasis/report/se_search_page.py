"""The page of a search over protocols of status epilepticus: success against cost, the front, every protocol in a table."""

from collections.abc import Mapping

from allostasis.clinic.status_epilepticus.costs import COSTS
from allostasis.report.log_axis import title
from allostasis.report.page import Page, Row, Table, lines
from allostasis.report.plot import Panel, Section, axis, colour, frame
from allostasis.report.view import Arm
from allostasis.study.se_search import Candidate, Search

HEIGHT = 460  # structural: of the figure [px]
BEYOND = 1.1  # structural: axis beyond the largest value
TIE = 0.02
"""Shares that are closer than this are called a tie: the model is not known to two per cent."""
CAUTION = "It ranks protocols of a model and explains the order. It advises nobody, and no protocol here is one for a person."
LIMITS = (
    "Only what stands in the menu was tried; a better protocol may lie outside it.",
    "Virtual trials miss some reported rates: phenytoin is too strong, and a second drug given early helps more than in"
    " people. The order of protocols inherits that.",
    "Costs rest on few numbers: rates of trials for benzodiazepines, recalled rates for phenobarbital and phenytoin,"
    " assumptions for every other drug. Terms of drugs add up in the log odds, and no interaction is known to the model.",
    "Whether a person is intubated depends more on the hospital than on drug or patient (odds ratio 8 between sites of ESETT).",
    "A drug without a number counts as harmless. That is a gap, not a finding; the table names such drugs.",
    "Intervals of success tell how many individuals were simulated, not how sure the model is; those of costs are between"
    " individuals.",
    "Success and cost share their seizure: who stops early is at less risk, so a strong drug may win on both axes.",
)
WORDS = {name: name.replace("_", " ") for name in COSTS}


def percent(value: float) -> str:
    """A share in per cent.

    >>> percent(0.123)
    '12.3 %'
    """
    return f"{100 * value:.1f} %"


def headline(found: Search) -> str:
    """What the search came to, in a sentence."""
    best, cheap = found.candidates[0], found.front[0]
    words, cost = WORDS[found.menu.cost], found.menu.cost
    first = f"{best.name} stops most: {percent(best.outcome.probability)}, {words} {percent(best.costs[cost].mean)}"
    if cheap is best:
        return f"{first}; nothing on the menu costs less."
    low = f"{cheap.name} costs least: {percent(cheap.costs[cost].mean)}, stops {percent(cheap.outcome.probability)}"
    return f"{first}. {low}."


def details(found: Search) -> list[str]:
    """What lies on the front, what ties with the best, and what has no number."""
    count = len(found.candidates)
    beaten = "one is" if len(found.front) == 1 else f"{len(found.front)} are"
    said = [f"{count} protocols in the same {found.enrolled} individuals; {beaten} beaten by no other."]
    best = found.candidates[0].outcome.probability
    ties = [c.name for c in found.candidates[1:] if best - c.outcome.probability <= TIE]
    if ties:
        said.append(f"Within {percent(TIE)} of the best, which is a tie: {'; '.join(ties)}.")
    missing = sorted({drug for c in found.candidates for drug in c.costs[found.menu.cost].missing})
    if missing:
        said.append(f"Counted as harmless for want of a number: {', '.join(missing)}.")
    return said


def se_search_page(found: Search, made: Mapping[str, str]) -> Page:
    """Build the page."""
    question = found.menu.question
    arms = lines(["on the front", "beaten by another"])
    within = f"seizure over within {question.counted.within_min:g} min and until {question.counted.until_min:g} min"
    asked = f"First treatment {question.delay_min} min after onset; success: {within}."
    return Page(
        title=question.title, kind="status epilepticus, search", question=f"{question.description.strip()} {asked}".strip(),
        headline=headline(found), details=details(found), table=_table(found), sections=[_front(found, arms), _reasons(found)],
        limits=LIMITS, caution=CAUTION, arms=arms, made=made, numbers="candidates.csv",
    )  # fmt: skip


def _row(c: Candidate, arm: Arm) -> Row:
    o = c.outcome
    cells = [(percent(o.probability), f"{percent(o.low)} to {percent(o.high)}")]
    for name in COSTS:
        low, high = c.costs[name].interval
        cells.append((percent(c.costs[name].mean), f"{percent(low)} to {percent(high)}"))
    return Row(c.name, cells, arm, "on the front" if c.on_front else "")


def _table(found: Search) -> Table:
    arms = lines(["on the front", "beaten by another"])
    columns = [("Protocol", ""), ("Stopped", "95 % interval"), *((WORDS[n].capitalize(), "90 % of individuals") for n in COSTS)]
    rows = [_row(c, arms[0 if c.on_front else 1]) for c in found.candidates]
    return Table("Every protocol of the menu, those that stop most first", columns, rows, CAUTION)


def _front(found: Search, arms: tuple[Arm, ...]) -> Section:
    cost, traces = found.menu.cost, []
    for arm, on in zip(arms, (True, False), strict=True):
        own = [c for c in (found.front if on else found.candidates) if c.on_front == on]
        x, y = [100 * c.costs[cost].mean for c in own], [100 * c.outcome.probability for c in own]
        traces.append({
            "type": "scatter", "mode": "lines+markers" if on else "markers", "name": arm.name, "x": x, "y": y,
            "text": [c.name for c in own], "meta": {"arm": arm.index},
            "line": {"color": colour(arm), "width": 1.5, "shape": "hv"},
            "marker": {"color": colour(arm), "size": 11 if on else 8, "symbol": "circle" if on else "circle-open"},
            "hovertemplate": "%{text}<br>stopped %{y:.1f} %, cost %{x:.1f} %<extra></extra>",
        })  # fmt: skip
    top = max(100 * c.costs[cost].mean for c in found.candidates) * BEYOND
    layout = frame(
        xaxis=axis(title=title(f"{WORDS[cost]} [%]"), range=[0, top], showline=True),
        yaxis=axis(title=title("seizure stopped [%]"), range=[0, 105], showline=True), hovermode="closest",
        margin={"l": 56, "r": 14, "t": 10, "b": 48},
    )  # fmt: skip
    facts = [
        f"{c.name}: stopped {percent(c.outcome.probability)}, {WORDS[cost]} {percent(c.costs[cost].mean)}." for c in found.front
    ]
    lead = "Up is more seizures stopped, left is less risk. Nothing on the menu lies above and to the left of the line."
    panel = Panel("plot-front", "", " ".join(facts), {"data": traces, "layout": layout}, HEIGHT)
    return Section("front", "Success against cost", lead, [panel], facts, wide=True)


def _reasons(found: Search) -> Section:
    cost, facts = found.menu.cost, []
    for c in found.front:
        steps = [f"{share:.0%}" for share in c.outcome.needed]
        stop = c.outcome.median_stop_min
        when = f"half have stopped after {stop:g} min" if stop < float("inf") else "more than half never stop"
        facts.append(f"{c.name}: {when}; its steps reach {', '.join(steps)} of the individuals; {_harm(c, cost)}.")
    lead = "Why each protocol of the front lies where it lies: how fast it stops seizures, and who gets the further drugs."
    return Section("reasons", "Why", lead, [], facts, wide=True)


def _harm(c: Candidate, cost: str) -> str:
    low, high = c.costs[cost].interval
    return f"risk of {WORDS[cost]} from {percent(low)} to {percent(high)} between individuals"
