"""`allostasis receptor profile`: compute the profiles, print them, and write a folder if asked to."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from allostasis.cli.console import OUT
from allostasis.cli.folder import check_folder, staged, write_marker
from allostasis.quantity import InputError, magnitude

if TYPE_CHECKING:
    from allostasis.report.profile_page import ProfileSet

USUAL = "0.3"
MOST = 6
"""The page has so many colours."""


def run_profile(
    drug: str, *, concentration: str | None, occupancy: str | None, beside: Sequence[str], compare: Sequence[str],
    knock_in: bool, target: str | None, species: str, in_vivo: bool, out: Path | None, overwrite: bool,
) -> None:  # fmt: skip
    """Do what the command was asked for; see its options.

    Raises:
        InputError: an exposure, a ligand or a target that cannot be read, or more drugs than the page has colours for.
    """
    if concentration is not None and occupancy is not None:
        raise InputError("--concentration with --occupancy", fix="give one of the two")
    held = None if concentration is not None else magnitude(occupancy or USUAL, "1", "occupancy")
    drugs = [drug, *(name.strip() for text in compare for name in text.split(",") if name.strip())]
    most = MOST - (target is not None)
    if len(drugs) > most:
        raise InputError(f"{len(drugs)} drugs on one page", expected=f"at most {most}", fix="compare fewer")
    if knock_in and in_vivo:
        raise InputError("--knock-in with --in-vivo", expected="mice with K in vitro", fix="leave one of them out")
    folder = None if out is None else check_folder(out, overwrite)
    from allostasis.cli import compile_cache
    from allostasis.cli.profile_text import print_profiles
    from allostasis.cli.receptor_curve import with_ligands
    from allostasis.clinic.profile import parse_target

    compile_cache.enable()
    wanted = None if target is None else parse_target(target)
    exposure = {"concentration": concentration, "occupancy": held, "others": with_ligands(beside)}
    shown = _compute(drugs, exposure, knock_in=knock_in, wanted=wanted, species=species, in_vivo=in_vivo)
    print_profiles(shown)
    if folder is not None:
        with staged(folder, overwrite) as stage:
            _write(stage, shown)
        OUT.print(f"Written: {folder}", highlight=False, markup=False, soft_wrap=True)


def _compute(
    drugs: Sequence[str], exposure: dict[str, Any], *, knock_in: bool, wanted: Any, species: str, in_vivo: bool
) -> "ProfileSet":
    from importlib.metadata import version

    from allostasis.clinic.profile import find_design, knock_in_table, nearest, subtype_profile
    from allostasis.report.profile_page import ProfileSet

    profiles = [subtype_profile(name, **exposure, species=species, in_vivo=in_vivo) for name in drugs]
    names = [p.drug for p in profiles]
    if len(set(names)) < len(names):
        raise InputError("one drug asked for twice", value=next(n for n in names if names.count(n) > 1))
    mice = {p.drug: knock_in_table(p.drug, **exposure) for p in profiles} if knock_in else {}
    found = None
    if wanted is not None:
        level = {} if profiles[0].concentration <= 0 else {"concentration": profiles[0].concentration}
        found = find_design(wanted, occupancy=profiles[0].occupancy, species=species, **level)
    made = {
        "Method": "equilibrium of the receptor room; operational model of agonism in the pathway of each subtype",
        "Affinities": "in man (calibrated multiple of K in vitro)" if in_vivo else "in vitro",
        "Band": "90 %, 400 draws of affinities and efficacies, seed 0",
        "Version": f"allostasis {version('allostasis')}",
    }
    return ProfileSet(profiles, mice, found, None if found is None else nearest(found), made)


def _write(stage: Path, shown: "ProfileSet") -> None:
    import pandas as pd

    from allostasis.report.page import write_page
    from allostasis.report.profile_page import profile_page

    tables = [p.axes.reset_index().assign(drug=p.drug, species=p.species, concentration_nM=p.concentration,
                                          occupancy=p.occupancy) for p in shown.profiles]  # fmt: skip
    front = ["drug", "species", "concentration_nM", "occupancy", "axis", "effect", "low", "high"]
    effects = pd.concat(tables)
    effects[[*front, *(c for c in effects.columns if c not in front)]].to_csv(stage / "profile.csv", index=False)
    pd.concat([p.subtypes.reset_index().assign(drug=p.drug) for p in shown.profiles]).to_csv(stage / "subtypes.csv", index=False)
    if shown.mice:
        mice = [table.reset_index().assign(drug=drug) for drug, table in shown.mice.items()]
        pd.concat(mice).to_csv(stage / "knock_in.csv", index=False)
    if shown.design is not None:
        shown.design.ligand.to_csv(stage / "design.csv")
        shown.design.bounds.to_csv(stage / "bounds.csv", index=False)
    write_page(profile_page(shown), stage / "profile.html")
    write_marker(stage, {"command": "receptor profile", "drugs": [p.drug for p in shown.profiles], **shown.made})
