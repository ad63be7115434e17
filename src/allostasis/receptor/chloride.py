"""Chloride in the neurone: NKCC1 lets it in, KCC2 pumps it out, open GABA channels carry it, and E_GABA follows."""

import jax.numpy as jnp

from allostasis import library
from allostasis.model.contract import AbstractAlgebraic, AbstractRelaxation, Example, Port, State, Values
from allostasis.receptor.current import ghk_gaba, nernst_chloride, thermal_voltage

_INPUTS = (
    Port("kcc2", "1", "function of KCC2 over naive"),
    Port("gaba_conductance", "1", "mean GABA-A conductance over naive"),
    Port("membrane_potential", "mV", "mean membrane potential"),
)
_OUTPUTS = (
    Port("chloride", "mM", "chloride in the neurone"),
    Port("e_chloride", "mV", "chloride equilibrium potential"),
    Port("e_gaba", "mV", "reversal potential of the GABA-A current"),
)
_REFERENCES = ("BORMANN87", "ALLOSTASIS")


def chloride_parameters() -> dict[str, float]:
    """Numbers of the library for the submodels of this file (those that they take)."""
    numbers = library.parameter_set("receptor_chloride")
    return {name: p.value for name, p in numbers.items() if not name.startswith("channels_")}


def _prepare(p: Values) -> dict:
    """Equilibrium chloride of either transporter, and the rate of NKCC1 that makes the resting level a steady state."""
    out = dict(p)
    out["rt"] = thermal_voltage(p["temperature"])
    out["goal_kcc2"] = p["potassium_outside"] * p["chloride_outside"] / p["potassium_inside"]
    cations = p["potassium_outside"] * p["sodium_outside"] / (p["potassium_inside"] * p["sodium_inside"])
    out["goal_nkcc1"] = p["chloride_outside"] * jnp.sqrt(cations)
    rest, passive = p["chloride_rest"], _passive(p["membrane_potential"], p["chloride_outside"], out["rt"])
    leak = p["rate_kcc2"] * (rest - out["goal_kcc2"]) + p["rate_gaba"] * (rest - passive)
    out["rate_nkcc1"] = leak / (out["goal_nkcc1"] - rest)
    return out


def _passive(potential, outside, rt):
    """Chloride that is in equilibrium with the membrane potential [mM]."""
    return outside * jnp.exp(potential / rt)


def _exchange(inputs: Values, p: Values) -> tuple:
    """(sum of rates, sum of rate x equilibrium) of the three ways: dCl/dt = second - first Cl."""
    kcc2 = p["rate_kcc2"] * inputs["kcc2"]
    nkcc1 = p["rate_nkcc1"] * p["nkcc1"]
    gaba = p["rate_gaba"] * inputs["gaba_conductance"]
    passive = _passive(inputs["membrane_potential"], p["chloride_outside"], p["rt"])
    return kcc2 + nkcc1 + gaba, kcc2 * p["goal_kcc2"] + nkcc1 * p["goal_nkcc1"] + gaba * passive


def _outputs(chloride, p: Values) -> dict:
    """Ports from the concentration."""
    outside, celsius = p["chloride_outside"], p["temperature"]
    bicarbonate = p["bicarbonate_inside"], p["bicarbonate_outside"], p["bicarbonate_permeability"]
    return {
        "chloride": chloride,
        "e_chloride": nernst_chloride(chloride, outside, celsius),
        "e_gaba": ghk_gaba(chloride, outside, *bicarbonate, celsius),
    }


def _example(submodel, rest: bool) -> Example:
    one = jnp.ones(3)  # structural: three lanes
    parameters = chloride_parameters()
    calm = {"kcc2": one, "gaba_conductance": one, "membrane_potential": parameters["membrane_potential"] * one}
    loaded = {"kcc2": one / 2, "gaba_conductance": 4 * one, "membrane_potential": -50 * one}  # structural: a seizure
    return Example(submodel, parameters, loaded if rest else {}, calm if rest else {})


