"""Records of Table 3, Figure 2 and Table 4 on which their claims come out otherwise."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache, partial
from unittest.mock import patch

from evidence.kit.claims import Judged, judge
from evidence.kit.multiverse import compared, turned
from evidence.kit.records import Record, finite
from evidence.kit.runner import collect
from evidence.pages.alm_table3 import claims, claims_all, claims_fig2, claims_table4
from evidence.pages.alm_table3.cells import PAPER_STARTS
from evidence.pages.alm_table3.cells_table4 import findings
from evidence.pages.alm_table3.claims_multiverse import multiverses
from evidence.pages.alm_table3.claims_table3a import problem
from evidence.pages.alm_table3.courses import races
from evidence.pages.alm_table3.trials import GROUP_OF, Trials, gather
from evidence.papers import tables as papers

OURS, PAPERS, FAIR, SIMPLE = GROUP_OF
ERRORS = ("train", "test", "test_restarted", "rollout_objective")
TINY, HUGE = 1e-40, 1e40

Row = dict
Change = Callable[[Record, Row], Row]


@cache
def records() -> tuple[Record, ...]:
    return tuple(r for name in GROUP_OF for r in collect(name, "paper"))


@cache
def searches() -> tuple[Record, ...]:
    return tuple(collect("alm_table4", "paper"))


# -- other data ------------------------------------------------------------------------------------


@cache
def changed(change: Change | None) -> tuple[Record, ...]:
    """Return the records with every row changed."""
    if change is None:
        return records()
    return tuple(replace(r, rows=[change(r, row) for row in r.rows]) for r in records())


def scaled(experiment: str, factor: float) -> Change:
    """Every run of an experiment finishes, with other errors."""

    def change(record: Record, row: Row) -> Row:
        if record.experiment != experiment:
            return row
        names = [name for name in row if name.endswith((" train", " test")) or name in ERRORS]
        return row | {n: factor * (row[n] or 1.0) for n in names} | {"status": "finished"}

    return change


@cache
def printed(table: str) -> dict[tuple[str, str], tuple[float, float]]:
    rows = papers.alm_errors(table).itertuples()
    return {(row.method, row.start): (row.train, row.test) for row in rows}


def as_printed(record: Record, row: Row) -> Row:
    """The paper's own means come out, but not when the hidden state restarts."""
    if record.experiment not in (OURS, PAPERS):
        return row
    table = printed(papers.ALM_TABLE_OF[record.config["dataset"]])
    start = PAPER_STARTS.get(record.config["initialisation"], "")
    means = table.get((row.get("method", "ALM"), start))
    if means is None:
        return row
    train, test = (mean * (1 + 1e-4 * row["trial"]) for mean in means)
    errors = {"train": train, "test": test, "test_restarted": 100 * test}
    return row | errors | {"status": "finished"}


def alike(record: Record, row: Row) -> Row:
    """No method hangs on its start."""
    if record.experiment not in (OURS, PAPERS):
        return row
    return row | dict.fromkeys(ERRORS, 1 + 0.01 * row["trial"]) | {"status": "finished"}


def off_formula(record: Record, row: Row) -> Row:
    return row | {"formula_train": 2 * row["formula_train"]} if row.get("formula_train") else row


AHEAD, BEHIND = scaled(OURS, TINY), scaled(OURS, HUGE)
PAPERS_AHEAD, PAPERS_BEHIND = scaled(PAPERS, TINY), scaled(PAPERS, HUGE)
FAIR_BEHIND, SIMPLE_BEHIND = scaled(FAIR, HUGE), scaled(SIMPLE, HUGE)


def swift(*experiments: str) -> list[Record]:
    """The methods of some experiments are at no error at once."""
    return [
        replace(r, traces=r.traces | {"train": [[0.0 for _ in run] for run in r.traces["train"]]})
        if r.experiment in experiments
        else r
        for r in records()
    ]


def even() -> list[Record]:
    """The descent methods have as many epochs as the ALM has sweeps."""
    sweeps = {
        r.config["dataset"]: r.config["outer_iterations"] * r.config["inner_iterations"]
        for r in records()
        if r.experiment == OURS
    }
    return [
        replace(r, config=r.config | {"epochs": sweeps[r.config["dataset"]]})
        if r.experiment == PAPERS
        else r
        for r in records()
    ]


def clear() -> list[Record]:
    """Every search chooses what is printed, and nothing else is nearly as good."""

    def judged(record: Record) -> Record:
        rates = papers.alm_rates(papers.ALM_TABLE_OF[record.config["dataset"]])
        rates = rates[rates["start"] == PAPER_STARTS[record.config["initialisation"]]]
        said = {row.method: (row.rate, finite(row.clip)) for row in rates.itertuples()}
        chosen = [said[row["method"]] == (row["rate"], row["clip"]) for row in record.rows]
        rows = [row | {"chosen": own} for row, own in zip(record.rows, chosen, strict=True)]
        trials = len(record.config["trials"])
        errors = [[1.0 if own else 9.0] * trials for own in chosen]
        return replace(record, rows=rows, traces=record.traces | {"validation": errors})

    return [judged(record) for record in searches()]


def wide() -> list[Record]:
    """The grids of the searches go on beyond their ends."""
    return [
        replace(r, config=r.config | {"rates": [1e-9, *r.config["rates"], 1e9]}) for r in searches()
    ]


# -- their pages -----------------------------------------------------------------------------------


@cache
def trials(change: Change | None = None) -> Trials:
    return gather(changed(change))


@cache
def part(table: str, change: Change) -> claims.Findings:
    return claims.findings(changed(change), table)


def in_table(name: str, table: str, change: Change) -> list[Judged]:
    """Return one claim on a part of Table 3, on changed records."""
    return judge({name: claims.asked(part(table, change))[name]()})


