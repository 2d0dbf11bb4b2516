"""What help() shows."""

import doctest
import inspect

import faregate
import pytest

PUBLIC = [value for name, value in vars(faregate).items() if not name.startswith("_") and callable(value)]


def test_the_example_of_the_package_is_true():
    assert doctest.testmod(faregate) == (0, 7)


@pytest.mark.parametrize("value", PUBLIC, ids=lambda value: value.__name__)
def test_everything_is_documented(value):
    assert value.__doc__
    if inspect.isclass(value) and not issubclass(value, BaseException | dict):
        for name, member in vars(value).items():
            assert name.startswith("__") or inspect.getdoc(member), name
            assert not callable(member) or name.startswith("__") or inspect.signature(member), name
