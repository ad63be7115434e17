"""The page of an acute explanation: waterfalls of the share stopped and of the log imbalance."""

from collections.abc import Callable, Mapping

from allostasis.drawing.waterfall import Step, feet
from allostasis.report.explain_acute_words import CAUTION, NONE, details, limits, log_units, points, told, whole
from allostasis.report.figure_waterfall import COLOURS, ROOM, TOTAL, WATERFALL
from allostasis.report.log_axis import title
from allostasis.report.page import Page, Row, Table
from allostasis.report.plot import Panel, Section, axis, frame
from allostasis.report.view import shorten
from allostasis.study.se_changed import NOT_SIMULATED
from allostasis.study.se_explain import AcuteExplanation

HUNDRED = 100  # structural: percent
NAIVE, NOW = "unchanged", "as it is"


def steps_of(found: AcuteExplanation, measure: str) -> list[Step]:
    """Bars of a waterfall over the groups; a group that is not simulated has no bar."""
    part, unit = found.shares[measure], HUNDRED if measure == "stopped" else 1
    change: Callable[[float], str] = points if measure == "stopped" else log_units
    level: Callable[[float], str] = whole if measure == "stopped" else log_units
    groups = [g for g in part.groups if g.name not in NOT_SIMULATED]
    return [
        Step(NAIVE, unit * part.naive, level(part.naive), total=True),
        *(Step(g.name, -unit * g.lost, change(-g.lost)) for g in groups),
        Step(NOW, unit * part.full, level(part.full), total=True),
    ]


def explain_acute_page(found: AcuteExplanation, made: Mapping[str, str]) -> Page:
    """Build the page."""
    at, said = found.at_min, details(found)
    lead = f"Drawn: Shapley values, in percent of the {found.patients} individuals whose seizure is over {at} min after the first"
    lead += f" treatment. They add up. Efflux: {NONE}."
    stopped = Section(
        "waterfall", "Whose seizure is over", lead,
        [_panel("stopped", steps_of(found, "stopped"), "seizure over, % of individuals")], [told(found)], wide=True,
    )  # fmt: skip
    words = f"Drawn: the median log imbalance H of excitation over inhibition {at} min after the first treatment, and how far"
    words += " each group raises it. It does not saturate as shares do."
    balance = Section(
        "imbalance", "The balance with the drug", words,
        [_panel("imbalance", steps_of(found, "imbalance with drug"), "log imbalance H")], said[1:3], wide=True,
    )  # fmt: skip
    return Page(
        title=f"Why {found.protocol.name} stops fewer seizures: {found.question.title}", kind="a lost effect, explained",
        question="What a seizure changes is nulled in groups and one by one, in the same virtual individuals, and each"
        " counterfactual is simulated.",
        headline=told(found), details=said, table=_table(found), sections=[stopped, balance], limits=limits(found),
        caution=CAUTION, made=made, numbers="attribution.csv and coalitions.csv",
    )  # fmt: skip


def _table(found: AcuteExplanation) -> Table:
    shares, interval = found.shares, found.intervals["stopped"]
    meaning = {c.name: c.meaning for c in found.changed}
    columns = [("What is changed", ""), ("Share stopped", "95 % interval"), ("Nulled alone", "share that comes back"),
               ("H at the dose", "raised by"), ("H with the drug", "raised by")]  # fmt: skip
    rows = []
    for k, group in enumerate(shares["stopped"].groups):
        if group.name in NOT_SIMULATED:
            rows.append(Row(group.name, [(NONE, ""), ("", ""), ("", ""), ("", "")]))
            continue
        others = [shares[m].groups[k] for m in ("imbalance at dose", "imbalance with drug")]
        if not group.mechanisms:
            rows.append(Row(group.name, [("none here", ""), ("", ""), ("", ""), ("", "")]))
            continue
        low, high = interval[group.name]
        cells = [(points(-group.lost), f"{points(-high)} to {points(-low)}"), (points(group.alone), "")]
        rows.append(Row(group.name, [*cells, *((log_units(-g.lost), "") for g in others)], remark="the whole group"))
        for name, share in group.mechanisms.items():
            low, high = interval[name]
            cells = [(points(-share.part), f"{points(-high)} to {points(-low)}"), (points(share.alone), "")]
            raised = [(log_units(-g.mechanisms[name].part), "") for g in others]
            rows.append(Row(f"\N{EN DASH} {name}", [*cells, *raised], remark=meaning[name]))
    note = "Groups: Shapley values. Mechanisms: parts in the bar of their group; they need not add up to it: some act together."
    return Table("Who took it", columns, rows, note)


def _panel(name: str, steps: list[Step], words: str) -> Panel:
    names, spans = [s.name for s in steps], feet(steps)
    lows, tops = [min(s) for s in spans], [max(s) for s in spans]
    colours = [TOTAL if s.total else COLOURS[s.name] for s in steps]
    bars = {
        "type": "bar", "x": names, "base": shorten([low for low, _ in spans]), "y": shorten([b - a for a, b in spans]),
        "marker": {"color": colours}, "width": 0.66, "hoverinfo": "skip",
    }  # fmt: skip
    labels = {
        "type": "scatter", "mode": "text", "x": names, "y": shorten(tops), "text": [s.words for s in steps], "hoverinfo": "skip",
        "textposition": "top center", "textfont": {"color": "@ink", "size": 12}, "cliponaxis": False,
    }  # fmt: skip
    rules = [
        {"type": "line", "xref": "x", "yref": "y", "x0": j, "x1": j + 1, "y0": end, "y1": end, "layer": "below",
         "line": {"color": "@axis", "width": 1}}
        for j, (_, end) in enumerate(spans[:-1])
    ]  # fmt: skip
    span = max(*tops, 0.0) - min(*lows, 0.0)
    y = axis(range=[min(*lows, 0.0) - (ROOM - 1) * span * (min(lows) < 0), max(*tops, 0.0) + (ROOM - 1) * span],
             title=title(words), zeroline=True, zerolinecolor="@axis")  # fmt: skip
    layout = frame(xaxis=axis(showgrid=False, tickfont={"color": "@ink", "size": 12}), yaxis=y, shapes=rules, hovermode=False)
    said = "; ".join(f"{s.name} {s.words}" for s in steps)
    return Panel(f"plot-{name}", "", f"waterfall: {said}", {"data": [bars, labels], "layout": layout}, WATERFALL)
