"""What the chat shows, as HTML: the words of the articles, exactly, and nothing that they could do."""

import html
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answer import Abstention, Answer, Citation, Claim, Disagreement, Searched, Side
from app.jobs import Job
from app.main import open_service
from app.results import IndexStatus
from app.settings import Settings
from app.ui import handlers, library, render
from app.ui.handlers import Conversation, Listing, Narrowing
from index.catalogue import Listed, StoredArticle
from index.errors import NotFoundError
from index.ingest import Added
from index.records import Article, Filters, RawArticle, Sentence

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)",
    "[click](javascript:alert(1)) **bold** `code`",
    "${alert(1)} {{constructor}} &lt;script&gt; </article></p>",
]


class Page(HTMLParser):
    """The elements, attributes and words a browser would see."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.words: list[str] = []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self) -> str:
        return "".join(self.words)

    def values(self, name: str) -> list[str]:
        return [value or "" for key, value in self.attributes if key == name]

    def assert_inert(self) -> None:
        assert not self.tags & {"script", "img", "svg", "iframe", "style", "object", "b", "code", "strong"}
        assert [key for key, _ in self.attributes if key.startswith("on")] == []
        assert [url for url in self.values("href") if not url.startswith(("http://", "https://"))] == []


def article(text: str = "One. Two. Three.", **fields) -> Article:
    return Article(**{"id": "a1", "revision": 2, "text": text, **fields})


def sentences(text: str) -> tuple[Sentence, ...]:
    found = re.finditer(r"\S[^.\n]*\.?", text)
    return tuple(Sentence(ordinal=n, start=m.start(), end=m.end()) for n, m in enumerate(found))


def citation(number: int = 1, ordinal: int = 1, **fields) -> Citation:
    of = fields.pop("of", None) or article(**fields)
    return Citation(number=number, article=of, sentences=sentences(of.text), ordinal=ordinal, score=0.8)


def answer(*citations: Citation, spans=(), question: str = "What?", **fields) -> Answer:
    claims, text = [], ""
    for one in citations:
        start = len(text)
        text += f"{one.quote} [{one.number}] "
        claims.append(
            Claim(
                text=one.quote, start=start, end=start + len(one.quote), citations=(one.number,),
                verdict="supported", support=1.0, answer_spans=tuple(spans),
            )
        )  # fmt: skip
    return Answer(
        answer_id="x", conversation_id="c", generation="g1", mode="extractive", model="", prompt_hash="",
        question=question, standalone_question=question, text=text,
        claims=tuple(claims), citations=tuple(citations), **fields,
    )  # fmt: skip


def abstained(**searched) -> Answer:
    given = {"articles": 13, "passages": 165, "filters": Filters(), "published_range": None, **searched}
    abstention = Abstention(
        reason="no_match",
        message="The articles do not say. None of the 13 articles searched is about this.",
        nearest=(citation(),),
        searched=Searched(**given),
    )
    return answer(abstention=abstention)


def data_citations(markup: str) -> list[dict[str, object]]:
    (data,) = Page(markup).values("data-citations")
    return json.loads(data)


@pytest.mark.parametrize("words", HOSTILE)
def test_nothing_an_article_says_becomes_markup(words: str):
    """An article comes from anywhere: one that could run a script would own every reader's page."""
    hostile = article(
        text=f"{words}. Two.", title=words, publication=words, authors=(words,), url=f"https://x.org/{words}",
        published=words, licence=words, language="en\" onclick=\"alert(1)",
    )  # fmt: skip
    cited = citation(of=hostile, ordinal=0)
    stored = StoredArticle(key=1, article=hostile, sentences=sentences(hostile.text), status="current")
    listed = Listed(
        id="a1", revision=1, title=words, publication=words, authors=(words,), published=words,
        modified=words, url=words, language="en", sentences=2, lead=words,
    )  # fmt: skip
    shown = [
        render.turn(answer(cited, question=words)),
        render.turn(abstained(filters=Filters(publications=(words,)), published_range=(words, words))),
        render.pending(words),
        render.failed(words, words),
        render.welcome(3, [words]),
        render.chips(Filters(publications=(words,), article_ids=("a1",)), [("a1", words)]),
        library.reader(stored),
        library.listing([listed], 1, more=True, narrowed=True),
        library.added([Added(id="a", revision=1, status="rejected", reason=words, origin=words)]),
        library.added([], [(words, words)]),
        library.notice(words, problem=True),
        library.unreadable(words),
    ]  # fmt: skip
    for markup in shown:
        page = Page(markup)
        page.assert_inert()
    assert words in Page(library.reader(stored)).text
    assert data_citations(shown[0])[0]["quote"] == cited.quote


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//x.org", "", "http://", "ftp://x.org"]
)
def test_only_http_addresses_become_links(url: str):
    """A click on a source must lead to a page, never into a script."""
    assert "href" not in render.turn(answer(citation(url=url)))
    assert "href" not in library.reader(
        StoredArticle(key=1, article=article(url=url), sentences=sentences("One. Two."), status="current")
    )


