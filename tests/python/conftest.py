import os

import faregate
import pytest

os.environ.pop("PYTHONUNBUFFERED", None)  # the programs that tests begin print as they do for others


@pytest.fixture(scope="session")
def book() -> faregate.Book:
    return faregate.Book("tencent-facefusion")


@pytest.fixture
def account(book) -> faregate.Account:
    """An account with `image` open and unlimited funds, on 5 November 2024 at 10:00."""
    account = faregate.Account(book)
    account.open("image", at="2024-11-05T10:00")
    return account
