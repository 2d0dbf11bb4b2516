local faregate = require("faregate")
local support = require("support")

local function year(calls)
  local months = {}
  for month = 1, 12 do
    months[month] = calls
  end
  return months
end

describe("a plan", function()
  local book = support.book()

  it("is the cheapest for a forecast", function()
    local forecast = {product = "image", start = "2025-01", calls = year(25000), materials = 30}
    local plan = assert(faregate.cheapest(book, forecast))
    assert.equal("30800.00", tostring(plan.total))
    assert.equal(12, #plan.months)
    assert.equal(1000, plan.months[1].free)
    assert.equal("52640.00", tostring(plan.naive.postpaid)) -- 12 × 24,000 × 0.18, and 800 for materials
    assert.is_true(plan.runner_up.total > plan.total)
  end)

  it("replays to its total", function()
    local forecast = [[{"product": "image", "start": "2025-01", "calls": [5000, 80000, 0, 300000],
      "peak_qps": [1, 2, null, 60]}]]
    local plan = assert(faregate.cheapest(book, forecast))
    local spent = faregate.replay(plan.timeline):match('"spent":.-"total":"([%d.]+)"')
    assert.equal(tostring(plan.total), spent)
    assert.equal("qps", plan.months[4].mode)
    assert.equal("qps", plan.orders[#plan.orders].meter)
  end)

  it("ends a search by a limit, and tells the gap", function()
    local forecast = {product = "image", start = "2025-01", calls = {15000}}
    local plan = assert(faregate.cheapest(book, forecast, nil, {time_limit = 10}))
    assert.is_true(plan.proven)
    assert.equal("0.00", tostring(plan.gap))
    for _, wrong in ipairs({0, -1, "1", 0 / 0, true}) do
      local ok, message = pcall(faregate.cheapest, book, forecast, nil, {time_limit = wrong})
      assert.is_false(ok)
      assert.is_truthy(message:find("time_limit: expected seconds above 0", 1, true))
    end
    assert.is_false((pcall(faregate.cheapest, book, forecast, nil, {limit = 1})))
  end)

  it("can be given", function()
    local forecast = {product = "image", start = "2025-01", calls = {15000}}
    assert.equal("2520.00", tostring(faregate.cheapest(book, forecast, "postpaid").total))
    assert.equal("3000.00", tostring(faregate.cheapest(book, forecast, {pack = "calls-10k"}).total))
    local orders = {orders = {{month = "2025-01", pack = "calls-10k"}}}
    assert.equal("2460.00", tostring(faregate.cheapest(book, forecast, orders).total))
  end)

  it("can be tried with another demand", function()
    assert.equal(15000, faregate.vary(15000, 0, 1, 2, 3))
    assert.equal(faregate.vary(15000, 200, 1, 2, 3), faregate.vary(15000, 200, 1, 2, 3))
    assert.not_equal(faregate.vary(15000, 200, 1, 2, 3), faregate.vary(15000, 200, 1, 2, 4))
    assert.equal(faregate.vary(15000, 200, 1, 2, 3), faregate.vary(15000, 200, 1, 2, 3, 0, 0))
    assert.not_equal(faregate.vary(15000, 0, 1, 2, 3), faregate.vary(15000, 0, 1, 2, 3, 300))
    assert.not_equal(faregate.vary(15000, 200, 1, 2, 3), faregate.vary(15000, 200, 1, 2, 3, nil, 500))
    assert.has_error(function() faregate.vary(15000, 10001, 1, 2, 3) end)
    local _, message = pcall(faregate.vary, 15000, 200, 1, 2, 3, 0, 1001)
    assert.matches("#7 to '.*' %(correlation_per_mille: expected 0 to 1000", message)
  end)

  it("tells what it cannot read", function()
    local plan, message, code, path = faregate.cheapest(book, {product = "image", start = "2025-1", calls = {1}})
    assert.is_nil(plan)
    assert.matches("^start: expected a month", message)
    assert.equal("invalid", code)
    assert.equal("start", path)
    local no_product = {product = "none", start = "2025-01", calls = {1}}
    assert.equal("unknown_product", select(3, faregate.cheapest(book, no_product)))
    assert.has_error(function() faregate.cheapest(book, 5) end)
    assert.has_error(function() faregate.cheapest({}, {}) end)
  end)
end)

describe("a basket", function()
  local book = support.book()

  it("tells what all of it costs, and why", function()
    local quote = assert(book:quote({
      image = {calls = 90000, packs = {["calls-10k"] = 1}, materials = 30},
      ["image-pro"] = {calls = 500, concurrency = {quantity = 2, months = 3}},
    }, {at = "2025-01-10"}))
    assert.equal("88520.00", tostring(quote.total))
    assert.equal("2025-01", quote.months[1].month)
    local calls = quote.months[1].lines[5]
    assert.equal("(90,000 − 1,000 free − 10,000 packs) × 0.18 = 14,220.00", calls.explanation)
    assert.equal(79000, calls.postpaid)
    assert.equal(1000, quote.grants[1].used)
  end)

  it("is the same in each month, with and without free quotas", function()
    local basket = {image = {calls = 90000}}
    assert.equal("16020.00", tostring(book:quote(basket).total))
    assert.equal("48060.00", tostring(book:quote(basket, {months = 3}).total))
    assert.equal("16200.00", tostring(book:quote(basket, {free = false}).total))
    assert.equal("0.00", tostring(book:quote{}.total))
    local switched = book:quote({image = {calls = 10500}}, {policy = {tier_basis = "total", settlement_day = 2}})
    assert.equal("1710.00", tostring(switched.total))
    assert.equal("16020.00", tostring(book:quote('{"image": {"calls": 90000}}').total))
  end)

  it("has bundles, and attributes of the account", function()
    local club = assert(faregate.book({
      format = "faregate-book/2", id = "club", title = "Club", currency = "EUR", minor_digits = 2,
      time_zone = "+00:00", rounding = "none",
      attributes = {{id = "member", values = {"no", "yes"}, of = "account", default = "no"}},
      bundles = {{id = "kit", price = "9", items = {{product = "club", pack = "calls"}}, when = {member = "yes"}}},
      products = {{id = "club", meter = "calls", settle = "week", tier_period = "week",
                   price = {model = "flat", price = "0.1"},
                   packs = {{id = "calls", units = 10, price = "2", validity = {years = 1}}}}},
    }))
    local basket = {club = {calls = 15}, bundles = {kit = 1}}
    local quote = assert(club:quote(basket, {attributes = {member = "yes"}, at = "2025-01-10"}))
    assert.equal("9.50", tostring(quote.total))
    assert.equal("kit", quote.months[1].lines[1].bundle)
    assert.equal("not_sold", select(3, club:quote(basket, {at = "2025-01-10"})))
  end)

  it("is refused where it asks for what there is not", function()
    local quote, message, code = book:quote{image = {packs = {["calls-9k"] = 1}}}
    assert.is_nil(quote)
    assert.equal("unknown_pack", code)
    assert.matches("^image%.packs%.calls%-9k: .*nearest is calls%-1k", message)
    assert.equal("capacity_limit", select(3, book:quote{image = {qps = {quantity = 301, months = 1}}}))
  end)

  it("raises for what is no basket", function()
    local function raises(pattern, ...)
      local fine, message = pcall(book.quote, book, ...)
      assert.is_false(fine)
      assert.matches(pattern, message)
    end
    raises("image%.calls: ", {image = {calls = 1.5}})
    raises("image%.calls: expected an integer", {image = {calls = -1}})
    raises("basket: expected", 5)
    raises("bad argument #3 .*months: expected 1 to 120", {}, {months = 0})
    raises("a quote has no such option", {}, {month = 1})
    raises("policy: expected a table", {}, {policy = 5})
    raises("policy: tier_basis: ", {}, {policy = {tier_basis = 1.5}})
    raises("policy%.tier_basis: ", {}, {policy = {tier_basis = "all"}})
  end)
end)

describe("a way to pay", function()
  local book = support.book()

  it("has cliffs", function()
    local cliffs = assert(book:cliffs{product = "image", most = 50000})
    assert.same(
      {{from = 7501, to = 9999, buy = 10000, amount = "1800.00", instead_of = "2399.76", saves = "599.76"}},
      support.plain(cliffs)
    )
    assert.equal(50, book:cliffs{product = "image", meter = "qps", months = 1}[1].buy)
  end)

  it("is refused where a count is none, which is another question than one that is not given", function()
    for _, none in ipairs({{pack = "calls-1k", packs = 0}, {capacity = 0, months = 1}}) do
      none.product = "image"
      local _, message = pcall(book.curve, book, none)
      assert.matches("expected 1 or more; leave it out for none", message)
    end
  end)

  it("may be a table that code looks after", function()
    local name = "no such product as this, whose name is too long to be kept twice"
    for _ = 1, 20 do
      local way = setmetatable({product = name .. os.time()}, {__index = function(table)
        table.product = nil
        collectgarbage()
        for number = 1, 2000 do -- where the name was, if it is gone
          table[number] = ("x"):rep(#name) .. number
          table[number] = nil
        end
        return nil
      end})
      local _, message = book:curve(way)
      assert.is_truthy(message:find(name, 1, true), message)
    end
  end)

  it("has a curve", function()
    local curve = assert(book:curve{product = "image", most = 20000})
    assert.equal(2, #curve.pieces)
    assert.equal("2399.76", tostring(curve.pieces[1].last))
    assert.equal("1800.00", tostring(curve.pieces[2].first))
  end)

  it("crosses another", function()
    local stretches = assert(faregate.break_even(
      {book = book, product = "image"}, {book = book, product = "image", capacity = 20, months = 1}, 500000))
    assert.same({"a", "equal", "b"}, {stretches[1].cheaper, stretches[2].cheaper, stretches[3].cheaper})
    assert.equal(400000, stretches[2].from)
  end)

  it("is refused or raised as everything else", function()
    assert.equal("unknown_pack", select(3, book:curve{product = "image", pack = "none"}))
    assert.equal("unknown_product", select(3, book:cliffs{product = "none"}))
    assert.has_error(function() book:curve{product = "image", quantity = 1} end)
    assert.has_error(function() book:curve{} end)
    assert.has_error(function() faregate.break_even({product = "image"}, {}, 1) end)
  end)
end)
