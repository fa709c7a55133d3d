"""The simplest predictors, without a network: what any training has to be better than.

`of_series` stands beside paper B, `of_tables` beside paper A.
"""
