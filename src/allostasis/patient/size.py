"""Body size: allometry, fat-free mass, and what excess weight does to volumes and clearances."""

from math import sqrt

from allostasis import library
from allostasis.library import Drug
from allostasis.patient.body import Patient, allometric
from allostasis.patient.effect import FLOWS, VOLUMES, Cause, Causes
from allostasis.patient.tables import COVARIATES, row, rows

COVARIATE = "excess weight"


def fat_free_mass(weight_kg: float | int, height_cm: float | int, sex: str | None = None) -> float:
    """Fat-free mass of an adult [kg].

        FFM = 9270 weight / (a + b BMI),    a, b = 6680, 216 (men), 8780, 244 (women)

    (Janmahasatian 2005; without a sex the geometric mean of both, assumed.)

    >>> round(fat_free_mass(110, 178, "male")), round(fat_free_mass(70, 176, "male"))
    (72, 56)
    """
    if sex is None:
        return sqrt(fat_free_mass(weight_kg, height_cm, "male") * fat_free_mass(weight_kg, height_cm, "female"))
    a, b = (row(COVARIATES, "size", "fat_free", sex, x).value for x in "ab")
    bmi = weight_kg / (height_cm / 100) ** 2
    return row(COVARIATES, "size", "fat_free", "numerator").value * weight_kg / (a + b * bmi)


def size(patient: Patient, drug: Drug) -> Causes:
    """Factors on clearances, exchange flows and volumes.

        CL, Q: (weight/70)^0.75,    V: weight/70                         (Anderson and Holford 2008)

    With a height, weight above that of the normal BMI is excess, e = weight/normal weight, and for CL and V

        CL: (normal/70)^0.75 e^x,    V: normal/70 e^y

    x, y from comparisons of obese with normal people where the library has them for the drug; else V grows with total
    weight (y = 1) and CL with fat-free mass: (FFM(weight)/FFM(normal))^0.75 in place of e^x.
    """
    clearance, volume = allometric(patient, library.parameter_set("patient"))
    causes: Causes = {key: [Cause("weight", clearance)] for key in ("CL", *FLOWS)}
    causes |= {key: [Cause("weight", volume)] for key in VOLUMES}
    bound = row(COVARIATES, "size", "normal_bmi")
    if patient.bmi is None or patient.bmi <= bound.value or patient.is_child:
        return causes
    assert patient.height_cm is not None
    normal = bound.value * (patient.height_cm / 100) ** 2
    excess, held = patient.weight_kg / normal, rows(COVARIATES, "obesity", drug.name)
    power = library.parameter_set("patient")["exponent_clearance"].value
    if "CL" in held:
        own = excess ** (held["CL"].value - power)
        causes["CL"].append(Cause(COVARIATE, own, (held["CL"], bound)))
    else:
        lean = fat_free_mass(patient.weight_kg, patient.height_cm, patient.sex)
        lean /= fat_free_mass(normal, patient.height_cm, patient.sex)
        used = tuple(rows(COVARIATES, "size", "fat_free").values())
        causes["CL"].append(Cause(COVARIATE, (lean / excess) ** power, (*used, bound), rule=True))
    for key in VOLUMES if "V" in held else ():
        causes[key].append(Cause(COVARIATE, excess ** (held["V"].value - 1), (held["V"], bound)))
    return causes
