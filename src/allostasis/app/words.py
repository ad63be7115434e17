"""An error as a page shows it: what is wrong first, then what to write, then where."""

from htmltools import Tag, tags

from allostasis.quantity import InputError

LONGEST_EXPECTED = 220
"""Characters above which a list of what is expected is left to the documentation."""


def refusal(error: InputError | str) -> Tag:
    """Return an error as a paragraph of a page.

    >>> print(refusal(InputError("dose is negative", value="-1 mg", fix="write '1 mg'")).get_html_string())
    <p class="refusal" role="alert">
      <b>dose is negative: '-1 mg'.</b> Write '1 mg'.
    </p>
    """
    if isinstance(error, str):
        return tags.p({"class": "refusal", "role": "alert"}, tags.b(error))
    what = error.what if error.value is None else f"{error.what}: {error.value!r}"
    parts: list[Tag | str] = [tags.b(f"{what.rstrip('.')}.")]
    if error.expected and len(error.expected) <= LONGEST_EXPECTED:
        parts.append(f" Expected {error.expected}.")
    if error.fix:
        fix = error.fix[0].upper() + error.fix[1:]
        parts.append(f" {fix}" if fix.endswith(("?", ".")) else f" {fix}.")
    return tags.p({"class": "refusal", "role": "alert"}, *parts)


def line(text: str) -> Tag:
    """Return a remark in small type.

    >>> print(line("Cancelled."))
    <p class="understood">Cancelled.</p>
    """
    return tags.p({"class": "understood"}, text)
