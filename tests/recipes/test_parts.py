import pytest

from r1gym.core.errors import ConfigError, UnknownNameError
from r1gym.core.registry import Registry
from r1gym.recipes.parts import make_part


def louder(*, by: int = 1):
    return lambda text: text + "!" * by


def needs_more(text, *, more):
    return print


MAKERS = Registry("voice", group="r1gym.voices")


@pytest.fixture(autouse=True)
def _voices():
    with MAKERS.scoped():
        MAKERS.register("louder")(louder)
        MAKERS.register("needs_more")(needs_more)
        MAKERS.register("any")(lambda **options: lambda text: text + str(options))
        MAKERS.register("broken")(lambda: 1 / 0)
        MAKERS.register("nothing")(lambda: None)
        yield


def test_a_part_is_made_of_its_name_and_options():
    assert make_part(MAKERS, "louder", {})("a") == "a!"
    assert make_part(MAKERS, "mine", {"type": "louder", "by": 3})("a") == "a!!!"
    assert make_part(MAKERS, "any", {"x": 1})("a") == "a{'x': 1}"


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        (
            "louder",
            {"buy": 2},
            "The voice 'louder' has no option 'buy'. Did you mean 'by'.*has: by",
        ),
        ("broken", {"a": 2}, "has no option 'a'. It has none"),
        ("needs_more", {"more": 1}, "needs the option 'text'"),
        ("broken", {}, "cannot be made with {}: ZeroDivisionError"),
        ("nothing", {}, "made None, which cannot be called"),
        ("louder", 3, "takes a mapping of its options, such as {}, not 3"),
        ("mine", {"type": 3}, "has the type 3"),
    ],
)
def test_what_cannot_be_made_is_one_line(name, options, message):
    with pytest.raises(ConfigError, match=message) as caught:
        make_part(MAKERS, name, options)
    assert "\n" not in str(caught.value)


def test_a_name_that_is_unknown():
    with pytest.raises(UnknownNameError, match="no voice 'loudr'. Did you mean 'louder'"):
        make_part(MAKERS, "loudr", {})
