"""Genotype: star alleles to the activity of an enzyme or transporter, relative to the typical person of the library."""

from collections.abc import Mapping
from typing import NamedTuple

from allostasis import library
from allostasis.patient.effect import Cause, Causes
from allostasis.patient.tables import GENOTYPE, METABOLISM, row, rows
from allostasis.quantity import InputError, Parameter, UnknownNameError

TRANSPORTER, MINOR = "ABCB1", {"CYP3A5": "CYP3A4"}
"""P-glycoprotein; genes whose enzyme adds to a pathway named after another (CYP3A4 stands for all of CYP3A)."""


class Diplotype(NamedTuple):
    """The two alleles of a gene, in order."""

    gene: str
    first: str
    second: str

    def __str__(self) -> str:
        return f"{self.first}/{self.second}"


def genes() -> tuple[str, ...]:
    """Genes that the library knows.

    >>> genes()
    ('CYP2C19', 'CYP2C9', 'CYP3A4', 'CYP3A5', 'UGT2B15', 'ABCB1')
    """
    return tuple(rows(GENOTYPE, "reference"))


def alleles(gene: str) -> tuple[str, ...]:
    """Alleles of a gene whose activity is known.

    >>> alleles("CYP2C19")
    ('*1', '*2', '*3', '*17')
    """
    return tuple(key for key in rows(GENOTYPE, "activity", gene) if "/" not in key)


def phenotypes(gene: str) -> dict[str, str]:
    """Names of phenotypes of a gene, each with the diplotype that stands for it.

    >>> phenotypes("CYP2C19")["poor"]
    '*2/*2'
    """
    said = library.set_words(GENOTYPE)
    return {
        key.partition(".")[2]: words["diplotype"] for key, words in said.items() if key.partition(".")[0] == gene
    }


def diplotype(gene: str, text: str) -> Diplotype:
    """Read the genotype of one gene: two alleles, or the name of a phenotype.

    Args:
        gene: one of `genes`, in any case.
        text: such as ``*1/*2``, or ``poor``; ``C/T`` for ABCB1 3435C>T.

    Raises:
        UnknownNameError: a gene, allele or phenotype that the library does not hold.
        InputError: not two alleles.

    >>> str(diplotype("cyp2c19", "*17/*1")), str(diplotype("CYP2C19", "poor"))
    ('*1/*17', '*2/*2')
    """
    known = {name.upper(): name for name in genes()}
    if (name := known.get(gene.strip().upper())) is None:
        raise UnknownNameError("gene", gene, known.values())
    named, written = phenotypes(name), " ".join(text.split()).removesuffix(" metaboliser").removesuffix(" metabolizer")
    if "/" not in written:
        if written.lower() not in named:
            example = next(iter(named.values()), "C/T")
            offered = f"two alleles such as {example!r}" + (f", or one of: {', '.join(named)}" if named else "")
            raise InputError(
                f"genotype of {name}", value=text, expected=offered, fix=f'write {name} = "{example}"'
            )
        written = named[written.lower()]
    parts, held = [part.strip().upper() for part in written.split("/")], alleles(name)
    if len(parts) != 2:
        raise InputError(
            f"genotype of {name} is not two alleles", value=text, expected="two alleles with one stroke between",
            fix=f'write {name} = "{held[0]}/{held[-1]}"',
        )  # fmt: skip
    for part in parts:
        if part not in held:
            raise UnknownNameError(f"allele of {name}", part, held)
    return Diplotype(name, *sorted(parts, key=held.index))


def check_genotype(genotype: Mapping[str, str]) -> dict[str, str]:
    """Spell a genotype as the library does: gene -> "allele/allele".

    Raises:
        InputError: a gene twice; see `diplotype`.

    >>> check_genotype({"cyp2c19": "poor"})
    {'CYP2C19': '*2/*2'}
    """
    result: dict[str, str] = {}
    for gene, text in genotype.items():
        read = diplotype(gene, text)
        if read.gene in result:
            raise InputError("a gene is given twice", value=gene, expected="each gene once", fix=f"remove one {gene}")
        result[read.gene] = str(read)
    return result


def _activity_rows(of: Diplotype) -> tuple[Parameter, ...]:
    held = rows(GENOTYPE, "activity", of.gene)
    return (held[str(of)],) if str(of) in held else (held[of.first], held[of.second])


def activity(of: Diplotype) -> float:
    """Activity of the gene product over that of two fully functional alleles [1]: mean of both alleles.

    (Scores of CPIC where it has them, halved; a diplotype with a row of its own has that.)

    >>> activity(diplotype("CYP2C9", "*1/*3")), activity(diplotype("CYP2C19", "*2/*2"))
    (0.5, 0.0)
    """
    held = _activity_rows(of)
    return sum(p.value for p in held) / len(held)


def phenotype(of: Diplotype) -> str:
    """Name of the phenotype of a diplotype: poor, intermediate, normal, rapid or ultrarapid.

    >>> [phenotype(diplotype("CYP2C19", g)) for g in ("*2/*3", "*2/*17", "*1/*1", "*1/*17", "*17/*17")]
    ['poor', 'intermediate', 'normal', 'rapid', 'ultrarapid']
    """
    value = activity(of)
    if value <= row(GENOTYPE, "poor_up_to", of.gene).value:
        return "poor"
    if value < 1:
        return "intermediate"
    most = max(rows(GENOTYPE, "activity", of.gene)[a].value for a in alleles(of.gene))
    return "normal" if value == 1 else "ultrarapid" if value == most else "rapid"


def pathways(genotype: Mapping[str, str]) -> Causes:
    """Activity of metabolic pathways over that of the typical person.

        own enzyme    a / reference            CYP3A5    adds share (a - reference) to CYP3A4

    ``reference`` is the activity of the people whose clearances the library holds: for UGT2B15 below 1, since half of all
    European alleles are ``*2``.

    >>> pathways({"CYP2C19": "poor"})["CYP2C19"][0].factor
    0.0
    """
    causes: Causes = {}
    for gene, text in genotype.items():
        if gene == TRANSPORTER:
            continue
        of = diplotype(gene, text)
        reference, used = row(GENOTYPE, "reference", gene), _activity_rows(of)
        if gene in MINOR:
            share = row(GENOTYPE, "share", gene)
            factor, used = 1 + share.value * (activity(of) - reference.value), (*used, share)
        else:
            factor = activity(of) / reference.value
        causes.setdefault(MINOR.get(gene, gene), []).append(Cause(gene, factor, (*used, reference)))
    return causes


def transport(genotype: Mapping[str, str], substance: str) -> Causes:
    """Factor on the unbound brain-to-plasma ratio by P-glycoprotein (ABCB1 3435C>T).

        Kp,uu factor = R / (1 + (R - 1) a)        R: ratio without P-glycoprotein over that with it

    R is near 1 for benzodiazepines, so nearly nothing follows.

    >>> transport({"ABCB1": "C/C"}, "diazepam")["Kp_uu"][0].factor
    1.0
    """
    ratio = rows(METABOLISM, "pgp").get(substance)
    if TRANSPORTER not in genotype or ratio is None:
        return {}
    of = diplotype(TRANSPORTER, genotype[TRANSPORTER])
    factor = ratio.value / (1 + (ratio.value - 1) * activity(of))
    return {"Kp_uu": [Cause(TRANSPORTER, factor, (ratio, *_activity_rows(of)))]}
