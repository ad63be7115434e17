"""The web application without a browser: work desk, limits, guard, REST, drafts of cases, state in the address."""

import base64
import html
import threading
import time
import tomllib
import zlib
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from allostasis.app import create_app
from allostasis.app.address import from_word, to_word
from allostasis.app.answer import toml
from allostasis.app.limits import Busy, Limits
from allostasis.app.pages import PAGES
from allostasis.app.pages.simulate_draft import Draft, draft_of, told
from allostasis.app.pages.simulate_editor import checked_case
from allostasis.app.pages.simulate_form import EXAMPLE
from allostasis.app.shelf import Shelf
from allostasis.app.warming import examples, warm_up
from allostasis.app.work import Desk
from allostasis.model.integrate import Cancelled
from allostasis.quantity import InputError
from allostasis.simulation import load_case, parse_case

EXAMPLES = sorted(
    path for path in (Path(__file__).parents[1] / "examples").glob("*.toml") if "[[arm]]" in path.read_text(encoding="utf-8")
)
CASE = {"title": "t", "horizon": "9 d", "arm": [{"name": "a", "regimen": "lorazepam 1 mg po bid for 7 d"}]}
JOBS = "/api/v1/jobs"


# ---- the desk


@pytest.fixture
def desk():
    made = Desk(Limits(workers=1, waiting=2, per_client=2, seconds=30.0))
    yield made
    made.close()


def until_stopped(tell, stop):
    tell(0.5)
    assert stop.wait(20)
    raise Cancelled


def test_desk_refuses_beyond_a_clients_share_and_a_full_queue(desk):
    first = desk.submit("a", until_stopped)
    second = desk.submit("a", until_stopped)
    with pytest.raises(Busy, match="as many runs under way"):
        desk.submit("a", until_stopped)
    third = desk.submit("b", until_stopped)
    with pytest.raises(Busy, match="queue of this server is full"):
        desk.submit("c", until_stopped)
    while first.share == 0:
        time.sleep(0.01)
    assert (first.state, second.state, desk.ahead(third)) == ("running", "waiting", 1)
    assert desk.load == (1, 2)
    for ticket in (third, second, first):
        ticket.cancel()
        assert ticket.state == "cancelled"
    assert desk.submit("a", lambda tell, stop: 7).future.result(timeout=5) == 7


def test_work_that_overruns_its_time_fails_and_frees_the_desk():
    desk = Desk(Limits(workers=1, seconds=0.05))
    ticket = desk.submit("a", until_stopped)
    with pytest.raises(Cancelled):
        ticket.future.result(timeout=5)
    assert (ticket.state, ticket.late) == ("failed", True)
    desk.close()


def test_an_answer_that_comes_after_cancel_is_thrown_away(desk):
    begun = threading.Event()

    def deaf(tell, stop):
        begun.set()
        time.sleep(0.1)
        return "too late"

    ticket = desk.submit("a", deaf)
    begun.wait(5)
    ticket.cancel()
    assert ticket.state == "cancelled"
    with pytest.raises(Cancelled):
        ticket.future.result(timeout=5)


# ---- the server's own work


def test_own_work_makes_way_for_a_client_and_begins_anew(desk):
    begun, ends = [], []

    def own(tell, stop):
        begun.append(time.monotonic())
        if len(begun) == 1:
            assert stop.wait(20)
            raise Cancelled
        ends.append(desk.load)

    thread = warm_up(desk, lambda: {"own": own})
    while not begun:
        time.sleep(0.01)
    assert desk.load == (0, 0)  # it takes nobody's place
    client = desk.submit("a", lambda tell, stop: time.sleep(0.2))
    client.future.result(timeout=5)
    thread.join(5)
    assert not thread.is_alive()
    assert (len(begun), ends) == (2, [(0, 0)])


def test_own_work_that_fails_is_logged_and_the_next_is_done(desk, caplog):
    done = []

    def fails(tell, stop):
        raise ZeroDivisionError

    warm_up(desk, lambda: {"first": fails, "second": lambda tell, stop: done.append(1)}).join(5)
    assert done == [1]
    assert "example of the page first failed" in caplog.text


def test_own_work_ends_when_the_desk_is_closed():
    desk = Desk(Limits(workers=1))
    thread = warm_up(desk, lambda: {"own": until_stopped, "next": until_stopped})
    desk.close()
    thread.join(5)
    assert not thread.is_alive()


def test_examples_are_what_the_pages_ask_when_nothing_was_changed():
    with TestClient(create_app(warm=False), base_url="http://127.0.0.1") as client:
        assert client.get("/api/v1/health").json()["warm"] is True
    works = examples()
    assert len(works) == len(PAGES)
    assert {repr(work) for work in works.values()} == {repr(work) for work in examples().values()}


def test_the_shelf_keeps_the_last_answers_and_no_cancelled_one():
    shelf, asked, stop = Shelf(most=2), [], threading.Event()

    def answer_to(question, tell, stop):
        if stop.is_set():
            raise Cancelled
        asked.append(question)
        return object()

    def ask(question):
        return shelf.work(answer_to, question)(lambda share, doing="": None, stop)

    first = ask("a")
    assert ask("a") is first
    ask("b")
    assert ask("a") is first  # the one asked last stays
    ask("c")
    assert ask("a") is first
    ask("b")
    assert asked == ["a", "b", "c", "b"]
    stop.set()
    with pytest.raises(Cancelled):
        ask("d")
    stop.clear()
    assert ask("d") is ask("d")