def test_a_link_out_tells_the_other_side_nothing():
    """A publisher should not learn what was asked, nor get a handle on our window."""
    page = Page(render.turn(answer(citation(url="https://x.org/a"))))
    assert page.values("href") == ["https://x.org/a#:~:text=Two."]
    assert page.values("rel") == ["noopener noreferrer"]


def test_the_words_that_answer_are_marked_and_no_others():
    """The mark is what a hurried reader sees; a character too many or too few misleads."""
    cited = citation(text="No. Exactly 400 men left.")
    start = cited.quote.index("400")
    markup = render.turn(answer(cited, spans=[(start, start + 3)]))
    assert re.findall(r"<mark>(.*?)</mark>", markup) == ["400"]


def test_words_that_answer_at_the_end_stay_one_mark():
    """The last word is kept with its number; a date must not fall apart for that."""
    cited = citation(text="No. It was found on August 15, 2008.")
    start = cited.quote.index("August")
    markup = render.turn(answer(cited, spans=[(start, start + 15)]))
    assert re.findall(r"<mark>(.*?)</mark>", markup) == ["August 15, 2008"]


def test_a_claim_without_such_words_is_shown_plain():
    """Not every question has a who, when or how many."""
    assert "<mark>" not in render.turn(answer(citation()))


@given(
    st.text(max_size=60),
    st.lists(st.tuples(st.integers(-5, 70), st.integers(-5, 70)), max_size=4),
    st.data(),
)
def test_marking_never_changes_the_words(text: str, spans: list[tuple[int, int]], data: st.DataObject):
    """Spans may touch, overlap or reach outside: the sentence still reads as the article has it."""
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    marked = render.marked(text, start, end, spans)
    assert html.unescape(re.sub(r"</?mark>", "", marked)) == html.unescape(html.escape(text[start:end]))


@given(st.text(alphabet="ab é😀م中<&.\n ", max_size=80))
def test_the_reader_shows_the_whole_text(text: str):
    """A word the reader drops is a word nobody can check."""
    stored = StoredArticle(key=1, article=article(text=text), sentences=sentences(text), status="current")
    body = library.reader(stored).partition('<div class="text">')[2]
    assert "".join(Page(body).text.split()) == "".join(text.split())
    for sentence in stored.sentences:
        words = html.escape(text[sentence.start : sentence.end])
        assert f'data-ordinal="{sentence.ordinal}">{words}</span>' in body


def test_a_line_break_between_sentences_starts_a_paragraph():
    """Articles are read in paragraphs, and the gap inside one is kept as it is."""
    text = "One.  Two.\n\nThree."
    stored = StoredArticle(key=1, article=article(text=text), sentences=sentences(text), status="current")
    body = library.reader(stored).partition('<div class="text">')[2]
    assert [Page(p).text for p in re.findall(r"<p dir.*?</p>", body)] == ["One.  Two.", "Three."]


