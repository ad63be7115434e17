"""Names of the model as SBML identifiers."""

import re


def sbml_id(name: str) -> str:
    """The SBML identifier of a state, a parameter or a port.

    >>> sbml_id("exposure.1-hydroxymidazolam.central")
    'exposure__1_hydroxymidazolam__central'
    """
    text = re.sub(r"\W", "_", name.replace(".", "__"))
    return f"_{text}" if text[0].isdigit() else text
