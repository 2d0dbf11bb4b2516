"""The calculator in a headless browser, opened as a file: every book and product in it, against the library in Python;
by keyboard, in both languages, on a phone. `make calculator-tests` runs it."""

import json
import re
from decimal import Decimal
from pathlib import Path

import faregate
import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "build" / "calculator" / "index.html").as_uri()
OPTIONS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=en",
)
BOOKS = {name: json.loads((ROOT / "books" / f"{name}.json").read_text("utf-8")) for name in faregate.shipped_books()}
USABLE = [(name, used["id"]) for name, book in BOOKS.items() for used in [*book.get("events", []), *book["products"]]]


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for option in (*OPTIONS, f"--user-data-dir={tmp_path_factory.mktemp('chromium')}"):
        options.add_argument(option)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService("/usr/bin/chromedriver"))
    yield driver
    driver.quit()


@pytest.fixture
def page(browser):
    def open_page(width=1280, **asked):
        browser.set_window_size(width, 1400)
        browser.get("about:blank")
        browser.get(PAGE + "#" + "&".join(f"{name}={value}" for name, value in asked.items()))
        WebDriverWait(browser, 10).until(
            lambda _: shown(browser, "#total") or browser.find_elements(By.CSS_SELECTOR, "#bill .refusal")
        )
        return browser

    yield open_page
    assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []


def shown(browser, selector):
    return browser.find_element(By.CSS_SELECTOR, selector).text


def money_in(text):
    return Decimal(re.search(r"-?[\d,]+\.\d+", text).group().replace(",", ""))


def total(browser):
    return money_in(shown(browser, "#total").split(":")[-1].split("：")[-1])


def wait_for_another(browser, before):
    WebDriverWait(browser, 5).until(lambda _: shown(browser, "#total") != before)


def basket_in(browser):
    """The basket that the page asked for, its start and the attributes of the account."""
    return browser.execute_script(
        "const asked = readQuestion(); return [basketOf(asked), asked.start, asked.account ?? {}, asked.months, asked.free]"
    )


@pytest.mark.parametrize(("book", "product"), USABLE)
def test_a_bill_is_that_of_the_library(page, book, product):
    browser = page(book=book, product=product, calls=123_456, months=3)
    basket, start, attributes, months, free = basket_in(browser)
    assert product in basket
    asked = {"months": months, "at": f"{start}-01", "free": free, "attributes": attributes or None}
    try:
        wanted = faregate.Book(book).quote(basket, **asked).total
    except faregate.Error as refused:
        assert shown(browser, "#bill .refusal").startswith("Refused: ")
        assert str(refused).split(": ")[-1] in shown(browser, "#bill .refusal")
    else:
        assert total(browser) == wanted


def test_the_numbers_of_the_guide(page):
    browser = page(calls=90_000, months=1)
    assert total(browser) == Decimal("16020.00")  # (90,000 − 1,000 free) × 0.18
    browser = page(calls=90_000, months=1, free=0)
    assert total(browser) == Decimal("16200.00")
    browser = page(calls=90_000, months=1, at_once=60, materials=30)
    assert total(browser) == Decimal("120800.00")  # 60 × 2,000 by the month, two packs of 10 materials for 400 each
    assert "R18" in shown(browser, "#bill")


def test_one_month_is_not_months(page):
    assert shown(page(calls=90_000, months=1), "#total") == "1 month: ¥16,020.00"
    assert shown(page(calls=90_000, months=1, language="zh"), "#total") == "1 个月：¥16,020.00"


def test_the_cheapest_plan(page):
    browser = page(calls=10_000, months=12)
    assert total(browser) == 12 * 9_000 * Decimal("0.24")
    assert shown(browser, "#plan .saving").startswith("¥11,500.00")  # packs of 100,000 and of 10,000 calls
    assert "no plan costs less" in shown(browser, "#plan")


def test_cliffs_are_shown(page):
    browser = page(free=0)
    rows = [row.text for row in browser.find_elements(By.CSS_SELECTOR, "#cliffs tbody tr")]
    assert rows[0] == "7,501 – 9,999 10,000 = ¥1,800.00 ¥599.76"
    picture = browser.find_element(By.CSS_SELECTOR, "#curve svg")
    assert len(picture.find_elements(By.CSS_SELECTOR, ".cliff")) == len(rows) == 4
    assert "¥16,200.00" in picture.get_attribute("aria-label")


