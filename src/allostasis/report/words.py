"""Numbers as words: the same rounding in the text, the tables and the figures."""

import re
from collections.abc import Sequence

ALPHA = "\N{GREEK SMALL LETTER ALPHA}"
SUBTYPE_NAMES = {f"a{k}": f"{ALPHA}{k}" for k in (1, 2, 3, 5)}
HOURS = {"day": 24.0, "hour": 1.0, "minute": 1 / 60}
"""Length of each unit of the time axis [h]."""
LONG = 50.0  # structural: longer spans are told without decimals
_UNITS = "%|mg|d|h|min|ms|days?|ng/mL|nM|[\N{MICRO SIGN}u]M|mM|pA|mV|kg|times|thresholds"
TIED = re.compile(rf"(?<=\d) (?=(?:{_UNITS})(?![A-Za-z]))|(?<=\bday) (?=\d)|(?<=\d) (?=±)|(?<=±) (?=\d)")


def tied(text: str) -> str:
    r"""Keep numbers and their units on one line of HTML.

    >>> tied("5 mg on day 3") == "5\N{NO-BREAK SPACE}mg on day\N{NO-BREAK SPACE}3"
    True
    """
    return TIED.sub("\N{NO-BREAK SPACE}", text)


def figure(value: float | int, digits: int = 3) -> str:
    """Round to significant digits, without an exponent where that can be helped.

    >>> figure(1.4763), figure(0.0314), figure(1234.6), figure(0.0)
    ('1.48', '0.0314', '1235', '0')
    """
    if value == 0:
        return "0"
    if abs(value) >= 10 ** (digits - 1):
        return f"{value:.0f}"
    text = f"{value:.{digits}g}"
    return (f"{value:.2e}" if "e" in text else text).replace("-", "\N{MINUS SIGN}", 1)


def thresholds(value: float | int) -> str:
    """Write an imbalance in seizure thresholds, two decimals.

    >>> thresholds(1.476), thresholds(-0.004)
    ('1.48', '0.00')
    """
    return f"{round(value, 2) + 0.0:.2f}".replace("-", "\N{MINUS SIGN}")


def probability(value: float | int) -> str:
    """Write a modelled probability without claiming what a tail cannot carry.

    >>> probability(1e-12), probability(0.0044), probability(0.52), probability(0.99995)
    ('below 0.1 %', '0.4 %', '52 %', 'above 99 %')
    """
    percent = 100 * value
    if percent < 0.1:
        return "below 0.1 %"
    if percent > 99:
        return "above 99 %"
    return f"{percent:.1f} %" if percent < 10 else f"{percent:.0f} %"


def percent(value: float | int) -> str:
    """Write a fraction as a percentage.

    >>> percent(0.1234), percent(0.0044)
    ('12 %', '0.4 %')
    """
    return f"{100 * value:.0f} %" if abs(value) >= 0.1 or value == 0 else f"{100 * value:.1f} %"


def moment(hours: float | int, unit: str) -> str:
    """Say when: a day of the simulation, or a time since its start.

    >>> moment(4376.0, "day"), moment(4320.0, "day"), moment(2.0, "hour"), moment(0.25, "hour")
    ('day 182.3', 'day 180', '2 h', '15 min')
    """
    if unit == "day":
        return f"day {hours / HOURS['day']:.1f}".removesuffix(".0")
    return span(hours, "minute" if hours < 2 else unit)


def when(hours: float | int, unit: str) -> str:
    """Say when, with its preposition.

    >>> when(4376.0, "day"), when(3.0, "hour")
    ('on day 182.3', 'at 3 h')
    """
    return ("on " if unit == "day" else "at ") + moment(hours, unit)


def span(hours: float | int, unit: str) -> str:
    """Say how long.

    >>> span(68.0, "day"), span(24.0, "day"), span(3665.0, "day"), span(0.5, "minute"), span(3.26, "hour")
    ('2.8 days', '1 day', '153 days', '30 min', '3.3 h')
    """
    length = hours / HOURS[unit]
    value = f"{length:.0f}" if length >= LONG or unit == "minute" else f"{length:.1f}".removesuffix(".0")
    name = {"day": "day" if value == "1" else "days", "hour": "h", "minute": "min"}[unit]
    return f"{value} {name}"


def listing(items: Sequence[str]) -> str:
    """Join with commas and a last "and".

    >>> listing(["a", "b", "c"]), listing(["a"])
    ('a, b and c', 'a')
    """
    return " and ".join(filter(None, [", ".join(items[:-1]), items[-1]])) if items else ""


def quoted(name: str) -> str:
    """Put the name of an arm in quotation marks.

    >>> quoted("stop")
    '“stop”'
    """
    return f"“{name}”"


def spread(values: Sequence[float], write) -> str:
    """Write one value, or the median with the range over patients.

    >>> spread([1.0], thresholds), spread([0.5, 1.0, 2.0], thresholds)
    ('1.00', '1.00 (0.50 to 2.00)')
    """
    ordered = sorted(values)
    middle = (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2
    if len(ordered) == 1:
        return write(middle)
    return f"{write(middle)} ({write(ordered[0])} to {write(ordered[-1])})"
