"""The chat as a reader has it: a real browser, a real server, the seed articles."""

import json
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, Visits, serving

FIGHTERS = "How many fighters have Belgians contributed to extremist groups in Syria and Iraq?"
WANTED = "What did Sharia4Belgium want?"
KING = "Who is the king of Belgium?"
HOSTILE = """The Zorbley festival was opened by <script>document.title='owned'</script> mayor Quill.

The Zorbley parade <img src=x onerror="document.title='owned'"> drew ${document.title='owned'} {{7*7}} crowds.
"""


def ask(page: Page, question: str) -> None:
    """Ask and wait for the answer to this question."""
    turns = page.locator(".turn:not(.pending)")
    before = turns.count()
    page.fill("#question textarea", question)
    page.keyboard.press("Enter")
    expect(turns).to_have_count(before + 1)


def in_view(page: Page) -> bool:
    return page.evaluate(
        """() => {
            const marked = document.querySelector(".s.current").getBoundingClientRect();
            const frame = document.querySelector("#reader-body").getBoundingClientRect();
            return marked.top >= frame.top && marked.bottom <= frame.bottom;
        }"""
    )


def citations(page: Page) -> list[dict]:
    return json.loads(page.locator(".turn").last.get_attribute("data-citations"))


def open_articles(page: Page) -> None:
    page.get_by_role("tab", name="Articles").click()
    expect(page.locator(".articles li").first).to_be_visible()


def paste(page: Page, text: str, **fields: str) -> None:
    """Add one article by hand."""
    open_articles(page)
    page.click("#add > button")
    page.get_by_role("tab", name="Paste text").click()
    for label, value in fields.items():
        page.locator("#add").get_by_label(label, exact=True).fill(value)
    page.fill("#pasted-text textarea", text)
    page.click("#add-pasted")
    expect(page.locator("#results")).to_contain_text("1 added")


def test_a_number_opens_the_article_at_its_sentence(page: Page):
    """The promise of the whole product, along the path every reader takes."""
    ask(page, FIGHTERS)
    expect(page.locator(".claim").first).to_contain_text("Belgians have contributed more than 400 fighters")
    expect(page.locator(".claim mark").first).to_contain_text("400")
    page.locator(".claim .ref").first.click()
    expect(page.locator("#reader")).to_be_visible()
    marked = page.locator(".s.current")
    expect(marked).to_have_count(1)
    expect(marked).to_have_text(citations(page)[0]["quote"])
    assert in_view(page)
    expect(page.locator("#reader-address")).to_have_text(citations(page)[0]["address"])
    page.keyboard.press("Escape")
    expect(page.locator("#reader")).to_be_hidden()
    expect(page.locator(".claim .ref").first).to_be_focused()


def test_a_citation_whose_sentence_was_corrected_since_says_how_it_reads_now(visits: Visits, url: str):
    """An answer stays on the screen while the news goes on."""
    page = visits.open()

    def add(cost: int, rest: str = "") -> None:
        text = f"The Quarnley bridge is open. Repairs of the Quarnley bridge cost {cost} million.{rest}"
        article = {"id": "quarnley", "title": "Quarnley bridge reopens", "text": text}
        assert page.request.post(f"{url}/api/articles", data={"articles": [article]}).ok

    add(4)
    ask(page, "What did repairs of the Quarnley bridge cost?")
    add(9, " Divers helped.")
    page.locator(".claim", has_text="4 million").locator(".ref").click()
    expect(page.locator("#reader-now")).to_have_text(
        "Now reads: “Repairs of the Quarnley bridge cost 9 million.”"
    )
    expect(page.locator(".s.changed.current")).to_have_count(1)
    page.get_by_role("button", name="Read it as it is now").click()
    expect(page.locator("#reader .standing")).to_have_count(0)
    expect(page.locator("#reader-now")).to_be_hidden()
    assert page.request.delete(f"{url}/api/articles/quarnley").ok


def test_the_citations_of_an_answer_are_walked_through(page: Page):
    """Checking an answer means reading all its sources, one after the other."""
    ask(page, WANTED)
    all_of_it = citations(page)
    assert len(all_of_it) > 1, "the question no longer has an answer of several sentences; choose another"
    page.locator(".claim .ref").first.click()
    for number, citation in enumerate(all_of_it):
        if number:
            page.get_by_role("button", name="Next citation").click()
        expect(page.locator(".s.current")).to_have_text(citation["quote"])
        assert in_view(page)
    expect(page.get_by_role("button", name="Next citation")).to_have_attribute("aria-disabled", "true")
    same = [c for c in all_of_it if c["article"] == all_of_it[-1]["article"]]
    expect(page.locator(".s.cited")).to_have_count(len(same))
    page.get_by_role("button", name="Previous citation").click()
    expect(page.locator(".s.current")).to_have_text(all_of_it[-2]["quote"])


