"""Drug resistance as the review of resistant epilepsy words it: three months uncontrolled, or a marked rise, on treatment.

    persistent   seizures in every month of three on appropriate treatment, at more than `controlled` of the rate before it
    marked rise  n seizures in the short period, m in the T treated days before:  n/t >= rise m/T  and
                 P(X >= n | n + m, t/(t + T)) < significance          conditional binomial test of two Poisson rates

The text has no numbers but the three months; what it calls effective control, a short period and a significant increase are
declared in the set ``drug_resistance``.
"""

from collections.abc import Sequence

import numpy as np
from scipy.stats import binomtest

from allostasis import library
from allostasis.clinic.drug_resistance.diary import SeizureDiary, Trial, treated
from allostasis.clinic.drug_resistance.finding import Finding

NAME = "three months or a marked rise (review)"


def persistent_resistance(diary: SeizureDiary, trials: Sequence[Trial]) -> Finding:
    """Apply the definition; the first day on which either half is met decides.

    >>> from datetime import date
    >>> day, weekly = date(2026, 1, 1), (1, 0, 0, 0, 0, 0, 0)
    >>> persistent_resistance(SeizureDiary(day, weekly * 20), [Trial("lamotrigine", date(2026, 2, 1))]).since
    '2026-05-01'
    """
    under = treated(diary, trials)
    if not under.any():
        reason = "no day under a treatment that was appropriate, adequate and tolerated"
        return Finding(NAME, "not to be told", None, "", (reason,))
    found = [met for met in (_uncontrolled(diary, under), _rise(diary, under)) if met is not None]
    if not found:
        longest = max(last - first for first, last in _stretches(under))
        enough = longest >= _days("seed.persistent")
        reason = f"the longest stretch on treatment is {longest} days" + (
            ": controlled, and no marked rise" if enough else ", too short for three months, and no marked rise"
        )
        return Finding(NAME, "not resistant" if enough else "not yet to be told", False if enough else None, "", (reason,))
    found.sort()
    return Finding(NAME, "resistant", True, diary.day(found[0][0]).isoformat(), tuple(words for _, words in found))


def _days(key: str) -> int:
    return round(library.parameter_set("drug_resistance")[key].to("d"))


def _stretches(under: np.ndarray) -> list[tuple[int, int]]:
    """First day of each stretch on treatment, and the day after its last."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], under.astype(int), [0]])))
    return [(int(first), int(last)) for first, last in edges.reshape(-1, 2)]


def _uncontrolled(diary: SeizureDiary, under: np.ndarray) -> tuple[int, str] | None:
    rows = library.parameter_set("drug_resistance")
    whole, month, known = _days("seed.persistent"), _days("seed.month"), _days("seed.known_rate")
    total = np.concatenate([[0], np.cumsum(diary.seizures)])
    untreated = int(np.flatnonzero(under)[0])
    before = total[untreated] / untreated if untreated >= known else 0.0
    bound = rows["seed.controlled"].value * before
    for first, last in _stretches(under):
        for end in range(first + whole, last + 1):
            months = [total[end - k * month] - total[end - (k + 1) * month] for k in range(whole // month)]
            rate = sum(months) / whole
            if min(months) > 0 and rate > bound:
                compared = f", {rate / before:.0%} of the rate before treatment" if before else ""
                words = f"{sum(months)} seizures in {whole} days on treatment, some in every month{compared}"
                return end - 1, words
    return None


def _rise(diary: SeizureDiary, under: np.ndarray) -> tuple[int, str] | None:
    rows = library.parameter_set("drug_resistance")
    short, known = _days("seed.short_period"), _days("seed.known_rate")
    least, level = rows["seed.marked_rise"].value, rows["seed.significance"].value
    total = np.concatenate([[0], np.cumsum(diary.seizures)])
    for first, last in _stretches(under):
        for end in range(first + known + short, last + 1):
            past = end - short - first
            n, m = int(total[end] - total[end - short]), int(total[end - short] - total[first])
            if n and n * past >= least * m * short:
                p = binomtest(n, n + m, short / (short + past), alternative="greater").pvalue
                if p < level:
                    return end - 1, f"{n} seizures in {short} days after {m} in {past} days on treatment (p {p:.2g})"
    return None