# ---- limits


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"horizon": "6 years"}, "horizon is too long"),
        ({"arm": [{"name": str(k), "regimen": "none"} for k in range(9)]}, "too many arms"),
        ({"description": "x" * 20_001}, "a text is too long"),
        ({"solver": {"step": "2 min"}, "horizon": "900 d"}, "too many steps"),
        ({"output": {"every": "15 min"}, "solver": {"step": "15 min"}, "horizon": "1800 d"}, "output is too fine"),
    ],
)
def test_limits_name_what_is_too_much(change, told):
    with pytest.raises(InputError, match=told) as refused:
        Limits().check(parse_case(CASE | change))
    assert "allostasis run" in str(refused.value)


# ---- drafts and files


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_opening_an_example_loses_nothing(path):
    case = load_case(path)
    again = parse_case(draft_of(case).table())
    assert again.model_dump(exclude={"arm"}) == case.model_dump(exclude={"arm"})
    assert [(a.name, a.adherence) for a in again.arm] == [(a.name, a.adherence) for a in case.arm]
    assert checked_case(draft_of(case).table(), Limits(horizon_d=1e6))
    assert parse_case(tomllib.loads(toml(again))) == again


def test_what_the_form_does_not_show_is_kept_and_told():
    table = CASE | {"model": {"alpha2_agonist": 0.5}, "patient": {"weight": "60 kg", "aetiology": "structural"}}
    table["arm"] = [
        {"name": "a", "regimen": "none"},
        {"name": "b", "regimen": "lorazepam 1 mg po bid for 7 d", "adherence": {"missed": 0.1}},
    ]
    draft = draft_of(parse_case(table))
    assert told(draft.kept) == ["[model]", "[patient] aetiology", "arm 2: adherence"]
    left = parse_case(draft.without_arm(0).table())
    assert [(a.name, a.adherence and a.adherence.missed) for a in left.arm] == [("b", 0.1)]
    assert left.model.alpha2_agonist == 0.5


def test_draft_reads_what_is_typed():
    draft = Draft("t", "9 d", {"weight": "60 kg", "age": "", "genotype": "CYP2C19 poor"}, [("a", " none ")])
    assert draft.table() == {
        "title": "t", "horizon": "9 d", "patient": {"weight": "60 kg", "genotype": {"CYP2C19": "poor"}},
        "arm": [{"name": "a", "regimen": "none"}],
    }  # fmt: skip


# ---- address


def test_state_in_the_address_comes_back():
    assert parse_case(from_word(to_word(EXAMPLE))) == parse_case(EXAMPLE)
    assert len(to_word(EXAMPLE)) < 500


@pytest.mark.parametrize(
    "word",
    ["", "%%%", "AAAA", to_word({"a": 1})[:-6], base64.urlsafe_b64encode(zlib.compress(b"[" * 100_000)).decode(),
     base64.urlsafe_b64encode(zlib.compress(b"0" * 50_000_000, 9)).decode(),
     base64.urlsafe_b64encode(zlib.compress(b"[1]")).decode(),
     base64.urlsafe_b64encode(zlib.compress(b'{"a":' * 900 + b"1" + b"}" * 900)).decode(),
     base64.urlsafe_b64encode(zlib.compress(b'{"title":"\\ud800"}')).decode()],
    ids=["empty", "signs", "letters", "cut", "deep", "bomb", "list", "deep tables", "half a character"],
)  # fmt: skip
def test_a_crafted_address_is_refused(word):
    with pytest.raises(InputError, match="the address holds no case"):
        from_word(word)


# ---- guard and REST


@pytest.fixture(scope="module")
def client():
    with TestClient(create_app(warm=False), base_url="http://127.0.0.1") as made:
        yield made


def test_openapi_holds_the_model_of_a_case(client):
    told = client.get("/api/v1/openapi.json").json()
    assert told["openapi"].startswith("3.1")
    assert set(told["paths"]) >= {JOBS, JOBS + "/{id}", JOBS + "/{id}/files/{name}"}
    assert {"Case", "PatientTable", "ArmTable", "Job", "Refusal"} <= set(told["components"]["schemas"])
    assert client.get("/docs").status_code == 404


def test_headers_keep_the_page_local(client):
    answer = client.get("/")
    assert answer.status_code == 200
    assert answer.headers["content-security-policy"].startswith("default-src 'self'")
    assert all(f"link-{page.name}" in answer.text for page in PAGES)
    for sign in ("src=\"http", "href=\"http", "src=\"//", "href=\"//", "url(http"):
        assert sign not in answer.text


def test_foreign_hosts_and_origins_are_refused(client):
    assert client.get("/api/v1/health", headers={"host": "evil.example"}).status_code == 400
    assert client.post(JOBS, json=CASE, headers={"origin": "http://evil.example"}).status_code == 403
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/websocket/", headers={"origin": "http://evil.example"}):
        pass


