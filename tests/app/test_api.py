"""The REST face against the contract, over the real service."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.api.application import create_app
from app.service import Service

QUESTIONS = [
    json.loads(line)
    for line in (Path(__file__).parents[2] / "seeds" / "questions.jsonl").read_text("utf-8").splitlines()
]


class _Borrowed:
    """Lends a service to an application without letting it be closed with it."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def __getattr__(self, name: str) -> object:
        return (lambda: None) if name == "close" else getattr(self._service, name)


@pytest.fixture(scope="module")
def reader(seeded: Service) -> Iterator[TestClient]:
    """A client over the seeds, for tests that change nothing."""
    with TestClient(create_app(_Borrowed(seeded), max_body_mb=1), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def client(open_service: Callable[..., Service]) -> Iterator[TestClient]:
    app = create_app(_Borrowed(open_service()), max_body_mb=1)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def ask(client: TestClient, question: str, **more: object) -> dict:
    response = client.post("/api/ask", json={"question": question, **more})
    assert response.status_code == 200, response.text
    return response.json()


def check_promises(client: TestClient, answer: dict) -> None:
    """The contract's five promises, as far as one answer can show them."""
    cited = {citation["number"]: citation for citation in answer["citations"]}
    nearest = answer["abstention"]["nearest"] if answer["abstention"] else []
    for citation in [*cited.values(), *nearest]:
        article = client.get(
            f"/api/articles/{citation['article_id']}", params={"revision": citation["revision"]}
        ).json()
        assert article["text"][citation["start"] : citation["end"]] == citation["quote"]
        assert citation["sentence"] == f"{article['id']}@{article['revision']}#{citation['ordinal']}"
        view = client.get("/api/sentences/" + citation["sentence"].replace("#", "%23")).json()
        assert (view["text"], view["status"]) == (citation["quote"], "current")
    assert answer["status"] == ("answered" if answer["claims"] else "abstained")
    assert (answer["abstention"] is None) == (answer["status"] == "answered")
    markers = "".join(f"[{n}]" for claim in answer["claims"] for n in claim["citations"])
    found = answer["text"]
    for claim in answer["claims"]:
        assert claim["citations"]
        assert all(number in cited for number in claim["citations"])
        assert answer["text"][claim["start"] : claim["end"]] == claim["text"]
        assert claim["text"] == cited[claim["citations"][0]]["quote"]
        assert claim["verdict"] == "supported"
        for span in claim["answer_spans"]:
            assert claim["start"] <= span["start"] < span["end"] <= claim["end"]
        found = found.replace(claim["text"], "")
    if answer["claims"]:
        assert found.replace(" ", "") == markers


# What the selector gets wrong; docs/evaluation.md says how often such questions fail.
NOT_YET = {
    "How many teams took part in the robotics competition?",
    "When did Valeska Paris leave the Freewinds?",
    "How much does the robot of the Afghan team weigh?",
}


def expectation(row: dict) -> object:
    marks = [pytest.mark.xfail(strict=True, reason="the selector gets it wrong")]
    return pytest.param(row, id=row["question"], marks=marks if row["question"] in NOT_YET else ())


@pytest.mark.parametrize("row", [expectation(row) for row in QUESTIONS])
def test_the_seeds_questions_are_answered_with_the_expected_sentence_or_not_at_all(
    reader: TestClient, row: dict
):
    """What a first-time user asks, end to end."""
    answer = ask(reader, row["question"])
    check_promises(reader, answer)
    quotes = {citation["quote"] for citation in answer["citations"]}
    if row.get("answerable") is False:
        assert answer["status"] == "abstained"
    else:
        assert quotes & set(row["expected"])


def test_an_abstention_says_what_was_searched_and_what_came_nearest(reader: TestClient):
    """An honest "do not know" can be checked too."""
    answer = ask(reader, "Who is the king of Belgium?", filters={"published_from": "2000-01-01"})
    abstention = answer["abstention"]
    assert answer["text"] == abstention["message"]
    assert abstention["searched"]["articles"] == 12
    assert abstention["searched"]["filters"]["published_from"] == "2000-01-01"
    assert abstention["searched"]["published_range"] == ["2006-02-23", "2023-02-23"]
    assert abstention["nearest"]


def test_filters_that_no_article_passes_abstain_and_say_so(reader: TestClient):
    """An empty result must not read as "nothing is known"."""
    answer = ask(reader, "Who is Matthew Levitt?", filters={"publications": ["No Such Paper"]})
    assert answer["abstention"]["reason"] == "no_article"
    assert "filters" in answer["text"]


def test_every_field_of_the_contract_is_there(reader: TestClient):
    """Checks from outside name these fields."""
    answer = ask(reader, "Who is Matthew Levitt?", max_claims=1)
    assert len(answer["claims"]) == 1
    assert set(answer) >= {
        "answer_id", "conversation_id", "generation", "mode", "model", "prompt_hash", "question",
        "standalone_question", "status", "text", "claims", "citations", "abstention", "disagreements",
        "sources", "retrieved", "timings_ms", "stale", "notices",
    }  # fmt: skip
    assert set(answer["claims"][0]) >= {
        "text", "start", "end", "citations", "verdict", "support", "problems",
    }  # fmt: skip
    assert set(answer["citations"][0]) >= {
        "number", "sentence", "article_id", "revision", "ordinal", "start", "end", "quote", "before", "after",
        "title", "publication", "authors", "published", "url", "link", "score", "status", "current", "change",
    }  # fmt: skip
    assert {"total", "retrieve", "select", "generate", "verify"} <= set(answer["timings_ms"])


def test_search_returns_exact_slices_with_scored_sentences(reader: TestClient):
    """The contract's search shape."""
    found = reader.post("/api/search", json={"question": "asylum seekers rescued", "limit": 5}).json()
    assert 0 < len(found["passages"]) <= 5
    scores = [passage["score"] for passage in found["passages"]]
    assert scores == sorted(scores, reverse=True)
    for passage in found["passages"]:
        text = reader.get(f"/api/articles/{passage['article_id']}").json()["text"]
        assert text[passage["start"] : passage["end"]] == passage["text"]
        for sentence in passage["sentences"]:
            assert text[sentence["start"] : sentence["end"]] == sentence["text"]
            assert 0 <= sentence["score"] <= 1


def test_articles_come_and_go(client: TestClient):
    """Add, list, read, delete; one bad article rejects itself, in its place."""
    body = {
        "articles": [
            {"text": "The dam at Lom held."},
            {"text": 5},
            7,
            {"text": "The dam at Vik broke.", "id": "vik"},
        ]
    }
    results = client.post("/api/articles", json=body).json()["results"]
    assert [one["status"] for one in results] == ["added", "rejected", "rejected", "added"]
    assert client.get("/api/articles").json()["total"] == 2
    assert client.get("/api/articles", params={"q": "vik"}).json()["articles"][0]["id"] == "vik"
    assert ask(client, "Which dam broke?")["citations"][0]["article_id"] == "vik"
    assert client.delete("/api/articles/vik").status_code == 204
    assert client.delete("/api/articles/vik").status_code == 404
    assert all(c["article_id"] != "vik" for c in ask(client, "Which dam broke?")["citations"])
    view = client.get("/api/sentences/vik@1%230").json()
    assert (view["text"], view["status"]) == ("The dam at Vik broke.", "deleted")


def test_an_article_tells_when_it_was_modified_in_list_and_in_full(client: TestClient):
    """Null, not "", where nobody said."""
    given = [{"id": "lom", "text": "The dam at Lom held.", "modified": "2026-03-04T10:00:00Z"}]
    client.post("/api/articles", json={"articles": [*given, {"id": "vik", "text": "The dam at Vik broke."}]})
    listed = {one["id"]: one["modified"] for one in client.get("/api/articles").json()["articles"]}
    assert listed == {"lom": "2026-03-04T10:00:00+00:00", "vik": None}
    assert {key: client.get(f"/api/articles/{key}").json()["modified"] for key in listed} == listed


OLD = (
    "A bridge over the Akerselva fell on Monday. Nobody was hurt, the police say. "
    "The mayor said that repairs will cost 40 million kroner. Divers searched the river until late."
)
NEW = (
    "Update: the minister visits Oslo today. A bridge over the Akerselva fell on Monday. "
    "The mayor said that repairs will cost 55 million kroner. Divers searched the river until late."
)


def add(client: TestClient, **article: object) -> None:
    assert client.post("/api/articles", json={"articles": [article]}).status_code == 200


def test_an_old_address_tells_where_its_sentence_is_now(client: TestClient):
    """A quote in somebody's thesis can be checked against the article of today."""
    add(client, id="b", text=OLD, title="Bridge falls")
    add(client, id="b", text=NEW)
    views = [client.get(f"/api/sentences/b@1%23{n}").json() for n in range(4)]
    assert [(v["change"], v["current"], v["current_text"]) for v in views] == [
        ("same", "b@2#1", "A bridge over the Akerselva fell on Monday."),
        ("gone", None, None),
        ("changed", "b@2#2", "The mayor said that repairs will cost 55 million kroner."),
        ("same", "b@2#3", "Divers searched the river until late."),
    ]
    assert {v["status"] for v in views} == {"superseded"}
    now = client.get("/api/sentences/b@2%231").json()
    assert (now["status"], now["change"], now["current"]) == ("current", None, "b@2#1")
    assert now["current_text"] == now["text"]
    history = client.get("/api/articles/b").json()["revisions"]
    assert [(r["revision"], r["status"]) for r in history] == [(1, "superseded"), (2, "current")]
    client.delete("/api/articles/b")
    view = client.get("/api/sentences/b@1%230").json()
    assert (view["status"], view["change"], view["current"]) == ("deleted", "gone", None)
    history = client.get("/api/articles/b", params={"revision": 1}).json()["revisions"]
    assert [r["status"] for r in history] == ["deleted", "deleted"]


def test_a_stored_answer_says_what_became_of_its_sources(client: TestClient):
    """Given back as it was, and stale when a figure in it was corrected since, or its source removed."""
    add(client, id="b", text=OLD, title="Bridge falls")
    given = ask(client, "What will repairs cost?", max_claims=1)
    assert (given["stale"], given["notices"]) == (False, [])
    (cited,) = given["citations"]
    assert (cited["status"], cited["current"], cited["change"]) == ("current", "b@1#2", None)
    path = f"/api/answers/{given['answer_id']}"
    assert client.get(path).json() == given

    add(client, id="b", text=OLD + " It rained.")
    moved = client.get(path).json()
    assert (moved["stale"], moved["notices"]) == (False, [])
    (cited,) = moved["citations"]
    assert (cited["status"], cited["current"], cited["change"]) == ("superseded", "b@2#2", "same")

    add(client, id="b", text=NEW)
    corrected = client.get(path).json()
    assert corrected["stale"] is True
    assert corrected["notices"] == [
        "The sentence cited as [1] was changed in “Bridge falls”: it read “The mayor said that repairs will "
        "cost 40 million kroner.” and now reads “The mayor said that repairs will cost 55 million kroner.”"
    ]
    assert corrected["text"] == given["text"]
    assert corrected["citations"][0]["quote"] == given["citations"][0]["quote"]

    add(client, id="b", text=NEW.replace("The mayor said that repairs will cost 55 million kroner. ", ""))
    (gone,) = client.get(path).json()["notices"]
    assert gone.startswith("The sentence cited as [1] is no longer in “Bridge falls”")

    client.delete("/api/articles/b")
    deleted = client.get(path).json()
    assert deleted["stale"] is True
    assert re.fullmatch(
        r"The article “Bridge falls”, cited as \[1\], was deleted on \d{4}-\d\d-\d\d\.", *deleted["notices"]
    )
    assert deleted["citations"][0]["status"] == "deleted"


def test_the_article_list_pages_through_everything_once(reader: TestClient):
    """A cursor must neither skip nor repeat."""
    ids: list[str] = []
    cursor = ""
    while True:
        page = reader.get("/api/articles", params={"limit": 5, "cursor": cursor}).json()
        ids += [article["id"] for article in page["articles"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert len(ids) == len(set(ids)) == page["total"] == 13


def test_a_rebuild_is_a_job_that_can_be_watched(client: TestClient):
    """202, then the job, then a new generation."""
    client.post("/api/articles", json={"articles": [{"text": "The dam at Lom held."}]})
    job_id = client.post("/api/index/rebuild").json()["job_id"]
    while (job := client.get(f"/api/jobs/{job_id}").json())["state"] in ("queued", "running"):
        pass
    assert (job["state"], job["done"], job["total"], job["errors"]) == ("succeeded", 1, 1, [])
    assert client.get("/api/index").json()["generation"] == "g2"
    assert client.get("/api/jobs").json()["jobs"][0]["id"] == job_id


def test_an_empty_index_is_ready_and_abstains(client: TestClient):
    """A new data directory must start, say that it is empty, and invent nothing."""
    assert client.get("/health/ready").status_code == 200
    assert client.get("/api/index").json()["state"] == "empty"
    assert ask(client, "Who won?")["abstention"]["reason"] == "empty_index"


@pytest.mark.parametrize(
    ("method", "path", "options", "status"),
    [
        ("POST", "/api/ask", {"content": b"{", "headers": {"content-type": "application/json"}}, 400),
        ("POST", "/api/ask", {"json": {"question": ""}}, 422),
        ("POST", "/api/ask", {"json": {"question": "  "}}, 422),
        ("POST", "/api/ask", {"json": {"question": "x" * 2001}}, 422),
        ("POST", "/api/ask", {"json": {"question": "Who?", "filter": {}}}, 422),
        ("POST", "/api/ask", {"json": {"question": "Who?", "mode": "generative"}}, 422),
        ("POST", "/api/ask", {"json": {"question": "Who?", "filters": {"published_to": "soon"}}}, 422),
        ("POST", "/api/ask", {"content": b"a=1", "headers": {"content-type": "text/plain"}}, 415),
        (
            "POST",
            "/api/ask",
            {"content": b'{"question": "\\ud800"}', "headers": {"content-type": "application/json"}},
            422,
        ),
        ("POST", "/api/articles", {"json": {"articles": [{"text": "x"}] * 1001}}, 422),
        ("POST", "/api/articles", {"json": {"articles": [{"text": "x" * 1_100_000}]}}, 413),
        ("GET", "/api/articles/nobody", {}, 404),
        ("GET", "/api/articles", {"params": {"cursor": "garbled"}}, 422),
        ("GET", "/api/articles", {"params": {"cursor": "NQ=="}}, 422),
        ("GET", "/api/articles", {"params": {"cursor": "WyJcdWQ4MDAiLCJ4Il0="}}, 422),
        ("GET", "/api/articles", {"params": {"cursor": "W1tdLHt9XQ=="}}, 422),
        ("GET", "/api/sentences/nobody", {}, 422),
        ("GET", "/api/sentences/nobody@1%230", {}, 404),
        ("GET", "/api/jobs/nobody", {}, 404),
        ("GET", "/api/answers/nobody", {}, 404),
        ("GET", "/api/conversations", {}, 404),
        ("POST", "/api/jobs/nobody/cancel", {}, 404),
        ("POST", "/api/jobs/nobody/retry", {}, 404),
        ("GET", "/api/nothing/here", {}, 404),
        ("GET", "/api", {}, 404),
        ("GET", "/api/", {}, 404),
        ("GET", "/health", {}, 404),
        ("GET", "/health/nothing", {}, 404),
        ("PUT", "/api/ask", {}, 405),
        ("GET", "/api/imports", {}, 405),
        ("POST", "/health/live", {}, 405),
        ("POST", "/api/ask/stream", {"json": {"question": "Who?"}}, 404),
    ],
)
def test_bad_input_gets_a_problem_that_says_what_to_do(
    reader: TestClient, method: str, path: str, options: dict, status: int
):
    """Never a 500, never a stack trace."""
    response = reader.request(method, path, **options)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem["status"] == status
    assert problem["title"]
    assert len(problem["detail"]) > 10
    assert "Traceback" not in response.text


def test_a_body_without_a_length_is_cut_off_at_the_limit_too(reader: TestClient):
    """Chunked transfer announces nothing."""
    chunks = (b" " * 100_000 for _ in range(20))
    response = reader.post("/api/ask", content=chunks, headers={"content-type": "application/json"})
    assert response.status_code == 413


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(question=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200))
def test_any_question_gets_an_answer_that_keeps_the_promises(reader: TestClient, question: str):
    """Questions are written by people, and by people's programs."""
    response = reader.post("/api/ask", json={"question": question})
    assert response.status_code in {200, 422}
    if response.status_code == 200:
        check_promises(reader, response.json())


def test_a_source_sentence_with_brackets_of_its_own_is_never_a_claim(client: TestClient):
    """In the answer's text it would read as a marker that points nowhere."""
    text = "The dam at Vik broke in May, the report says [3]. The dam at Vik broke because of rain [ 4 ]."
    client.post("/api/articles", json={"articles": [{"text": text}, {"text": "Vik has 900 people."}]})
    for question in ("Why did the dam at Vik break?", "When did the dam at Vik break?"):
        answer = ask(client, question)
        assert "[3]" not in answer["text"]
        assert "[ 4 ]" not in answer["text"]
        check_promises(client, answer)


def test_the_docs_need_no_network(reader: TestClient):
    """/docs must work on a train."""
    page = reader.get("/docs").text
    assert "http://" not in page
    assert "https://" not in page
    assert reader.get("/openapi.json").json()["info"]["title"] == "Footnote"


def test_a_reprint_is_cited_beside_its_original_as_one_independent_source(client: TestClient):
    """Two outlets that print one agency's story are not two witnesses."""
    told = "The harbour bridge in Sundvik fell into the sea on Monday night. Nobody was on it. "
    more = "Divers searched the harbour until dawn and found no car. The road to the north stays closed. "
    own = (
        "A second harbour bridge in Sundvik was built in 1931 by the engineer Ada Holm. It is made of steel."
    )
    wire = {"id": "wire", "text": told + more, "publication": "The Agency", "published": "2026-03-02"}
    daily = {"id": "daily", "text": more + told.replace("Monday", "monday") + "Photo: A. Writer.",
             "publication": "The Daily"}  # fmt: skip
    other = {"id": "other", "text": own, "publication": "The Weekly"}
    again = {"text": told + more, "publication": "The Evening", "url": "https://evening.example/1"}
    results = client.post("/api/articles", json={"articles": [wire, daily, other, again]}).json()["results"]
    assert [one["status"] for one in results] == ["added", "added", "added", "unchanged"]
    article = client.get("/api/articles/wire").json()
    assert article["copies"] == ["daily"]
    assert [one["publication"] for one in article["origins"]] == ["The Agency", "The Evening"]
    assert client.get("/api/articles/other").json()["copies"] == []
    answer = ask(client, "What happened to the harbour bridge in Sundvik?")
    check_promises(client, answer)
    cited = {citation["article_id"] for citation in answer["citations"]}
    assert answer["sources"]["articles"] == len(cited)
    assert answer["sources"]["independent"] == len({one.replace("daily", "wire") for one in cited})


def test_a_purged_article_says_that_and_when_it_was_purged(client: TestClient):
    """Whoever holds an old citation must learn why there is nothing to read."""
    text = "The ferry Zyxqvortle sank in Sundvik on Monday. Nobody was on board."
    client.post("/api/articles", json={"articles": [{"id": "ferry", "text": text}]})
    answer = ask(client, "Which ferry sank in Sundvik?")
    assert answer["citations"]
    reply = client.delete("/api/articles/ferry", params={"purge": True})
    assert reply.status_code == 202
    assert "Zyxqvortle" not in json.dumps(ask(client, "Which ferry sank in Sundvik?"))
    for path in ("/api/articles/ferry", "/api/articles/ferry?revision=1", "/api/sentences/ferry@1%230"):
        problem = client.get(path)
        assert problem.status_code == 404
        assert "was purged on 2" in problem.json()["detail"]
    assert client.get(f"/api/answers/{answer['answer_id']}").status_code == 404
    assert client.delete("/api/articles/ferry", params={"purge": True}).status_code == 404
    assert client.delete("/api/articles/nobody", params={"purge": True}).status_code == 404
    events = client.get(f"/api/jobs/{reply.json()['job_id']}").json()
    assert events["kind"] == "purge"


def test_a_follow_up_is_asked_with_what_it_leaves_out(reader: TestClient):
    """The rewrite is what was searched, judged and marked; the question is as asked."""
    first = ask(reader, "Why was Ahmed Mohamed arrested?", conversation_id="follow-up")
    assert first["standalone_question"] == first["question"]
    second = ask(reader, "How old is he?", conversation_id="follow-up")
    assert second["question"] == "How old is he?"
    assert second["standalone_question"] == "How old is Ahmed Mohamed?"
    assert "Ahmed Mohamed, a 14-year-old boy from Irving, Texas" in second["text"]
    alone = ask(reader, second["standalone_question"])
    assert [c["sentence"] for c in second["citations"]] == [c["sentence"] for c in alone["citations"]]
    check_promises(reader, second)


def test_a_new_subject_takes_nothing_of_the_old_one_along(reader: TestClient):
    """Who asks of something else must not be answered about what was asked before."""
    question = "How many asylum seekers did fishermen rescue off Indonesia?"
    ask(reader, "Why was Ahmed Mohamed arrested?", conversation_id="two subjects")
    switched = ask(reader, question, conversation_id="two subjects")
    assert switched["standalone_question"] == question
    assert switched["text"] == ask(reader, question)["text"]


def test_a_follow_up_keeps_to_the_filters_given(reader: TestClient):
    """They are the request's, not the conversation's."""
    ask(reader, "Why was Ahmed Mohamed arrested?", conversation_id="filtered")
    filters = {"published_to": "1999-01-01"}
    answer = ask(reader, "How old is he?", conversation_id="filtered", filters=filters)
    assert answer["standalone_question"] == "How old is Ahmed Mohamed?"
    assert answer["abstention"]["searched"]["articles"] == 0


@pytest.mark.parametrize("conversation_id", ["never used", "x" * 128, "\u202e🙂", "' OR 1=1 --"])
def test_an_unknown_conversation_has_no_turns(reader: TestClient, conversation_id: str):
    """An id may be anyone's choice; its first question is a first question."""
    assert (
        ask(reader, "How old is he?", conversation_id=conversation_id)["standalone_question"]
        == "How old is he?"
    )


def test_what_the_sources_state_differently_stands_side_by_side_and_is_cited(client: TestClient):
    """The other side's sentence is a claim of the answer too; it is kept with the answer."""
    one = {
        "id": "post",
        "text": "Forty people were injured when the dam at Vik broke. Snow is expected in the hills tonight.",
        "published": "2016-03-22",
        "publication": "The Post",
    }
    other = {
        "id": "herald",
        "text": "When the dam at Vik broke, 52 people were injured. Elections are held here in the autumn.",
        "published": "2016-03-24",
        "publication": "The Herald",
    }
    client.post("/api/articles", json={"articles": [one, other]})
    answer = ask(client, "How many people were injured when the dam at Vik broke?")
    check_promises(client, answer)
    cited = {one["number"]: one for one in answer["citations"]}
    (found,) = answer["disagreements"]
    assert found["about"] == "people"
    sides = {side["value"]: [cited[n]["publication"] for n in side["citations"]] for side in found["sides"]}
    assert sides == {"Forty people": ["The Post"], "52 people": ["The Herald"]}
    again = client.get(f"/api/answers/{answer['answer_id']}").json()
    assert again["disagreements"] == answer["disagreements"]
    assert ask(client, "When did the dam at Vik break?", max_claims=1)["disagreements"] == []


def test_a_claim_is_checked_against_the_articles(client: TestClient):
    """A journalist holds a sentence against the archive before it is printed."""
    text = "The dam at Vik broke on Monday. Forty people were injured, said the mayor."
    article = {"id": "dam", "text": text, "published": "2016-03-24", "publication": "The Post"}
    client.post("/api/articles", json={"articles": [article]})
    right = client.post("/api/check", json={"claim": "40 people were injured, the mayor said."}).json()
    assert (right["verdict"], right["problems"]) == ("supported", [])
    assert right["support"] >= 0.5
    wrong = client.post("/api/check", json={"claim": "The dam at Vik broke on 22 March 2016."}).json()
    assert wrong["verdict"] == "contradicted"
    assert wrong["problems"] == [{"kind": "date", "claim": "22 March 2016", "source": "Monday"}]
    cited = wrong["citations"][0]
    assert (cited["quote"], cited["sentence"], cited["publication"]) == (
        "The dam at Vik broke on Monday.",
        "dam@1#0",
        "The Post",
    )
    assert text[cited["start"] : cited["end"]] == cited["quote"]
    word_for_word = client.post("/api/check", json={"claim": "The dam at Vik broke on Monday."}).json()
    assert (word_for_word["verdict"], word_for_word["support"]) == ("supported", 1.0)
    elsewhere = client.post(
        "/api/check", json={"claim": "The dam broke.", "filters": {"publications": ["Other"]}}
    ).json()
    assert (elsewhere["verdict"], elsewhere["citations"]) == ("unsupported", [])
    assert client.post("/api/check", json={"claim": ""}).status_code == 422
    assert client.post("/api/check", json={"claim": "x", "more": 1}).status_code == 422
