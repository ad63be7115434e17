"""What is said about a diary, in words."""

from collections.abc import Mapping

import numpy as np

from allostasis.clinic.taper.question import Question
from allostasis.study.diary_person import in_words
from allostasis.study.diary_rules import line_of, rule_values
from allostasis.study.diary_update import Update

CLINICIAN = (
    "This is where research software ends: a person with such a score needs a clinician now, and a seizure, confusion or seeing "
    "things that are not there is an emergency."
)
LIMIT = "A model ranks and explains; it does not decide for a person. No dose is changed without a clinician."


def warnings_of(found: Update) -> list[str]:
    """What a reader must know before the numbers: scores that are missing, and a model that does not describe the rest."""
    words = [f"Left out of the likelihood: {text}." for text in found.diary.missing]
    if found.posterior.misfit > rule_values()["misfit"]:
        words.append(
            f"The model does not describe this diary: the mean square of its residuals is {found.posterior.misfit:.1f} times "
            "what the error allows. What it says of the person is not to be relied on."
        )
    return words


def person_text(found: Update) -> str:
    """What the diary says of the person, in one sentence."""
    low, middle, high = (in_words(np.quantile(found.drawn, q, axis=0)) for q in (0.05, 0.5, 0.95))
    scores = len(found.diary.observed)
    return (
        f"By {scores} weekly scores the recovery of this person takes {middle['recovery']:.2g} times as long as that of the "
        f"typical one ({low['recovery']:.2g} to {high['recovery']:.2g}), and the odds of the share that adapts are "
        f"{middle['size']:.2g} times those ({low['size']:.2g} to {high['size']:.2g})."
    )


def shares_text(question: Question, above: Mapping[str, float]) -> str:
    """How likely the rest of the plan exceeds its cap, in one sentence."""
    return (
        f"The rest of the plan exceeds {line_of(question):.3g} seizure thresholds in {above['after']:.0%} of what is possible "
        f"after the diary, in {above['before']:.0%} before it."
    )
