"""What years of drinking have left behind: an excitation that alcohol covers and that its leaving lays bare."""

import jax.numpy as jnp

from allostasis.model.contract import AbstractRelaxation, Example, Port, State, Values

OUTPUT = Port("alcohol_excitation", "1", "log excitation that the end of drinking has laid bare")


class AlcoholWithdrawal(AbstractRelaxation):
    """Log excitation b that is laid bare after the last drink, which is at time 0.

        d c /dt = -c / tau_cover                        covered: built up by drinking, held down by the alcohol still there
        d b /dt = c / tau_cover - b / tau_recovery      laid bare as alcohol leaves, fading as the brain recovers
        c(0) = severity q^(1/(q - 1)),  b(0) = 0,       q = tau_recovery / tau_cover

    In closed form b = c(0) q/(q - 1) (exp(-t/tau_recovery) - exp(-t/tau_cover)), highest at
    t = ln q / (1/tau_cover - 1/tau_recovery), where it equals the severity: c(0) is set so. Nothing feeds back into it; a
    benzodiazepine covers it from the other side of the balance and does not shorten it. The years of drinking themselves, the
    alcohol, and cross-tolerance beyond this excitation are not simulated.

    Parameters: ``severity`` (highest log excitation, [1]), ``tau_cover``, ``tau_recovery`` [h], of which no two are equal.
    """

    @property
    def name(self) -> str:
        return "alcohol"

    @property
    def states(self) -> tuple[State, ...]:
        return (
            State("covered", "1", "log excitation that alcohol still covers", True),
            State("laid_bare", "1", "log excitation that nothing covers any more", True),
        )

    @property
    def inputs(self) -> tuple[Port, ...]:
        return ()

    @property
    def outputs(self) -> tuple[Port, ...]:
        return (OUTPUT,)

    def prepare(self, parameters: Values) -> dict:
        ratio = parameters["tau_recovery"] / parameters["tau_cover"]
        return {
            "built_up": parameters["severity"] * ratio ** (1 / (ratio - 1)),
            "leaving": 1 / parameters["tau_cover"],
            "recovering": 1 / parameters["tau_recovery"],
        }

    def rates(self, prepared: Values) -> dict:
        return {"covered": prepared["leaving"], "laid_bare": prepared["recovering"]}

    def drive(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        return {"covered": 0 * state["covered"], "laid_bare": prepared["leaving"] * state["covered"]}

    def initial(self, prepared: Values) -> dict:
        return {"covered": prepared["built_up"], "laid_bare": 0 * prepared["built_up"]}

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        return {OUTPUT.name: state["laid_bare"]}

    @classmethod
    def example(cls) -> Example:
        values = {"severity": jnp.zeros(()), "tau_cover": 24.0, "tau_recovery": 84.0}  # structural: for the contract battery
        return Example(cls(), values, {}, {})
