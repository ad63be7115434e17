"""The figures of the page of results: `python -m allostasis.report.figure_status_epilepticus --out docs/images`."""

from collections.abc import Callable

from allostasis.report.figure_command import command
from allostasis.report.se_rat_figures import potency_loss, three_drugs
from allostasis.report.se_trial_figures import delay_severity, ties, trials

FIGURES: dict[str, Callable[[], str]] = {
    "se_potency": potency_loss,
    "se_three_drugs": three_drugs,
    "se_ties": ties,
    "se_trials": trials,
    "se_delay_severity": delay_severity,
}


if __name__ == "__main__":
    command(FIGURES, __doc__)
