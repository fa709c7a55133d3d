"""Paper A, Tables 3 and 5 as tables: paper | ours | verdict, a section per dataset."""

from collections.abc import Sequence

from evidence.kit.records import Record
from evidence.kit.rule import agreement
from evidence.kit.tables import Section, SectionTable
from evidence.pages.sl1_results.cells import against_simple, cell, mean, simple
from evidence.pages.sl1_results.contest import family, orders, proximal, tally
from evidence.pages.sl1_results.results import (
    MEASURES,
    MOMENTS,
    SPARSITY,
    Results,
    is_classification,
    printed,
    shown,
)
from evidence.protocols.sl1 import MODELS, PRINTED, PROX, SL1
from evidence.protocols.sl1_networks import TEST, TRAIN
from evidence.rivals.predictors.of_tables import CONSTANT, LINEAR
from evidence.statistics import Outcome, summarise
from evidence.statistics.summary import number


def scores_table(results: Results, references: Sequence[Record]) -> SectionTable:
    """Return the test scores: the models, then what needs no network."""
    heads = ("Model", "Paper", "Ours", "Verdict", "SL1-GRU is, against it")
    sections = []
    for name in results.names:
        cells, tests = printed(name)[TEST], family(results, name, TEST)
        rows = []
        for model in PRINTED:
            outcome = "" if model == SL1 else tests.outcome(SL1, model)
            verdict = agreement(cell(results, name, model, TEST))
            rows.append(
                (model, number(cells[model], 4), _ours(results, name, model), verdict, outcome)
            )
        beside = proximal(results, name, TEST).outcome(SL1, PROX)
        rows.append((PROX, "", _ours(results, name, PROX), "", beside))
        linear = "logistic regression" if is_classification(name) else "ridge regression"
        constant = "largest class" if is_classification(name) else "mean of the targets"
        compared = against_simple(results, references, name)
        for predictor, title in ((LINEAR, linear), (CONSTANT, constant)):
            if predictor in compared:
                scores = summarise(simple(references, name, predictor, TEST))
                rows.append((title, "", str(scores), "", compared[predictor].outcome))
        sections.append(Section(shown(name), rows, f"({results.epochs(name):,} epochs)"))
    return SectionTable(heads, sections, joined=True)


def _ours(results: Results, name: str, model: str, measure: str = TEST) -> str:
    return str(mean(results, name, model, measure))


def details_table(results: Results) -> SectionTable:
    """Return training scores, sparsity and time of a step, beside the paper's."""
    heads = (
        "Model",
        "Training: paper",
        "ours",
        "Verdict",
        "Sparsity: paper",
        "ours",
        "Seconds: paper",
        "µs a step: ours",
    )
    sections = []
    for name in results.names:
        cells, rows = printed(name), []
        for model in MODELS:
            step = 1e6 * results.column(name, model, "seconds per step")[0]
            ours = (_ours(results, name, model, TRAIN), _ours(results, name, model, SPARSITY))
            if model == PROX:
                rows.append((model, "", ours[0], "", "", ours[1], "", f"{step:.0f}"))
                continue
            train, sparsity, seconds = (cells[c][model] for c in (TRAIN, SPARSITY, "seconds"))
            rows.append(
                (
                    model,
                    number(train, 4),
                    ours[0],
                    agreement(cell(results, name, model, TRAIN)),
                    number(sparsity, 3),
                    ours[1],
                    f"{seconds:,.2f}",
                    f"{step:.0f}",
                )
            )
        sections.append(Section(shown(name), rows, folded=True))
    return SectionTable(heads, sections)


def orders_table(results: Results) -> SectionTable:
    """Return how many printed orders of two models survive, tie and are reversed, by epochs."""
    titles = {TRAIN: "Training", TEST: "Test", SPARSITY: "Sparsity"}
    heads = ("Set", *(f"After {moment} of the epochs" for moment in MOMENTS))
    sections = []
    for measure in reversed(MEASURES):
        rows = []
        for name in results.names:
            found = [tally(orders(results, name, measure, moment)) for moment in MOMENTS]
            rows.append((shown(name), *(" / ".join(str(f[o]) for o in Outcome) for f in found)))
        sections.append(Section(titles[measure], rows, folded=measure != TEST))
    return SectionTable(heads, sections, grid=True, joined=True)
