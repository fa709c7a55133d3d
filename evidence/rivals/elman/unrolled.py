"""Batched roll-outs of Elman networks and backpropagation through time, step by step.

P. J. Werbos, Backpropagation through time: what it does and how to do it, Proceedings of the IEEE
78 (1990).
"""

import numpy as np

from evidence.rivals.elman.networks import Networks
from lib.alm import Activation


class Unrolled:
    """R networks unrolled over at most T steps, with the buffers of a forward and a backward pass.

    Networks that explode give infinite or NaN entries, never an error; the caller silences NumPy.

    Attributes:
        networks: the weights, read at every call.
        activation: of the hidden units.
        steps: T.
    """

    def __init__(self, networks: Networks, steps: int, activation: Activation) -> None:
        r, _, m = networks.sizes
        R = networks.runs
        self.networks, self.activation, self.steps = networks, activation, steps
        # Time first in memory, so that the R states of one step lie side by side.
        self._U, self._H, self._delta = (_time_first(R, steps, r) for _ in range(3))
        self._outputs = _time_first(R, steps, m)
        self._u, self._h, self._d = (
            [buffer[:, t] for t in range(steps)] for buffer in (self._U, self._H, self._delta)
        )
        self._h_columns = [h[:, :, None] for h in self._h]
        self._d_rows = [d[:, None, :] for d in self._d]
        self._carried = np.empty((R, r))

    def forward(
        self, X: np.ndarray, before: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        r"""Return the outputs :math:`\hat y_t` and :math:`u_t`.

        Args:
            X: (R or 1, L, n) inputs, L <= T.
            before: (R, r), :math:`h_0`, zero unless given.

        Returns:
            Views of shape (R, L, m) and (R, L, r), overwritten by the next call.
        """
        z, L = self.networks, X.shape[1]
        U, H, outputs = self._U[:, :L], self._H[:, :L], self._outputs[:, :L]
        np.matmul(X, z.V.transpose(0, 2, 1), out=U)
        U += z.b[:, None]
        carried, column = self._carried, self._carried[:, :, None]
        for t in range(L):
            if t:
                np.matmul(z.W, self._h_columns[t - 1], out=column)
                self._u[t] += carried
            elif before is not None:
                np.matmul(z.W, before[:, :, None], out=column)
                self._u[t] += carried
            self.activation.value(self._u[t], out=self._h[t])
        np.matmul(H, z.A.transpose(0, 2, 1), out=outputs)
        outputs += z.c[:, None]
        return outputs, U

    def last(self, steps: int) -> np.ndarray:
        """Return a copy of the hidden state after a `forward` of so many steps, (R, r)."""
        return self._h[steps - 1].copy()

    def backward(
        self,
        X: np.ndarray,
        d_outputs: np.ndarray,
        of_u: float,
        gradient: Networks,
        before: np.ndarray | None = None,
    ) -> None:
        r"""Write the derivative by all weights into `gradient`, for the states of `forward`.

        Args:
            X: as given to `forward`.
            d_outputs: (R, L, m), derivative of the objective by the outputs.
            of_u: half the derivative by :math:`u_t` over :math:`u_t` itself, the weight of
                :math:`\sum_t \|u_t\|^2` in the objective.
            gradient: overwritten.
            before: as given to `forward`; nothing is propagated back into it.
        """
        z, L = self.networks, X.shape[1]
        U, H, delta = self._U[:, :L], self._H[:, :L], self._delta[:, :L]
        np.matmul(d_outputs, z.A, out=delta)
        slope = self.activation.slope_at(U)
        if of_u:
            U *= 2.0 * of_u
        carried, row = self._carried, self._carried[:, None, :]
        for t in reversed(range(L)):
            d = self._d[t]
            if t < L - 1:
                np.matmul(self._d_rows[t + 1], z.W, out=row)
                d += carried
            d *= slope[:, t]
            if of_u:
                d += self._u[t]
        transposed = delta.transpose(0, 2, 1)
        np.matmul(transposed[:, :, 1:], H[:, :-1], out=gradient.W)
        if before is not None:
            gradient.W += self._d[0][:, :, None] * before[:, None, :]
        np.matmul(transposed, X, out=gradient.V)
        np.sum(delta, axis=1, out=gradient.b)
        np.matmul(d_outputs.transpose(0, 2, 1), H, out=gradient.A)
        np.sum(d_outputs, axis=1, out=gradient.c)


def _time_first(R: int, T: int, k: int) -> np.ndarray:
    """Return zeros of shape (R, T, k) whose time axis comes first in memory."""
    return np.zeros((T, R, k)).transpose(1, 0, 2)