@pytest.mark.parametrize(
    "text", ["وصل الوزير. غادر الوفد.", "部长抵达北京。代表团离开。", "Ministrul a sosit. Plecă."]
)
def test_every_script_takes_its_own_direction(text: str):
    """An Arabic sentence inside an English page must run its own way."""
    markup = render.turn(answer(citation(of=article(text=text), ordinal=0), question=text))
    assert '<p class="claim" dir="auto">' in markup
    assert '<h2 class="question" dir="auto">' in markup
    assert text.split()[0].rstrip(".") in Page(markup).text


def test_an_article_without_a_title_goes_by_its_first_words():
    """The first seed has no title at all; a nameless card could not be told from another."""
    text = (
        "Belgium has the highest rate of foreign fighters of any Western European country, police said. Two."
    )
    assert (
        "Belgium has the highest rate of foreign fighters of any Western…"
        in Page(render.turn(answer(citation(text=text)))).text
    )
    assert render.heading("", "") == "Untitled article"


def test_citations_of_one_article_share_a_card():
    """Three numbers from one article are one source, and the page must not make them look like three."""
    of = article(title="A title", publication="Wikinews", published="2016-03-22")
    markup = render.turn(answer(citation(1, 0, of=of), citation(2, 2, of=of)))
    assert markup.count('<li class="source">') == 1
    assert "22 March 2016" in Page(markup).text
    assert [(c["n"], c["address"]) for c in data_citations(markup)] == [(1, "a1@2#0"), (2, "a1@2#2")]


def test_a_copied_citation_carries_all_that_finds_it_again():
    """A quote without its source is what Footnote is there to end."""
    one = citation(title="A title", publication="Wikinews", published="2016-03-22", url="https://x.org/a")
    (data,) = data_citations(render.turn(answer(one)))
    assert data["copy"] == (
        "“Two.”\nA title, Wikinews, 22 March 2016\nhttps://x.org/a#:~:text=Two.\n[a1@2#1]"
    )
    assert (data["start"], data["end"]) == (5, 9)


def test_what_the_sources_state_differently_has_outlet_and_date_on_each_side():
    one = citation(1, 0, publication="The <Post>", published="2016-03-22")
    other = citation(2, 1, publication="The Herald", published="2016-03-24")
    sides = (Side(value="Forty <people>", citations=(1,)), Side(value="52 people", citations=(2,)))
    given = replace(answer(one, other), disagreements=(Disagreement(about="people", sides=sides),))
    markup = render.turn(given)
    part = markup[markup.index('<section class="differ">') : markup.index("</section>")]
    assert "Forty &lt;people&gt;" in part
    assert "The &lt;Post&gt;" in part
    for words in ("52 people", "The Herald", "22 March 2016", "24 March 2016", 'data-n="1"', 'data-n="2"'):
        assert words in part
    assert "differ" not in render.turn(answer(one, other))


def test_an_abstention_says_what_was_searched_and_does_not_look_like_an_answer():
    """An honest "they do not say" shows how far it looked."""
    filters = Filters(publications=("Wikinews",), published_from="2010-01-01")
    markup = render.turn(abstained(filters=filters, published_range=("2010-02-01", "2016-03-22")))
    text = Page(markup).text
    assert "The articles do not say." in text
    assert (
        "Searched 13 articles (165 passages), published 1 February 2010 to 22 March 2016; "
        "filtered: in Wikinews, from 1 January 2010." in text
    )
    assert "not an answer" in text
    assert 'class="claim"' not in markup
    assert data_citations(markup)[0]["address"] == "a1@2#1"


def test_an_empty_index_welcomes_with_how_to_add_articles():
    """The first thing a newcomer without seeds sees must not be an empty list of nothing."""
    assert "Add articles" in render.welcome(0, ["A question?"])
    assert "A question?" not in render.welcome(0, ["A question?"])


