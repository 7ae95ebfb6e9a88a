import pytest

from r1gym.core.errors import ConfigError
from r1gym.inspection.answered import explain_answer
from r1gym.inspection.play import Asking


def test_a_models_own_answer_is_explained(micro_run):
    found = explain_answer(str(micro_run), Asking(problem=2))
    assert found.writer == "micro, step 4" and found.problem.id.endswith("/test/0/2")
    assert [part.name for part in found.parts] == ["accuracy", "format"]
    other = explain_answer(str(micro_run), Asking(problem=2, rewards={"length": 1.0}))
    assert [part.name for part in other.parts] == ["length"]
    assert other.completion == found.completion
    with pytest.raises(ConfigError, match="problem must be"):
        explain_answer(str(micro_run), Asking(problem=-2))
