"""Epileptogenesis: from cell loss and remodelling, through a latent period, to spontaneous seizures."""

import math

from allostasis.adaptation.glia import ports
from allostasis.adaptation.glia.example import lanes
from allostasis.model.contract import AbstractRelaxation, Example, State, Values


def latent_period(target: float, onset: float, tau: float) -> float:
    """Time until sprouting that heads for ``target`` reaches ``onset``, where seizures come at half of their highest rate.

        -tau ln(1 - onset / target); infinite where target does not exceed onset

    Args:
        target: reorganisation that the lesion leads to [1].
        onset: that at which seizures are spontaneous [1].
        tau: time constant of sprouting [h], and the unit of the result.

    >>> round(latent_period(0.2, 0.1, 336.0) / 24, 1), latent_period(0.05, 0.1, 336.0)
    (9.7, inf)
    """
    return -tau * math.log1p(-onset / target) if target > onset else math.inf


class Epileptogenesis(AbstractRelaxation):
    """Reorganisation s of the network (sprouting), the log excitation that it adds, and spontaneous seizures.

        d s /dt                  = (loss n + matrix r - s) / tau               n: cell loss, r: remodelling of the matrix
        log_remodelling          = excitation s
        spontaneous_seizure_rate = ceiling s^steepness / (s^steepness + onset^steepness)

    The latent period is the time that s takes to reach ``onset`` (`latent_period`). Memory, which such a lesion costs too, is
    not simulated.

    Parameters: ``tau`` [h], ``loss``, ``matrix``, ``excitation``, ``onset``, ``steepness`` [1], ``ceiling`` [1/h].
    """

    @property
    def name(self) -> str:
        return "epileptogenesis"

    @property
    def states(self) -> tuple[State, ...]:
        return (State("sprouting", "1", "reorganisation of the network", True),)

    @property
    def inputs(self) -> tuple:
        return (ports.CELL_LOSS, ports.MATRIX_REMODELLING)

    @property
    def feedthrough(self) -> tuple[str, ...]:
        return ()

    @property
    def outputs(self) -> tuple:
        return (ports.LOG_REMODELLING, ports.SPONTANEOUS_SEIZURES)

    def rates(self, prepared: Values) -> dict:
        return {"sprouting": 1 / prepared["tau"]}

    def drive(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        target = prepared["loss"] * inputs["cell_loss"] + prepared["matrix"] * inputs["matrix_remodelling"]
        return {"sprouting": target / prepared["tau"]}

    def initial(self, prepared: Values) -> dict:
        return {"sprouting": 0.0}

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        risen = state["sprouting"] ** prepared["steepness"]
        rate = prepared["ceiling"] * risen / (risen + prepared["onset"] ** prepared["steepness"])
        return {
            "log_remodelling": prepared["excitation"] * state["sprouting"],
            "spontaneous_seizure_rate": rate,
        }

    @classmethod
    def example(cls) -> Example:
        values = {
            "tau": 336.0, "loss": 1.0, "matrix": 0.3, "excitation": 0.5, "onset": 0.1, "steepness": 4.0, "ceiling": 0.05,
        }  # structural: for the contract battery  # fmt: skip
        given = {"cell_loss": 0.2, "matrix_remodelling": 0.2}  # structural: after status epilepticus
        return Example(cls(), values, lanes(given), lanes({name: 0.0 for name in given}))
