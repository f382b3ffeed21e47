"""The statistics page: drawings with their numbers in a table, and the same for a spreadsheet."""

from __future__ import annotations

import csv
import io
import re

import pytest

from app.domain.statistics import FEW
from app.web.bars import Figure, Line, Part
from tests.web.conftest import Reader, Visitors

PATH = "/courts/tj-paris/statistics"
FIGURES = ("obligations", "orders", "lateness", "from-start", "from-order", "months")


def section(page: str, name: str) -> str:
    """One figure of the page."""
    found = re.search(rf'<section class="figure"[^>]* id="{name}">(.*?)</section>', page, re.S)
    assert found is not None, name
    return found[1]


def rows(figure: str) -> dict[str, list[str]]:
    """A figure's table: each row's label, and its numbers."""
    body = figure.partition("<tbody>")[2]
    found = {}
    for row in re.findall(r"<tr>(.*?)</tr>", body, re.S):
        cells = [re.sub(r"<[^>]+>", "", c).strip() for c in re.findall(r"<t[hd].*?</t[hd]>", row)]
        found[cells[0]] = cells[1:]
    return found


@pytest.mark.parametrize("language", ["en", "fr"])
def test_each_figure_is_drawn_and_stands_in_a_table(visitor: Visitors, language: str) -> None:
    page = visitor("clerk", language=language).get(PATH).text
    said = {
        "en": {"overdue, nothing received": "2", "overdue, partly produced": "2",
               "awaiting proof of service": "1"},
        "fr": {"échu, rien reçu": "2", "échu, communication partielle": "2",
               "preuve de signification attendue": "1"},
    }[language]  # fmt: skip
    table = rows(section(page, "obligations"))
    assert {label: cells[0] for label, cells in table.items()} == said
    for name in ("obligations", "orders", "lateness", "months"):
        figure = section(page, name)
        assert figure.count('role="img"') == 1 and figure.count("<title") == 1
        assert figure.count("<table") == 1
        # As many bars as there are numbers other than nought.
        numbers = [c for cells in rows(figure).values() for c in cells]
        assert figure.count('<rect class="bar') >= 1 and numbers
    # Nothing is met in the story: there is no time to tell, and the page says so.
    nothing = {"en": "None, so there is nothing to draw.", "fr": "Aucune : il n’y a rien"}
    assert nothing[language].split(" ")[0] in section(page, "from-start")
    assert "<svg" not in section(page, "from-start")


def test_months_and_lateness_tell_the_story(clerk: Reader) -> None:
    page = clerk.get(f"{PATH}?as_of=2021-09-25").text
    months = rows(section(page, "months"))
    assert months == {"September 2021": ["0", "0", "4", "0", "4"]}
    late = rows(section(page, "lateness"))
    assert late["8 to 30 days late"] == ["0", "4", "4"]
    assert late["Still open, and not late"] == ["0", "1", "1"]
    assert "25 September 2021" in page


def test_few_are_said_to_be_few_and_have_no_share(clerk: Reader) -> None:
    page = clerk.get(PATH).text
    assert "Few: 5 in all." in section(page, "obligations")
    assert "%" not in "".join(rows(section(page, "obligations")).popitem()[1])


def test_a_period_is_in_the_address_and_on_the_page(clerk: Reader) -> None:
    none = clerk.get(f"{PATH}?from=2022-01-01&to=2022-12-31").text
    assert "There is nothing to count" in none and 'value="2022-01-01"' in none
    some = clerk.get(f"{PATH}?from=2021-07-06&to=2021-07-06").text
    assert "<strong>2 orders</strong>, <strong>5 obligations</strong>" in some
    # The list knows no period: its links would lead to other obligations.
    assert "whose=all" not in section(some, "obligations")


def test_a_status_leads_to_the_list_of_those_that_bear_it(clerk: Reader) -> None:
    page = section(clerk.get(f"{PATH}?as_of=2021-09-25").text, "obligations")
    address = re.search(r'href="(/\?status=overdue_partly[^"]*)"', page)
    assert address is not None
    listed = clerk.get(address[1].replace("&amp;", "&")).text
    assert listed.count('<tbody id="o-') == int(rows(page)["overdue, partly produced"][0])


