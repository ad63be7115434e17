"""Which studies come from a publication that the library also cites: used to build, so no check."""

import re
import unicodedata

from allostasis import library

_PUBLICATION = re.compile(r"\s*(.*?)\D((?:19|20)\d\d)")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def _plain(text: str) -> str:
    """Lower case without accents; an umlaut and its two-letter form become one.

    >>> _plain("Sjövall") == _plain("Sjoevall")
    True
    """
    bare = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    for pair in ("ae", "oe", "ue"):
        bare = bare.replace(pair, pair[0])
    return bare


CALIBRATED = "OBSERVED_DEV"
"""Source id of numbers that were calibrated on measured profiles."""


class SourceMatcher:
    """Finds sources by first author and year of a publication such as "Abernethy 1982b"."""

    def __init__(self):
        self._sources = {
            identifier: (
                _plain(source.citation).removeprefix("recalled: "),
                set(_YEAR.findall(source.citation)),
            )
            for identifier, source in library.bibliography().items()
        }

    def overlap(self, publication: str, drug: str, analyte: str) -> str:
        """Return ids of matching sources behind the numbers of the drug and analyte: "A; B", "" if none.

        A metabolite whose formation was calibrated on measured profiles gets the id of that calibration, whatever the
        publication. The first surname and the year are all that is compared, so another paper of the same author and year
        counts too: an overlap is a suspicion.
        """
        formed = library.drug(drug).metabolites.get(analyte)
        if formed is not None and formed.source == CALIBRATED:
            return CALIBRATED
        match = _PUBLICATION.match(publication)
        if match is None or not match[1]:
            return ""
        surname = re.compile(re.escape(_plain(match[1])) + r"\b")
        cited = {p.source for name in {drug, analyte} for p in library.drug(name).parameters()}
        return "; ".join(
            identifier
            for identifier, (citation, years) in self._sources.items()
            if identifier in cited and match[2] in years and surname.match(citation)
        )
