"""Write quantities and rules into an SBML document with python-libsbml, which only this file imports."""

from typing import Any

from allostasis.interop.identifiers import sbml_id
from allostasis.quantity.errors import InputError

SECONDS_PER_HOUR = 3600  # structural: unit conversion


class Writer:
    """An SBML level 3 version 2 document with one model in hours; refuses two names that become one identifier.

    Raises:
        InputError: python-libsbml is not installed.
    """

    def __init__(self, name: str):
        self.sbml = _libsbml()
        self.document = self.sbml.SBMLDocument(3, 2)
        self.model = self.document.createModel()
        self.model.setId(sbml_id(name))
        self.names: dict[str, str] = {}
        unit = self.model.createUnitDefinition()
        unit.setId("hour")
        part = unit.createUnit()
        part.setKind(self.sbml.UNIT_KIND_SECOND)
        part.setExponent(1)
        part.setScale(0)
        part.setMultiplier(SECONDS_PER_HOUR)
        self.model.setTimeUnits("hour")

    def quantity(self, name: str, *, value: float | None = None, constant: bool = False, note: str = "") -> None:
        """Declare a quantity under the identifier of its name."""
        key = sbml_id(name)
        if key in self.names:
            raise InputError(
                f"{name!r} and {self.names[key]!r} become the same identifier {key!r}", fix="rename one of them"
            )
        self.names[key] = name
        parameter = self.model.createParameter()
        parameter.setId(key)
        parameter.setName(name)
        parameter.setConstant(constant)
        if value is not None:
            parameter.setValue(value)
        if note:
            text = note.replace("&", "&amp;").replace("<", "&lt;")
            parameter.setNotes(f'<p xmlns="http://www.w3.org/1999/xhtml">{text}</p>')

    def assign(self, name: str, formula: str) -> None:
        """Define a quantity at every instant."""
        self._define(self.model.createAssignmentRule(), "setVariable", name, formula)

    def rate(self, name: str, formula: str) -> None:
        """Define the derivative of a quantity [1/h]."""
        self._define(self.model.createRateRule(), "setVariable", name, formula)

    def start(self, name: str, formula: str) -> None:
        """Define a quantity at time 0."""
        self._define(self.model.createInitialAssignment(), "setSymbol", name, formula)

    def _define(self, element, setter: str, name: str, formula: str) -> None:
        tree = self.sbml.parseL3FormulaWithModel(formula, self.model)
        if tree is None:
            raise RuntimeError(f"libsbml cannot read {formula!r}: {self.sbml.getLastParseL3Error()}")
        getattr(element, setter)(sbml_id(name))
        element.setMath(tree)

    def text(self) -> str:
        """The document, checked for consistency."""
        for category in (self.sbml.LIBSBML_CAT_UNITS_CONSISTENCY, self.sbml.LIBSBML_CAT_MODELING_PRACTICE):
            self.document.setConsistencyChecks(category, False)
        self.document.checkConsistency()
        errors = [self.document.getError(i) for i in range(self.document.getNumErrors())]
        grave = [e.getMessage() for e in errors if e.getSeverity() >= self.sbml.LIBSBML_SEV_ERROR]
        if grave:
            raise RuntimeError(f"{len(grave)} consistency errors in the SBML, the first: {grave[0]}")
        return self.sbml.writeSBMLToString(self.document)


def _libsbml() -> Any:
    try:
        import libsbml
    except ImportError:
        raise InputError(
            "python-libsbml is not installed, and SBML needs it", fix="pip install 'allostasis[sbml]'"
        ) from None
    return libsbml
