import json
import re

import pytest

from r1gym.agents.prm.judged import judge_labels
from r1gym.agents.prm.solutions import cut_into_steps
from r1gym.envs.spec import TaskSpec
from r1gym.envs.task import TokenTask
from r1gym.verifiers.judge.steps import StepJudge
from tests.agents.prm.test_solutions import said
from tests.chat_server import ChatServer, chat, serving


def careful(request):
    """Finds the first sum that is false, as a judge does; it cannot judge a 99."""
    text = request["messages"][-1]["content"]
    marker = re.search("the text ([0-9a-f]{16})", text)[1]
    steps = re.findall(r"=== STEP \d+ \w+ ===\n\| (?:‹think›)?(\d+)([+-])(\d+)=(\d+)", text)
    wrong = [
        i for i, (a, sign, b, c) in enumerate(steps, 1)
        if int(a) + int(b) * (1 if sign == "+" else -1) != int(c)
    ]  # fmt: skip
    if "=99" in text:
        return 404
    word = str(wrong[0]) if wrong else "NONE"
    return chat(json.dumps({"analysis": "-", "marker": marker, "verdict": word}))


@pytest.fixture
def server():
    with serving(ChatServer([careful])) as running:
        yield running


def test_a_judges_labels_end_at_the_first_wrong_step(server):
    task = TokenTask(TaskSpec(problems={"arithmetic": [2]}, max_tokens=48))
    texts = [
        "<think>7+5=12\n12-2=10</think><answer>10</answer>",
        "<think>7+5=12\n12-2=11\n",
        "<think>7+5=13\n13-2=11\n",
        "<think>7+5=99\n99-2=97\n",
    ]
    solutions = cut_into_steps([said(task, text) for text in texts], task.tokenizer)
    judge = StepJudge(model="m", base_url=server.url, max_retries=0, timeout=5, api_key_env=None)
    found = judge_labels(judge, task, solutions)
    assert found.labels == [(1.0, 1.0), (1.0, 0.0), (0.0, 0.0), (None, None)]
    assert found.failed == 1
    assert "404" in found.reason