def test_a_citation_is_copied_with_its_source(page: Page):
    """What leaves the page keeps its address."""
    ask(page, FIGHTERS)
    page.locator(".claim .ref").first.click()
    page.get_by_role("button", name="Copy citation").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == citations(page)[0]["copy"]


def test_the_keyboard_alone_is_enough(page: Page):
    """Not everyone has a mouse, or a hand for it."""
    page.keyboard.type(WANTED)  # the question has the focus when the page opens
    page.keyboard.press("Enter")
    expect(page.locator(".turn.answered")).to_have_count(1)
    page.keyboard.press("Shift+Tab")
    for _ in range(40):
        if page.evaluate("document.activeElement.matches('.claim .ref')"):
            break
        page.keyboard.press("Shift+Tab")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid", "the focus must be seen"
    page.keyboard.press("Enter")
    expect(page.locator(".s.current")).to_be_visible()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".s.current")).to_have_text(citations(page)[0]["quote"])
    page.keyboard.press("ArrowRight")
    expect(page.locator(".s.current")).to_have_text(citations(page)[1]["quote"])
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.matches('.ref')")


def test_an_abstention_shows_how_far_it_looked(page: Page):
    """An honest "they do not say", with the nearest sentences one click away."""
    ask(page, KING)
    expect(page.locator(".abstention")).to_contain_text("The articles do not say.")
    expect(page.locator(".searched")).to_contain_text("Searched")
    expect(page.locator(".claim")).to_have_count(0)
    page.locator(".nearest .ref").first.click()
    expect(page.locator(".s.current")).to_have_text(citations(page)[0]["quote"])


def test_an_example_is_asked_by_a_click(page: Page):
    """A newcomer has no question yet."""
    example = page.locator(".examples button").first
    question = example.inner_text()
    example.click()
    expect(page.locator(".turn.answered .question")).to_have_text(question)


def test_a_conversation_is_the_readers_own(visits: Visits):
    """Two readers on one server must never see each other's questions."""
    one, other = visits.open(), visits.open()
    ask(one, FIGHTERS)
    ask(other, KING)
    expect(one.locator(".turn")).to_have_count(1)
    expect(other.locator(".question")).to_have_text(KING)
    one.get_by_role("button", name="New conversation").click()
    expect(one.locator(".welcome")).to_be_visible()
    expect(other.locator(".turn")).to_have_count(1)


def test_filters_narrow_the_question_and_are_seen(page: Page):
    """A date filter leaves the undated seed out, says so, and is lifted by its chip."""
    page.click("#filters > button")
    page.get_by_label("Published from").fill("2010-01-01")
    chip = page.get_by_role("button", name="Remove filter: from 1 January 2010")
    expect(chip).to_be_visible()
    ask(page, FIGHTERS)
    expect(page.locator(".turn").last).to_have_class("turn abstained")
    expect(page.locator(".searched")).to_contain_text("from 1 January 2010")
    chip.click()
    expect(page.locator(".chip")).to_have_count(0)
    ask(page, FIGHTERS)
    expect(page.locator(".turn").last).to_have_class("turn answered")


def test_one_article_alone_can_be_asked(page: Page):
    """From the article list to a question about that article."""
    open_articles(page)
    page.fill("#q textarea, #q input", "Afghan robotics")
    expect(page.locator(".articles li")).to_have_count(1)
    page.locator(".articles .title").first.click()
    expect(page.locator("#reader .text")).to_contain_text("silver medal")
    page.get_by_role("button", name="Ask only this article").click()
    expect(page.locator(".chip")).to_contain_text("Afghan")
    ask(page, FIGHTERS)
    expect(page.locator(".searched")).to_contain_text("Searched 1 article ")


def test_a_pasted_article_can_be_asked_about_and_deleted(page: Page):
    """In with it, ask, out with it: and then it is gone from the very next question."""
    paste(
        page,
        "The Wimbleford lighthouse was lit in 1887 by Ada Corrigan. It stands 31 metres high.",
        Title="A light at Wimbleford",
        Publication="The Coast",
        Date="2020-05-01",
    )
    page.get_by_role("tab", name="Ask").click()
    ask(page, "Who lit the Wimbleford lighthouse?")
    expect(page.locator(".claim").first).to_contain_text("Ada Corrigan")
    expect(page.locator(".source").first).to_contain_text("The Coast · 1 May 2020")
    open_articles(page)
    page.get_by_role("button", name="Delete “A light at Wimbleford”").click()
    page.get_by_role("button", name="Keep it").click()
    page.get_by_role("button", name="Delete “A light at Wimbleford”").click()
    page.locator("#confirm").get_by_role("button", name="Delete").click()
    expect(page.locator("#said")).to_contain_text("Deleted.")
    expect(page.locator(".articles")).not_to_contain_text("Wimbleford")
    page.get_by_role("tab", name="Ask").click()
    ask(page, "Who lit the Wimbleford lighthouse?")
    expect(page.locator(".turn").last).to_have_class("turn abstained")


