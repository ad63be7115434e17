"""Absence seizures compared between drugs, variants and levers: the thalamocortical model, all arms under the same noise."""

from dataclasses import dataclass, replace

from allostasis.circuit.spike_wave import SpikeWave, find_spike_wave
from allostasis.circuit.thalamocortical import STATES, Levers
from allostasis.circuit.thalamocortical_run import ThalamocorticalRun, simulate_thalamocortical
from allostasis.clinic.absence_drugs import drug_levers
from allostasis.clinic.absence_variants import variant_levers
from allostasis.quantity import UnknownNameError

SECONDS, TRIALS, SEED = 100.0, 8, 1  # structural: what a comparison takes where nothing is asked for
REFERENCE = "no drug"


@dataclass(frozen=True)
class Arm:
    """One condition.

    Attributes:
        name: as plots and tables call it.
        levers: factors on top of the operating point.
        group: what it is an example of.
        notes: what had to be assumed.
    """

    name: str
    levers: Levers
    group: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class AbsenceResult:
    """What was compared: arms, the first being the reference, and what was found in each.

    Attributes:
        state: operating point.
        arms: conditions.
        found: spike-and-wave by arm.
        run: the records.
    """

    state: str
    arms: tuple[Arm, ...]
    found: SpikeWave
    run: ThalamocorticalRun

    def verdict(self, k: int) -> str:
        """Say what arm k does against the reference: suppresses, worsens, or not told apart.

        Two arms are told apart where the 95 % interval of their difference over trials, which share their noise, excludes 0.
        """
        difference = self.found.by_trial[k] - self.found.by_trial[0]
        error = CERTAIN * difference.std(ddof=1) / len(difference) ** (1 / 2) if len(difference) > 1 else 0
        if k == 0 or abs(difference.mean()) <= error or not difference.any():
            return "reference" if k == 0 else "not told apart"
        return "worsens" if difference.mean() > 0 else "suppresses"


CERTAIN = 1.96  # structural: standard errors of a 95 % interval


def drug_arm(name: str, level: str | None = None, *, region: str = "brain", group: str = "") -> Arm:
    """Make the arm of a drug.

    >>> drug_arm("diazepam", "100 nM").name
    'diazepam 100 nM'
    """
    found = drug_levers(name, level, region=region)
    words = "" if level is None else f" {found.level}"
    return Arm(found.drug + words, found.levers, group, found.notes)


def variant_arms(name: str, cells: str, *, group: str = "") -> tuple[Arm, ...]:
    """Make the arms of a variant in cells of one kind: its two ends, or one.

    >>> [arm.name for arm in variant_arms("GABRD T291I", "relay")]
    ['GABRD.T291I, relay, mild', 'GABRD.T291I, relay, severe']
    """
    found = variant_levers(name, cells)
    ends = ("mild", "severe") if len(found.ends) > 1 else ("",)
    return tuple(
        Arm(", ".join(filter(None, (found.name, cells, end))), levers, group, ("Half of the receptors carry it.",))
        for end, levers in zip(ends, found.ends, strict=True)
    )


def compare_absence(
    arms: tuple[Arm, ...] | list[Arm], *, state: str = "epileptic", seconds: float | int = SECONDS, trials: int = TRIALS,
    seed: int = SEED,
) -> AbsenceResult:  # fmt: skip
    """Simulate arms and a reference without any change.

    Args:
        arms: conditions; the reference is added in front.
        state: operating point, "epileptic" or "published".
        seconds: per trial [s].
        trials: of independent noise, the same for all arms.
        seed: of the noise.

    Raises:
        UnknownNameError: no such operating point.
        InputError: a number out of range.

    >>> result = compare_absence([Arm("more inhibition of relay cells", Levers(relay=1.5))], seconds=40, trials=4)
    >>> result.verdict(1)
    'worsens'
    """
    if state not in STATES:
        raise UnknownNameError("operating point", state, STATES)
    whole = (Arm(REFERENCE, Levers()), *arms)
    point = STATES[state]()
    run = simulate_thalamocortical([point.times(arm.levers) for arm in whole], seconds=seconds, trials=trials, seed=seed)
    return AbsenceResult(state, whole, find_spike_wave(run.time, run.pyramidal), run)


PARADOX = {
    "benzodiazepines": (("diazepam", "100 nM"), ("clonazepam", "10 nM")),
    "selective modulators": (("darigabat", "90 %"), ("AZD7325", "50 nM")),
    "other antiseizure drugs": (("ethosuximide", "500 uM"), ("cenobamate", "25 uM")),
    "neurosteroid": (("ganaxolone", "30 nM"), ("ganaxolone", "100 nM")),
    "tonic or GABA-B": (("gaboxadol", None), ("tiagabine", None), ("gamma-hydroxybutyrate", None)),
}
"""Drugs and example levels: benzodiazepines near full effect, the others as treatment reaches them."""
GAINS = (
    ("GABRD.T291I", "relay"), ("GABRB3.gain-of-function-series", "relay"), ("GABRB3.gain-of-function-series", "reticular"),
)  # fmt: skip


def paradox_arms(region: str | None = None) -> tuple[Arm, ...]:
    """Drugs and variants of the absence paradox: most enhancers of inhibition worsen absence, benzodiazepines do not.

    Args:
        region: "thalamus" or "brain"; both when left out, drugs that act in the brain as well as the thalamus being told apart.

    >>> len(paradox_arms("thalamus")) < len(paradox_arms())
    True
    """
    found = []
    for where in (region,) if region else ("thalamus", "brain"):
        for group, pairs in PARADOX.items():
            arms = [drug_arm(name, level, region=where, group=group) for name, level in pairs]
            if region is None and where == "brain":
                cortical = [arm for arm in arms if arm.levers.cortical != 1]
                arms = [replace(arm, name=f"{arm.name}, cortex too", group=f"{group}, cortex too") for arm in cortical]
            found += arms
        if where != "brain" or region:
            for name, cells in GAINS:
                found += variant_arms(name, cells, group=f"gain of function in {cells} cells")
    return tuple(found)