class ChlorideDynamics(AbstractRelaxation):
    """Chloride as a state, for the acute clock.

        dCl/dt = k_K kcc2 (Cl_K - Cl) + k_N nkcc1 (Cl_N - Cl) + k_G g (Cl_V - Cl)
        Cl_K = K_o Cl_o / K_i                               KCC2 at equilibrium, E_Cl = E_K
        Cl_N = Cl_o sqrt(K_o Na_o / (K_i Na_i))             NKCC1 at equilibrium (moves two chlorides)
        Cl_V = Cl_o exp(V F / RT)                           passive: E_Cl = V

    The flux through channels is the constant-field one, which is linear in Cl at a given V; g is the mean GABA-A conductance
    over naive and V the mean potential, so heavy activity (g up, V up) loads the cell. k_N follows from the resting level.
    The linear rate that the integrator takes out is that of the naive cell; what inputs change goes into the drive.

    Parameters: those of the set ``receptor_chloride``, concentrations [mM], rates [1/h], ``membrane_potential`` [mV].

    >>> ChlorideDynamics().outputs[0].name
    'chloride'
    """

    @property
    def name(self) -> str:
        return "chloride"

    @property
    def references(self) -> tuple[str, ...]:
        return _REFERENCES

    @property
    def states(self) -> tuple[State, ...]:
        return (State("chloride", "mM", "chloride in the neurone", positive=True),)

    @property
    def inputs(self) -> tuple[Port, ...]:
        return _INPUTS

    @property
    def feedthrough(self) -> tuple[str, ...]:
        return ()

    @property
    def outputs(self) -> tuple[Port, ...]:
        return _OUTPUTS

    def prepare(self, parameters: Values) -> dict:
        return _prepare(parameters)

    def rates(self, prepared: Values) -> dict:
        return {"chloride": prepared["rate_kcc2"] + prepared["rate_nkcc1"] * prepared["nkcc1"] + prepared["rate_gaba"]}

    def drive(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        rate, gain = _exchange(inputs, prepared)
        return {"chloride": gain - (rate - self.rates(prepared)["chloride"]) * state["chloride"]}

    def initial(self, prepared: Values) -> dict:
        calm = {"kcc2": 1, "gaba_conductance": 1, "membrane_potential": prepared["membrane_potential"]}
        rate, gain = _exchange(calm, prepared)
        return {"chloride": gain / rate}

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        return _outputs(state["chloride"], prepared)

    @classmethod
    def example(cls) -> Example:
        return _example(cls(), rest=True)


class ChlorideSteady(AbstractAlgebraic):
    """The steady state of `ChlorideDynamics`, for the chronic clock (chloride settles in minutes, a step is half an hour).

    Cl = (k_K kcc2 Cl_K + k_N nkcc1 Cl_N + k_G g Cl_V) / (k_K kcc2 + k_N nkcc1 + k_G g)
    """

    @property
    def name(self) -> str:
        return "chloride"

    @property
    def references(self) -> tuple[str, ...]:
        return _REFERENCES

    @property
    def inputs(self) -> tuple[Port, ...]:
        return _INPUTS

    @property
    def outputs(self) -> tuple[Port, ...]:
        return _OUTPUTS

    def prepare(self, parameters: Values) -> dict:
        return _prepare(parameters)

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        rate, gain = _exchange(inputs, prepared)
        return _outputs(gain / rate, prepared)

    @classmethod
    def example(cls) -> Example:
        return _example(cls(), rest=True)


class ConstantChloride(AbstractAlgebraic):
    """Null variant: chloride stays at its resting level whatever the load."""

    @property
    def name(self) -> str:
        return "chloride"

    @property
    def references(self) -> tuple[str, ...]:
        return _REFERENCES

    @property
    def inputs(self) -> tuple[Port, ...]:
        return ()

    @property
    def outputs(self) -> tuple[Port, ...]:
        return _OUTPUTS

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        return _outputs(jnp.asarray(prepared["chloride_rest"], float), prepared)

    @classmethod
    def example(cls) -> Example:
        return _example(cls(), rest=False)
