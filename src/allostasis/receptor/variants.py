"""Genetic variants as changes of a receptor: L, K, conductance, surface number, or a subunit that is lost.

A variant with printed numbers maps to one receptor. A variant of which only the class is known (loss or gain of function)
maps to the two ends of a range, never to a point:

| class | end "mild" | end "severe" |
|---|---|---|
| LOF | surface slightly down, K_GABA slightly up | surface low, K_GABA high |
| GOF | surface 1, L lowered a little | surface slightly down, L lowered much |
| mixed | the severe end of LOF | the severe end of GOF |

Channels of the variant alone are meant (homozygous expression); `current_of_wild_type` mixes heterozygotes on request.
"""

from dataclasses import dataclass

import equinox as eqx

from allostasis.library import parameter_set, set_words
from allostasis.quantity import InputError, Parameter, UnknownNameError
from allostasis.receptor.allostery import concentration_for, half_factor
from allostasis.receptor.assembly import Pentamer
from allostasis.receptor.curves import AnyReceptor, Receptor, load_receptor
from allostasis.receptor.equilibrium import Equilibrium

ENDS = ("mild", "severe")
_SET = "receptor_variants"
_GENES = {"GABRA": "a", "GABRB": "b", "GABRG": "g", "GABRD": "d"}


@dataclass(frozen=True, slots=True)
class Variant:
    """One variant.

    Attributes:
        name: gene and change, "GABRG2.P302L".
        variant_class: LOF, GOF or mixed.
        construct: receptor in which it was studied.
        effect, phenotype, status: words and the standing of their evidence.
        numbers: printed numbers (conductance, current, surface, potency_fold), {} where only the class is known.
        lost_subunit: subunit that does not reach the receptor, "".
        surface_normal: the source says that the surface number is normal.
    """

    name: str
    variant_class: str
    construct: str
    effect: str
    phenotype: str
    status: str
    numbers: dict[str, Parameter]
    lost_subunit: str = ""
    surface_normal: bool = False

    @property
    def resolution(self) -> str:
        """Whether numbers are printed ("numbers") or only the class is known ("class only")."""
        return "numbers" if self.numbers else "class only"

    @property
    def subunit(self) -> str:
        """Short name of the changed subunit.

        >>> variant("GABRD.E177A").subunit
        'd'
        """
        gene = self.name.partition(".")[0]
        letter = next(short for stem, short in _GENES.items() if gene.startswith(stem))
        return letter + "".join(sign for sign in gene if sign.isdigit())


def variant_names() -> tuple[str, ...]:
    """Return the names of all variants."""
    return tuple(sorted(set_words(_SET)))


def variant(name: str) -> Variant:
    """Return a variant: "GABRG2.P302L", also written "GABRG2 P302L" or "GABRG2(P302L)".

    >>> variant("GABRB3 A305V").resolution, variant("GABRG2 P302L").numbers["conductance"].value
    ('class only', 0.24)
    """
    key = name.strip().replace("(", ".").rstrip(")").replace(" ", ".").replace("..", ".")
    said = set_words(_SET).get(key)
    if said is None:
        raise UnknownNameError("variant", name, variant_names())
    head = f"{key}."
    numbers = {k.removeprefix(head): p for k, p in parameter_set(_SET).items() if k.startswith(head)}
    return Variant(
        key, said["class"], said["construct"], said["effect"], said["phenotype"], said["status"], numbers,
        said.get("lost_subunit", ""), said.get("surface_normal") == "yes",
    )  # fmt: skip


def apply_variant(receptor: AnyReceptor, change: str | Variant, end: str | None = None) -> Receptor:
    """Return the receptor that carries a variant.

    Args:
        receptor: wild type that holds the subunit.
        change: the variant.
        end: "mild" or "severe", needed where only the class is known and refused where numbers are.

    Raises:
        InputError: a receptor without that subunit; a class-only variant without an end; an end where numbers exist.
        UnknownNameError: no such variant.

    >>> apply_variant("a1b2g2", "GABRG2 P302L").equilibrium.conductance
    0.24
    >>> apply_variant("a1b3g2", "GABRB3 A305V")
    Traceback (most recent call last):
    allostasis.quantity.errors.InputError: GABRB3.A305V is known by its class (GOF) only...
    """
    found = change if isinstance(change, Variant) else variant(change)
    wild = load_receptor(receptor)
    if all(s.name.partition("(")[0] != found.subunit for s in wild.pentamer.subunits):
        raise InputError(f"{found.name} changes {found.subunit}, which this receptor lacks", value=wild.pentamer.name,
                         expected=f"a receptor such as {found.construct}")  # fmt: skip
    if found.resolution == "numbers":
        if end is not None:
            raise InputError(f"{found.name} has numbers, not a range", value=end, fix="leave out end")
        return _numeric(wild, found)
    if end not in ENDS:
        raise InputError(
            f"{found.name} is known by its class ({found.variant_class}) only: it has a range, not a point",
            value=end, expected="end 'mild' or 'severe'", fix="use variant_range for both ends",
        )  # fmt: skip
    return _class_end(wild, found, end)


