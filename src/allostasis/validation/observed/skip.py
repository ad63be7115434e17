"""Why a study is not simulated."""


class Skip(Exception):
    """A study that cannot be compared.

    Args:
        kind: a few words to count by ("co-medication").
        reason: the whole reason, for the reader ("co-medication ketoconazole (inhibitor) not modelled").
    """

    def __init__(self, kind: str, reason: str):
        super().__init__(reason)
        self.kind, self.reason = kind, reason
