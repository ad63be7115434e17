"""Drug-metabolising enzymes in liver and gut wall: competitive and mechanism-based inhibition, induction."""

from typing import Any, NamedTuple

import equinox as eqx
import jax.numpy as jnp

from allostasis.model.contract import AbstractRelaxation, Example, Port, State, Values

ORGANS = ("liver", "gut")
COMPETITIVE, MECHANISM_BASED, INDUCTION = "competitive", "mechanism_based", "induction"


class Perpetrator(NamedTuple):
    """A moiety that acts on an enzyme, and how: any of "competitive", "mechanism_based", "induction"."""

    moiety: str
    enzyme: str
    kinds: tuple[str, ...]


class EnzymeActivity(AbstractRelaxation):
    """Amount of active enzyme in liver and gut wall, and its activity under whatever inhibits it, over that without drug.

        dE/dt     = kdeg (1 + induction - E) - E sum kinact I/(KI + I)
        induction = sum Emax I/EC50 / (1 + sum I/EC50)           that is Emax I/(EC50 + I) of a single inducer
        activity  = E / (1 + sum I/Ki)                           the state is ln E: inactivation is fast and E stays positive
        I         = fu (C + absorption/Q_liver)                  liver inlet [nM unbound]
        I         = fu C + fu_gut absorption/Q_gut               gut wall [nM unbound]

    C: total plasma concentration, absorption: rate of absorption by mouth. Inhibitors add up. Inducers compete for the receptor
    by which they act, so two of them never give more than the stronger one could. A drug that induces its own enzyme is a
    perpetrator like any other. The terms are those of the mechanistic static and dynamic models of drug interactions (Fahmi 2008,
    recalled), made dynamic.

    Parameters: ``kdeg.<organ>.<enzyme>`` [1/h], ``Q_liver``, ``Q_gut`` [L/h], ``fu.<moiety>`` and ``fu_gut.<moiety>`` [1],
    unbound fractions in plasma and of what passes the gut wall, and as the kinds need them
    ``Ki``, ``KI``, ``EC50`` [nM unbound], ``kinact`` [1/h], ``Emax`` [1], each ".<enzyme>.<moiety>".

    Args:
        enzymes: names.
        perpetrators: who acts on what.
        moieties: components of the port ``plasma``.
        absorbed: components of the port ``absorption``, () without one.
    """

    enzymes: tuple[str, ...] = eqx.field(static=True)
    perpetrators: tuple[Perpetrator, ...] = eqx.field(static=True)
    moieties: tuple[str, ...] = eqx.field(static=True)
    absorbed: tuple[str, ...] = eqx.field(static=True)

    @property
    def name(self) -> str:
        return "enzymes"

    @property
    def states(self) -> tuple[State, ...]:
        return tuple(
            State(f"{organ}.{enzyme}", "1", f"ln of active {enzyme} in the {organ} over naive", False)
            for organ in ORGANS
            for enzyme in self.enzymes
        )

    @property
    def inputs(self) -> tuple[Port, ...]:
        absorption = Port("absorption", "nmol/h", "rate of absorption by mouth", self.absorbed)
        plasma = Port("plasma", "nM", "total plasma concentration", self.moieties)
        return (plasma, absorption) if self.absorbed else (plasma,)

    @property
    def outputs(self) -> tuple[Port, ...]:
        return tuple(
            Port(f"{organ}_activity", "1", f"activity of enzymes in the {organ} over naive", self.enzymes)
            for organ in ORGANS
        )

    def rates(self, prepared: Values) -> dict:
        return {f"{organ}.{enzyme}": prepared[f"kdeg.{organ}.{enzyme}"] for organ in ORGANS for enzyme in self.enzymes}

    def drive(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        drives = {}
        for organ in ORGANS:
            for enzyme in self.enzymes:
                name = f"{organ}.{enzyme}"
                _, lost, made = terms(self, organ, enzyme, inputs, prepared)
                # d ln E/dt = kdeg ((1 + made)/E - 1) - lost, and the linear part kdeg ln E is taken off again by the rate
                ln = state[name]
                drives[name] = prepared[f"kdeg.{name}"] * ((1 + made) * jnp.exp(-ln) - 1 + ln) - lost
        return drives

    def initial(self, prepared: Values) -> dict:
        return {state.name: 0.0 for state in self.states}

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        return {
            f"{organ}_activity": tuple(
                jnp.exp(state[f"{organ}.{enzyme}"]) / (1 + terms(self, organ, enzyme, inputs, prepared)[0])
                for enzyme in self.enzymes
            )
            for organ in ORGANS
        }

    @classmethod
    def example(cls) -> Example:
        who = (
            Perpetrator("drug", "CYP3A4", (COMPETITIVE, MECHANISM_BASED)),
            Perpetrator("other", "CYP3A4", (INDUCTION,)),
        )
        values = {
            "kdeg.liver.CYP3A4": 0.02, "kdeg.gut.CYP3A4": 0.03, "Q_liver": 90.0, "Q_gut": 18.0, "fu.drug": 0.1, "fu.other": 0.3,
            "fu_gut.drug": 1.0, "fu_gut.other": 0.2, "Ki.CYP3A4.drug": 20.0, "KI.CYP3A4.drug": 500.0, "kinact.CYP3A4.drug": 0.5,
            "Emax.CYP3A4.other": 8.0, "EC50.CYP3A4.other": 300.0,
        }  # structural: an invented pair for the contract battery  # fmt: skip
        one = jnp.ones(3)  # structural: three lanes
        drug = {"plasma": (200 * one, 900 * one), "absorption": (5000 * one, 0 * one)}  # structural: some drug
        rest = {"plasma": (0 * one, 0 * one), "absorption": (0 * one, 0 * one)}
        return Example(cls(("CYP3A4",), who, ("drug", "other"), ("drug", "other")), values, drug, rest)


def _concentration(model: EnzymeActivity, organ: str, moiety: str, inputs: Values, p: Values) -> Any:
    unbound, absorption = p[f"fu.{moiety}"] * inputs["plasma"][model.moieties.index(moiety)], 0.0
    if moiety in model.absorbed:
        absorption = inputs["absorption"][model.absorbed.index(moiety)]
    if organ == "gut":
        return unbound + p[f"fu_gut.{moiety}"] * absorption / p["Q_gut"]
    return unbound + p[f"fu.{moiety}"] * absorption / p["Q_liver"]


def terms(model: EnzymeActivity, organ: str, enzyme: str, inputs: Values, p: Values) -> tuple[Any, Any, Any]:
    """(sum of I/Ki, rate of inactivation [1/h], induction) of one enzyme in one organ."""
    blocked = lost = made = held = 0.0
    for who in model.perpetrators:
        if who.enzyme != enzyme:
            continue
        i, key = _concentration(model, organ, who.moiety, inputs, p), f"{enzyme}.{who.moiety}"
        if COMPETITIVE in who.kinds:
            blocked = blocked + i / p[f"Ki.{key}"]
        if MECHANISM_BASED in who.kinds:
            lost = lost + p[f"kinact.{key}"] * i / (p[f"KI.{key}"] + i)
        if INDUCTION in who.kinds:
            x = i / p[f"EC50.{key}"]
            made, held = made + p[f"Emax.{key}"] * x, held + x
    return blocked, lost, made / (1 + held)
