"""Body size: allometric scaling of clearances and volumes."""

from collections.abc import Mapping
from dataclasses import dataclass

from allostasis.quantity import InputError, Parameter

LIGHTEST_KG, HEAVIEST_KG = 30.0, 200.0


@dataclass(frozen=True)
class Patient:
    """An adult.

    Args:
        weight_kg: body weight [kg].

    Raises:
        InputError: a weight outside 30 to 200 kg, where adult allometry is not supported by the library's data.
    """

    weight_kg: float | int = 70.0

    def __post_init__(self):
        if not LIGHTEST_KG <= self.weight_kg <= HEAVIEST_KG:
            raise InputError(
                "body weight outside the range of the adult model",
                value=f"{self.weight_kg:g} kg",
                expected=f"{LIGHTEST_KG:g} to {HEAVIEST_KG:g} kg",
                fix="children and extremes of weight are not modelled yet",
            )


def allometric(patient: Patient, parameters: Mapping[str, Parameter]) -> tuple[float, float]:
    """Factors on clearances (CL, Q) and on volumes for this body weight.

        clearance factor = (weight / reference)^0.75,    volume factor = (weight / reference)^1

    Args:
        patient: who.
        parameters: the library's "patient" set: ``reference_weight`` [kg], ``exponent_clearance``, ``exponent_volume`` [1].
    """
    ratio = patient.weight_kg / parameters["reference_weight"].to("kg")
    return ratio ** parameters["exponent_clearance"].value, ratio ** parameters["exponent_volume"].value
