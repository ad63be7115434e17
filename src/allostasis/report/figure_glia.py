"""The figures of the page about glia: `python -m allostasis.report.figure_glia --out docs/images`."""

from collections.abc import Callable

from allostasis.drawing.chart import Axis, Panel, Series, chart
from allostasis.report.figure_command import command
from allostasis.simulation.glia_course import CHRONIC_STEP_H, course

HOUR, DAY = 1.0, 24.0
SHOWN_H = HOUR + DAY
GLIA = (
    ("inflammation, 0 to 1", (0.0, 1.0), {
        "tnf_alpha": "TNF-alpha", "il_1_beta": "IL-1 beta", "a1_signal": "A1 signal", "reactive_astrocytes": "A1 astrocytes",
        "astrocyte_calcium": "astrocyte calcium", "adenosine": "adenosine",
    }),
    ("transmitters and uptake, over naive", (0.8, 1.4), {
        "glutamate": "glutamate outside", "astrocyte_glutamate": "glutamate in astrocytes", "gaba_supply": "GABA supply",
        "gaba_ambient": "ambient GABA", "d_serine": "D-serine", "glutamate_uptake": "glutamate uptake",
    }),
)  # fmt: skip
EFFECTS = (
    ("receptors under IL-1 beta, over naive", (0.8, 1.25), {"il_1_gaba": "GABA-A current", "il_1_nmda": "NMDA current"}),
    ("what stays, 0 to 1", (0.0, 0.3), {
        "barrier_leak": "barrier leak", "metalloproteinase": "metalloproteinases", "matrix_remodelling": "matrix remodelling",
        "cell_loss": "neurones lost",
    }),
)  # fmt: skip
"""Panels of a figure: title, ends of the axis, port -> words."""
SCAR = (
    ("inflammation, 0 to 1", (0.0, 1.0), {
        "tnf_alpha": "TNF-alpha", "il_1_beta": "IL-1 beta", "reactive_astrocytes": "A1 astrocytes",
    }),
    ("astrocytes, over naive", (0.4, 1.0), {
        "glutamine_synthetase": "glutamine synthetase", "glutamate_transporter": "protein EAAT2",
        "glutamate_uptake": "glutamate uptake",
    }),
)  # fmt: skip
"""Panels of tissue without seizures in which most neurones are lost."""
LOST, SCAR_D = 0.63, 60
LENGTHS = {"1 h of seizure activity": 1.0, "2 h": 2.0, "4 h": 4.0}
WEEKS = 8


def _day(panels: tuple, label: str) -> str:
    """One hour of activity 1 and the 24 h after it, on the acute clock."""
    wanted = [port for _, _, ports in panels for port in ports]
    found = course(wanted, SHOWN_H, seizure_h=HOUR, steps_per_output=100)
    drawn, colour = [], 0
    for k, (title, (low, high), ports) in enumerate(panels):
        lines = []
        for port, words in ports.items():
            lines.append(Series(words, colour, found["time"], found[port]))
            colour += 1
        last = k == len(panels) - 1
        x = Axis("time [h]; seizure activity 1 in the first hour" if last else "", 0, SHOWN_H, labels=None if last else ())
        drawn.append(Panel(title, x, Axis("", low, high), lines, height=220))
    return chart(drawn, label)


def acute() -> str:
    """Glia and transmitters in one hour of activity and the day after it."""
    return _day(GLIA, "what one hour of seizure activity does to glia and transmitters, and the day after it")


def effects() -> str:
    """What glia do to receptors and what stays, in one hour of activity and the day after it."""
    return _day(EFFECTS, "what glia do to receptors and leave behind after one hour of seizure activity")


def scar() -> str:
    """What lost neurones do to glia in the two months after a lesion, without a seizure."""
    wanted = [port for _, _, ports in SCAR for port in ports]
    found = course(wanted, SCAR_D * DAY, seizure_h=0, step=CHRONIC_STEP_H, steps_per_output=12, lost=LOST)
    panels, colour = [], 0
    for k, (title, (low, high), ports) in enumerate(SCAR):
        lines = [Series(words, colour + i, found["time"] / DAY, found[port]) for i, (port, words) in enumerate(ports.items())]
        colour, last = colour + len(lines), k == len(SCAR) - 1
        x = Axis("days after a lesion that took 63 % of the neurones" if last else "", 0, SCAR_D, labels=None if last else ())
        panels.append(Panel(title, x, Axis("", low, high), lines, height=200))
    return chart(panels, "glia of tissue that has lost most of its neurones")


def latency() -> str:
    """Cell loss and spontaneous seizures in the weeks after seizures of three lengths, on the chronic clock."""
    lost, rate, most = [], [], 0.0
    for k, (words, hours) in enumerate(LENGTHS.items()):
        found = course(
            ("cell_loss", "spontaneous_seizure_rate"), WEEKS * 7 * DAY, seizure_h=hours, step=CHRONIC_STEP_H, steps_per_output=12
        )
        lost.append(Series(words, k, found["time"] / DAY, found["cell_loss"]))
        rate.append(Series(words, k, found["time"] / DAY, found["spontaneous_seizure_rate"] * DAY))
        most = max(most, float(found["cell_loss"].max()))
    panels = [
        Panel("share of neurones lost", Axis("", 0, WEEKS * 7, labels=()), Axis("", 0, round(most + 0.05, 1)), lost, height=180),
        Panel("spontaneous seizures a day", Axis("day", 0, WEEKS * 7), Axis("", 0, 1), rate, height=220),
    ]
    return chart(panels, "latent period after status epilepticus of one, two and four hours")


FIGURES: dict[str, Callable[[], str]] = {"glia_acute": acute, "glia_effects": effects, "glia_scar": scar, "glia_latency": latency}


if __name__ == "__main__":
    command(FIGURES, __doc__)