def test_filters_become_chips_and_each_lifts_its_own():
    """A filter one forgot about is the commonest reason for a wrong "they do not say"."""
    narrowing = Narrowing(
        publications=("A", "B"), authors=("C",), articles=(("a1", "T"),), published_from="2020-01-01"
    )
    page = Page(render.chips(narrowing.filters, narrowing.articles))
    assert page.values("data-unfilter") == ["publication", "publication", "author", "article", "from", "all"]
    assert narrowing.without("publication", "A").publications == ("B",)
    assert narrowing.without("article", "a1").filters.article_ids == ()
    assert not narrowing.without("all", "").filters
    assert render.chips(Filters(), []) == ""


def test_what_was_refused_is_listed_first_with_its_reason():
    """Of a thousand rows, the three that failed are the ones to look at."""
    results = [Added(id="a", revision=1, status="added", origin="x.csv:2")]
    text = Page(library.added(results, [("x.csv:3", "no text")])).text
    assert "1 added, 1 rejected." in text
    assert text.index("no text") < text.index("x.csv:2")


@pytest.mark.parametrize("status", ["superseded", "deleted"])
def test_an_old_revision_says_that_it_is_one(status):
    """A citation stays checkable after its article changed, but must not pass for the news of today."""
    stored = StoredArticle(key=1, article=article(), sentences=sentences("One. Two."), status=status)
    assert 'class="standing"' in library.reader(stored)
    assert "data-only" not in library.reader(stored)


def test_an_old_revision_shows_what_became_of_each_sentence(stocked):
    """Whoever follows an old citation sees whether it still holds, and what stands there now."""
    old = "It rained in Vik. The dam at Vik cost 4 million. Nobody was hurt <b>there</b>."
    list(stocked.add([RawArticle(id="vik", text=old)]))
    list(stocked.add([RawArticle(id="vik", text='It rained in Vik. The dam at Vik cost "9" million.')]))
    page = Page(handlers.read_article(stocked, "vik@1"))
    assert page.values("data-now") == ['The dam at Vik cost "9" million.']
    assert [one for one in page.values("class") if one.startswith("s")][1:] == ["s", "s changed", "s gone"]
    assert page.values("data-open") == ["vik@2"]
    page.assert_inert()
    now = Page(handlers.read_article(stocked, "vik@2"))
    assert not now.values("data-now") + now.values("data-open")
    stocked.remove("vik")


def test_a_job_shows_how_far_it_is_and_how_it_ended():
    """A bar without an end, or an end without a reason, is no progress display."""
    going = Job(id="j", kind="rebuild", state="running", created_at="", done=30, total=60, elapsed_s=3.0)
    assert "30 of 60, about 3 s left" in Page(library.job(going)).text
    why = "the disk is full"
    failed = Job(
        id="j", kind="rebuild", state="failed", created_at="", finished_at="now", error=why, errors=(why,)
    )
    assert "The rebuild failed: the disk is full" in Page(library.job(failed)).text
    assert Page(library.job(failed)).text.count(why) == 1
    errors = tuple(f"a.csv:{n}: it is empty" for n in range(1000))
    going = Job(
        id="j", kind="import", state="running", created_at="", done=2000, total=9000, elapsed_s=100.0,
        counts={"added": 1, "rejected": 1999}, errors=errors, failures_total=1999, stalled=True,
    )  # fmt: skip
    page = Page(library.job(going))
    for words in ("2,000 of about 9,000, about 6 min left. So far 1 added, 1,999 rejected.", "1,996 more"):
        assert words in page.text
    assert "has not moved" in page.text
    assert page.values("data-cancel") == ["j"]


def test_the_index_is_described_without_inventing_what_is_not_there():
    """Before the first build there is no generation, no date and perhaps no embedder."""
    empty = IndexStatus(
        generation="", previous="", state="empty", articles=0, sentences=0, passages=0, embedder="",
        built_at="", bytes=0, pending=0,
    )  # fmt: skip
    assert "no articles yet" in library.status_line(empty)
    assert "none: words only" in library.status_table(empty)


