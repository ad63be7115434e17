"""`allostasis receptor curve --data`: the Hill equation fitted to a user's table, with intervals and comparisons."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from allostasis.cli.console import OUT, show_table
from allostasis.cli.folder import check_folder, staged, write_marker
from allostasis.quantity import InputError

if TYPE_CHECKING:
    from allostasis.receptor.hill_compare import FTest
    from allostasis.receptor.hill_fit import HillFit

MOST = 12  # the page has colours and dashes for so many lines
FREE = "free"


def data_curves(data: Path, *, unit: str | None, bottom: str, profile: bool, out: Path, overwrite: bool) -> None:
    """Fit each curve of the table, compare each with the first, write the folder, print the table."""
    folder = check_folder(out, overwrite)
    if unit is None or not unit.strip():
        raise InputError("--data needs the unit of its concentrations", fix="write --unit nM")
    known = _bottom(bottom)
    from allostasis.cli import compile_cache
    from allostasis.receptor.response_table import read_responses

    curves = read_responses(data)
    if len(curves) > MOST:
        raise InputError(f"{data.name} has {len(curves)} curves", expected=f"at most {MOST}")
    compile_cache.enable()
    from allostasis.receptor.hill_fit import fit_hill

    fits: dict[str, HillFit] = {}
    for c in curves:
        try:
            fits[c.name] = fit_hill(c.x, c.y, c.sd, bottom=known, method="profile" if profile else "covariance")
        except InputError as error:
            what = f"curve {c.name!r} of {data.name}: {error.what}"
            raise InputError(what, value=error.value, expected=error.expected, fix=error.fix) from None
    tests, misfits = _compared(fits), _misfits(fits)
    words = _words(tests)
    with staged(folder, overwrite) as stage:
        _write(stage, data, unit, fits, tests, words, misfits)
    _print(fits, unit, [*words, *misfits])
    OUT.print(f"Written: {folder}", highlight=False, markup=False, soft_wrap=True)


def _bottom(text: str) -> float | None:
    if text.strip().lower() == FREE:
        return None
    try:
        return float(text)
    except ValueError:
        raise InputError(
            "--bottom", value=text, expected=f"a number, or {FREE!r} to fit it", fix="write --bottom 0"
        ) from None


def _compared(fits: Mapping[str, "HillFit"]) -> list[tuple[str, str, "FTest"]]:
    """Test every curve against the first one for EC50 and Emax; those that are not identified are left out."""
    from allostasis.receptor.hill_compare import same

    good = [name for name, fit in fits.items() if fit.identified]
    return [(good[0], b, same(fits[good[0]], fits[b], what)) for b in good[1:] for what in ("ec50", "emax")]


def _words(tests: Sequence[tuple[str, str, "FTest"]]) -> list[str]:
    from allostasis.report.data_page import verdict_words

    return [verdict_words(test, first, second) for first, second, test in tests]


def _misfits(fits: Mapping[str, "HillFit"]) -> list[str]:
    """Say which curves the Hill equation does not describe, as far as replicates tell."""
    from allostasis.receptor.hill_compare import lack_of_fit
    from allostasis.receptor.hill_verdict import p_words
    from allostasis.report.words import quoted

    told = []
    for name, fit in fits.items():
        test = lack_of_fit(fit)
        if test is not None and test.rejected:
            told.append(
                f"The Hill equation does not describe {quoted(name)}: it misses the means by more than replicates scatter"
                f" (F({test.extra}, {test.freedom}) = {test.ratio:.3g}, {p_words(test.p)})."
            )
    return told


def _write(stage: Path, data: Path, unit: str, fits, tests, words: list[str], misfits: list[str]) -> None:
    from importlib.metadata import version

    from allostasis.report.data_page import METHODS, data_page, drawn_concentrations
    from allostasis.report.page import write_page

    method = next(iter(fits.values())).method
    made = {"Data": data.name, "Method": f"least squares, weights 1/sd²; intervals {METHODS[method]}",
            "Version": f"allostasis {version('allostasis')}"}  # fmt: skip
    write_page(data_page(fits, unit, words, misfits, f"Fit of {data.name}", made), stage / "curve.html")
    records = [_record(name, fit, unit) for name, fit in fits.items()]
    with (stage / "fit.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(records[0]))
        writer.writeheader()
        writer.writerows(records)
    with (stage / "curve.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["curve", "unit", "concentration", "response", "low", "high"])
        for name, fit in fits.items():
            x = drawn_concentrations(fit)
            band = fit.band(x) if fit.identified else ([float("nan")] * len(x),) * 2
            columns = (x, fit.predict(x), *band)
            rows.writerows([name, unit, *(f"{value:.8g}" for value in row)] for row in zip(*columns, strict=True))
    compared = [
        {
            "first": a,
            "second": b,
            "question": t.question,
            "F": t.ratio,
            "df": [t.extra, t.freedom],
            "p": t.p,
            "common": t.common,
        }
        for a, b, t in tests
    ]
    write_marker(stage, {"command": "receptor curve", "fits": records, "tests": compared, "misfits": misfits, **made})


def _record(name: str, fit: "HillFit", unit: str) -> dict[str, Any]:
    record: dict[str, Any] = {"curve": name, "unit": unit}
    for key in ("ec50", "emax", "hill", "bottom"):
        low, high = fit.intervals.get(key, (None, None))
        record |= {key: getattr(fit, key), f"{key}_low": low, f"{key}_high": high}
    return record | {
        "level": fit.level, "method": fit.method, "residual_sd": fit.residual_sd, "points": len(fit.x),
        "identified": fit.identified, "reason": fit.reason,
    }  # fmt: skip


def _print(fits: Mapping[str, "HillFit"], unit: str, words: Sequence[str]) -> None:
    from allostasis.report.data_page import METHODS, interval_words
    from allostasis.report.log_axis import shown_unit
    from allostasis.report.words import figure

    rows = []
    for name, fit in fits.items():
        if not fit.identified:
            rows.append([f"{name} (!)", "none", "", "", "", figure(fit.residual_sd)])
            continue
        values = ((fit.ec50, "ec50"), (fit.emax, "emax"), (fit.hill, "hill"), (fit.bottom, "bottom"))
        cells = [f"{figure(value)}\n{interval_words(fit.intervals.get(key))}" for value, key in values]
        rows.append([name, *cells, figure(fit.residual_sd)])
    first = next(iter(fits.values()))
    note = f"below each number its {100 * first.level:.0f} % interval, {METHODS[first.method]}"
    show_table(["Curve", f"EC50 [{shown_unit(unit)}]", "Emax", "Hill", "Bottom", "sd"], rows, note)
    for name, fit in fits.items():
        if not fit.identified:
            OUT.print(
                f"(!) {name} is not determined by its data: {fit.reason}.",
                style="yellow",
                highlight=False,
                markup=False,
            )
    for text in words:
        OUT.print(text, highlight=False, markup=False)
