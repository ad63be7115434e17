"""Clinical readouts of the chain: effects, withdrawal score, seizure probability."""

from allostasis.clinic.effects import EffectProfile
from allostasis.clinic.seizure import seizure_probability
from allostasis.clinic.simulate import simulate, summary
from allostasis.clinic.symptoms import WithdrawalSymptoms

__all__ = ["EffectProfile", "WithdrawalSymptoms", "seizure_probability", "simulate", "summary"]
