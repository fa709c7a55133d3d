"""``torch.nn.RNN`` with autograd and Adam, as PyTorch's own examples train it."""

import math

import numpy as np

from evidence.rivals.contestants import Clock, Run
from lib import alm
from lib.extras import need

NORM = 1.0
"""The gradient's norm is clipped to this."""


class TorchNetwork:
    """An Elman network of PyTorch's modules, and R of (2.6) without the term of lambda_6.

    ``torch.nn.RNN`` does not give out u, and its second bias stays zero, for R penalises one.
    """

    def __init__(self, problem: alm.Problem, start: alm.Weights) -> None:
        torch = need("torch", "gru", "torch.nn.RNN")
        self.torch, self.problem = torch, problem
        r, n, m = start.hidden_size, start.input_size, start.output_size
        self.recurrent = torch.nn.RNN(n, r, nonlinearity="relu", dtype=torch.float64)
        self.output = torch.nn.Linear(r, m, dtype=torch.float64)
        self.recurrent.bias_hh_l0.requires_grad_(False).zero_()
        self.blocks = {
            "W": self.recurrent.weight_hh_l0,
            "V": self.recurrent.weight_ih_l0,
            "b": self.recurrent.bias_ih_l0,
            "A": self.output.weight,
            "c": self.output.bias,
        }
        with torch.no_grad():
            for name, block in self.blocks.items():
                block.copy_(torch.from_numpy(np.array(getattr(start, name))))
        self.X, self.Y = (torch.from_numpy(np.array(D)) for D in (problem.X, problem.Y))
        p = problem.penalties
        self.strengths = dict(
            zip("WVbAc", (p.lambda2, p.lambda3, p.lambda4, p.lambda1, p.lambda5), strict=True)
        )

    def loss(self) -> object:
        """Return the objective as a tensor."""
        states, _ = self.recurrent(self.X)
        error = ((self.output(states) - self.Y) ** 2).sum() / len(self.Y)
        return error + sum(self.strengths[k] * (z**2).sum() for k, z in self.blocks.items())

    def weights(self) -> alm.Weights:
        """Return a copy of the weights."""
        return alm.Weights(**{k: z.detach().numpy() for k, z in self.blocks.items()})


def torch_rnn(problem: alm.Problem, start: alm.Weights, rate: float) -> Run:
    """Return what trains the network by Adam, whose rate falls as a cosine with the budget."""
    network = TorchNetwork(problem, start)
    torch, parameters = network.torch, list(network.blocks.values())
    optimiser = torch.optim.Adam(parameters, lr=rate)

    def run(clock: Clock) -> None:
        while True:
            clock.see(network.weights)
            for group in optimiser.param_groups:
                group["lr"] = 0.5 * rate * (1.0 + math.cos(math.pi * clock.share))
            optimiser.zero_grad()
            network.loss().backward()
            norm = torch.nn.utils.clip_grad_norm_(parameters, NORM)
            if not math.isfinite(norm):
                # As in the compiled Adam: the momentum carries the weights on.
                for block in parameters:
                    block.grad.zero_()
            optimiser.step()

    return run
