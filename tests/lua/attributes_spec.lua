--- Usage with attributes: by table and by position, of accounts, calls and events.
local faregate = require("faregate")
local support = require("support")

local DAY = "2025-01-10T12:00:00"

local BOOK = {
  format = "faregate-book/2", id = "toy", title = "Toy", currency = "EUR", minor_digits = 2, time_zone = "+00:00",
  rounding = "none",
  attributes = {
    {id = "model", values = {"big", "mini"}}, {id = "ms", whole = {from = 0}, default = 0},
    {id = "plan", values = {"gold", "none"}, of = "account", default = "none"},
  },
  events = {{id = "run", products = {"runs", "ticks"}}},
  products = {
    {id = "tokens", meter = "tokens", price = {model = "flat", price = "3"}, rules = {
      {when = {plan = "gold"}, factor = "0.5"},
      {id = "mini", when = {model = "mini"}, price = {model = "flat", price = "1"}},
    }},
    {id = "runs", meter = "runs", price = {model = "flat", price = "1"}},
    {id = "ticks", meter = "ticks", quantity = {{of = "ms", divide = 100}}, price = {model = "flat", price = "0.01"}},
  },
}

describe("usage with attributes", function()
  local account

  before_each(function()
    account = faregate.account(assert(faregate.book(BOOK)), {attributes = {plan = "gold"}})
    for _, product in ipairs{"tokens", "runs", "ticks"} do
      assert(account:open{product = product, at = DAY})
    end
  end)

  it("that has any is priced by a rule whose `when` is empty, also of a book that was described", function()
    local source = {}
    for key, value in pairs(BOOK) do source[key] = value end
    source.products = {{id = "tokens", meter = "tokens", rules = {
      {when = {model = "mini"}, price = {model = "flat", price = "1"}},
      {when = {}, price = {model = "flat", price = "7"}},
    }}}
    source.events = nil
    local book = assert(faregate.book(source))
    local again = assert(faregate.book(book:describe()))
    assert.same({}, book:diff(again))
    local asked = {product = "tokens", meter = "tokens", quantity = 3, attributes = {model = "big"}}
    assert.equal("21.00", tostring(again:price(asked).amount)) -- 3 × 7
  end)

  it("is priced by them, by table and by position", function()
    assert(account:use{product = "tokens", quantity = 10, at = DAY, attributes = {model = "big"}})
    assert.equal(0, (account:use("tokens", 20, DAY, nil, {model = "mini"})))
    assert(account:set{attributes = {plan = "none"}, at = DAY})
    assert(account:use("tokens", 1, DAY, nil, {model = "big"}))
    assert(account:advance{at = "2025-02-01"})
    -- (10 × 3 + 20 × 1) × 0.5 + 3
    assert.equal("28.00", tostring(account:statement().spent.postpaid))
  end)

  it("is refused with the code", function()
    local _, _, code = account:use("tokens", 1, DAY, nil, {model = "huge"})
    assert.equal("unknown_value", code)
    _, _, code = account:use{product = "tokens", quantity = 1, at = DAY}
    assert.equal("missing_attribute", code)
    _, _, code = account:set{attributes = {model = "big"}, at = DAY}
    assert.equal("unknown_value", code)
  end)

  it("of a call may be known at its end alone", function()
    local call = assert(account:call("ticks", 10, DAY, "c", {ms = 300}))
    local ended = assert(call:commit{attributes = {ms = 100}, at = DAY})
    assert.equal(20, ended.returned)
    assert.equal(10, account:statement().products.ticks.month.postpaid)
  end)

  it("is in a basket one usage or several", function()
    local usages = {{quantity = 5, attributes = {model = "big"}}, {quantity = 2, attributes = {model = "mini"}}}
    local book = assert(faregate.book(BOOK))
    assert.equal("17.00", tostring(assert(book:quote({tokens = {tokens = usages}}, {at = DAY})).total))
    assert.equal("2.00", tostring(assert(book:quote({tokens = {tokens = usages[2]}}, {at = DAY})).total))
  end)

  it("of an event is one of each of its products", function()
    local used = assert(account:use{product = "run", quantity = 5, at = DAY, attributes = {ms = 250}})
    assert.equal(5 + 15, used.postpaid)
    assert.equal("15.15", tostring(account:marginal("run", 15, {ms = 100})))
    assert.equal(2, #account:preview{product = "run"}.lines)
    local book = assert(faregate.book(BOOK))
    local price = assert(book:price{product = "run", meter = "run", quantity = 5, attributes = {ms = 250}})
    assert.same({"5.15", 2, 15}, {tostring(price.amount), #price.products, price.products[2].units})
    local many = {product = "run", meter = "run", quantities = {5, 0, 100}, attributes = {ms = 250}}
    assert.same({"5.15", "0.00", "103.00"}, support.plain(assert(book:price_many(many))))
    assert.equal("unknown_meter", (support.refusal(book:price_many("run", "runs", {1}))))
    local curve = assert(book:curve{product = "run", most = 5, attributes = {ms = 250}})
    assert.same({"run", "5.15"}, {curve.product, tostring(curve.pieces[#curve.pieces].last)})
    assert.same({}, assert(book:cliffs{product = "run", most = 5, attributes = {ms = 250}}))
    assert.equal("20.30", tostring(account:preview{product = "run", quantity = 15, attributes = {ms = 100}}.total))
    local _, _, code = account:preview{product = "tokens", quantity = 1}
    assert.equal("missing_attribute", code)
    local call = assert(account:call{product = "run", quantity = 5, at = DAY, id = "e", attributes = {ms = 250}})
    assert.equal("run", account:calls()[1].product)
    assert.equal(20, (assert(call:cancel{at = DAY})))
  end)
end)
