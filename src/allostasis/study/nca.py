"""Non-compartmental analysis (NCA) of one concentration-time profile. Times in h, concentrations in ng/mL, doses in mg."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from jaxtyping import Float

from allostasis.quantity import InputError
from allostasis.study.nca_area import areas, back_extrapolated, value_at
from allostasis.study.nca_dosing import SAME_H, Dosing
from allostasis.study.nca_result import NAN, NCA
from allostasis.study.nca_terminal import FEWEST, Terminal, terminal_phase

LATE_H = 1.0
"""A first sample later than this after an intravenous bolus has missed its peak."""
EXTRAPOLATED_PERCENT, SHORT_SPAN = 30.0, 1.5
"""Limits of the flags extrapolation_gt_30pct and lz_span_lt_1.5."""
L_PER_MG_ML_NG = 1000.0
"""mg / (ng h/mL) = 1000 L/h."""


def nca(time_h: Sequence | np.ndarray, concentration_ng_ml: Sequence | np.ndarray, dosing: Dosing | None = None) -> NCA:
    """Analyse one profile: linear-up/log-down trapezoids, terminal slope by the best adjusted R2.

    Before the first sample the curve of an oral dose or a metabolite starts from 0 at the dose; that of an intravenous bolus
    is extrapolated back log-linearly from its first two samples; behind former doses it starts at the first sample. With
    several doses, the interval from the last dose before the last sample is analysed. At steady state (`tau_h`) the area is that
    of one interval, and a missing value at its begin is that at its end.

        AUCinf = AUClast + Clast/lambda_z       AUMCinf = AUMClast + tlast Clast/lambda_z + Clast/lambda_z^2
        MRT = AUMCinf/AUCinf - infusion/2       CL = dose/AUCinf   Vz = CL/lambda_z   Vss = CL MRT (iv)

    Args:
        time_h: sampling times [h], in any order; samples before the dose of the interval are left out.
        concentration_ng_ml: concentrations [ng/mL], 0 where below the limit of quantification.
        dosing: what was given; a single oral dose at time 0 when left out.

    Raises:
        InputError: different lengths, a number that is not finite, a negative concentration, no sample after the dose.

    Source: Gabrielsson and Weiner, Pharmacokinetic and Pharmacodynamic Data Analysis, 5th ed., chapter 2.8 (recalled).

    >>> t = np.array([0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 12.0])
    >>> found = nca(t, 100 * np.exp(-0.2 * t), Dosing("iv", 10))
    >>> round(found.c0_ng_ml, 6), round(found.cl_l_h, 6), round(found.vss_l, 6), found.flags
    (100.0, 20.0, 100.0, ())
    """
    dosing = dosing or Dosing()
    time, concentration, flags = _checked(time_h, concentration_ng_ml)
    start = _start(dosing, time)
    inside = time >= start - SAME_H
    if not inside.any():
        raise InputError("no sample after the dose", value=f"dose at {start:g} h", expected="samples after it")
    samples, time, concentration = len(time), np.maximum(time[inside] - start, 0.0), concentration[inside]
    peak = int(np.argmax(concentration))
    result = NCA(samples, float(concentration[peak]), float(time[peak]))
    flags += _dosing_flags(dosing, time)
    if len(time) < FEWEST:
        flags.append("fewer_than_3_points")
    if not concentration.any():
        return replace(result, auclast_ng_h_ml=0.0, flags=(*flags, "all_zero", "no_terminal_phase"))
    time, concentration, c0, method = _with_origin(time, concentration, dosing)
    last = int(np.flatnonzero(concentration > 0)[-1])
    auc, aumc = areas(time[: last + 1], concentration[: last + 1])
    result = replace(
        result, c0_ng_ml=c0, c0_method=method, clast_ng_ml=float(concentration[last]), tlast_h=float(time[last]),
        auclast_ng_h_ml=auc, aumclast_ng_h2_ml=aumc,
    )  # fmt: skip
    phase = terminal_phase(time, concentration)
    if phase is None:
        flags.append("no_terminal_phase")
    else:
        result = _terminal(result, phase, dosing, flags)
    if dosing.tau_h is not None:
        result = _steady(result, dosing, time, concentration)
    return replace(result, flags=tuple(flags))


def _checked(time_h: Sequence | np.ndarray, concentration_ng_ml: Sequence | np.ndarray):
    """Arrays in order of time, and what was odd about them."""
    time, concentration = np.asarray(time_h, float).ravel(), np.asarray(concentration_ng_ml, float).ravel()
    if len(time) != len(concentration) or not len(time):
        value = f"{len(time)} times, {len(concentration)} concentrations"
        raise InputError("times and concentrations do not match", value=value, expected="as many of each, at least 1")
    for what, numbers in (("time [h]", time), ("concentration [ng/mL]", concentration)):
        if not np.all(np.isfinite(numbers)):
            raise InputError(
                f"{what} is not a finite number", value=float(numbers[~np.isfinite(numbers)][0]), expected="numbers",
                fix="leave the sample out, or write 0 for one below the limit of quantification",
            )  # fmt: skip
    if np.any(concentration < 0):
        raise InputError(
            "concentration is negative", value=float(concentration.min()), expected="0 or above",
            fix="write 0 for a reading just under the axis",
        )  # fmt: skip
    flags = []
    if np.any(np.diff(time) < 0):
        order = np.argsort(time, kind="stable")
        time, concentration = time[order], concentration[order]
        flags.append("times_sorted")
    if np.any(np.diff(time) == 0):
        flags.append("duplicate_times")
    return time, concentration, flags


def _start(dosing: Dosing, time: Float[np.ndarray, " points"]) -> float:
    """Time of the dose that the analysed interval begins with [h]."""
    if dosing.times_h is None:
        return min(0.0, float(time[0]))
    before = [float(t) for t in dosing.times_h if t < time[-1] - SAME_H]
    return max(before) if before else float(min(dosing.times_h))


def _dosing_flags(dosing: Dosing, time: Float[np.ndarray, " points"]) -> list[str]:
    flags = {
        "dose_times_unknown": dosing.times_h is None,
        "mixed_input": dosing.mixed,
        "steady_state": dosing.tau_h is not None,
        "multiple_dose_last_interval": dosing.repeated and dosing.tau_h is None,
        "iv_first_sample_late": dosing.bolus and not dosing.repeated and bool(time[0] > LATE_H),
    }
    return [name for name, raised in flags.items() if raised]


def _with_origin(time: Float[np.ndarray, " points"], concentration: Float[np.ndarray, " points"], dosing: Dosing):
    """The curve with a value at the dose in front where there is no sample, that value, and how it came about."""
    if time[0] <= SAME_H:
        return time, concentration, float(concentration[0]), "none"
    if dosing.bolus and (not dosing.repeated or dosing.tau_h is not None):
        c0, method = back_extrapolated(time, concentration)
    elif not dosing.repeated:
        c0, method = 0.0, "zero_at_dose"
    elif dosing.tau_h is not None and dosing.tau_h <= time[-1]:
        c0, method = value_at(dosing.tau_h, time, concentration, NAN), "trough_at_tau"
    else:
        return time, concentration, NAN, "from_first_sample"
    return np.append(0.0, time), np.append(c0, concentration), c0, method


def _terminal(result: NCA, phase: Terminal, dosing: Dosing, flags: list[str]) -> NCA:
    """Add the terminal phase and, for a single dose, what follows from it."""
    k = phase.lambda_z
    result = replace(
        result, lambda_z_1_h=k, t_half_h=phase.half_life_h, lz_r2_adj=phase.r2_adjusted, lz_n=phase.n,
        lz_t_start_h=phase.start_h, lz_span_half_lives=phase.span,
    )  # fmt: skip
    if phase.span < SHORT_SPAN:
        flags.append("lz_span_lt_1.5")
    if dosing.repeated:
        return result
    tail = result.clast_ng_ml / k
    auc = result.auclast_ng_h_ml + tail
    aumc = result.aumclast_ng_h2_ml + tail * (result.tlast_h + 1 / k)
    percent = 100 * tail / auc
    if percent > EXTRAPOLATED_PERCENT:
        flags.append("extrapolation_gt_30pct")
    mrt = aumc / auc - (dosing.infusion_h / 2 if dosing.route == "iv" else 0.0)
    result = replace(result, aucinf_ng_h_ml=auc, pct_extrapolated=percent, aumcinf_ng_h2_ml=aumc, mrt_h=mrt)
    return _clearance(result, dosing, auc)


def _clearance(result: NCA, dosing: Dosing, auc: float) -> NCA:
    """CL and volumes from a dose and its area; nothing for a metabolite, as nobody gave it."""
    if dosing.amount is None or dosing.metabolite or dosing.mixed or not auc > 0:
        return result
    cl = dosing.amount / auc * L_PER_MG_ML_NG
    weight = dosing.weight_kg
    if dosing.unit == "mg/kg":
        per_kg, cl = cl, cl * weight if weight is not None else NAN
    else:
        per_kg = cl / weight if weight is not None else NAN
    vss = cl * result.mrt_h if dosing.route == "iv" and not dosing.repeated else NAN
    return replace(result, cl_l_h=cl, cl_l_h_kg=per_kg, vz_l=cl / result.lambda_z_1_h, vss_l=vss)


def _steady(
    result: NCA, dosing: Dosing, time: Float[np.ndarray, " points"], concentration: Float[np.ndarray, " points"]
) -> NCA:
    """Area over one interval at steady state; samples behind it are cut, a missing end comes from the terminal slope."""
    assert dosing.tau_h is not None
    tau, k = float(dosing.tau_h), result.lambda_z_1_h
    end = value_at(tau, time, concentration, k)
    inside = time < tau
    cut = areas(np.append(time[inside], tau), np.append(concentration[inside], end))[0] if time[0] <= SAME_H else NAN
    result = replace(
        result, auctau_ng_h_ml=cut, cavg_ng_ml=cut / tau, accumulation=-1 / float(np.expm1(-k * tau)) if k > 0 else NAN
    )
    return _clearance(result, dosing, cut)
