"""Interleukin 1 beta at receptors: signs are options, because the literature has both."""

import jax.numpy as jnp

from allostasis.adaptation.glia.example import lanes
from allostasis.model.acute_ports import IL_1_BETA, IL_1_GABA, IL_1_NMDA
from allostasis.model.contract import AbstractAlgebraic, Example, Values


class InterleukinAtReceptors(AbstractAlgebraic):
    """What interleukin 1 beta (L, 0 to 1) leaves of GABA-A and makes of NMDA current, over naive.

        il_1_gaba = exp(gaba_sign strength L),      il_1_nmda = exp(nmda_sign strength L)

    A sign is -1 (lowers), 1 (raises) or 0 (the null variant). Log units, so the two signs are mirror images and no current turns
    negative.

    Parameters: ``strength``, ``gaba_sign``, ``nmda_sign`` [1].
    """

    @property
    def name(self) -> str:
        return "interleukin"

    @property
    def inputs(self) -> tuple:
        return (IL_1_BETA,)

    @property
    def outputs(self) -> tuple:
        return (IL_1_GABA, IL_1_NMDA)

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        effect = prepared["strength"] * inputs["il_1_beta"]
        return {
            "il_1_gaba": jnp.exp(prepared["gaba_sign"] * effect),
            "il_1_nmda": jnp.exp(prepared["nmda_sign"] * effect),
        }

    @classmethod
    def example(cls) -> Example:
        values = {"strength": 0.25, "gaba_sign": -1.0, "nmda_sign": 1.0}  # structural: for the contract battery
        return Example(cls(), values, lanes({"il_1_beta": 0.7}), lanes({"il_1_beta": 0.0}))  # structural: inflammation
