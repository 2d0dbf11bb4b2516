--- What is to come and what wants attention; values are worked out by hand from the rules named beside them.
local faregate = require("faregate")
local language = require("language")
local support = require("support")

local NOV = "2024-11-05T10:00:00"

describe("what is to come", function()
  --- R14: 5,000 × 0.24 of 800.00 that a pack left; R26: suspended a day later; R28: January's grant is held back.
  it("is told in the order of time", function()
    local account = support.account{wallet = {cash = "1000"}}
    assert(account:buy_pack{product = "image", pack = "calls-1k", id = "p1", at = NOV})
    assert(account:use{product = "image", quantity = 7000, at = "2024-11-20T12:00:00"})
    local before = support.plain(account:statement())
    local ahead = assert(account:upcoming("2025-01-31"))
    assert.same({
      from = "2024-11-20T12:00:00+08:00",
      ["until"] = "2025-01-31T00:00:00+08:00",
      complete = true,
      events = {
        {at = "2024-12-01T00:00:00+08:00", kind = "settlement", amount = "1200.00", rule = "R14", month = "2024-11",
         balance_after = "-400.00"},
        {at = "2024-12-01T00:00:00+08:00", kind = "grant_issued", product = "image", id = "image/free-calls/2024-12",
         units = 1000, rule = "R1"},
        {at = "2024-12-02T00:00:00+08:00", kind = "suspension", amount = "400.00", rule = "R26"},
        {at = "2025-01-01T00:00:00+08:00", kind = "grant_expires", product = "image", id = "image/free-calls/2024-12",
         units = 1000, rule = "R1"},
      },
    }, support.plain(ahead))
    assert.same(before, support.plain(account:statement()))
  end)

  --- R24: the mode of image-pro falls back by itself.
  it("has capacity that ends", function()
    local account = support.account()
    assert(account:buy_capacity{product = "image-pro", meter = "concurrency", quantity = 3, months = 1, id = "c1",
                                at = NOV})
    assert.same({{at = "2024-12-05T00:00:00+08:00", kind = "capacity_ends", product = "image-pro", id = "c1", units = 3,
                  meter = "concurrency", mode = "calls", limit = 10, rule = "R19"}},
                {support.plain(account:upcoming()).events[3]})
  end)

  it("goes no farther than ten years, and not back", function()
    local account = support.account()
    local ahead = account:upcoming("9999-12-31")
    assert.is_false(ahead.complete)
    assert.equal("2034-11-06T10:00:00+08:00", ahead["until"])
    assert.equal("time_reversal", (support.refusal(account:upcoming("2024-11-05T09:59:59"))))
    assert.has_error(function() account:upcoming(1.5) end)
    assert.has_error(function() account:upcoming(language.greatest) end)
    assert.same({events = {}, complete = true}, faregate.account(support.book()):upcoming())
  end)
end)

describe("notices", function()
  --- 999 of 10,000 are less than 10 %; R6: void after 6 November 2025; 30 × 0.24 = 7.20 are postpaid.
  it("tell of packs and budgets", function()
    local account = support.account()
    assert.same({}, account:notices())
    assert(account:buy_pack{product = "image", pack = "calls-10k", id = "p1", at = NOV})
    assert(account:use{product = "image", quantity = 10001, at = NOV})
    assert.same({{code = "packs_low", message = "image: 999 of 10,000 calls are left in the packs", product = "image",
                  units = 999, of = 10000, rule = "R7"}}, account:notices())
    assert.same({}, account:notices{pack_percent = 9})
    local ending = account:notices{pack_percent = 0, pack_days = "366"}
    assert.equal(1, #ending)
    assert.equal("2025-11-06T00:00:00+08:00", ending[1].at)
    assert(account:set_budget{day = "9", at = NOV})
    assert(account:use{product = "image", quantity = 1029, at = NOV})
    local notices = support.plain(account:notices())
    assert.same({"budget_used", "packs_used_up", "postpaid_begun"},
                {notices[1].code, notices[2].code, notices[3].code})
    assert.same({"7.20", "9.00", "day"}, {notices[1].amount, notices[1].limit, notices[1].id})
    assert.equal("packs_used_up", account:notices{budget_percent = 81}[1].code)
  end)

  it("tell of arrears of each product of a book with rules of arrears", function()
    local list = assert(faregate.book_json([[{"format": "faregate-book/2", "id": "toy", "title": "Toy",
      "currency": "EUR", "minor_digits": 2, "time_zone": "+00:00", "rounding": "none",
      "arrears": [{"products": ["q"], "hours": 2, "keeps": "prepaid"}],
      "products": [{"id": "p", "meter": "units", "price": {"model": "flat", "price": "1"}},
                   {"id": "q", "meter": "units", "price": {"model": "flat", "price": "1"}}]}]]))
    local account = assert(faregate.account(list, {wallet = {cash = "0"}}))
    assert(account:open{product = "p", at = "2025-01-10"})
    assert(account:open{product = "q", at = "2025-01-10"})
    assert(account:use{product = "p", quantity = 3, at = "2025-01-10"})
    assert(account:advance{at = "2025-02-01T03:00"})
    local told = account:notices()
    assert.same({"arrears", "p", "suspended", "q"}, {told[1].code, told[1].product, told[2].code, told[2].product})
    assert.is_true(account:statement().products.q.suspended)
    assert.is_false(account:statement().products.p.suspended)
  end)

  it("tell of arrears and how long there is", function()
    local account = support.account{wallet = {cash = 2000}}
    assert(account:use{product = "image", quantity = 10000, at = NOV})
    assert(account:advance{at = "2024-12-01"})
    local arrears = account:notices()[1]
    assert.same({"arrears", "160.00", "2024-12-02T00:00:00+08:00"},
                {arrears.code, tostring(arrears.amount), arrears.at})
    assert(account:advance{at = "2024-12-02"})
    assert.equal("suspended", account:notices()[1].code)
  end)

  it("refuse limits that are none", function()
    local account = support.account()
    for _, limits in ipairs{{pack_percent = 101}, {pack_days = -1}, {budget_percent = 0.5}, {pack_hours = 3}, {1}} do
      assert.has_error(function() account:notices(limits) end)
    end
    assert.has_error(function() account:notices(10) end)
  end)
end)

describe("on a ledger", function()
  it("both know what another handle did", function()
    local path = support.free_path()
    local account = assert(faregate.open(path, {book = "tencent-facefusion"}))
    assert(account:open{product = "image", at = NOV})
    local other = assert(faregate.open(path))
    assert(other:use{product = "image", quantity = 1030, at = "2024-11-06"})
    assert.equal("7.20", tostring(account:upcoming("2024-12-01").events[1].amount))
    local notices = account:notices() -- the clock may be suspect besides: these instants are long ago
    assert.same({"postpaid_begun", 30}, {notices[#notices].code, notices[#notices].units})
    other:release()
    account:release()
    os.remove(path)
    os.remove(path .. "-mark")
  end)
end)