def together(name: str, change: Change) -> list[Judged]:
    """Return one claim on all series, on changed records."""
    return judge({name: claims_all.asked(trials(change))[name]()})


def over_choices(which: int, measure: Callable, name: str) -> list[Judged]:
    """Return one question over every choice when the ALM is far ahead."""
    return judge({name: measure(multiverses(trials(AHEAD))[which])})


def figure2(given: Iterable[Record]) -> list[Judged]:
    return claims_fig2.claims(races(list(given)))


@cache
def behind_in_figure2() -> list[Judged]:
    return figure2(changed(BEHIND))


@cache
def swift_in_figure2(*experiments: str) -> list[Judged]:
    return figure2(swift(*experiments))


def table4(given: Iterable[Record]) -> list[Judged]:
    return claims_table4.claims(findings(list(given)))


def exchanged() -> list[Judged]:
    """Table 4 with GDNM's rates in GD's place."""

    def rates(table: str):
        found = given(table)
        own = found[found["method"] == "GDNM"]["rate"].to_numpy()
        errors = papers.alm_errors(table).set_index(["method", "start"])["train"]
        alike = (errors["GD"] == errors["GDNM"]).to_numpy()
        found.loc[found["method"] == "GD", "rate"] = own * (1 + ~alike)
        return found

    given = papers.alm_rates
    with patch.object(papers, "alm_rates", rates):
        return judged_rates()


def judged_rates() -> list[Judged]:
    return judge({"B-5.4-rates": claims_table4.pairs_that_fit()})


def clearly_printed() -> list[Judged]:
    """Table 3 as if the ALM's means and deviations were a thousandth of what they are."""

    def errors(table: str):
        found = given(table)
        found.loc[found["method"] == "ALM", ["train", "train_sd", "test", "test_sd"]] *= 1e-3
        found[["train_sd", "test_sd"]] = 1e-6
        return found

    given = papers.alm_errors
    with patch.object(papers, "alm_errors", errors):
        return judge({"O-T3-printed": claims_all.printed_leads()})


def other_loss() -> list[Judged]:
    """The formula of Table 3a with the loss of (2.6)."""
    where = "evidence.pages.alm_table3.claims_table3a.problem"
    with patch(where, lambda *_: problem(False)):
        return judge({"O-T3a-formula": claims.formula()})


def as_recorded() -> list[Judged]:
    parts = [
        one
        for table in papers.ALM_TABLES
        for one in claims.claims(claims.findings(records(), table))
    ]
    all_three = claims_all.claims(trials(), multiverses(trials()))
    return [*parts, *all_three, *figure2(records()), *table4(searches())]


A, B, C = papers.ALM_TABLES

IN_TABLES = {
    (A, BEHIND): ["B-T3a-train", "B-T3a-cells-alm"],
    (A, AHEAD): ["B-T3a-test", "O-T3a-fair-test", "O-T3a-fair-objective", "O-T3a-simple"],
    (A, PAPERS_BEHIND): ["B-T3a-cells-descent", "O-T3a-ratios"],
    (A, SIMPLE_BEHIND): ["O-T3a-zero"],
    (A, off_formula): ["O-T3a-program"],
    (B, AHEAD): [
        *(f"B-T3b-{error}" for error in ("train", "test")),
        *(f"O-T3b-{other}" for other in ("fair-test", "fair-objective", "simple")),
        *(f"O-T3b-{target}-test" for target in ("written", "intended")),
    ],
    (B, BEHIND): ["B-T3b-cells-alm"],
    (B, as_printed): [
        "B-T3b-cells-descent",
        *(f"O-T3b-{other}" for other in ("he", "written-cells", "intended-cells")),
    ],
    (C, BEHIND): ["B-T3c-train", "B-T3c-test", "O-T3c-fair-objective"],
    (C, AHEAD): ["O-T3c-fair-test", "O-T3c-simple", "O-T3c-generator"],
    (C, as_printed): ["B-T3c-cells-alm", "B-T3c-cells-descent", "O-T3c-ratios"],
    (C, PAPERS_AHEAD): ["O-T3c-gdc"],
}

TOGETHER = {
    BEHIND: ["B-con4-train", "B-con4-test", "B-T3-champion-train", "B-T3-champion-test"],
    AHEAD: ["O-T3-champion-fair"],
    FAIR_BEHIND: ["B-5.4-sota"],
    as_printed: ["B-5.2-testerr"],
    alike: ["B-int-sensitive", "O-T3-sensitive"],
}

OTHERWISE = {
    **{name: partial(in_table, name, *key) for key, names in IN_TABLES.items() for name in names},
    **{name: partial(together, name, key) for key, names in TOGETHER.items() for name in names},
    "O-T3a-formula": other_loss,
    "O-T3-printed": clearly_printed,
    **{
        name: partial(over_choices, which, measure, name)
        for which, error in enumerate(("test", "train"))
        for asked, measure in (("choices", compared), ("turned", turned))
        for name in [f"O-T3-{asked}-{error}"]
    },
    "B-F2a": behind_in_figure2,
    "B-F2b-train": behind_in_figure2,
    "B-F2b-test": behind_in_figure2,
    "B-abs-efficient": partial(swift_in_figure2, PAPERS, FAIR),
    "O-F2-fair": behind_in_figure2,
    "O-F2-fair-time": partial(swift_in_figure2, OURS),
    "O-F2-start": behind_in_figure2,
    "O-F2-budget": lambda: figure2(even()),
    "B-5.4-search": lambda: table4(clear()),
    "B-5.4-rates": exchanged,
    "O-T4-decisive": lambda: table4(clear()),
    "O-T4-edges": lambda: table4(wide()),
}
