import pytest

from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.envs.templates import TEMPLATES, dress, load_template

# Table 1 of the report, with the field that it calls "prompt".
TABLE_1 = """A conversation between User and Assistant. The user asks a question, and the Assistant
solves it. The assistant first thinks about the reasoning process in the mind and then provides the
user with the answer. The reasoning process and answer are enclosed within <think> </think> and
<answer> </answer> tags, respectively, i.e., <think> reasoning process here </think> <answer> answer
here </answer>. User: {question}. Assistant:"""


def test_the_r1_template_is_the_reports_to_the_letter():
    assert load_template("r1") == TABLE_1.replace("\n", " ")


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_shows_the_question_once(name):
    assert dress(load_template(name), "1+1").count("1+1") == 1


def test_a_question_is_never_read_as_a_template():
    question = "what is {x} in {question}?"
    assert dress("Q: {question} A:", question) == f"Q: {question} A:"


def test_templates_of_ones_own():
    assert load_template("Q: {question}\nA:") == "Q: {question}\nA:"
    with pytest.raises(UnknownNameError, match="Did you mean 'short'"):
        load_template("shrt")
    for bad in ("{q}", "{question} {question}"):
        with pytest.raises(ConfigError, match="exactly once"):
            load_template(bad)
