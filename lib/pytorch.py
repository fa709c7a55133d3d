"""PyTorch, which the extra ``gru`` brings; who imports this first is told if it is missing."""

from lib.extras import need

torch = need("torch", "gru", "a GRU, its training or its penalties")