def test_a_large_body_is_refused_with_and_without_its_length(client):
    large = b"x" * 300_000
    assert client.post(JOBS, content=large, headers={"content-type": "application/toml"}).status_code == 413
    answer = client.post(JOBS, content=iter([large[:200_000], large[200_000:]]), headers={"content-type": "application/toml"})
    assert answer.status_code == 413
    assert "at most 256000 bytes" in answer.json()["message"]


@pytest.mark.parametrize(
    ("body", "kind", "status", "told"),
    [
        (b"{", "application/json", 422, "not JSON"),
        (b"[" * 100_000, "application/json", 422, "not JSON"),
        (b"[1]", "application/json", 422, "a case is a table"),
        (b"\xff", "application/toml", 422, "not TOML"),
        (b"title = 1", "application/x-yaml", 415, "type of the body is not read"),
        (b'title = "t"\nhorizon = "9 d"\nlibrary = "/etc"\n[[arm]]\nname = "a"\nregimen = "none"', "application/toml", 422,
         "library"),
        (b'title = "t"\nhorizon = "30 years"\n[[arm]]\nname = "a"\nregimen = "none"', "application/toml", 422, "horizon"),
        (b'title = "t"\nhorizon = "6 years"\n[[arm]]\nname = "a"\nregimen = "none"', "application/toml", 422, "1826 d"),
        (b'title = "t"\nhorizon = "9 d"\n[[arm]]\nname = "a"\nregimen = "lorazepan 1 mg po bid"', "application/toml", 422,
         "did you mean 'lorazepam'"),
        (b'title = "t"\nhorizon = "9 d"\n[[arm]]\nname = "a"\nregimen = [{events = "/etc/passwd"}]', "application/toml", 422,
         "events"),
        (b'title = "t"\nhorizon = "9 d"\n[[arm]]\nname = "a"\nregimen = "../../etc/passwd 1 mg po bid"', "application/toml", 422,
         "not part of the language"),
        (b'title = "t"\nhorizon = "9 d"\n[patient.genotype]\n"../../etc/passwd" = "poor"\n[[arm]]\nname = "a"\nregimen = "none"',
         "application/toml", 422, "unknown gene"),
        (b'horizon = "9 d"\n' + b".".join([b"a"] * 20_000) + b" = 1", "application/toml", 422, "nested too deeply"),
        (b"[" + b".".join([b"a"] * 20_000) + b"]", "application/toml", 422, "nested too deeply"),
        (b'{"title":' + b'{"a":' * 900 + b"1" + b"}" * 901, "application/json", 422, "nested too deeply"),
        (b"title = " + b"9" * 5000, "application/toml", 422, "not TOML"),
        (b'{"title":' + b"9" * 5000 + b"}", "application/json", 422, "not JSON"),
        (b'{"title":"\\ud800","horizon":"9 d","arm":[{"name":"a","regimen":"none"}]}', "application/json", 422,
         "half a character"),
    ],
    ids=["cut", "deep", "list", "bytes", "yaml", "library", "horizon", "limit", "regimen", "path", "path as drug", "path as gene",
         "deep key", "deep table", "deep json", "digits", "digits json", "half a character"],
)  # fmt: skip
def test_refused_cases_teach(client, body, kind, status, told):
    answer = client.post(JOBS, content=body, headers={"content-type": kind})
    assert answer.status_code == status, answer.text
    assert told in answer.json()["message"]
    assert "root:" not in answer.text


SIGNS = "{{7*7}} {0.__class__} ${7*7} <%= 7*7 %> %(a)s #eval(7) <script>alert(1)</script>"
"""What one engine of templates or another would take for its own, and a script."""


@pytest.mark.slow
def test_text_of_a_case_is_neither_template_nor_code_in_its_files(client):
    case = CASE | {"title": SIGNS, "description": SIGNS, "arm": [{"name": SIGNS, "regimen": "lorazepam 1 mg po bid for 7 d"}]}
    job = client.post(JOBS, json=case).json()
    while job["state"] in ("waiting", "running"):
        time.sleep(0.05)
        job = client.get(f"{JOBS}/{job['id']}").json()
    assert job["state"] == "done", job
    files = {path.rpartition("/")[2]: client.get(path).text for path in job["files"]}
    assert tomllib.loads(files["CASE.toml"])["title"] == SIGNS
    assert SIGNS in html.unescape(files["report.html"])
    assert "<script>alert" not in files["report.html"]


def test_unknown_jobs_and_files_are_not_found(client):
    for path in ("/nothing", "/nothing/files/report.html", "/..%2f..%2fetc%2fpasswd", "/nothing/files/..%2f..%2fetc%2fpasswd"):
        assert client.get(JOBS + path).status_code == 404
    assert client.delete(JOBS + "/nothing").status_code == 404


def test_static_files_stay_inside_their_folders(client):
    for path in ("/lib/plotly-of-the-wheel-7.1.0/..%2f..%2f__init__.py", "/lib/allostasis-0.1.0/..%2fserver.py"):
        assert client.get(path).status_code == 404
