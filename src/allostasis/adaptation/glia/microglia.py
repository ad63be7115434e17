"""Microglia: the cytokines that seizure activity makes them release, and the signal that makes astrocytes reactive."""

import math

from allostasis.adaptation.glia.example import lanes
from allostasis.adaptation.glia.ports import A1_SIGNAL, ASTROCYTIC_CYTOKINES, ATP, CELL_LOSS
from allostasis.model.acute_ports import ACTIVITY, IL_1_BETA, TNF
from allostasis.model.contract import AbstractRelaxation, Example, State, Values

CYTOKINES = ("tnf_alpha", "il_1_alpha", "c1q", "il_1_beta")
"""What microglia release, in the order of every tuple parameter here."""
A1_FACTORS = ("tnf_alpha", "il_1_alpha", "c1q")
"""The three that turn astrocytes reactive."""


class Microglia(AbstractRelaxation):
    """Amount m_c of each cytokine, made by activity over ``tau_up`` and lost over ``tau_down``, and its effect L_c.

        d m_c /dt = production (A + injury + scar n + astrocytes [+ purinergic atp, IL-1 beta only]) / tau_up - m_c / tau_down
        L_c       = active_c m_c / (m_c + half)                              share of the full effect, below 1
        a1_signal = alone mean(L_c) + (1 - alone) product(L_c)               over TNF-alpha, IL-1 alpha and C1q

    A: seizure activity, so a seizure without injury is enough (neurogenic inflammation); astrocytes: the bounded call of
    reactive astrocytes; injury: a lasting stimulus that starts with the run; n: share of neurones lost, which keep microglia
    active for good where they lay (``scar`` 0 is the null). ``active_c`` is 1, or 0 where an antagonist or knock-out takes the
    cytokine's effect away (anakinra: IL-1 alpha and IL-1 beta). Without one of the three factors, the signal
    keeps at most ``alone`` times two thirds: together they act as more than a sum. Ports ``tnf_alpha`` and ``il_1_beta`` are
    L_c, 0 to 1.

    Parameters: ``tau_up``, ``tau_down`` [h], ``half``, ``alone``, ``purinergic``, ``production``, ``injury``,
    ``scar`` [1], ``active`` [1, one for each of `CYTOKINES`].

    >>> [state.name for state in Microglia().states]
    ['tnf_alpha', 'il_1_alpha', 'c1q', 'il_1_beta']
    """

    @property
    def name(self) -> str:
        return "microglia"

    @property
    def states(self) -> tuple[State, ...]:
        return tuple(State(c, "1", f"{c} that microglia have released", True) for c in CYTOKINES)

    @property
    def inputs(self) -> tuple:
        return (ACTIVITY, ASTROCYTIC_CYTOKINES, ATP, CELL_LOSS)

    @property
    def feedthrough(self) -> tuple[str, ...]:
        return ()

    @property
    def outputs(self) -> tuple:
        return (TNF, IL_1_BETA, A1_SIGNAL)

    def rates(self, prepared: Values) -> dict:
        return {c: 1 / prepared["tau_down"] for c in CYTOKINES}

    def drive(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        lasting = prepared["injury"] + prepared["scar"] * inputs["cell_loss"]
        stimulus = inputs["activity"] + lasting + inputs["astrocytic_cytokines"]
        made = prepared["production"] / prepared["tau_up"]
        drives = {c: made * stimulus for c in A1_FACTORS}
        return drives | {"il_1_beta": made * (stimulus + prepared["purinergic"] * inputs["atp"])}

    def initial(self, prepared: Values) -> dict:
        return {c: 0.0 for c in CYTOKINES}

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        half = prepared["half"]
        levels = {
            c: active * state[c] / (state[c] + half) for c, active in zip(CYTOKINES, prepared["active"], strict=True)
        }
        factors = [levels[c] for c in A1_FACTORS]
        alone = prepared["alone"]
        signal = alone * sum(factors) / len(factors) + (1 - alone) * math.prod(factors)
        return {"tnf_alpha": levels["tnf_alpha"], "il_1_beta": levels["il_1_beta"], "a1_signal": signal}

    @classmethod
    def example(cls) -> Example:
        values = {
            "tau_up": 1.5, "tau_down": 6.0, "half": 0.25, "alone": 0.3, "purinergic": 0.2, "production": 1.0, "injury": 0.0,
            "scar": 0.2, "active": (1.0,) * len(CYTOKINES),
        }  # structural: for the contract battery  # fmt: skip
        seizure = {"activity": 0.8, "astrocytic_cytokines": 0.05, "atp": 0.5, "cell_loss": 0.1}  # structural: a seizure
        return Example(cls(), values, lanes(seizure), lanes({name: 0.0 for name in seizure}))
