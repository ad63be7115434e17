"""The model's own concentration-response curve: exact EC50, Emax and turning point, and the Hill equation nearest to it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from allostasis.receptor.curves import AnyReceptor, concentration_response, ec_fraction_gaba, load_receptor
from allostasis.receptor.hill_fit import HillFit, fit_hill
from allostasis.receptor.ligands import ligand

_POINTS = 401  # structural: points of the search, one array shape for all of it
_DECADES = {"uM": (-7.0, 6.0), "nM": (-5.0, 9.0)}  # structural: log10 of what counts as none and as saturating (1 M)
_ROUNDS = 6  # structural: each divides the bracket by 400
_FLAT = 1e-9  # structural: change of the open probability that is rounding
_REACH = 3.0  # structural: decades on either side of EC50 over which the Hill equation is fitted
_FITTED = 61  # structural: points of that fit, ten a decade


@dataclass(frozen=True, eq=False)
class ModelCurve:
    """Open probability against the concentration of GABA or one ligand, everything else held.

    Attributes:
        receptor: name. varied: "GABA" or a ligand. unit: of the concentration, "uM" for GABA, else "nM".
        bottom: open probability without the varied ligand.
        emax: at saturation (of a ligand: at 1 M), or at the turning point where the curve turns round.
        ec50: exact concentration half way from `bottom` to `emax`; None where the ligand changes nothing.
        turning: concentration of the largest change where the curve turns round there, else None.
        fit: the Hill equation nearest to the curve over six decades about EC50; None with a turning point or no effect.
        deviation: largest distance of that fit from the curve, share of ``emax - bottom``.
        response: open probability at any concentrations.
    """

    receptor: str
    varied: str
    unit: str
    bottom: float
    emax: float
    ec50: float | None
    turning: float | None
    fit: HillFit | None
    deviation: float
    response: Callable[[np.ndarray], np.ndarray]

    @property
    def change_percent(self) -> float:
        """Efficacy: change of the open probability at `emax` over `bottom` [%]."""
        return 100 * (self.emax / self.bottom - 1)  # structural: percent


def model_curve(
    receptor: AnyReceptor,
    varied: str,
    gaba_uM: float | int = 0.0,
    ligands: Mapping[str, float | int] | None = None,
    coupling: float | int = 1.0,
    *,
    second_site: bool | None = None,
) -> ModelCurve:
    """Compute the curve of a ligand at a GABA level, or of GABA, and its exact EC50, Emax and turning point.

    Args:
        receptor: name, `Pentamer` or `Receptor`.
        varied: "GABA", or a ligand by any spelling.
        gaba_uM: GABA [uM], ignored where GABA is varied.
        ligands: other ligands that are there too, concentration [nM] by name.
        coupling: of the benzodiazepine site, 0 to 1.
        second_site: see `curves.with_ligands`.

    Raises:
        InputError, UnknownNameError, NotModelledError: as `curves.open_probability`.

    >>> full, partial = (model_curve("a1b3g2", name, 5.0) for name in ("diazepam", "imidazenil"))
    >>> partial.ec50 < full.ec50, partial.change_percent < full.change_percent     # more potent, less effective
    (True, True)
    >>> round(full.fit.hill, 6), model_curve("a6b3g2", "diazepam", 5.0).ec50 is None
    (1.0, True)
    """
    name = "GABA" if varied.strip().lower() == "gaba" else ligand(varied).name
    unit = "uM" if name == "GABA" else "nM"
    found = load_receptor(receptor)

    def response(x: Float[np.ndarray, " points"]) -> Float[np.ndarray, " points"]:
        values = jnp.asarray(x, float)
        return np.asarray(
            concentration_response(found, name, values, gaba_uM, ligands, coupling, second_site=second_site)
        )

    low, high = _DECADES[unit]
    log_x = np.linspace(low, high, _POINTS)
    y = response(10.0 ** np.where(log_x > low, log_x, -np.inf))  # structural: decades
    bottom, top, turning = float(y[0]), float(y[-1]), None
    moved = np.abs(y - bottom) > _FLAT
    if not moved.any():
        return ModelCurve(found.pentamer.name, name, unit, bottom, bottom, None, None, None, 0.0, response)
    sign = float(np.sign(y[int(np.argmax(moved))] - bottom))
    far = _turn(sign * y)
    if name == "GABA":
        ec50 = float(ec_fraction_gaba(found, 1 / 2, ligands, coupling, second_site=second_site))
        top = 2 * float(response(np.array([ec50]))[0]) - bottom
    else:
        if far is not None:
            turning, top = _extreme(response, float(log_x[far - 1]), float(log_x[far + 1]), sign)
        ec50 = _crossing(response, log_x, y, (bottom + top) / 2)
    fit, deviation = None, 0.0
    if turning is None:
        x = ec50 * np.logspace(-_REACH, _REACH, _FITTED)
        fit = fit_hill(x, response(x))
        deviation = float(np.abs(fit.predict(x) - response(x)).max() / abs(top - bottom))
    return ModelCurve(found.pentamer.name, name, unit, bottom, top, ec50, turning, fit, deviation, response)


def _turn(y: np.ndarray) -> int | None:
    """Where a curve that sets out upwards is highest before it first falls again; None if it never does."""
    fallen = np.maximum.accumulate(y) - y > _FLAT
    return int(np.argmax(y[: int(np.argmax(fallen)) + 1])) if fallen.any() else None


def _extreme(response, low: float, high: float, sign: float) -> tuple[float, float]:
    """Concentration and response of the turning point between two logarithms."""
    at = top = low
    for _ in range(_ROUNDS // 2):
        grid = np.linspace(low, high, _POINTS)
        y = response(10.0**grid)  # structural: decades
        far = int(np.argmax(sign * y))
        at, top = float(grid[far]), float(y[far])
        low, high = float(grid[max(far - 1, 0)]), float(grid[min(far + 1, _POINTS - 1)])
    return 10.0**at, top  # structural: decades


def _crossing(response, log_x: np.ndarray, y: np.ndarray, level: float) -> float:
    """First concentration at which the response reaches a level."""
    for _ in range(_ROUNDS):
        k = int(np.argmax((y > level) != (y[0] > level)))
        log_x = np.linspace(log_x[max(k - 1, 0)], log_x[k], _POINTS)
        y = response(10.0**log_x)  # structural: decades
    return float(10.0 ** log_x[int(np.argmax((y > level) != (y[0] > level)))])  # structural: decades
