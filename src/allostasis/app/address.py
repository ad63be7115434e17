"""The state of a page as one word in the address: what is in it can be sent to somebody else as a link."""

import base64
import binascii
import json
import zlib
from typing import Any

from allostasis.app.outside import read_table
from allostasis.quantity import InputError

LONGEST = 200_000
"""Most bytes that a state may unfold to; a short word can hold a very long one."""


def to_word(state: dict[str, Any]) -> str:
    """Write a state as a word of letters, digits, '-' and '_'.

    >>> from_word(to_word({"horizon": "9 d"}))
    {'horizon': '9 d'}
    """
    packed = zlib.compress(json.dumps(state, separators=(",", ":"), ensure_ascii=False).encode(), 9)
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def from_word(word: str) -> dict[str, Any]:
    """Read a state; it is text from outside and must be checked like any other input.

    Raises:
        InputError: not a word that `to_word` wrote, or one that unfolds to too much.
    """
    refused = InputError("the address holds no case", value=word[:30], fix="copy the whole address, or start anew")
    try:
        opened = zlib.decompressobj()
        text = opened.decompress(base64.urlsafe_b64decode(word + "=" * (-len(word) % 4)), LONGEST)
        if opened.unconsumed_tail or not opened.eof:
            raise refused
        return read_table("the address", text, "JSON")
    except (binascii.Error, zlib.error, ValueError) as error:
        raise refused from error
