"""A rewriter that asks a real HTTP server."""

import json

import pytest

import r1gym.verifiers.judge.client as client
from r1gym.core.errors import ConfigError
from r1gym.core.types import Problem
from r1gym.recipes.parts import make_part
from r1gym.recipes.rewriting import REWRITERS, Refused, Unanswered, rewrite_all
from tests.chat_server import ChatServer, chat, serving

PROBLEM = Problem("p", "Compute 7+5", "12")
TEXT = "<think>先7 then 加5, so 12</think><answer>12</answer>"


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr(client, "FIRST_WAIT", 0.01)
    with serving(ChatServer([reply("First 7, then 5.", "It is <answer>12</answer>.")])) as server:
        yield server


def reply(thinking, summary, **more):
    return chat(json.dumps({"thinking": thinking, "summary": summary, **more}))


def rewriter(server, **options):
    options = {"model": "m", "base_url": server.url, "api_key_env": None, "timeout": 5, **options}
    return make_part(REWRITERS, "endpoint", options)


def test_the_reply_becomes_a_response(server):
    made = rewriter(server, extra={"seed": 3})(PROBLEM, TEXT)
    assert made == "<think>First 7, then 5.</think>It is <answer>12</answer>."
    [request] = server.requests
    system, user = (message["content"] for message in request["messages"])
    assert "language of the question" in system and '"summary"' in system
    assert json.loads(user) == {
        "question": "Compute 7+5",
        "notes": "先7 then 加5, so 12",
        "reply": "<answer>12</answer>",
        "answer": "12",
    }
    assert request["response_format"]["type"] == "json_schema" and request["seed"] == 3


def test_the_key_goes_to_the_server_and_nowhere_else(server, monkeypatch):
    monkeypatch.setenv("MY_KEY", "sk-Secret")
    server.script = [401]
    with pytest.raises(Unanswered, match="the rewriter's server answered 401") as caught:
        rewriter(server, api_key_env="MY_KEY")(PROBLEM, TEXT)
    assert server.keys == ["Bearer sk-Secret"] and "Secret" not in str(caught.value)


def test_a_server_without_structured_replies_is_asked_in_words(server):
    server.script = [400, reply("a", "12"), reply("b", "12")]
    asked = rewriter(server)
    assert asked(PROBLEM, TEXT) == "<think>a</think>12"
    assert asked(PROBLEM, TEXT) == "<think>b</think>12"
    assert ["response_format" in request for request in server.requests] == [True, False, False]


def test_a_reply_in_another_form_is_asked_for_once_more(server):
    server.script = [chat("Sure! Here it is"), reply("a", "12")]
    assert rewriter(server)(PROBLEM, TEXT) == "<think>a</think>12"
    assert "another form" in server.requests[1]["messages"][0]["content"]
    server.script = [chat("no")]
    with pytest.raises(Unanswered, match="the rewriter's reply is not the JSON object asked for"):
        rewriter(server)(PROBLEM, TEXT)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (reply("a", "12", more=1), "has not the fields asked for"),
        (chat("{}", finish="length"), "the rewriter's reply was cut off"),
        (503, "the rewriter's server answered 503"),
        (b"oops", "the rewriter's server sent no JSON"),
    ],
)
def test_what_says_nothing_of_the_response_is_unanswered(answer, why, server):
    server.script = [answer]
    with pytest.raises(Unanswered, match=why):
        rewriter(server, max_retries=1)(PROBLEM, TEXT)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (reply("", "12"), "wrote no thinking"),
        (reply("a", 12), "wrote no summary"),
        (reply("a</think>b", "12"), "put a tag into its thinking"),
        (reply("a", "<think>12"), "put a tag into its summary"),
    ],
)
def test_a_reply_that_is_no_response_is_refused(answer, why, server):
    server.script = [answer]
    with pytest.raises(Refused, match=why) as caught:
        rewriter(server)(PROBLEM, TEXT)
    assert not isinstance(caught.value, Unanswered)


def test_several_are_asked_side_by_side(server):
    asked = rewriter(server, concurrency=2)
    assert len(set(rewrite_all(asked, [(PROBLEM, TEXT)] * 5))) == 1
    assert len(server.requests) == 5 and server.most_at_once <= 2


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"model": ""}, "needs a model"),
        ({"api_key_env": "sk-abc"}, "The rewriter's api_key_env must be the name"),
        ({"api_key_env": "NO_SUCH_KEY"}, "The rewriter's key is missing"),
        ({"base_url": "ftp://x"}, "The rewriter's endpoint"),
        ({"concurrency": 0}, "concurrency must be"),
        ({"extra": {"model": "x"}}, "The rewriter's extra must not hold model"),
        ({"timeout": 0}, "timeout must be"),
        ({"instructions": 3}, "instructions must be a text"),
        ({"temprature": 1}, "no option 'temprature'. Did you mean 'temperature'"),
    ],
)
def test_a_wrong_option_is_one_line(options, message, server):
    with pytest.raises(ConfigError, match=message) as caught:
        rewriter(server, **options)
    assert "\n" not in str(caught.value)
