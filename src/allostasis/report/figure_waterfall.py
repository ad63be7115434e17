"""The figures of an explanation: a waterfall over the groups, and what every mechanism alone would give back."""

from collections.abc import Sequence

from allostasis.clinic.attribution import Attribution
from allostasis.clinic.explain import ArmExplanation
from allostasis.clinic.explain_mechanisms import GROUPS
from allostasis.report.explain_words import level, percents
from allostasis.report.log_axis import title
from allostasis.report.plot import Panel, Section, axis, frame, plain
from allostasis.report.reference_line import level as level_line
from allostasis.report.view import shorten

COLOURS = {group: f"@arm{k}" for k, group in enumerate(GROUPS)}
TOTAL = "@muted"
NAIVE, NOW = "naive", "now"
WATERFALL, ROW, FOOT = 330, 25, 62  # structural: heights [px] of a waterfall, of a row of bars, and of the x axis
PALE = 0.45  # structural: opacity of an interaction
ROOM = 1.12  # structural: axis beyond the highest bar, for its label
HUNDRED = 100  # structural: percent
SIDE = 0.22  # structural: share of the axis that is left free for the words beside a bar


def _steps(part: Attribution) -> tuple[list[str], list[float], list[float], list[str], list[str]]:
    """Names, feet, heights, colours and words of the bars, in percent of the naive effect."""
    unit = HUNDRED / part.naive
    names, feet, heights, colours, words = [NAIVE], [0.0], [float(HUNDRED)], [TOTAL], ["100 %"]
    level_now = part.naive
    for group in part.groups:
        names.append(group.name)
        feet.append((level_now - group.lost) * unit)
        heights.append(group.lost * unit)
        colours.append(COLOURS[group.name])
        words.append(percents(-group.lost / part.naive))
        level_now -= group.lost
    full = part.full * unit
    return [*names, NOW], [*feet, 0.0], [*heights, full], [*colours, TOTAL], [*words, level(part.full / part.naive)]


def waterfall_section(arms: Sequence[ArmExplanation], facts: list[str]) -> Section:
    """Draw one waterfall an arm: Shapley values of the groups, from the naive effect down to what is left."""
    panels = [_waterfall(arm, k, len(arms) > 1) for k, arm in enumerate(arms)]
    lead = (
        "Drawn: Shapley values of the four groups, in percent of the naive effect. They add up exactly from the effect without any"
        " mechanism to the effect with all of them. A bar that goes up adds effect."
    )
    return Section("waterfall", "From the naive effect to what is left", lead, panels, facts, wide=len(arms) == 1)


def _waterfall(arm: ArmExplanation, k: int, named: bool) -> Panel:
    names, feet, heights, colours, words = _steps(arm.attribution)
    tops = [max(foot, foot + height) for foot, height in zip(feet, heights, strict=True)]
    bars = {
        "type": "bar", "x": names, "base": shorten(feet), "y": shorten(heights), "marker": {"color": colours}, "width": 0.66,
        "hoverinfo": "skip",
    }  # fmt: skip
    labels = {
        "type": "scatter", "mode": "text", "x": names, "y": shorten(tops), "text": words, "textposition": "top center",
        "textfont": {"color": "@ink", "size": 13}, "hoverinfo": "skip", "cliponaxis": False,
    }  # fmt: skip
    ends = [HUNDRED, *(foot for foot in feet[1:-1])]
    rules = [
        {"type": "line", "xref": "x", "yref": "y", "x0": j, "x1": j + 1, "y0": y, "y1": y, "layer": "below",
         "line": {"color": "@axis", "width": 1}}
        for j, y in enumerate(ends)
    ]  # fmt: skip
    low = min(0.0, *feet, *(foot + height for foot, height in zip(feet, heights, strict=True)))
    shape, _ = level_line(0, "")
    y = axis(range=[low * ROOM, max(tops) * ROOM], ticksuffix=" %", title=title("effect, % of naive"))
    x = axis(showgrid=False, tickfont={"color": "@ink", "size": 12}, tickangle=0)
    layout = frame(xaxis=x, yaxis=y, shapes=[*rules, shape] if low < 0 else rules, hovermode=False)
    said = "; ".join(f"{name} {word}" for name, word in zip(names, words, strict=True))
    label = f"waterfall of {arm.name}: {said}"
    return Panel(f"plot-waterfall-{k}", plain(arm.name) if named else "", label, {"data": [bars, labels], "layout": layout}, WATERFALL)


def mechanism_section(arms: Sequence[ArmExplanation], facts: list[str]) -> Section:
    """Draw what every mechanism alone would give back, and for each group what only its mechanisms together took."""
    shown = [(k, arm) for k, arm in enumerate(arms) if any(g.mechanisms for g in arm.attribution.groups)]
    panels = [_rows(arm, k, len(arms) > 1) for k, arm in shown]
    lead = (
        "Drawn: leave-one-out values, in percent of the naive effect: what comes back when this mechanism is nulled and all others"
        " stay. Pale: the interaction, what is missing to the bar of the group above."
    )
    return Section("mechanisms", "What each mechanism alone would give back", lead, panels, facts, wide=len(arms) == 1)


def _rows(arm: ArmExplanation, k: int, named: bool) -> Panel:
    unit = HUNDRED / arm.attribution.naive
    names, values, colours = [], [], []
    for group in arm.attribution.groups:
        for name, back in group.mechanisms.items():
            names.append(plain(name))
            values.append(back * unit)
            colours.append(COLOURS[group.name])
        if group.mechanisms:
            names.append(f"<i>{group.name}, interaction</i>")
            values.append(group.interaction * unit)
            colours.append(f"{COLOURS[group.name]}/{PALE}")
    low, high = min(0.0, *values), max(0.0, *values)
    span = (high - low) or 1.0
    bars = {
        "type": "bar", "orientation": "h", "x": shorten(values), "y": names, "marker": {"color": colours}, "width": 0.62,
        "text": [percents(v / HUNDRED) for v in values], "textposition": "outside", "cliponaxis": False,
        "textfont": {"color": "@ink", "size": 12}, "hoverinfo": "skip",
    }  # fmt: skip
    x = axis(range=[low - SIDE * span * (low < 0), high + SIDE * span], ticksuffix=" %", zeroline=True, zerolinecolor="@axis",
             title=title("comes back, % of naive"), nticks=6)  # fmt: skip
    y = axis(autorange="reversed", showgrid=False, tickfont={"color": "@ink", "size": 12})
    layout = frame(xaxis=x, yaxis=y, hovermode=False, margin={"l": 10, "r": 10, "t": 6, "b": 40})
    label = f"leave-one-out values of {arm.name}"
    figure = {"data": [bars], "layout": layout}
    return Panel(f"plot-mechanisms-{k}", plain(arm.name) if named else "", label, figure, FOOT + ROW * len(names))