def variant_range(receptor: AnyReceptor, change: str | Variant) -> tuple[Receptor, ...]:
    """Return one receptor for a variant with numbers, the two ends for one with a class only."""
    found = change if isinstance(change, Variant) else variant(change)
    ends = (None,) if found.resolution == "numbers" else ENDS
    return tuple(apply_variant(receptor, found, end) for end in ends)


def _numeric(wild: Receptor, found: Variant) -> Receptor:
    value = {key: p.value for key, p in found.numbers.items()}
    conductance = value.get("conductance", 1.0)
    surface = value.get("surface", value.get("current", conductance) / conductance)
    changed = _changed(wild.equilibrium, surface, conductance)
    if "potency_fold" in value:
        changed = with_potency(changed, value["potency_fold"])
    return _assembled(wild, found, changed)


def _class_end(wild: Receptor, found: Variant, end: str) -> Receptor:
    kind = found.variant_class
    if kind == "mixed":
        kind, end = ("LOF", "severe") if end == "mild" else ("GOF", "severe")
    surface = _end(f"class_range.{kind}.surface", end == "mild")
    changed = _changed(wild.equilibrium, 1.0 if found.surface_normal else surface, 1.0)
    if kind == "LOF":
        potency = _end("class_range.LOF.potency_fold", end == "mild")
        changed = eqx.tree_at(lambda e: e.K_GABA, changed, changed.K_GABA / potency)
    else:
        changed = eqx.tree_at(lambda e: e.L, changed, changed.L / _end("class_range.GOF.L_fold", end != "mild"))
    return _assembled(wild, found, changed)


def _end(key: str, highest: bool) -> float:
    bound = parameter_set(_SET)[key].high if highest else parameter_set(_SET)[key].low
    assert bound is not None
    return float(bound)


def _changed(wild: Equilibrium, surface: float | int, conductance: float | int) -> Equilibrium:
    new = (wild.surface * surface, wild.conductance * conductance)
    return eqx.tree_at(lambda e: (e.surface, e.conductance), wild, new)


def _assembled(wild: Receptor, found: Variant, changed: Equilibrium) -> Receptor:
    """Put a beta in the place of a lost third subunit; GABA constants are kept (assumed)."""
    if not found.lost_subunit:
        return Receptor(wild.pentamer, changed)
    names = [s.name for s in wild.pentamer.subunits]
    ring = Pentamer(*(names[0] if name == found.lost_subunit else name for name in names))
    return Receptor(ring, changed)


def with_potency(wild: Equilibrium, fold: float | int) -> Equilibrium:
    """Lower (or raise) L until the half-maximal GABA concentration is that of the wild type over `fold`.

    Raises:
        InputError: a fold that no L reaches: spontaneous opening sets a floor to the half-maximal concentration.

    """

    def half(L: float) -> float:
        factor = half_factor(L, wild.c_GABA, wild.gaba_sites)
        return float(concentration_for(factor, wild.K_GABA, wild.c_GABA, wild.gaba_sites))

    goal = half(wild.L) / fold
    low, high = wild.L * 1e-9, wild.L * 1e9  # structural: far beyond any channel that still gates
    if not half(low) <= goal <= half(high):
        raise InputError("no L gives this change of GABA potency", value=fold,
                         expected=f"at most {half(wild.L) / half(low):.3g}-fold")  # fmt: skip
    for _ in range(200):  # structural: bisection in ln L to rounding
        middle = (low * high) ** (1 / 2)
        low, high = (middle, high) if half(middle) < goal else (low, middle)
    return eqx.tree_at(lambda e: e.L, wild, (low * high) ** (1 / 2))
