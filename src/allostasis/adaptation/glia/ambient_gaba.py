"""Ambient GABA: what extrasynaptic receptors see, from synapses that spill over and from astrocytes without vesicles."""

from allostasis.adaptation.glia.example import lanes
from allostasis.model.acute_ports import ACTIVITY, GABA_AMBIENT, GABA_SUPPLY
from allostasis.model.contract import AbstractRelaxation, Example, State, Values


class AmbientGaba(AbstractRelaxation):
    """Ambient GABA x over naive, in part from astrocytes.

        d n /dt = (reversal A - n) / tau                                     transporters and channels of astrocytes turn outward
        x       = (1 - astrocytic) supply (1 + spillover A) + astrocytic channel (1 + n)

    ``channel`` 1 is open, 0 blocks non-vesicular release. The tonic current rises during status epilepticus while synapses
    lose receptors: both terms are there for that, so its sign is put in, not predicted.

    Parameters: ``tau`` [h], ``astrocytic``, ``spillover``, ``reversal``, ``channel`` [1].
    """

    @property
    def name(self) -> str:
        return "ambient_gaba"

    @property
    def states(self) -> tuple[State, ...]:
        return (State("release", "1", "non-vesicular release by astrocytes above naive", True),)

    @property
    def inputs(self) -> tuple:
        return (ACTIVITY, GABA_SUPPLY)

    @property
    def outputs(self) -> tuple:
        return (GABA_AMBIENT,)

    def rates(self, prepared: Values) -> dict:
        return {"release": 1 / prepared["tau"]}

    def drive(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        return {"release": prepared["reversal"] * inputs["activity"] / prepared["tau"]}

    def initial(self, prepared: Values) -> dict:
        return {"release": 0.0}

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        share = prepared["astrocytic"]
        synaptic = (1 - share) * inputs["gaba_supply"] * (1 + prepared["spillover"] * inputs["activity"])
        return {"gaba_ambient": synaptic + share * prepared["channel"] * (1 + state["release"])}

    @classmethod
    def example(cls) -> Example:
        values = {
            "tau": 0.3, "astrocytic": 0.5, "spillover": 0.3, "reversal": 0.5, "channel": 1.0,
        }  # structural: for the contract battery  # fmt: skip
        rest = {"activity": 0.0, "gaba_supply": 1.0}
        given = {"activity": 0.8, "gaba_supply": 0.9}  # structural: a seizure
        return Example(cls(), values, lanes(given), lanes(rest))
