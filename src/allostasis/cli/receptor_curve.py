"""`allostasis receptor curve` on the model: curves of ligands, receptors or GABA, into a folder."""

import csv
import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from allostasis.cli.console import OUT, show_table
from allostasis.cli.folder import check_folder, staged, write_marker
from allostasis.quantity import InputError, magnitude

if TYPE_CHECKING:
    from allostasis.report.curve_page import NamedCurve

MOST = 12  # the page has colours and dashes for so many lines
NAMED = 4
USUAL_GABA = "EC20"
ON_LIGAND = re.compile(r"\s*(.+?)\s+([0-9.][^\s]*\s*\S+)\s*")


def model_curves(
    receptors: Sequence[str], ligands: Sequence[str], *, gaba: str | None, given: Sequence[str], coupling: float,
    out: Path, overwrite: bool, library_folder: Path | None,
) -> None:  # fmt: skip
    """Compute the curves, write the folder, print EC50, Emax and Hill of each."""
    folder = check_folder(out, overwrite)
    ligands = [name.strip() for text in ligands for name in text.split(",") if name.strip()]
    of_gaba = [name.lower() == "gaba" for name in ligands]
    if any(of_gaba) and not all(of_gaba):
        raise InputError("GABA and other ligands on one axis", value=", ".join(ligands), fix="run them one by one")
    if all(of_gaba) and gaba is not None:
        raise InputError("--gaba with --ligand GABA", value=gaba, fix="leave --gaba out: it is what varies")
    others = with_ligands(given)
    from allostasis.cli import compile_cache

    compile_cache.enable()
    settings = [
        (r, name, with_it) for r in receptors for name in ligands for with_it in ([{}, others] if others else [{}])
    ]
    if len(settings) > MOST:
        raise InputError(f"{len(settings)} curves on one page", expected=f"at most {MOST}", fix="name fewer ligands")
    curves = [_curve(r, name, gaba, held, coupling, len(receptors) > 1) for r, name, held in settings]
    names = [c.name for c in curves]
    if len(set(names)) < len(names):
        raise InputError("one curve asked for twice", value=next(n for n in names if names.count(n) > 1))
    title = _title([_shown(name, c.curve.varied) for (_, name, _), c in zip(settings, curves, strict=True)],
                   [c.curve.receptor for c in curves])  # fmt: skip
    command = {
        "Receptor": ", ".join(receptors),
        "Coupling": f"{coupling:g}",
        "Library": str(library_folder or "packaged"),
    }
    with staged(folder, overwrite) as stage:
        _write(stage, curves, title, command)
    _print(curves)
    OUT.print(f"Written: {folder}", highlight=False, markup=False, soft_wrap=True)


def with_ligands(texts: Sequence[str]) -> dict[str, float]:
    """Read ligands that are there too, such as "flumazenil 100 nM".

    Returns:
        concentration [nM] by name.

    >>> with_ligands(["flumazenil 0.1 uM"])
    {'flumazenil': 100.0}
    """
    found = {}
    for text in texts:
        match = ON_LIGAND.fullmatch(text)
        if match is None:
            raise InputError("--with is no ligand with a concentration", value=text, fix="write 'flumazenil 100 nM'")
        if match[1] in found:
            raise InputError("--with names a ligand twice", value=match[1])
        found[match[1]] = magnitude(match[2], "nM", what=f"concentration of {match[1]}")
    return found


def gaba_level(text: str, receptor: str) -> float:
    """Read a GABA level [uM]: a concentration, or EC20 and the like for that share of the largest GABA response.

    >>> gaba_level("5 uM", "a1b3g2"), round(gaba_level("EC50", "a1b3g2"), 1)
    (5.0, 10.0)
    """
    share = re.fullmatch(r"\s*EC\s*(\d{1,2})\s*", text, re.IGNORECASE)
    if share is None:
        return magnitude(text, "uM", what="GABA concentration")
    from allostasis.receptor.curves import ec_fraction_gaba

    return float(ec_fraction_gaba(receptor, int(share[1]) / 100))


def _curve(
    receptor: str, name: str, gaba: str | None, others: dict[str, float], coupling: float, several: bool
) -> "NamedCurve":
    from allostasis.receptor.curve_shape import model_curve
    from allostasis.report.curve_page import NamedCurve

    level = 0.0 if name.lower() == "gaba" else gaba_level(gaba or USUAL_GABA, receptor)
    curve = model_curve(receptor, name, level, others, coupling)
    beside = [f"{other} {value:g} nM" for other, value in others.items()]
    held = [] if curve.varied == "GABA" else [f"GABA {level:.3g} \N{MICRO SIGN}M" + (" (EC20)" if gaba is None else "")]
    if coupling != 1:
        held.append(f"coupling {coupling:g}")
    shown = _shown(name, curve.varied)
    label = (f"{curve.receptor} {shown}" if several else shown) + "".join(f" + {text}" for text in beside)
    return NamedCurve(
        label, curve, f"{curve.receptor}, " + ", ".join([*held, *beside]) if held or beside else curve.receptor
    )


