import pytest

from r1gym.core.errors import ConfigError, MissingPackageError, R1GymError
from r1gym.core.extras import needs


def test_a_missing_package_is_one_line_and_an_import_error():
    with pytest.raises(ImportError) as caught, needs("judge", "r1gym.somewhere"):
        import no_such_package_of_tests  # noqa: F401
    assert isinstance(caught.value, MissingPackageError) and isinstance(caught.value, ConfigError)
    assert caught.value.name == "no_such_package_of_tests"
    assert str(caught.value) == (
        "r1gym.somewhere needs a package that cannot be loaded (No module named "
        "'no_such_package_of_tests'): pip install '.[judge]' in the folder of r1gym's source."
    )


def test_the_innermost_module_is_named_once():
    with pytest.raises(MissingPackageError) as caught, needs("a", "outer"), needs("b", "inner"):
        import no_such_package_of_tests  # noqa: F401
    assert str(caught.value).startswith("inner needs ") and "'.[b]'" in str(caught.value)


def test_a_fault_of_ours_is_no_missing_package():
    with pytest.raises(ImportError, match="cannot import name") as caught, needs("x", "y"):
        from r1gym.core.errors import nothing  # noqa: F401
    assert not isinstance(caught.value, R1GymError)


def test_other_errors_pass():
    with pytest.raises(ValueError, match="mine"), needs("x", "y"):
        raise ValueError("mine")
