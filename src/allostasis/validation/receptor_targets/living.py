"""Simulated numbers for occupancy in living people: through exposure and the receptor of the chain."""

from collections.abc import Callable

from allostasis.simulation import parse_case, simulate

ZOLPIDEM_MG = 20
"""Dose by mouth in the imaging study (recalled); the ratio hardly depends on it."""


def zolpidem_selectivity() -> float:
    """Largest occupancy of alpha1 over that of alpha5 after zolpidem by mouth."""
    case = parse_case({
        "title": "zolpidem in the scanner", "horizon": "12 h", "solver": {"step": "6 min"},
        "arm": [{"name": "zolpidem", "regimen": f"zolpidem {ZOLPIDEM_MG} mg po at 0 h"}],
    })  # fmt: skip
    occupied = simulate(case, wanted={"occupancy": ("max",)}).data["occupancy_max"].isel(arm=0, patient=0).max("time")
    return float(occupied.sel(subtype="a1") / occupied.sel(subtype="a5"))


SIMULATED: dict[str, Callable[[], float | bool]] = {"rt114": zolpidem_selectivity}
"""Target id -> simulated number."""