@pytest.mark.parametrize(
    ("query", "field"),
    [("as_of=2999-01-01", "as_of"), ("from=2022-01-02&to=2022-01-01", "to")],
)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_cannot_be_counted_is_said_and_nothing_typed_is_lost(
    visitor: Visitors, query: str, field: str, language: str
) -> None:
    answer = visitor("clerk", language=language).get(f"{PATH}?{query}")
    assert answer.status_code == 422
    assert f'<a href="#{field}">' in answer.text and 'aria-invalid="true"' in answer.text
    for value in re.findall(r"\d{4}-\d{2}-\d{2}", query):
        assert f'value="{value}"' in answer.text
    assert "<svg" not in answer.text
    assert visitor("clerk").get(f"{PATH}.csv?{query}").status_code == 422


def test_blank_boxes_ask_for_everything(clerk: Reader) -> None:
    page = clerk.get(f"{PATH}?from=&to=&as_of=")
    assert page.status_code == 200 and "Every order on record" in page.text
    assert clerk.get(f"{PATH}?from=soon").status_code == 422


@pytest.mark.parametrize(("separator", "sign"), [("comma", ","), ("semicolon", ";")])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_csv_has_the_page_s_numbers(
    visitor: Visitors, separator: str, sign: str, language: str
) -> None:
    clerk = visitor("clerk", language=language)
    answer = clerk.get(f"{PATH}.csv?as_of=2021-09-25&separator={separator}")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "statistics-2021-09-25.csv" in answer.headers["content-disposition"]
    table = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=sign))
    title = {"en": "Obligations by status", "fr": "Obligations par état"}[language]
    label = {"en": "overdue, partly produced", "fr": "échu, communication partielle"}[language]
    said = [row for row in table if row[:2] == [title, label]]
    page = section(clerk.get(f"{PATH}?as_of=2021-09-25").text, "obligations")
    assert [row[3] for row in said] == [rows(page)[label][0]]
    assert "2021" in table[-2][0] and len(table[-1]) == 1
    assert clerk.get(f"{PATH}.csv?separator=tab").status_code == 422


def test_all_courts_of_a_clerk_are_counted_together(clerk: Reader) -> None:
    assert "All courts of which you are a clerk" in clerk.get("/statistics").text
    one, every = (section(clerk.get(p).text, "orders") for p in (PATH, "/statistics"))
    assert rows(one) == rows(every)
    assert clerk.get("/statistics.csv").status_code == 200


def test_the_list_leads_a_clerk_to_them_and_nobody_else(visitor: Visitors) -> None:
    assert f'href="{PATH}"' in visitor("clerk").get("/").text
    for role in ("producing_counsel", "requesting_assistant", "auditor"):
        assert "statistics" not in visitor(role).get("/").text
        assert visitor(role).get(PATH).status_code == 403
    assert visitor("clerk_elsewhere").get(PATH).status_code == 404


def test_the_page_is_light_and_takes_few_statements(clerk: Reader, count_queries: object) -> None:
    clerk.get(PATH)
    with count_queries(clerk.service.state.database) as sent:  # type: ignore[operator]
        page = clerk.get(PATH)
    assert len([s for s in sent if "WITH held AS" in s]) == 1
    assert len(sent) <= 10
    assert len(page.content) < 60_000


def a_figure(*counts: tuple[int, int], short: bool = False) -> Figure:
    lines = tuple(Line(f"l{i}", (Part("a", x), Part("b", y))) for i, (x, y) in enumerate(counts))
    return Figure("f", "F", "row", ("a", "b"), lines, "", short=short)


def test_bars_are_to_one_scale_side_by_side_and_within_the_drawing() -> None:
    first, second, third = a_figure((30, 10), (20, 0), (0, 0)).drawn()
    assert [(b.x, b.width) for b in first.bars] == [(0, 75), (75, 25)]
    assert [(b.x, b.width) for b in second.bars] == [(0, 50)]
    assert third.bars == () and first.y < second.y < third.y


def test_one_among_ten_thousand_is_still_seen() -> None:
    _, small = a_figure((10_000, 0), (1, 0)).drawn()
    assert small.bars[0].width == 0.4
    (only,) = a_figure((5, 5), short=True).drawn()
    assert only.bars[0].x == 30 and only.bars[1].x + only.bars[1].width == pytest.approx(84)


def test_a_figure_of_nothing_draws_nothing() -> None:
    assert [d.bars for d in a_figure((0, 0)).drawn()] == [()]
    assert list(a_figure().drawn()) == []
    assert a_figure((FEW, 1)).count == FEW + 1
