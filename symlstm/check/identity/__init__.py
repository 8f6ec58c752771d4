"""Whether two matrix expressions over a System are equal: proofs of sameness at random points, counterexamples."""

from symlstm.check.identity.counterexample import Counterexample, counterexample
from symlstm.check.identity.same import Different, NoVerdict, Same, same
from symlstm.check.identity.setting import Setting, setting_of

__all__ = ["Counterexample", "Different", "NoVerdict", "Same", "Setting", "counterexample", "same", "setting_of"]
