"""Glutamate outside neurones: uptake by astrocytes, the pool inside them, and what is left outside. Two pools, never one."""

from allostasis.adaptation.glia import ports
from allostasis.adaptation.glia.example import lanes
from allostasis.model.acute_ports import ACTIVITY, GABA_SUPPLY, GLUTAMATE, IL_1_BETA
from allostasis.model.contract import AbstractRelaxation, Example, State, Values


class AstrocyticGlutamate(AbstractRelaxation):
    """Uptake by astrocytes, glutamate a inside them, and extracellular glutamate x, all over naive.

        d E /dt = (1 / (1 + loss L) - E) / tau_uptake                    L: interleukin 1 beta; E: function of a transporter
        uptake  = P E                                                    P: its protein, of `GlutamateTransporter`
        d a /dt = [1 - route (1 - S) - route G a - (1 - route) a^order] / tau_pool        G: glutamine synthetase
        x       = 1 + cleared ((1 + release A) / uptake - 1) + reverse (a - 1)

    ``route`` is the share of the pool that glutamine synthetase takes in the naive brain; the rest is oxidised, with an order
    above 1 (astrocytes oxidise a larger share as glutamate rises). The cycle is closed: what is oxidised is made anew inside
    astrocytes, 1 - route; the rest of the influx is what neurones release, route S, with S the transmitter that they make of
    the glutamine that comes back (port ``gaba_supply``: GABA is made of the same glutamate). Seizure activity only brings
    release forward. Outside, transporters act within seconds, so x has no state on either clock: ``cleared`` is the part of
    ambient glutamate that release and uptake set, ``reverse`` the part that the pool inside sets by holding uptake back. E is
    function (interleukin 1 beta takes transporters off the surface within hours), and ``loss`` 0 its null.

    Parameters: ``tau_uptake``, ``tau_pool`` [h], ``loss``, ``route``, ``order``, ``release``, ``cleared``, ``reverse`` [1].
    """

    @property
    def name(self) -> str:
        return "astrocytic_glutamate"

    @property
    def states(self) -> tuple[State, ...]:
        return (
            State("uptake", "1", "function of the transporters of astrocytes over naive", True),
            State("pool", "1", "glutamate inside astrocytes over naive", True),
        )

    @property
    def inputs(self) -> tuple:
        return (ACTIVITY, IL_1_BETA, ports.GLUTAMINE_SYNTHETASE, GABA_SUPPLY, ports.GLUTAMATE_TRANSPORTER)

    @property
    def feedthrough(self) -> tuple[str, ...]:
        return ("activity", "glutamate_transporter")

    @property
    def outputs(self) -> tuple:
        return (GLUTAMATE, ports.GLUTAMATE_UPTAKE, ports.ASTROCYTE_GLUTAMATE)

    def rates(self, prepared: Values) -> dict:
        return {"uptake": 1 / prepared["tau_uptake"], "pool": 1 / prepared["tau_pool"]}

    def drive(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        pool, route = state["pool"], prepared["route"]
        influx = 1 - route + route * inputs["gaba_supply"]
        left = influx - route * inputs["glutamine_synthetase"] * pool - (1 - route) * pool ** prepared["order"]
        return {
            "uptake": 1 / (1 + prepared["loss"] * inputs["il_1_beta"]) / prepared["tau_uptake"],
            "pool": (left + pool) / prepared["tau_pool"],
        }

    def initial(self, prepared: Values) -> dict:
        return {"uptake": 1.0, "pool": 1.0}

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        uptake = inputs["glutamate_transporter"] * state["uptake"]
        released = (1 + prepared["release"] * inputs["activity"]) / uptake
        outside = 1 + prepared["cleared"] * (released - 1) + prepared["reverse"] * (state["pool"] - 1)
        return {"glutamate": outside, "glutamate_uptake": uptake, "astrocyte_glutamate": state["pool"]}

    @classmethod
    def example(cls) -> Example:
        values = {
            "tau_uptake": 10.0, "tau_pool": 0.5, "loss": 0.5, "route": 0.7, "order": 1.6, "release": 1.0, "cleared": 0.3,
            "reverse": 0.2,
        }  # structural: for the contract battery  # fmt: skip
        rest = {
            "activity": 0.0, "il_1_beta": 0.0, "glutamine_synthetase": 1.0, "gaba_supply": 1.0, "glutamate_transporter": 1.0,
        }  # fmt: skip
        given = {
            "activity": 0.8, "il_1_beta": 0.7, "glutamine_synthetase": 0.8, "gaba_supply": 0.9, "glutamate_transporter": 0.8,
        }  # structural: a seizure  # fmt: skip
        return Example(cls(), values, lanes(given), lanes(rest))
