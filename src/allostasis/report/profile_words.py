"""What a profile says in words and numbers, for pages and the terminal."""

import numpy as np
import pandas as pd

from allostasis.clinic.profile import AXES, Design, SubtypeProfile, axes_lost
from allostasis.clinic.profile.axes import criterion, readable
from allostasis.clinic.profile.feasible import TOLERANCE
from allostasis.receptor import SUBTYPES
from allostasis.report.words import SUBTYPE_NAMES, figure, listing, percent

MINUS = "\N{MINUS SIGN}"


def number(value: float | int) -> str:
    """Write an effect with two decimals and a true minus; no minus zero.

    >>> number(0.416), number(-0.2), number(-0.001), number(float("nan"))
    ('0.42', '\N{MINUS SIGN}0.20', '0.00', 'unknown')
    """
    if np.isnan(value):
        return "unknown"
    text = f"{value:.2f}"
    return ("0.00" if text == "-0.00" else text).replace("-", MINUS)


def signed(value: float | int) -> str:
    """Write a signed number without decimals.

    >>> signed(12.4), signed(-3.0), signed(-0.2)
    ('+12', '\N{MINUS SIGN}3', '0')
    """
    text = f"{value:+.0f}".replace("-", MINUS)
    return "0" if text[1:] == "0" else text


def told(profile: SubtypeProfile) -> str:
    """Say in a sentence which effects are present, which absent, and which turned round or unknown.

    >>> from allostasis.clinic.profile import subtype_profile
    >>> told(subtype_profile("flumazenil", occupancy=0.5, draws=10))
    'flumazenil shows no effect.'
    """
    effect = profile.axes["effect"].to_numpy()
    seen, absent = criterion("seen"), criterion("absent")
    groups = {
        "shows": effect >= seen, "a little": (effect > absent) & (effect < seen), "the opposite of": effect < -absent,
        "no": abs(effect) <= absent, "unknown:": np.isnan(effect),
    }  # fmt: skip
    if groups["no"].all():
        return f"{profile.drug} shows no effect."
    said = [
        f"{word} {listing([noun(a) for a, inside in zip(AXES, group, strict=True) if inside])}"
        for word, group in groups.items() if group.any()
    ]  # fmt: skip
    verb = " " if groups["shows"].any() else " shows "
    return f"{profile.drug}{verb}{'; '.join(said)}."


def noun(axis: str) -> str:
    """Name an effect in a sentence.

    >>> noun("anticonvulsant"), noun("muscle_relaxation")
    ('anticonvulsant effect', 'muscle relaxation')
    """
    return "anticonvulsant effect" if axis == "anticonvulsant" else readable(axis)


def exposure_words(profile: SubtypeProfile) -> str:
    """Say at what exposure a profile holds.

    >>> from allostasis.clinic.profile import subtype_profile
    >>> exposure_words(subtype_profile("lorazepam", occupancy=0.03, draws=2))
    '3.0 % of the sites occupied (mean over subtypes in cortex), 0.229 nM unbound in brain; receptor reserve of man'
    """
    beside = listing([f"{name} {figure(value)} nM" for name, value in profile.others.items()])
    text = f"{percent(profile.occupancy)} of the sites occupied (mean over subtypes in cortex)"
    text += f", {figure(profile.concentration)} nM unbound in brain" + (f", beside {beside}" if beside else "")
    return f"{text}; receptor reserve of {owner(profile.species)}"


def owner(species: str) -> str:
    """Name a species in a sentence.

    >>> owner("human")
    'man'
    """
    return "man" if species == "human" else "rodents"


def carried_words(profile: SubtypeProfile) -> str:
    """Say occupancy and gain of inhibition at every subtype."""
    columns = profile.subtypes[["occupancy", "gain"]].to_numpy()
    said = [
        f"{SUBTYPE_NAMES[a]} {percent(held)} occupied, inhibition {signed(100 * gain)} %"
        for a, (held, gain) in zip(SUBTYPES, columns, strict=True) if not np.isnan(gain)
    ]  # fmt: skip
    unknown = listing([SUBTYPE_NAMES[a] for a in profile.unknown])
    return f"{profile.drug}: {'; '.join(said)}" + (f"; nothing is known at {unknown}." if unknown else ".")


def half_words(drug: str, curve: pd.DataFrame) -> str:
    """Say at which occupancy each effect reaches one half, from `effect_curve`."""
    half = {}
    for axis in AXES:
        reached = np.flatnonzero(curve[axis].to_numpy() >= criterion("seen"))
        if len(reached):
            half[axis] = float(curve.index[reached[0]])
    if not half:
        return f"{drug}: no effect reaches one half at any occupancy."
    ordered = sorted(half.items(), key=lambda item: item[1])
    return f"{drug}: half effect at {listing([f'{percent(held)} for {noun(axis)}' for axis, held in ordered])}."


def greek(mouse: str) -> str:
    """Write a mutant with its Greek letter.

    >>> greek("a1(H101R)") == f"{SUBTYPE_NAMES['a1']}(H101R)"
    True
    """
    for short, name in SUBTYPE_NAMES.items():
        mouse = mouse.replace(f"{short}(", f"{name}(")
    return mouse


def lost_words(drug: str, table: pd.DataFrame) -> str:
    """Say which effects each mutant loses, from `knock_in_table`."""
    said = [
        f"{greek(mouse)} {listing([noun(a) for a in names]) or 'nothing'}"
        for mouse, names in axes_lost(table).items()
    ]  # fmt: skip
    return f"{drug} loses in {'; in '.join(said)}."


def design_words(found: Design, near: pd.DataFrame | None) -> list[str]:
    """Say the answer to a target, its constants and the nearest existing ligands."""
    constants = found.ligand[["K", "c"]].to_numpy()
    said = [f"{SUBTYPE_NAMES[a]} K {figure(k)} nM, c {figure(c)}" for a, (k, c) in zip(SUBTYPES, constants, strict=True)]
    verdict = found.verdict.replace("<=", " \N{LESS-THAN OR EQUAL TO} ").replace(">=", " \N{GREATER-THAN OR EQUAL TO} ")
    whose = "Its constants" if found.feasible else "The ligand that comes closest"
    sentences = [" ".join(verdict.split()), f"{whose}, for {figure(found.concentration)} nM unbound in brain: {'; '.join(said)}."]
    if near is not None and len(near):
        names = [
            f"{name} (" + (f"off by {figure(violation, 2)}" if violation > TOLERANCE else "meets them") + f", {distance:.2f})"
            for name, (distance, violation) in zip(near.index, near[["distance", "violation"]].to_numpy(), strict=True)
        ]  # fmt: skip
        head = "Existing ligands that come closest to the bounds, with their root mean square distance from the design"
        sentences.append(f"{head}: {listing(names)}.")
    return sentences
