"""The figures of the page about adaptation: `python -m allostasis.report.adaptation_figures --out docs/images`."""

from collections.abc import Callable
from functools import cache

from allostasis.clinic import simulate
from allostasis.clinic.effects import EFFECTS
from allostasis.clinic.symptoms import CLUSTERS
from allostasis.clinic.tolerance import tolerance
from allostasis.drawing.chart import Axis, Panel, Series, chart
from allostasis.report.figure_command import command
from allostasis.simulation import parse_case

USE, SHOWN = 180, 300
"""Days of use, and days that a figure shows."""
STOP = {"lorazepam": "lorazepam 1 mg po bid", "diazepam": "diazepam 10 mg po bid"}
WANTED = {
    "imbalance": ("mean", "max"), "set_point": ("last",), "symptom_cluster": ("max",), "surface": ("last",),
    "clustered": ("last",), "coupling": ("last",), "synthesis": ("last",), "ampa": ("last",), "nmda": ("last",),
}  # fmt: skip


@cache
def _stopped():
    arms = [{"name": name, "regimen": f"{regimen} for {USE} d, then stop"} for name, regimen in STOP.items()]
    case = parse_case({"title": "abrupt stop", "horizon": f"{SHOWN} d", "arm": arms})
    return simulate(case, wanted=WANTED).data.isel(patient=0)


def mechanisms() -> str:
    """States of the mechanisms under lorazepam and after it."""
    one, panels = _stopped().sel(arm="lorazepam"), []
    day = one["time"].values / 24
    inhibition = {
        "surface, alpha1": one["surface_last"].sel(subtype="a1"), "surface, alpha2": one["surface_last"].sel(subtype="a2"),
        "clustered, alpha1": one["clustered_last"].sel(subtype="a1"),
        "coupling, alpha1": one["coupling_last"].sel(subtype="a1"),
        "transcription, alpha1": one["synthesis_last"].sel(subtype="a1"),
    }  # fmt: skip
    lines = [Series(name, k, day, values.values) for k, (name, values) in enumerate(inhibition.items())]
    panels.append(Panel("inhibition, over naive", Axis("", 0, SHOWN, labels=()), Axis("", 0, 1), lines))
    excitation = [
        Series("AMPA", 0, day, one["ampa_last"].values, dash=True),
        Series("NMDA", 1, day, one["nmda_last"].values, dash=True),
    ]
    panels.append(Panel("excitation, over naive", Axis("day", 0, SHOWN), Axis("", 0.95, 1.15), excitation, height=180))
    return chart(panels, "what each mechanism of adaptation does during 180 days of lorazepam 2 mg a day and after the stop")


def withdrawal() -> str:
    """Imbalance, set point and symptom clusters after a stop of lorazepam and of diazepam."""
    panels = []
    for k, name in enumerate(STOP):
        one = _stopped().sel(arm=name)
        day = one["time"].values / 24 - USE
        shown = day >= -10
        lines = [
            Series("highest imbalance of the day", 5, day[shown], one["imbalance_max"].values[shown]),
            Series("set point", 5, day[shown], one["set_point_last"].values[shown], dash=True),
        ]
        title = f"{STOP[name]}: imbalance [seizure thresholds]"
        panels.append(Panel(title, Axis("", -10, 90, labels=()), Axis("", -0.4, 0.8), lines, 0.0, 150))
        lines = [
            Series(cluster, j, day[shown], one["symptom_cluster_max"].sel(cluster=cluster).values[shown])
            for j, cluster in enumerate(CLUSTERS)
        ]
        last = k == len(STOP) - 1
        x = Axis("day after the last dose" if last else "", -10, 90, labels=None if last else ())
        panels.append(Panel("symptom clusters, 0 to 100", x, Axis("", 0, 80), lines, height=170))
    return chart(panels, "course of withdrawal: lorazepam early and steep, diazepam late and long")


def by_effect() -> str:
    """Pharmacodynamic tolerance of each effect at a steady dose."""
    arm = [{"name": "a", "regimen": "lorazepam 1 mg po tid for 90 d"}]
    table = tolerance(parse_case({"title": "tolerance", "horizon": "90 d", "arm": arm}))
    lines = [
        Series(effect, k, table["day"].to_numpy(), 1 - table[f"pharmacodynamic_{effect}"].to_numpy())
        for k, effect in enumerate(EFFECTS)
    ]
    lines.append(Series("plasma level", 5, table["day"].to_numpy(), 1 - table["pharmacokinetic"].to_numpy(), dash=True))
    panel = Panel("share of the effect of the same level in a naive brain", Axis("day", 0, 90), Axis("", 0, 1.05), lines)
    return chart([panel], "tolerance of each effect under lorazepam 3 mg a day")


FIGURES: dict[str, Callable[[], str]] = {
    "adaptation_mechanisms": mechanisms, "adaptation_withdrawal": withdrawal, "adaptation_tolerance": by_effect,
}  # fmt: skip


if __name__ == "__main__":
    command(FIGURES, __doc__)
