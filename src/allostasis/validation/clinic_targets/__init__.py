"""The clinical targets, tolerance to reversal: what the model gives for each, inside its band or not.

Three modules compute (`rodent`, `human`, `kinetics`), the bands live with the targets in the library. What informed a constant
when the mechanisms were sized is listed as ``INFORMED`` and counted as calibrated, whatever role its row has.
"""

from dataclasses import replace

from allostasis.validation.clinic_targets import human, kinetics, rodent
from allostasis.validation.targets import Outcome, evaluate, load_targets

INFORMED: dict[str, str] = {
    "ct12": "size of trafficking and clustering: a joint test of the mechanisms",
    "ct14": "scaling of AMPA strength",
}
"""Target -> the constants that were sized with it in view."""
NOT_SIMULATED = {
    "ct45": "relapse and therapy are inputs of a trial, not predictions",
    "ct47": "an odds ratio of a trial is an input, not a prediction",
    "ct56": "death with opioids is not simulated",
    "ct57": "shown by examples/alcohol_symptom_triggered.toml, which depends on an assumed severity",
    "ct58": "shown by examples/alcohol_symptom_triggered.toml, which depends on an assumed severity",
    "ct59": "shown by examples/alcohol_loading.toml, which depends on an assumed severity",
    "ct64": "adverse events after flumazenil are an input",
    "ct65": "seizures in overdose have co-ingestants as their cause, which are not simulated",
    "cr04": "in culture the drive is at its end at once; here two stages of days stand before it, after whole animals",
    "cr05": "the chain has no axis of sleep of its own; sedation stands for it",
    "cr06": "cessation in a trial is an input, not a prediction",
    "cr07": "discontinuation in a trial is an input, not a prediction",
}

CAUSES = {
    "ct03": "coupling answers early to a level near saturation; a loss that begins on day 4 would need a third stage of days",
    "ct04": "two stages of two days each; slower ones would bring withdrawal in man too late",
    "ct06": "the drug of a mouse is gone within hours, so the imbalance peaks at once; ct17 reports that in rats",
    "ct07": "one month for the switch, after the months that dependence takes in man; a mouse halves it within two weeks",
    "ct10": "the alprazolam occupancy (ct08) sets the scale of affinity in man; both cannot hold for equal doses",
    "ct11": "as ct10: the in vivo scale of lorazepam makes it twice as potent in the brain",
    "ct19": "half of patients are assumed to respond at best; 0.47 of them would give the upper end of the band",
    "ct21": "adaptation reaches the limbic region by an assumed 0.4; 0.33 would give 0.7",
    "ct22": "coupling recovers within weeks; nothing here lasts for months but the set point",
    "ct25": "desmethylchlordiazepoxide, demoxepam and nordiazepam carry most of the effect after the stop, for days",
    "ct66": "twenty tablets outlast the antidote in nearly all; a study mixes amounts and drugs, and its mix is not known",
}
"""Why a target is missed."""


def clinic_outcomes() -> tuple[Outcome, ...]:
    """Evaluate every target of the clinic group."""
    functions = rodent.SIMULATED | human.SIMULATED | kinetics.SIMULATED
    targets = tuple(replace(t, role="calibrate") if t.id in INFORMED else t for t in load_targets("clinic"))
    return evaluate(targets, functions, NOT_SIMULATED | CAUSES | INFORMED)
