"""Paper B, Table 3: what is too long for its pages, as files, and the ALM's own cells in short."""

from IPython.display import HTML

from evidence.kit.download import download
from evidence.kit.tables import Section, SectionTable
from evidence.pages.alm_table3.claims import Findings
from evidence.pages.alm_table3.contest import MEASURED
from evidence.pages.alm_table3.summary import choices_table, starts_table
from evidence.pages.alm_table3.tables import cells_table, comparisons_table, outcomes_table
from evidence.pages.alm_table3.trials import FAIR, RIVALS
from evidence.protocols.titles import SERIES


def alm_cells(found: Findings) -> SectionTable:
    """Return the printed and our errors of the ALM, a section per dataset."""
    whole = {name: cells_table(found, name) for name in found.datasets}
    sections = [
        Section(SERIES[name], table.sections[0].rows, table.sections[0].note)
        for name, table in whole.items()
    ]
    heads = next(iter(whole.values())).heads if whole else ()
    return SectionTable(heads, sections, joined=True)


def files(found: Findings) -> HTML:
    """Return links that save every cell, comparison, start and choice behind a page."""
    part, named = found.table, {SERIES[name]: name for name in found.datasets}
    measures = tuple(dict.fromkeys(m for group in RIVALS for m in MEASURED[group]))
    links = [
        download(
            "Every method and start, printed and ours",
            f"table{part}_cells.csv",
            {title: cells_table(found, name) for title, name in named.items()},
        ),
        download(
            "Every comparison with its interval and p-value",
            f"table{part}_comparisons.csv",
            {title: comparisons_table(found, name, *measures) for title, name in named.items()},
        ),
        download(
            "Every outcome with the ratio of the errors",
            f"table{part}_outcomes.csv",
            {title: outcomes_table(found, name, *measures) for title, name in named.items()},
        ),
        download(
            "How the ALM's runs began and ended", f"table{part}_runs.csv", starts_table(found)
        ),
    ]
    if any(found.trials.methods(name, FAIR) for name in found.datasets):
        choices = download(
            "Rates and epochs of the fair group", f"table{part}_choices.csv", choices_table(found)
        )
        links.append(choices)
    return HTML("".join(link.data for link in links))
