local faregate = require("faregate")
local support = require("support")

local function edition(date, price)
  return {effective = date, products = {{id = "p", meter = "units", price = {model = "flat", price = price}}}}
end

local function book_of(...)
  return assert(faregate.book{
    format = "faregate-book/2",
    id = "toy",
    title = "Toy",
    currency = "EUR",
    minor_digits = 2,
    time_zone = "+00:00",
    rounding = "none",
    editions = {...},
  })
end

describe("editions of a price book", function()
  local book = book_of(edition("2024-01-01", "1"), edition("2025-03-16", "2"))

  it("are listed by their dates", function()
    local dates = {}
    for _, each in ipairs(book:editions()) do dates[#dates + 1] = each.effective end
    assert.same({"2024-01-01", "2025-03-16"}, dates)
    assert.same({}, support.plain(book:as_of("2024-01-01"):editions()))
  end)

  it("are books of their own, before the first the first", function()
    for date, amount in pairs{["2020-01-01"] = "1.00", ["2025-03-15"] = "1.00", ["2025-03-16"] = "2.00"} do
      assert.equal(amount, tostring(book:as_of(date):price("p", "units", 1).amount))
    end
    assert.has_error(function() book:as_of("no date") end)
    assert.has_error(function() book:as_of() end)
  end)

  it("differ where their prices do", function()
    local found = assert(book:as_of("2024-01-01"):diff(book:as_of("2025-03-16")))
    assert.equal(1, #found)
    assert.equal("products[p].price.price", found[1].path)
    assert.equal("1.00", tostring(found[1].ours))
    assert.equal("2.00", tostring(found[1].theirs))
    assert.is_false(found[1].for_people)
    assert.same({}, support.plain(book:diff(book)))
    assert.has_error(function() book:diff("toy") end)
  end)

  it("are adopted by a living account", function()
    local account = assert(faregate.account(book:as_of("2024-01-01")))
    assert(account:open{product = "p", at = "2025-03-01"})
    local done = assert(account:adopt{book = book, at = "2025-03-01"})
    assert.same({"2025-03-16", "2025-03-16"}, {done.edition, done.effective})
    assert.is_true(account:adopt{book = book, at = "2025-03-02"}.repeated)
    assert.equal("start_in_past", (select(3, account:adopt{book = book_of(edition("2025-03-10", "3")),
                                                           at = "2025-03-02"})))
    account:use("p", 1, "2025-03-15T23:59:59")
    account:use("p", 1, "2025-03-16")
    assert(account:advance{at = "2025-04-01"})
    assert.equal("3.00", tostring(account:statement().spent.total))
  end)
end)
