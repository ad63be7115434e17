"""Errors that teach: what was wrong, the value, what was expected, and what to write instead."""

from difflib import get_close_matches


class InputError(ValueError):
    """Refusal of an input, worded so that the reader can mend it without reading the code.

    Args:
        what: what was wrong, in one clause ("dose is negative").
        value: the offending value as the user wrote it, or None.
        expected: the unit, range or form that was expected, or None.
        fix: the line to write instead, or the next thing to do, or None.

    >>> print(InputError("dose is negative", value="-1 mg", expected="a dose above 0 mg", fix="write '1 mg'"))
    dose is negative: '-1 mg'. Expected a dose above 0 mg. Fix: write '1 mg'.
    """

    def __init__(self, what: str, *, value: object = None, expected: str | None = None, fix: str | None = None):
        self.what, self.value, self.expected, self.fix = what, value, expected, fix
        text = what if value is None else f"{what}: {value!r}"
        text += "." if expected is None else f". Expected {expected}."
        super().__init__(text if fix is None else f"{text} Fix: {fix}.")


class UnknownNameError(InputError):
    """A name that is not in a closed set; offers the nearest valid ones.

    >>> print(UnknownNameError("drug", "lorazepan", ["lorazepam", "diazepam"]))
    unknown drug: 'lorazepan'. Expected one of: diazepam, lorazepam. Fix: did you mean 'lorazepam'?.
    """

    def __init__(self, kind: str, value: str, known, *, expected: str | None = None):
        known = sorted(known)
        lowered = {name.lower(): name for name in known}
        near = [lowered[n] for n in get_close_matches(str(value).lower(), lowered, n=1, cutoff=0.6)]
        super().__init__(
            f"unknown {kind}",
            value=value,
            expected=expected or "one of: " + ", ".join(known),
            fix=f"did you mean {near[0]!r}?" if near else None,
        )


class NotModelledError(InputError):
    """Something a user may ask for and the chain does not model yet: refused by name, never ignored."""
