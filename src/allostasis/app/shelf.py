"""Answers that are kept, as many people ask the same: above all the examples that the pages open with."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from typing import Any

from allostasis.app.work import Tell, Work


class Shelf:
    """Keeps the answers to the last few questions.

    >>> shelf = Shelf()
    >>> work = shelf.work(lambda question, tell, stop: [question], "what")
    >>> stop = threading.Event()
    >>> work(print, stop) is work(print, stop)
    True
    """

    def __init__(self, most: int = 12):
        self._most, self._held, self._lock = most, OrderedDict(), threading.Lock()

    def work[Question, Answer](
        self, answer_to: Callable[[Question, Tell, threading.Event], Answer], question: Question
    ) -> Work:
        """The work of answering a question, or of taking its answer from the shelf.

        Args:
            answer_to: a function of a module; nothing but the question may change what it answers.
            question: what is asked; its `repr` tells everything about it.
        """
        return partial(self._answer, answer_to, question)

    def _answer(self, answer_to: Callable, question: Any, tell: Tell, stop: threading.Event) -> Any:
        key = f"{answer_to.__module__}.{answer_to.__qualname__} {question!r}"
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key]
        answer = answer_to(question, tell, stop)
        with self._lock:
            self._held[key] = answer
            while len(self._held) > self._most:
                self._held.popitem(last=False)
        return answer


SHELF = Shelf()
"""That of this process; answers depend on nothing but their question."""
