"""What the library knows of one substance: disposition, routes, metabolites, brain entry and binding."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from allostasis.library.nonlinear import Autoinduction, MichaelisMenten, PlasmaBinding
from allostasis.quantity import Parameter, UnknownNameError

FAMILIES = ("benzodiazepine", "z-drug", "barbiturate", "neurosteroid", "anaesthetic", "antiseizure", "other")
SUBTYPES = ("a1", "a2", "a3", "a5")
DISPOSITION = ("CL", "V1", "Q2", "V2", "Q3", "V3")


@dataclass(frozen=True, slots=True, eq=False)
class Route:
    """A way in: fraction `F` that reaches the circulation as such, absorption rate constant and lag.

    `ka` is None where the dose enters the central compartment directly. `first_pass` gives, per metabolite,
    the molar fraction of the dose that enters the circulation already as that metabolite. `stages` counts the equal
    steps of absorption, each with rate constant `ka`. `F_max` and `D50` are there where first pass saturates: of a
    dose D the fraction F + (F_max - F) D/(D + D50) is available.
    """

    name: str
    F: Parameter
    ka: Parameter | None
    Tlag: Parameter
    first_pass: dict[str, Parameter]
    stages: int = 1
    F_max: Parameter | None = None
    D50: Parameter | None = None

    def parameters(self) -> Iterator[Parameter]:
        """Iterate over the numbers of the route."""
        yield self.F
        if self.ka is not None:
            yield self.ka
        yield self.Tlag
        yield from self.first_pass.values()
        yield from (p for p in (self.F_max, self.D50) if p is not None)


@dataclass(frozen=True, slots=True, eq=False)
class Brain:
    """Entry into the brain: unbound fraction in plasma, unbound brain-to-plasma ratio, equilibration rate."""

    fu_plasma: Parameter
    Kp_uu: Parameter
    ke0: Parameter

    def parameters(self) -> Iterator[Parameter]:
        """Iterate over the numbers of brain entry."""
        yield from (self.fu_plasma, self.Kp_uu, self.ke0)


@dataclass(frozen=True, slots=True, eq=False)
class Binding:
    """Binding at one subtype: dissociation constant of the resting state, ratio c = K active / K resting."""

    K: Parameter
    c: Parameter

    def parameters(self) -> Iterator[Parameter]:
        """Iterate over the numbers of the site."""
        yield from (self.K, self.c)


@dataclass(frozen=True, slots=True, eq=False)
class Drug:
    """One substance, a drug or a metabolite. Clearances and volumes are those of a 70-kg adult.

    `kind` is "metabolite" for a substance that the library forms from a parent and has no product for;
    `observed` tells whether measured concentrations of it are at hand to compare with. What is not known is absent:
    `brain` and `in_vivo_scale` None, `binding` empty (the ligand library may hold it: `library.reach`). `CL` is None
    where `elimination` stands in its place.
    """

    name: str
    version: int
    kind: str
    family: str
    drug_class: str
    active: bool
    molar_mass: Parameter
    n_compartments: int
    CL: Parameter | None
    V1: Parameter
    Q2: Parameter | None
    V2: Parameter | None
    Q3: Parameter | None
    V3: Parameter | None
    routes: dict[str, Route]
    metabolites: dict[str, Parameter]
    brain: Brain | None
    binding: dict[str, Binding]
    in_vivo_scale: Parameter | None
    elimination: MichaelisMenten | None
    plasma_binding: PlasmaBinding | None
    autoinduction: Autoinduction | None
    confidence: str
    confidence_basis: str
    observed: bool

    @property
    def nonlinear(self) -> tuple[str, ...]:
        """What of its disposition is not linear, in words; () for most."""
        said = {
            "saturable elimination": self.elimination,
            "saturable binding in plasma": self.plasma_binding,
            "induction of its own clearance": self.autoinduction,
        }
        return tuple(words for words, numbers in said.items() if numbers is not None)

    def route(self, name: str) -> Route:
        """Return a route by its canonical name; refuse one that has no numbers in the library."""
        if name not in self.routes:
            raise UnknownNameError(f"route of {self.name}", name, self.routes)
        return self.routes[name]

    def parameters(self) -> Iterator[Parameter]:
        """Iterate over every number of the substance."""
        yield self.molar_mass
        yield from (p for p in (getattr(self, name) for name in DISPOSITION) if p is not None)
        for route in self.routes.values():
            yield from route.parameters()
        yield from self.metabolites.values()
        for group in (self.elimination, self.plasma_binding, self.autoinduction, self.brain, *self.binding.values()):
            if group is not None:
                yield from group.parameters()
        if self.in_vivo_scale is not None:
            yield self.in_vivo_scale
