"""From the activity of enzymes to clearance and first pass of what they metabolise."""

from typing import Any, NamedTuple

import equinox as eqx
import jax.numpy as jnp

from allostasis.exposure.first_pass import unsaturated
from allostasis.model.contract import AbstractAlgebraic, Example, Port, Values


class Substrate(NamedTuple):
    """A moiety that enzymes clear; ``routes`` are those with a first pass."""

    moiety: str
    enzymes: tuple[str, ...]
    routes: tuple[str, ...] = ()


class MetabolicClearance(AbstractAlgebraic):
    """Clearance and available fraction over their reference, by the well-stirred liver and the gut wall.

        a           = 1 - sum fm + sum fm activity_liver         intrinsic clearance over its reference
        clearance   = a / (1 - E + E a)                          E = CL/Q_liver, extraction at reference
        F_liver     = 1 / (1 - E + E a)
        F_gut       = 1 / (F_g + (1 - F_g) a_gut)                F_g: fraction that escapes the gut wall at reference
        available   = F_liver F_gut

    Of a dose that meets a saturated gut wall (`first_pass`) an induced gut wall saturates less: of the part with F_g' > F_g only
    w = 1/max(a_gut, 1) still does, so that

        F_gut       = w/(F_g' + (1 - F_g') a_gut) + (1 - w) (F_g/F_g')/(F_g + (1 - F_g) a_gut)

    All of the clearance is taken as hepatic and blood as plasma (assumed); the gut wall has CYP3A4 alone.
    (Rowland, Benet and Graham 1973, recalled; Yang 2007, recalled.)

    Parameters: ``fm.<enzyme>.<moiety>`` [1], ``extraction.<moiety>`` [1], ``F_gut.<moiety>.<route>`` [1].

    Args:
        enzymes: components of the ports of activity.
        substrates: what they clear.
    """

    enzymes: tuple[str, ...] = eqx.field(static=True)
    substrates: tuple[Substrate, ...] = eqx.field(static=True)

    @property
    def name(self) -> str:
        return "clearance"

    @property
    def inputs(self) -> tuple[Port, ...]:
        return tuple(
            Port(f"{organ}_activity", "1", f"activity of enzymes in the {organ} over naive", self.enzymes)
            for organ in ("liver", "gut")
        )

    @property
    def outputs(self) -> tuple[Port, ...]:
        routes = tuple(f"{s.moiety}.{route}" for s in self.substrates for route in s.routes)
        clearance = Port(
            "clearance_activity", "1", "clearance over its reference", tuple(s.moiety for s in self.substrates)
        )
        available = Port("availability", "1", "available fraction over its reference", routes)
        return (clearance, available) if routes else (clearance,)

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        liver, gut = (dict(zip(self.enzymes, inputs[f"{organ}_activity"], strict=True)) for organ in ("liver", "gut"))
        clearances, available = [], []
        for s in self.substrates:
            a = 1.0
            for enzyme in s.enzymes:
                a = a + prepared[f"fm.{enzyme}.{s.moiety}"] * (liver[enzyme] - 1)
            e = prepared[f"extraction.{s.moiety}"]
            escaped = 1 / (1 - e + e * a)
            clearances.append(a * escaped)
            available += [
                escaped * _escaping(s.moiety, route, gut[_GUT], prepared) if _GUT in gut else escaped for route in s.routes
            ]
        result: dict = {"clearance_activity": tuple(clearances)}
        return result | ({"availability": tuple(available)} if available else {})

    @classmethod
    def example(cls) -> Example:
        values = {
            "fm.CYP3A4.drug": 0.9, "fm.CYP2C19.drug": 0.05, "extraction.drug": 0.3, "F_gut.drug.oral": 0.6,
        }  # structural: an invented drug for the contract battery  # fmt: skip
        one = jnp.ones(3)  # structural: three lanes
        enzymes = ("CYP3A4", "CYP2C19")
        low = {f"{organ}_activity": (0.2 * one, 0.5 * one) for organ in ("liver", "gut")}  # structural: some inhibition
        rest = {f"{organ}_activity": (one, one) for organ in ("liver", "gut")}
        return Example(cls(enzymes, (Substrate("drug", enzymes, ("oral",)),)), values, low, rest)


def _escaping(moiety: str, route: str, activity: Any, p: Values) -> Any:
    """Fraction that escapes the gut wall over its reference."""
    f = p[f"F_gut.{moiety}.{route}"]
    ratio = 1 / (f + (1 - f) * activity)
    small = unsaturated(route)
    if not small:
        return ratio
    f_small, meets = p[f"F_gut.{moiety}.{small}"], 1 / jnp.maximum(activity, 1.0)
    return meets * ratio + (1 - meets) * f_small / f / (f_small + (1 - f_small) * activity)


_GUT = "CYP3A4"
"""The enzyme of the gut wall."""