def _shown(written: str, canonical: str) -> str:
    """Keep DMCM and RO15-4513 as their users write them."""
    return written if written.lower() == canonical.lower() else canonical


def _title(varied: Sequence[str], receptors: Sequence[str]) -> str:
    from allostasis.report.words import listing

    varied, receptors = list(dict.fromkeys(varied)), list(dict.fromkeys(receptors))
    what = listing(varied) if len(varied) <= NAMED else f"{len(varied)} ligands"
    where = listing(receptors) if len(receptors) <= NAMED else f"{len(receptors)} receptors"
    return f"{what[0].upper()}{what[1:]} at {where}"


def _write(stage: Path, curves: Sequence["NamedCurve"], title: str, made: dict[str, str]) -> None:
    from importlib.metadata import version

    from allostasis.report.curve_page import grid, model_page
    from allostasis.report.page import write_page

    made = made | {
        "Version": f"allostasis {version('allostasis')}",
        "Method": "equilibrium, exact; Hill fit by least squares",
    }
    write_page(model_page(curves, title, made), stage / "curve.html")
    x = grid(curves)
    with (stage / "curve.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["curve", "unit", "concentration", "open_probability", "hill_equation"])
        for c in curves:
            fitted = [""] * len(x) if c.curve.fit is None else [f"{v:.10g}" for v in c.curve.fit.predict(x)]
            exact = c.curve.response(x)
            rows.writerows(
                [c.name, c.curve.unit, f"{at:.6g}", f"{y:.10g}", hill]
                for at, y, hill in zip(x, exact, fitted, strict=True)
            )
    with (stage / "fit.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(_record(curves[0])))
        writer.writeheader()
        writer.writerows(_record(c) for c in curves)
    write_marker(stage, {"command": "receptor curve", "curves": [_record(c) for c in curves], **made})


def _record(named: "NamedCurve") -> dict[str, Any]:
    c, fit = named.curve, named.curve.fit
    return {
        "curve": named.name, "receptor": c.receptor, "varied": c.varied, "held": named.held, "unit": c.unit,
        "bottom": c.bottom, "emax": c.emax, "ec50": c.ec50, "turning": c.turning, "hill": fit.hill if fit else None,
        "ec50_of_fit": fit.ec50 if fit else None, "emax_of_fit": fit.emax if fit else None, "deviation": c.deviation,
    }  # fmt: skip


def _print(curves: Sequence["NamedCurve"]) -> None:
    from allostasis.report.curve_page import effect_words
    from allostasis.report.log_axis import shown_unit
    from allostasis.report.words import figure

    unit = shown_unit(curves[0].curve.unit)
    rows = []
    for named in curves:
        c = named.curve
        fitted = ("none", "none") if c.fit is None else (figure(c.fit.ec50), f"{c.fit.hill:.3f}")
        exact = "none" if c.ec50 is None else figure(c.ec50)
        rows.append([named.name, exact, fitted[0], fitted[1], figure(c.emax), effect_words(c)])
    headings = ["Curve", f"EC50 [{unit}]", "of fit", "Hill", "Emax (Po)", "effect"]
    show_table(headings, rows, "EC50 and Emax exact; 'of fit' and Hill: the Hill equation nearest to the curve")
    for held in dict.fromkeys(c.held for c in curves if c.held != c.curve.receptor):
        OUT.print(held, style="dim", highlight=False, markup=False)
    for named in curves:
        c = named.curve
        if c.turning is not None:
            OUT.print(f"{named.name} turns round at {figure(c.turning)} {unit}: EC50 and Emax are of its first part.",
                      highlight=False, markup=False)  # fmt: skip
    _dose_ratios(curves)


def _dose_ratios(curves: Sequence["NamedCurve"]) -> None:
    """Say how far what is there too shifts each curve; pairs stand one after the other."""
    from allostasis.report.words import figure

    for alone, beside in pairwise(curves):
        a, b = alone.curve, beside.curve
        if beside.name.startswith(f"{alone.name} + ") and a.ec50 and b.ec50:
            other = beside.name.removeprefix(f"{alone.name} + ")
            OUT.print(
                f"{other} shifts {alone.name} {figure(b.ec50 / a.ec50)}-fold (dose ratio).",
                highlight=False,
                markup=False,
            )
