"""The command `allostasis`. Commands import what they need when they run, so that help appears at once."""

import sys
from collections.abc import Sequence

REFUSED = 2
"""Exit status of an input that is refused; nothing was written."""
FAILED = 1
"""Exit status of a run that the machine could not finish (disk full, no permission)."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit status.

    Args:
        arguments: what stands behind `allostasis`; those of the process by default.
    """
    from allostasis.cli.app import app
    from allostasis.cli.console import show_error
    from allostasis.quantity import InputError

    try:
        app(args=None if arguments is None else list(arguments), prog_name="allostasis")
    except InputError as error:
        show_error(str(error))
        sys.exit(REFUSED)
    except OSError as error:
        show_error(f"{error.strerror or error}" + (f": {error.filename}" if error.filename else ""))
        sys.exit(FAILED)
