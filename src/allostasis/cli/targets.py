"""`allostasis validate --group`: literature targets against the model."""

from pathlib import Path

from allostasis.cli.console import OUT
from allostasis.cli.folder import check_folder, staged, write_marker


def validate_group(group: str, out: Path, *, overwrite: bool) -> bool:
    """Evaluate a group of targets, write ``targets.csv`` and ``targets.txt``, print them; True if every gate holds."""
    folder = check_folder(out, overwrite)
    from importlib.metadata import version

    from allostasis.validation.targets import load_targets
    from allostasis.validation.targets_text import gates_hold, table, text

    load_targets(group)
    outcomes = _outcomes(group)
    page = text(group, outcomes)
    with staged(folder, overwrite) as stage:
        (stage / "targets.txt").write_text(page + "\n", encoding="utf-8")
        table(outcomes).to_csv(stage / "targets.csv", index=False)
        write_marker(stage, {"command": "validate", "group": group, "version": version("allostasis")})
    OUT.print(page, highlight=False, markup=False, soft_wrap=True)
    OUT.print(f"Written: {folder}", highlight=False, markup=False, soft_wrap=True)
    return gates_hold(group, outcomes)


def _outcomes(group: str):
    if group == "receptor":
        from allostasis.validation.receptor_targets import receptor_outcomes

        return receptor_outcomes()
    from allostasis.cli import compile_cache

    compile_cache.enable()
    if group == "epilepsy":
        from allostasis.validation.epilepsy_targets import epilepsy_outcomes

        return epilepsy_outcomes()
    from allostasis.validation.clinic_targets import clinic_outcomes

    return clinic_outcomes()
