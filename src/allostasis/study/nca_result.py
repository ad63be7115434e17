"""What a non-compartmental analysis gives, under the names of its columns."""

from dataclasses import dataclass

NAN = float("nan")


@dataclass(frozen=True)
class NCA:
    """Result of an analysis; NaN where a quantity is not defined. Times count from the dose of the analysed interval.

    `cl_l_h` is CL for "iv" and CL/F otherwise, `vz_l` likewise; `vss_l` and c0 exist for "iv" only; `mrt_h` contains
    the absorption time for other routes. At steady state CL is dose/AUCtau and `accumulation` is
    1/(1 - exp(-lambda_z tau)).
    """

    n_points: int
    cmax_ng_ml: float
    tmax_h: float
    clast_ng_ml: float = NAN
    tlast_h: float = NAN
    c0_ng_ml: float = NAN
    c0_method: str = "none"
    auclast_ng_h_ml: float = NAN
    aucinf_ng_h_ml: float = NAN
    pct_extrapolated: float = NAN
    aumclast_ng_h2_ml: float = NAN
    aumcinf_ng_h2_ml: float = NAN
    mrt_h: float = NAN
    lambda_z_1_h: float = NAN
    t_half_h: float = NAN
    lz_r2_adj: float = NAN
    lz_n: int = 0
    lz_t_start_h: float = NAN
    lz_span_half_lives: float = NAN
    cl_l_h: float = NAN
    cl_l_h_kg: float = NAN
    vz_l: float = NAN
    vss_l: float = NAN
    auctau_ng_h_ml: float = NAN
    cavg_ng_ml: float = NAN
    accumulation: float = NAN
    flags: tuple[str, ...] = ()
