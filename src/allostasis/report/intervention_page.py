"""The page docs/interventions.md, written from the data.

python -m allostasis.report.intervention_page [--out docs/interventions.md]
"""

import argparse
from pathlib import Path

from allostasis import library
from allostasis.clinic.interventions.levers import NO_EFFECT
from allostasis.clinic.interventions.therapy import GRADES, Therapy, calibrated_sizes, therapies
from allostasis.clinic.interventions.vocabulary import LEVERS
from allostasis.report.intervention_words import CAUTION, dmcm_words, evidence, lever_words, size_words, time_words

PAGE = Path("docs/interventions.md")
HEAD = """# Interventions

<!-- written by python -m allostasis.report.intervention_page; change the data, not this page -->

Every therapy that the seed document on resistant epilepsy names is a row of data: what it is, what is known of it, and which
**levers** it moves. A lever is a port or parameter of the chain, so a diet, a graft, an operation and a drug act through the same
model. {caution}

    allostasis intervention list --grade A --seed-section 3.2
    allostasis intervention show "Ketogenic diet"
    allostasis intervention apply ketogenic_diet CASE.toml --out DIR --start "30 d"

`apply` runs every arm of a case without and with the therapy and writes summary.csv, imbalance.csv and imbalance.svg.
In Python, `clinic.interventions.levers(name)` gives the levers as pairs (operation, size), and `at_ports` puts those that act
through a receptor on their port.

## Rules

- **No evidence, no effect.** A therapy of grade E moves nothing, and the output says so. A lever of unknown size moves nothing.
- **Evidence of no effect, no effect.** Acupuncture and genotype-guided dosing carry neutral sizes.
- **A rate is not a mechanism.** A therapy known by a rate alone gets the size with which a trial by diaries gives that rate,
  labelled `calibrated`: it comes back out because it was put in, and confirms nothing.
- **A drug is its own lever**: exposure, receptors and drug targets act. Where the clock carries no effect of it, `apply` puts the
  fall that was calibrated to its trial in its place, and says so.
- **DMCM** is refused without flumazenil.
- Numbers that are kept apart for verification are not here; the natural variation of the diary stands for a control arm that is.

## The trial by diaries

Patients differ in seizure rate and in how much their log rate follows the log imbalance (median {sensitivity:.1f} per unit,
the size with which clobazam 20 mg a day halves the rate of half of them). A patient's rate differs between periods with a
relative variance of {variance:.2f}, which was calibrated so that {natural} % respond on placebo in the trial of cenobamate:
an entry rule picks bad periods, so part of them improves by itself. Rate, spread and entry rule are assumed
([limits](limits.md)). A therapy without a control arm (`typical_change`) is solved for the median patient, and an
all-or-none one (surgery, anakinra) works in a share of patients.

The answer of `apply` is first-order: a lever shifts the imbalance by what it does to the naive brain, and adaptation does not
follow. It ranks; it does not predict a patient.

## Levers

| lever | moves | meaning |
|---|---|---|
{levers}

**Adenosine** of the diet acts on release through A1 receptors and does nothing without them (`--without-a1`). **NPY** acts on
release through Y2 in the rat (and, for want of knowledge, in man) and through Y5 in the mouse (`--species mouse`). **Node** and
**callosal_coupling** belong to the network of seizures, **closed_loop** to its detector, the relay levers to the absence circuit;
`clinic.interventions.operated` gives the network under a therapy, ready for `circuit.network_run.simulate_network`.

## DMCM at the receptor

{dmcm}

In vitro only: no animal, no level in brain, no dose.

## Therapies

{tables}

## Calibrated sizes

`fall`: fall of the log imbalance; `size`: of the lever; `share`: of patients in whom it works. Solved for by
`python -m allostasis.study.intervention_calibration`.

| number | value | status | note |
|---|---|---|---|
{sizes}

## Sources

{sources}
"""
KINDS = {
    "drug": "Drugs", "combination": "Combinations", "dosing": "Dosing", "efflux": "Efflux", "device": "Devices", "herb": "Herbs",
    "diet": "Diet and metabolism", "surgery": "Surgery", "cell": "Cells", "gene": "Genes and light",
    "anti-inflammatory": "Anti-inflammatory",
}  # fmt: skip


def _levers(one: Therapy) -> str:
    if one.drugs or one.grade == NO_EFFECT or not one.moves:
        return lever_words(one)
    return "; ".join(
        f"{m.lever} {size_words(m)}, {time_words(m.onset_h)} / {time_words(m.offset_h)}" for m in one.moves
    )  # fmt: skip


def _row(one: Therapy) -> str:
    name, source = f"**{one.title}** `{one.name}` ({one.section})", f"{one.source}, {one.status}"
    cells = (name, _levers(one), evidence(one), one.conflict, source)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def intervention_page() -> str:
    """Text of the page."""
    works, all_of_them = library.bibliography(), therapies()
    columns = ("therapy", "levers: size (status), onset / offset", "evidence", "against it, or beside it", "source")
    head = f"| {' | '.join(columns)} |\n{'|---' * len(columns)}|\n"
    tables = [
        f"### {title}\n\n{head}" + "\n".join(_row(one) for one in all_of_them if one.kind == kind)
        for kind, title in KINDS.items()
    ]  # fmt: skip
    sizes = [f"| {key} | {p.value:.4g} | {p.status} | {p.note} |" for key, p in calibrated_sizes().items()]
    cited = sorted({one.source for one in all_of_them} | {move.source for one in all_of_them for move in one.moves})
    held, grades = calibrated_sizes(), "\n".join(f"- {key}: {text}" for key, text in GRADES.items())
    return HEAD.format(
        caution=CAUTION, sensitivity=held["rate_sensitivity"].value, variance=held["diary.period_variance"].value,
        natural=next(one.control for one in all_of_them if one.name == "cenobamate"),
        levers="\n".join(f"| `{e.name}` | {e.moves} | {e.meaning} ({e.operation}) |" for e in LEVERS.values()),
        dmcm="\n".join(f"- {line.strip()}" for line in dmcm_words()), tables=f"Grades:\n\n{grades}\n\n" + "\n\n".join(tables),
        sizes="\n".join(sizes), sources="\n".join(f"- {i}: {works[i].citation}, <{works[i].locator}>" for i in cited
                                                  if "://" in works[i].locator),
    )  # fmt: skip


def main() -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(description="Write docs/interventions.md from the data.")
    parser.add_argument("--out", type=Path, default=PAGE, help="file to write")
    parser.parse_args().out.write_text(intervention_page(), encoding="utf-8")


if __name__ == "__main__":
    main()