def test_an_error_of_ours_is_told_in_its_own_words_and_any_other_without_a_trace(caplog):
    """A stack trace on the page helps nobody and shows a stranger our insides."""
    assert handlers.in_words(NotFoundError("there is no article 'x'")) == "There is no article 'x'."
    message = handlers.in_words(ZeroDivisionError("secret"))
    assert "secret" not in message
    assert "secret" in caplog.text


def test_empty_fields_of_the_page_are_no_filters():
    """Gradio gives None for a cleared field; a filter on "None" would find nothing."""
    assert not Narrowing.of(None, [], (), None, "").filters
    assert not Listing.of(None, None, None, None, 1).filters


@pytest.fixture(scope="module")
def stocked(tmp_path_factory):
    """The real service, without an embedder: what is tested here needs none."""
    data = tmp_path_factory.mktemp("data")
    opened = open_service(Settings(data=data, embedder="none"), purpose="test")
    list(
        opened.add(
            [
                RawArticle(id="bridge", title="A bridge", publication="The Post", text=BRIDGE),
                RawArticle(id="ferry", title="A ferry", publication="The Times", text=FERRY),
            ]
        )
    )
    yield opened
    opened.close()


BRIDGE = "The Humber bridge opened in 1981. It cost 98 million pounds to build."
FERRY = "The New Holland ferry stopped running that year. Its last captain was John Walsh."


def test_a_question_is_on_the_page_before_its_answer(stocked):
    """A page that does nothing for two seconds gets clicked again."""
    steps = list(handlers.ask(stocked, "  When did the Humber bridge open? ", Conversation(), Narrowing()))
    (before, waiting), (after, done) = steps
    assert before == Conversation()
    assert "When did the Humber bridge open?" in Page(waiting).text
    assert "aria-busy" in waiting
    assert "opened in 1981" in Page(done).text
    assert "aria-busy" not in done
    assert len(after.turns) == 1
    assert after.id


@pytest.mark.parametrize("words", HOSTILE)
def test_what_was_searched_for_a_follow_up_is_shown_as_text(words: str):
    """It holds what articles say; where nothing was rewritten nothing is shown."""
    followed = replace(answer(citation(), question="Why?"), standalone_question=f"Why ({words})?")
    page = Page(render.turn(followed))
    assert f"Searched: Why ({words})?" in page.text
    assert page.tags == Page(render.turn(replace(followed, standalone_question="Why (x)?"))).tags
    assert "Searched:" not in Page(render.turn(answer(citation(), question=words))).text


def test_a_follow_up_shows_what_was_searched(stocked):
    """A rewrite that went wrong can be seen, and asked better."""
    first = list(handlers.ask(stocked, "When did the Humber bridge open?", Conversation(), Narrowing()))[-1][
        0
    ]
    page = list(handlers.ask(stocked, "Why did it open?", first, Narrowing()))[-1][1]
    assert "Searched: Why did Humber bridge open?" in Page(page).text


def test_a_conversation_goes_on_under_its_id(stocked):
    """Follow-ups need it."""
    first = list(handlers.ask(stocked, "When did the Humber bridge open?", Conversation(), Narrowing()))[-1][
        0
    ]
    second = list(handlers.ask(stocked, "Who was the last ferry captain?", first, Narrowing()))[-1][0]
    assert second.id == first.id
    assert len(second.turns) == 2


def test_a_blank_question_asks_nothing(stocked):
    """Enter on an empty box is a slip, not a question."""
    assert list(handlers.ask(stocked, "  ", Conversation(), Narrowing())) == []


