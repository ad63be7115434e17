"""What the page of one neuron says in words: numbers, the answer, facts below the figures, limits."""

import math

import numpy as np

from allostasis.circuit.scenes import SCENES, Scene
from allostasis.clinic.neuron_firing import NeuronFiring
from allostasis.clinic.neuron_scenes import DAY
from allostasis.report.words import figure, listing, percent

MINUS, SPACE = "\N{MINUS SIGN}", "\N{NO-BREAK SPACE}"
SAME = 0.05  # structural: a potential that differs by less than this [mV] is told as the same
RARE = 0.095  # structural: lower rates [Hz] get two decimals

LIMITS = (
    "A neuron is not a network. The critical imbalance is where one cell fires without fluctuations; the seizure threshold of"
    " the platform is a number fitted to how often patients had seizures. Both are values of H, and nothing ties one to the"
    " other.",
    "The naive conductances, the threshold and the split of adaptation into lost inhibition and gained excitation are"
    " assumptions. The critical imbalance moves with each of them, most with chloride (figure 3).",
    "The simulation is quasi-steady: conductances change over hours, the neuron fires over milliseconds, and one does not act"
    " on the other. Chloride stays where it is.",
    "The noise is that of a model of a neuron in vivo, scaled to these conductances. Drug and adaptation are taken to change"
    " the size of synaptic events, not their number.",
)


def signed(value: float | int, digits: int = 2) -> str:
    """Write a number with a true minus, and without a sign on a zero.

    >>> signed(-0.0451), signed(0.0568, 3), signed(-0.001)
    ('−0.05', '0.057', '0.00')
    """
    return f"{round(value, digits) + 0.0:.{digits}f}".replace("-", MINUS)


def millivolt(value: float | int) -> str:
    """Write a potential; the space before the unit does not break.

    >>> millivolt(-60.42).split()
    ['−60.4', 'mV']
    """
    return f"{signed(value, 1)}{SPACE}mV"


def rate_words(rate: float | int, error: float | int | None = None) -> str:
    """Write a firing rate, to the first digit of its standard error where that is given.

    >>> rate_words(2.08), rate_words(2.0812, 0.0618), rate_words(0.025, 0.014), rate_words(0.0, 0.0)
    ('2.1', '2.08 ± 0.06', '0.03 ± 0.01', '0')
    """
    if rate == 0:
        return "0"
    if not error:
        return f"{rate:.1f}" if rate > RARE else f"{rate:.2f}"
    digits = max(0, -math.floor(math.log10(error)))
    return f"{rate:.{digits}f} ± {error:.{digits}f}"


def day_words(hours: float | int | None) -> str:
    """Write an instant as a day.

    >>> day_words(36.0), day_words(0.0)
    ('day 1.5', 'start')
    """
    return "start" if not hours else f"day {hours / DAY:.1f}"


def potentials(scenes: tuple[Scene, ...]) -> str:
    """List the scenes with their potentials."""
    return listing([f"{SCENES[s.name]} {millivolt(s.potential)}" for s in scenes])


def headline(firing: NeuronFiring) -> str:
    """The answer in a sentence or two."""
    naive, removed = firing.run.scenes[0], firing.run.scenes[-1]
    gap = removed.potential - firing.neuron.threshold
    fires = f"fires {rate_words(firing.scenes.rate[-1])} times per second instead of {rate_words(firing.scenes.rate[0])}"
    if naive.potential > firing.neuron.threshold:
        return (
            f"This neuron is above its threshold before any drug: its inhibition lies at"
            f" {millivolt(firing.neuron.membrane.e_gaba)}. With the drug removed it {fires}."
        )
    if gap > 0:
        return f"With the drug removed, the mean potential passes the threshold: the neuron fires without any noise, and {fires}."
    shift = removed.potential - naive.potential
    moved = "the potential hardly moves"
    if shift > SAME:
        moved = f"the neuron sits {shift:.1f}{SPACE}mV above its naive potential"
    return (
        f"With the drug removed, {moved}, still {-gap:.1f}{SPACE}mV below threshold. It {fires}: fluctuations reach the"
        " threshold more often."
    )


def details(firing: NeuronFiring) -> list[str]:
    """The imbalance that is reached, and the two at which the neuron is hyperexcitable."""
    removed, clinical = firing.run.scenes[-1], firing.seizure_threshold
    after = ((removed.time_h or 0) - firing.run.last_dose_h) / DAY
    told = [
        f"The imbalance peaks at H {signed(removed.imbalance, 3)}, {figure(removed.imbalance / clinical, 2)} of the median"
        f" seizure threshold of the platform ({figure(clinical)}), {after:.1f} days after the last dose."
    ]
    if firing.critical is None:
        told.append("The mean potential of this neuron crosses its threshold at no imbalance.")
    else:
        told.append(
            f"This neuron fires without noise from H {signed(firing.critical, 3)} on, {signed(firing.critical / clinical, 1)}"
            " times that threshold. The two are different quantities: one neuron here, a network in a patient there."
        )
    if firing.multiple is not None:
        h, error = firing.multiple
        told.append(
            f"With noise its rate is {firing.rate_multiple:g} times the naive one from H {h:.3f} ± {error:.3f} on."
        )
    return told + list(firing.run.notes)


def largest_change(firing: NeuronFiring) -> str:
    """Largest change of the inhibitory conductance over the scenes, in percent of naive."""
    given = np.array([s.conductances.inhibition for s in firing.run.scenes])
    return percent(float(np.max(np.abs(given / given[0] - 1))))


def textbook_words(firing: NeuronFiring) -> str:
    """Potentials of the textbook, and which of them are above threshold."""
    threshold = firing.neuron.threshold
    over = listing([SCENES[s.name] for s in firing.textbook if s.potential > threshold])
    return f"Textbook: {potentials(firing.textbook)}; above the threshold of {millivolt(threshold)}: {over or 'none'}."


def chloride_words(firing: NeuronFiring) -> str:
    """What chloride does to the critical imbalance."""
    level, h = firing.chloride, firing.critical_at
    text = (
        "A neuron loaded with chloride needs less imbalance: its inhibition no longer holds the potential far from the threshold."
    )
    falling = np.flatnonzero((h[:-1] > 0) & (h[1:] <= 0))
    if not len(falling):
        return text
    k = int(falling[0])
    zero = level[k] + h[k] / (h[k] - h[k + 1]) * (level[k + 1] - level[k])
    return f"{text} From {zero:.0f}{SPACE}mM on it fires without noise in the naive brain."


def rate_facts(firing: NeuronFiring) -> list[str]:
    """What the curve of the rate shows."""
    c, naive = firing.curve, firing.scenes.rate[0]
    facts = [
        f"With noise: {rate_words(c.rate[0])} Hz at H {signed(c.imbalance[0])}, {rate_words(naive)} naive,"
        f" {rate_words(c.rate[-1])} at H {signed(c.imbalance[-1])}.",
        f"Textbook, drug removed: {rate_words(firing.textbook_firing.rate[-1])} Hz at H"
        f" {signed(firing.textbook[-1].imbalance)}.",
    ]
    if firing.critical is not None:
        near = float(np.interp(firing.critical, c.imbalance, c.rate))
        facts.append(
            f"Where firing without noise begins, noise already makes {near:.1f} spikes per second: the onset is gradual, no"
            " switch."
        )
    return facts