def test_uploaded_files_are_told_apart_from_those_that_cannot_be_read(page: Page):
    """One bad file must not cost the good one."""
    open_articles(page)
    page.click("#add > button")
    page.locator("#upload input[type=file]").set_input_files(
        [
            {
                "name": "good.txt",
                "mimeType": "text/plain",
                "buffer": b"The Osmington mill burned down in 1902.",
            },
            {"name": "empty.txt", "mimeType": "text/plain", "buffer": b""},
        ]
    )
    expect(page.locator("#jobs")).to_contain_text("The import succeeded: 1 added, 1 rejected.")
    expect(page.locator("#jobs .reasons li")).to_have_text("empty.txt:1: it is empty; nothing was read")
    expect(page.locator(".articles")).to_contain_text("Osmington")
    # Another thing to try again, and the same thing to say.
    page.get_by_role("button", name="Try what was refused again").click()
    expect(page.locator("#jobs")).to_contain_text("The import failed")


def test_a_long_import_is_watched_and_cancelled(browser, tmp_path):
    """An archive too many is stopped, from another page too, and what was added by then stays."""
    rows = "".join(f"Tower {n},The tower at Hill {n} fell. It was {n} metres high.\n" for n in range(20_000))
    with serving(tmp_path / "data") as address:
        visit = Visits(browser, address)
        page = visit.open()
        page.get_by_role("tab", name="Articles").click()
        page.click("#add > button")
        file = {"name": "towers.csv", "mimeType": "text/csv", "buffer": f"title,content\n{rows}".encode()}
        page.locator("#upload input[type=file]").set_input_files([file])
        expect(page.locator("#jobs progress")).to_have_attribute("value", re.compile("[1-9]"))
        expect(page.locator("#jobs")).to_contain_text("left. So far")
        other = visit.open()
        other.get_by_role("tab", name="Articles").click()
        other.get_by_role("button", name="Cancel the import").click()
        for one in (page, other):
            expect(one.locator("#jobs")).to_contain_text("The import was cancelled")
            expect(one.get_by_role("button", name="Try the rest again")).to_be_visible()
        expect(page.locator(".articles")).to_contain_text("Tower")
        visit.close()


def test_a_hostile_article_is_only_words(page: Page):
    """Whoever can add an article must not be able to act as its readers."""
    paste(
        page,
        HOSTILE,
        Title="<img src=x onerror=\"document.title='owned'\">",
        Link="javascript:document.title='owned'",
    )
    page.get_by_role("tab", name="Ask").click()
    ask(page, "Who opened the Zorbley festival?")
    expect(page.locator(".turn").last).to_contain_text("<script>")
    page.locator(".turn .ref").first.click()
    expect(page.locator("#reader .text")).to_contain_text("${document.title='owned'} {{7*7}}")
    assert page.locator("#shell img, #reader img, #shell .turn script, #reader script").count() == 0
    assert page.locator("a[href^='javascript']").count() == 0
    assert page.title() == "Footnote"


def test_a_rebuild_shows_its_end(page: Page):
    """The button answers, and the question after it too."""
    open_articles(page)
    page.click("#index > button")
    page.click("#rebuild")
    expect(page.locator("#jobs")).to_contain_text("The rebuild succeeded.")
    page.get_by_role("tab", name="Ask").click()
    ask(page, FIGHTERS)
    expect(page.locator(".turn.answered")).to_have_count(1)


@pytest.mark.parametrize("dark", [False, True])
def test_a_phone_shows_the_article_as_a_sheet(visits: Visits, dark: bool):
    """390 pixels: nothing sticks out, and the article takes the whole window."""
    page = visits.open(size=NARROW, dark=dark)
    ask(page, FIGHTERS)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator(".claim .ref").first.click()
    expect(page.locator(".s.current")).to_be_visible()
    box = page.locator("#reader").bounding_box()
    assert box == {"x": 0, "y": 0, "width": 390, "height": 844}
    assert in_view(page)
    assert page.evaluate("document.querySelector('#shell').inert"), "what lies below must not be reached"
    page.get_by_role("button", name="Close the article").click()
    expect(page.locator("#reader")).to_be_hidden()
    assert not page.evaluate("document.querySelector('#shell').inert")
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (paper == "rgb(22, 21, 18)") == dark


def test_an_empty_index_says_how_to_begin(browser, tmp_path):
    """The first page of someone who brought no articles."""
    with serving(tmp_path / "data") as address:
        visit = Visits(browser, address)
        page = visit.open()
        expect(page.locator(".welcome")).to_contain_text("Nothing to read yet")
        expect(page.locator(".status")).to_contain_text("no articles yet")
        page.locator(".welcome").get_by_role("button", name="Add articles").click()
        expect(page.get_by_role("tab", name="Articles")).to_have_attribute("aria-selected", "true")
        visit.close()
