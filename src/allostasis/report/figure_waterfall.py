"""The figures of an explanation: a waterfall over the groups, and the parts of their mechanisms."""

from collections.abc import Sequence

from allostasis.clinic.attribution import Attribution, GroupShare
from allostasis.clinic.explain import ArmExplanation
from allostasis.clinic.explain_mechanisms import GROUPS
from allostasis.report.explain_words import VISIBLE, level, percents
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
        "Drawn: Shapley values of the four groups, in percent of the naive effect. They add up exactly from the effect without"
        " any mechanism to the effect with all of them. A bar that goes up adds effect."
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
        "textfont": {"color": "@ink", "size": 12}, "hoverinfo": "skip", "cliponaxis": False,
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
    x = axis(showgrid=False, tickfont={"color": "@ink", "size": 12})
    layout = frame(xaxis=x, yaxis=y, shapes=[*rules, shape] if low < 0 else rules, hovermode=False)
    said = "; ".join(f"{name} {word}" for name, word in zip(names, words, strict=True))
    label = f"waterfall of {arm.name}: {said}"
    figure = {"data": [bars, labels], "layout": layout}
    return Panel(f"plot-waterfall-{k}", plain(arm.name) if named else "", label, figure, WATERFALL)


def mechanism_section(arms: Sequence[ArmExplanation], facts: list[str]) -> Section:
    """Draw the part of every mechanism in the bar of its group, and for each group what only its mechanisms together took."""
    panels = [_rows(arm, k, len(arms) > 1) for k, arm in enumerate(arms) if has_bars(arm)]
    lead = (
        "Drawn as bars: the part of each mechanism in the bar of its group, in percent of the naive effect: what leaving it out"
        " of its group gives back, averaged over the other groups as in Figure 1. Pale: what the mechanisms of a group take only"
        " together. Diamonds: plain leave-one-out values, what nulling this one alone would give back now."
    )
    return Section("mechanisms", "Mechanism by mechanism", lead, panels, facts, wide=len(arms) == 1)


def _bars(group: GroupShare) -> list[float]:
    return [*(value for share in group.mechanisms.values() for value in share), group.interaction]


def has_bars(arm: ArmExplanation) -> bool:
    """Whether any mechanism or interaction of an arm is visible."""
    return any(visible(v, arm) for g in arm.attribution.groups for v in _bars(g))


def visible(value: float, arm: ArmExplanation) -> bool:
    """Whether a bar is long enough to be seen."""
    return abs(value) >= VISIBLE * abs(arm.attribution.naive)


def _rows(arm: ArmExplanation, k: int, named: bool) -> Panel:
    unit = HUNDRED / arm.attribution.naive
    names, values, colours, alone = [], [], [], {}
    for group in arm.attribution.groups:
        for name, share in group.mechanisms.items():
            if any(visible(value, arm) for value in share):
                names.append(plain(name))
                values.append(share.part * unit)
                colours.append(COLOURS[group.name])
                alone[plain(name)] = share.alone * unit
        if visible(group.interaction, arm):
            names.append(f"<i>{group.name}, interaction</i>")
            values.append(group.interaction * unit)
            colours.append(f"{COLOURS[group.name]}/{PALE}")
    low, high = min(0.0, *values, *alone.values()), max(0.0, *values, *alone.values())
    span = (high - low) or 1.0
    bars = {
        "type": "bar", "orientation": "h", "x": shorten(values), "y": names, "marker": {"color": colours}, "width": 0.62,
        "text": [percents(v / HUNDRED) for v in values], "textposition": "outside", "cliponaxis": False,
        "textfont": {"color": "@ink", "size": 12}, "hoverinfo": "skip",
    }  # fmt: skip
    marks = {
        "type": "scatter", "mode": "markers", "x": shorten(list(alone.values())), "y": list(alone), "hoverinfo": "skip",
        "marker": {"color": "@card", "size": 7, "symbol": "diamond", "line": {"width": 1.5, "color": "@ink"}},
    }  # fmt: skip
    x = axis(range=[low - SIDE * span * (low < 0), high + SIDE * span], ticksuffix=" %", zeroline=True, zerolinecolor="@axis",
             title=title("lost effect, % of naive"), nticks=6)  # fmt: skip
    y = axis(autorange="reversed", showgrid=False, tickfont={"color": "@ink", "size": 12})
    layout = frame(xaxis=x, yaxis=y, hovermode=False, margin={"l": 10, "r": 10, "t": 6, "b": 40})
    label = f"parts of the mechanisms in the lost effect of {arm.name}"
    figure = {"data": [bars, marks], "layout": layout}
    return Panel(f"plot-mechanisms-{k}", plain(arm.name) if named else "", label, figure, FOOT + ROW * len(names))
