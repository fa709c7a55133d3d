"""One folder per page or family of pages: its runs, claims, figure and tables.

A file ``runs.py`` is the experiment that bears its folder's name; ``runs_x.py`` beside it is the
paper's experiment ``x``: ``alm_race/runs_time.py`` makes the records of ``alm_time``.
"""
