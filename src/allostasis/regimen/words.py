"""The vocabulary of the regimen language: units, routes, frequencies. Amounts to mg, times to h."""

#: Route words to the canonical names of routes.
ROUTES = {
    "po": "oral", "oral": "oral", "orally": "oral", "by mouth": "oral", "per os": "oral", "odt": "oral",
    "orodispersible": "oral",
    "oral-solution": "oral-solution", "oral solution": "oral-solution", "solution": "oral-solution",
    "syrup": "oral-solution",
    "oral-extended-release": "oral-extended-release", "er": "oral-extended-release", "xr": "oral-extended-release",
    "extended release": "oral-extended-release",
    "iv": "iv", "intravenous": "iv", "intravenously": "iv",
    "im": "intramuscular", "intramuscular": "intramuscular", "intramuscularly": "intramuscular",
    "in": "intranasal", "intranasal": "intranasal", "intranasally": "intranasal", "nasal": "intranasal",
    "pr": "rectal", "rectal": "rectal", "rectally": "rectal",
    "buccal": "buccal", "buccally": "buccal", "oromucosal": "buccal",
    "sl": "sublingual", "sublingual": "sublingual", "sublingually": "sublingual",
    "sc": "subcutaneous", "subcutaneous": "subcutaneous", "subcutaneously": "subcutaneous",
    "inh": "inhaled", "inhaled": "inhaled", "by inhalation": "inhaled",
}  # fmt: skip

#: Routes by which a rate ("2 mg/h") makes sense.
RATE_ROUTES = ("iv", "intramuscular", "subcutaneous")

#: Frequency words to the interval between doses [h].
INTERVALS = {
    "qd": 24.0, "daily": 24.0, "od": 24.0, "every day": 24.0, "once daily": 24.0, "once a day": 24.0,
    "bid": 12.0, "bd": 12.0, "twice daily": 12.0, "twice a day": 12.0,
    "tid": 8.0, "tds": 8.0, "three times daily": 8.0, "three times a day": 8.0, "thrice daily": 8.0,
    "qid": 6.0, "qds": 6.0, "four times daily": 6.0, "four times a day": 6.0,
    "qod": 48.0, "every other day": 48.0, "every second day": 48.0,
    "weekly": 168.0, "once weekly": 168.0, "once a week": 168.0, "every week": 168.0,
    "every hour": 1.0, "hourly": 1.0,
}  # fmt: skip

#: Words for one time of day to the clock time [h after midnight].
TIMES_OF_DAY = {
    "in the morning": 8.0, "every morning": 8.0, "qam": 8.0, "at noon": 12.0, "in the evening": 18.0,
    "every evening": 18.0, "at night": 22.0, "at bedtime": 22.0, "every night": 22.0,
    "qhs": 22.0, "nightly": 22.0,
}  # fmt: skip

#: Canonical words of the printer [h].
INTERVAL_WORDS = {
    24.0: "daily",
    12.0: "bid",
    8.0: "tid",
    6.0: "qid",
    48.0: "every other day",
    168.0: "weekly",
}

#: Words that are no frequency of their own: what they ask for is a dosing rule.
AS_NEEDED = ("prn", "as needed")

#: Mass units: (multiplier, divisor) to mg, kept apart so that decimals stay exact.
MASS_UNITS = {
    "mg": (1.0, 1.0), "milligram": (1.0, 1.0), "milligrams": (1.0, 1.0),
    "g": (1000.0, 1.0), "gram": (1000.0, 1.0),
    "ug": (1.0, 1000.0), "µg": (1.0, 1000.0), "μg": (1.0, 1000.0), "mcg": (1.0, 1000.0),
    "microgram": (1.0, 1000.0), "micrograms": (1.0, 1000.0), "ng": (1.0, 1e6),
}  # fmt: skip

#: Time units: (multiplier, divisor) to h. A year is 365.25 d; a month has no fixed length and is refused.
TIME_UNITS = {
    "s": (1.0, 3600.0), "sec": (1.0, 3600.0), "second": (1.0, 3600.0), "seconds": (1.0, 3600.0),
    "min": (1.0, 60.0), "mins": (1.0, 60.0), "minute": (1.0, 60.0), "minutes": (1.0, 60.0),
    "h": (1.0, 1.0), "hr": (1.0, 1.0), "hrs": (1.0, 1.0), "hour": (1.0, 1.0), "hours": (1.0, 1.0),
    "d": (24.0, 1.0), "day": (24.0, 1.0), "days": (24.0, 1.0),
    "w": (168.0, 1.0), "wk": (168.0, 1.0), "wks": (168.0, 1.0), "week": (168.0, 1.0), "weeks": (168.0, 1.0),
    "y": (8766.0, 1.0), "yr": (8766.0, 1.0), "year": (8766.0, 1.0), "years": (8766.0, 1.0),
}  # fmt: skip


def plain(word: str) -> str:
    """Return a word in lower case without dots, so that "i.v." and "IV" are one.

    >>> plain("P.O.")
    'po'
    """
    return word.lower().replace(".", "")