def test_by_keyboard(page):
    browser = page(calls=90_000, months=1)
    label = browser.find_element(By.CSS_SELECTOR, "[data-language=en]")
    label.send_keys(Keys.TAB)
    reached = []
    for _ in range(12):
        active = browser.switch_to.active_element
        reached.append(active.get_attribute("id") or active.get_attribute("aria-label"))
        if active.get_attribute("aria-label") == "A month: calls":
            before = shown(browser, "#total")
            active.send_keys(Keys.ARROW_RIGHT)
            wait_for_another(browser, before)
            assert total(browser) > Decimal("16020.00")
        active.send_keys(Keys.TAB)
    assert {"book", "product", "A month: calls", "calls", "months", "free"} <= set(reached)


def test_in_chinese(page):
    browser = page(calls=90_000, months=2, language="zh")
    assert browser.find_element(By.TAG_NAME, "html").get_attribute("lang") == "zh-Hans"
    assert shown(browser, "#total") == "2 个月：¥32,040.00"
    assert "免费 1,000，后付费 89,000 × ¥0.18" in shown(browser, "#bill")
    browser.find_element(By.CSS_SELECTOR, "[data-language=en]").click()
    assert shown(browser, "#total") == "2 months: ¥32,040.00"


def test_words_of_both_languages_are_the_same(page):
    browser = page()
    keys = (
        "const keys = (words) => Object.entries(words).flatMap(([key, word]) => typeof word === 'object' ? [] : [key]);"
    )
    english, chinese = browser.execute_script(keys + "return [keys(WORDS.en), keys(WORDS.zh)]")
    assert english == chinese


def test_the_address_keeps_the_question(page):
    browser = page(calls=90_000, months=1)
    Select(browser.find_element(By.ID, "product")).select_by_value("image-pro")
    WebDriverWait(browser, 5).until(lambda _: "product=image-pro" in browser.current_url)
    assert total(browser) == 90_000 * Decimal("0.48")  # free calls of the professional edition are to be claimed
    again = browser.current_url.split("#")[1]
    browser.get("about:blank")
    browser.get(PAGE + "#" + again)
    assert total(browser) == 90_000 * Decimal("0.48")


@pytest.mark.parametrize("width", [500, 800, 1280])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_page_is_no_wider_than_its_window(page, width, language):
    browser = page(width=width, language=language, calls=123_456_789, at_once=60, materials=30, months=36)
    assert browser.execute_script("return document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_phone_shows_every_cell(page, language):
    """Windows of Chromium are at least 500 pixels wide, so the phone is a device of its own."""
    browser = page()
    phone = {"width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", phone)
    try:
        page(language=language, calls=90_000, at_once=60, materials=30, months=12)
        fits = "return [...document.querySelectorAll('.wide')].map((box) => box.scrollWidth <= box.clientWidth)"
        assert browser.execute_script(fits) == [True] * 4  # the bills of the first month and the others; plan; cliffs
        assert browser.execute_script("return document.documentElement.scrollWidth") == 390
        cell = browser.find_element(By.CSS_SELECTOR, "#bill td:nth-child(4)")
        name = browser.execute_script("return getComputedStyle(arguments[0], '::before').content", cell)
        assert (cell.text, name) == ("¥120,000.00", {"en": '"Amount"', "zh": '"金额"'}[language])
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_what_is_not_worked_out_is_said_for_people(page):
    browser = page(book="anthropic-claude", product="message", calls=1000)
    assert shown(browser, "#plan") == "Not worked out for what uses several products at once."
    browser = page(book="aliyun-qwen", product="input", calls=1000, language="zh")
    assert shown(browser, "#plan") == "这类价格不支持此项计算。"


def test_what_is_no_number_changes_nothing(page):
    browser = page(calls=90_000, months=1)
    before = shown(browser, "#total")
    field = browser.find_element(By.ID, "calls")
    field.clear()
    field.send_keys("-5")
    browser.execute_async_script("setTimeout(arguments[0], 300)")
    assert shown(browser, "#total") == before
