import jinja2
import pytest

from r1gym.models.scoring import chat_template_of, graded_part


@pytest.mark.parametrize(
    "template",
    [
        "User: {question}. Assistant:",
        "{question}",
        'It\'s "so": {question}\n\\n{{ message }}<think>{# é 答 #}',
    ],
)
def test_the_chat_template_dresses_as_the_prompt_template(template):
    turns = [
        {"role": "user", "content": "{{ q }} 答"},
        {"role": "assistant", "content": "a\n{%b%}"},
    ]
    made = jinja2.Template(chat_template_of(template), keep_trailing_newline=True)
    assert made.render(messages=turns) == template.replace("{question}", "{{ q }} 答") + "a\n{%b%}"


@pytest.mark.parametrize(
    ("text", "summary", "response"),
    [
        ("<think>a</think> b ", "b", "<think>a</think> b"),
        (" b", "b", "b"),
        ("<think>a</think>", "", ""),
        ("<think>a", "", ""),
    ],
)
def test_parts(text, summary, response):
    assert graded_part(text, "summary") == summary
    assert graded_part(text, "response") == response