def test_a_failure_becomes_a_turn_in_plain_words(tmp_path):
    """What goes wrong with one question must not take the conversation with it."""
    closed = open_service(Settings(data=tmp_path, embedder="none"), purpose="test")
    closed.close()
    *_, (after, page) = handlers.ask(closed, "When did it open?", Conversation(), Narrowing())
    assert 'role="alert"' in page
    assert "The index is not open yet" in Page(page).text
    assert len(after.turns) == 1


def test_half_a_character_does_not_break_the_page(stocked):
    """JavaScript can send half of a surrogate pair, which no answer could be sent back with."""
    *_, (_, page) = handlers.ask(stocked, "When did it open? \ud800", Conversation(), Narrowing())
    assert page.encode()


def test_an_article_opens_by_its_name_and_a_wrong_name_is_said(stocked):
    """The reader asks with ARTICLE@REVISION; anybody can ask with anything."""
    assert "cost 98 million pounds" in handlers.read_article(stocked, "bridge@1")
    for name in ("bridge@2", "nothing@1", "bridge", "bridge@x", ""):
        assert "cannot be opened" in handlers.read_article(stocked, name)


def test_the_list_can_be_narrowed(stocked):
    """Among ten thousand articles, a list that cannot be searched is no list."""
    assert "2 articles" in Page(handlers.list_articles(stocked, Listing())).text
    ferry = Page(handlers.list_articles(stocked, Listing(q="ferry"))).text
    assert "A ferry" in ferry
    assert "A bridge" not in ferry
    assert "A bridge" in handlers.list_articles(stocked, Listing(publication="The Post"))
    assert "No article matches" in handlers.list_articles(stocked, Listing(publication="Nowhere"))


def test_files_are_added_without_telling_where_the_server_keeps_them(stocked, tmp_path):
    """An upload lands in a temporary folder whose name is nobody's business."""
    good, bad = tmp_path / "news.txt", tmp_path / "empty.txt"
    good.write_text("The minister arrived in Goole on Monday. The delegation left.", encoding="utf-8")
    bad.write_text("", encoding="utf-8")
    followed = handlers.begin(stocked, (), lambda: handlers.upload(stocked, [str(good), str(bad)]))
    assert followed.is_going
    stocked.wait()
    followed = handlers.follow(stocked, followed.ids)
    assert not followed.is_going
    page = followed.html
    assert str(tmp_path) not in page
    assert "1 added, 1 rejected." in Page(page).text
    assert "empty.txt:1: it is empty" in Page(page).text
    (listed,) = stocked.articles(q="Goole").articles
    assert stocked.article(listed.id).article.origin == "news.txt:1"
    assert "Deleted" in handlers.remove(stocked, listed.id)
    assert "Goole" not in handlers.list_articles(stocked, Listing())


def test_pasted_text_without_words_is_refused_and_kept_for_mending(stocked):
    """The form must not be emptied when nothing was added."""
    assert handlers.add_pasted(stocked, RawArticle(text=" \n"))[0] is False
    kept, page = handlers.add_pasted(stocked, RawArticle(text="A word.", published="someday"))
    assert not kept
    assert "is not a date" in Page(page).text


def test_removing_what_is_not_there_is_said(stocked):
    """Two tabs, one article: the second click finds it gone."""
    assert 'role="alert"' in handlers.remove(stocked, "gone")


def test_jobs_are_followed_to_their_end(stocked):
    """What a reader started stays in sight, and so does why it could not be started."""
    followed = handlers.begin(stocked, (), stocked.rebuild)
    assert followed.is_going
    stocked.wait()
    followed = handlers.follow(stocked, followed.ids)
    assert "The rebuild succeeded." in Page(followed.html).text
    assert (followed.ended, followed.is_going) == (1, False)
    assert handlers.under_way(stocked) == handlers.Followed()
    refused = handlers.begin(stocked, followed.ids, lambda: stocked.cancel_job(followed.ids[0]))
    assert "nothing to cancel" in Page(refused.html).text
    assert refused.ids == followed.ids
    assert handlers.follow(stocked, ["nobody"]) == handlers.Followed()
