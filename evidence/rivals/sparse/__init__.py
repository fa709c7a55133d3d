"""What the smoothed L1 penalty is compared with: other ways to networks with zeros as weights.

Each is an `Optimiser`, so that `lib.training.descend` runs it on many networks at once. Penalties
that are a term of E need none of their own: `lib.penalties` has them.
"""

from evidence.rivals.sparse.dual_averaging import RAMDA, RMDA
from evidence.rivals.sparse.pruning import Kept, Pruned, planned
from evidence.rivals.sparse.stages import Staged

__all__ = ["RAMDA", "RMDA", "Kept", "Pruned", "Staged", "planned"]
