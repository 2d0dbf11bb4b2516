local faregate = require("faregate")
local language = require("language")
local support = require("support")

describe("an account", function()
  it("lives through the guide's second example (W2)", function()
    local account = support.account{wallet = {cash = "5000"}}
    local pack = assert(account:buy_pack{product = "image", pack = "calls-10k", at = "2024-11-05T10:05:00", id = "p1"})
    assert.same({["do"] = "buy_pack", ok = true, id = "p1", amount = "1500.00", paid = {cash = "1500.00"},
                 units = 10000, expires = "2025-11-06T00:00:00+08:00"}, support.plain(pack))
    local used = assert(account:use{product = "image", quantity = 15000, at = "2024-11-20T12:00:00", id = "u1"})
    assert.same({["do"] = "use", ok = true, free = 1000, packs = {{id = "p1", units = 10000}}, postpaid = 4000,
                 unbilled = 0}, support.plain(used))
    assert.equal(0, #account:invoices())
    assert(account:advance{at = "2024-12-01"})
    local invoice = account:invoices()[1]
    assert.equal("960.00", tostring(invoice.total))
    assert.equal("2024-11", invoice.month)
    assert.equal("2540.00", tostring(invoice.balance_after))
    assert.equal("(15,000 − 1,000 free − 10,000 packs) × 0.24 = 960.00", invoice.lines[1].explanation)
    local statement = account:statement()
    assert.is_true(statement.spent.total == faregate.money("2460.00"))
    assert.is_true(statement.wallet.balance == faregate.money(2540))
    assert.equal("2024-12-01T00:00:00+08:00", statement.at)
    assert.equal("active", statement.state)
    assert.equal(20, statement.products.image.limits.qps)
    assert.equal("used_up", statement.products.image.packs[1].state)
  end)

  it("has unlimited funds without a wallet", function()
    local account = support.account()
    local pack = assert(account:buy_pack{product = "image", pack = "calls-10m", at = "2024-11-05T10:00:00"})
    assert.equal("160000.00", tostring(pack.paid.cash))
    assert.is_nil(account:statement().wallet)
    local topped_up = assert(account:top_up{amount = 1, at = "2024-11-05T10:00:00"})
    assert.is_nil(topped_up.balance)
    assert.equal("insufficient_funds", (support.refusal(support.account{wallet = {}}:buy_pack{
      product = "image", pack = "calls-1k", at = "2024-11-05T10:00:00"})))
  end)

  it("takes funds as text, integers and money", function()
    local account = support.account{wallet = {cash = "1.50", gift = 2, income = faregate.money("3.25"), voucher = 0}}
    assert.same({cash = "1.50", gift = "2.00", income = "3.25", voucher = "0.00", balance = "6.75"},
                support.plain(account:statement().wallet))
  end)

  it("takes switches as words and numbers", function()
    local account = support.account{policy = {tier_basis = "total", settlement_day = 2}}
    assert(account:use("image", 10999, "2024-11-06"))
    assert(account:advance{at = "2024-12-01T23:59:59.999999"})
    assert.equal(0, #account:invoices())
    assert(account:advance{at = "2024-12-02"})
    assert.equal("1799.82", tostring(account:invoices()[1].total)) -- 9,999 × 0.18: 10,999 in all pick the tier (R12)
    local same = support.account{policy = {settlement_day = "2"}}
    assert(same:advance{at = "2024-12-02"})
  end)

  it("does not keep or change the tables it is given", function()
    local options = {wallet = {cash = 5}, policy = {settlement_day = 2}}
    support.account(options)
    assert.same({wallet = {cash = 5}, policy = {settlement_day = 2}}, options)
    assert.equal("integer", language.number_type(options.policy.settlement_day))
  end)

  it("answers the short form of use in integers", function()
    local account = support.account()
    assert(account:give_pack{product = "image", pack = "calls-1k", at = "2024-11-05T10:00:00"})
    assert(account:give_pack{product = "image", pack = "calls-1k", at = "2024-11-05T10:00:00"})
    local free, packs, postpaid, unbilled = account:use("image", 3500, "2024-11-06T00:00:00", "u1")
    assert.same({1000, 2000, 500, 0}, {free, packs, postpaid, unbilled})
    assert.same({1000, 2000, 500, 0}, {account:use("image", "3500", "2024-11-07", "u1")}) -- the same command again
    assert.equal(3500, account:statement().products.image.month.total)
    local _, message, code, rule = account:use("image-pro", 1, "2024-11-07")
    assert.same({"the product is not open", "not_open", "R33"}, {message, code, rule})
  end)

  it("counts what is not billable apart", function()
    local account = support.account()
    local used = assert(account:use{product = "image", quantity = 7, billable = false, at = "2024-11-06"})
    assert.equal(7, used.unbilled)
    assert.equal(0, used.free)
  end)

  it("takes an instant as civil time, with an offset, or in microseconds", function()
    local book = support.book()
    local expected = "2024-11-05T10:00:00.25+08:00"
    for _, at in ipairs{"2024-11-05T10:00:00.25", "2024-11-05 10:00:00.250000", "2024-11-05T02:00:00.25Z",
                        "2024-11-05T03:00:00.25+01:00", 1730772000250000} do
      local account = faregate.account(book)
      assert.is_nil(account:now())
      assert(account:open{product = "image", at = at})
      assert.equal(expected, account:now())
    end
  end)

  it("takes the clock's now where no instant is named", function()
    local account = faregate.account(support.book())
    local before = os.time()
    assert(account:open{product = "image"})
    assert(account:use("image", 1))
    assert(account:use("image", 1, nil, "u1"))
    local offset_seconds = 8 * 3600
    local year, month, day, hour, minute, second = account:now():match("^(%d+)-(%d+)-(%d+)T(%d+):(%d+):(%d+)")
    local epoch = os.time{year = 1970, month = 1, day = 1, hour = 0}
    local seen = os.time{year = year, month = month, day = day, hour = hour, min = minute, sec = second}
    assert.is_true(math.abs(seen - epoch - offset_seconds - before) <= 5)
  end)

  it("answers questions as it stands, without moving on", function()
    local account = faregate.account(support.book())
    assert.is_nil(account:statement().at)
    assert.is_nil(account:now())
    account = support.account()
    assert(account:use("image", 11000, "2024-11-06"))
    local invoice = assert(account:preview())
    assert.equal("1800.00", tostring(invoice.total)) -- 10,000 × 0.18
    assert.equal("2024-11", invoice.month)
    assert.is_nil(invoice.issued)
    assert.equal("0.00", tostring(account:preview{product = "image-pro"}.total))
    assert.equal("2024-11-06T00:00:00+08:00", account:statement().at)
    assert.equal("2024-11-06T00:00:00+08:00", account:now())
    assert.equal("2024-11-07T00:00:00+08:00", account:statement{at = "2024-11-07"}.at)
    assert.equal("time_reversal", (support.refusal(account:statement{at = "2024-11-06"})))
    assert.equal("time_reversal", (support.refusal(account:preview{at = "2024-11-06"})))
  end)

  it("does the command that a timeline would", function()
    local account = faregate.account(support.book())
    local opened = assert(account:apply{["do"] = "open", product = "image", at = "2024-11-05"})
    assert.equal("image/free-calls/2024-11", opened.grants[1].id)
    assert(account:use{["do"] = "use", product = "image", quantity = 1, at = "2024-11-05"})
    assert.has_error(function() account:use{["do"] = "open", product = "image", quantity = 1} end)
    assert.error_matches(function() account:apply{["do"] = "fly"} end, "fly")
    assert.has_error(function() account:apply{product = "image"} end)
    assert.has_error(function() account:apply{["do"] = 1} end)
    assert.has_error(function() account:apply() end)
  end)

  it("pays from the funds that are named", function()
    local account = support.account{wallet = {cash = 500, voucher = 100}}
    local order = {product = "image", pack = "calls-1k", at = "2024-11-05T10:00:00", id = "p1",
                   pay = {cash = faregate.money("150"), voucher = 50}}
    local pack = assert(account:buy_pack(order))
    assert.same({cash = "150.00", voucher = "50.00"}, support.plain(pack.paid))
    assert.is_nil(pack.repeated)
    order.at = "2024-11-06"
    assert.is_true(account:buy_pack(order).repeated)
    order.pay.cash = 149
    assert.equal("id_conflict", (support.refusal(account:buy_pack(order))))
    order.id = "p2"
    local code, rule = support.refusal(account:buy_pack(order))
    assert.same({"payment_mismatch", "R34"}, {code, rule})
    local refund = assert(account:refund{id = "p1", at = "2024-11-07"})
    assert.same({amount = "150.00", to = {cash = "150.00"}, forfeited = "50.00"},
                support.plain{amount = refund.amount, to = refund.to, forfeited = refund.forfeited})
  end)

  it("takes a campaign's terms", function()
    local account = support.account()
    local pack = assert(account:buy_pack{product = "image", pack = "calls-1k", at = "2024-11-05T10:00:00", id = "p1",
                                         campaign = {price = 9, refundable = false}})
    assert.equal("9.00", tostring(pack.amount))
    assert.equal("campaign_final", (support.refusal(account:refund{id = "p1", at = "2024-11-05T10:00:00"})))
    assert(account:buy_pack{product = "image", pack = "calls-1k", at = "2024-11-05T10:00:00", campaign = {}})
  end)

  it("forks into an independent copy", function()
    local account = support.account{wallet = {cash = "5000"}}
    assert(account:use("image", 5000, "2024-11-06"))
    local before = support.plain(account:statement())
    local copy = account:fork()
    assert.same(before, support.plain(copy:statement()))
    assert(copy:buy_pack{product = "image", pack = "calls-10k", at = "2024-11-07"})
    assert(copy:advance{at = "2025-01-01"})
    assert.same(before, support.plain(account:statement()))
    assert.equal(1, #copy:invoices())
    assert.equal(0, #account:invoices())
    account:release()
    assert.equal(1, #copy:invoices())
  end)

  it("tells its memory", function()
    local account = support.account()
    local bytes = account:bytes()
    assert.equal("integer", language.number_type(bytes))
    for i = 1, 1000 do
      assert(account:use("image", 1, "2024-11-06", "u" .. i))
    end
    assert.is_true(account:bytes() <= bytes + 2048) -- the history is not counted
  end)

  it("is told as refused where an amount of its statement is too large", function()
    local book = assert(faregate.book{
      format = "faregate-book/2", id = "toy", title = "Toy", currency = "EUR", minor_digits = 2, time_zone = "+00:00",
      rounding = "none", freeze = {factor = "1.5", of = "unsettled"},
      products = {{id = "club", meter = "calls", price = {model = "flat", price = "10000000"}}},
    })
    local account = faregate.account(book, {wallet = {cash = "5"}})
    assert(account:open{product = "club", at = "2024-11-05"})
    assert(account:use("club", "9000000000000000000", "2024-11-05"))
    for _, ask in ipairs{{}, {{at = "2024-11-06"}}} do
      local answer, _, code = account:statement(ask[1])
      assert.is_nil(answer)
      assert.equal("overflow", code)
    end
  end)

  it("knows its book", function()
    local book = support.book()
    local account = faregate.account(book)
    assert.is_true(account:book() == book)
    assert.is_false(account:book() == support.book())
    assert.equal("faregate.account (tencent-facefusion)", tostring(account))
  end)

  it("can be given up before the collector comes", function()
    local account = support.account()
    local statement = account.statement
    account:release()
    account:release()
    assert.equal("faregate.account (released)", tostring(account))
    for _, method in ipairs{"use", "open", "close", "statement", "invoices", "fork", "now", "book", "bytes", "apply",
                            "preview"} do
      assert.error_matches(function() account[method](account, {}) end, "released")
    end
    assert.error_matches(function() account:use("image", 1) end, "released")
    assert.error_matches(function() statement(account) end, "released")
    account = support.account()
    language.close(account)
    assert.error_matches(function() account:now() end, "released")
  end)

  it("is not mistaken for something else", function()
    local account = support.account()
    local book = support.book()
    for _, other in ipairs{book, io.stdout, {}, 1, "image", setmetatable({}, getmetatable(account))} do
      for _, method in ipairs{"use", "open", "statement", "invoices", "fork", "now", "release"} do
        assert.has_error(function() account[method](other, "image", 1) end)
      end
    end
    assert.has_error(function() faregate.account(account) end)
    assert.has_error(function() faregate.account() end)
    assert.has_error(function() book.price(account, "image", "calls", 1) end)
  end)
end)

describe("replay", function()
  it("answers in JSON", function()
    local answer = assert(faregate.replay([[{"book": "tencent-facefusion", "commands": [
      {"at": "2024-11-05T10:00:00", "do": "open", "product": "image"},
      {"at": "2024-11-05T10:00:00", "do": "open", "product": "image"}]}]]))
    assert.matches('^{"outcomes":%[{"do":"open","ok":true,"grants":%[', answer)
    assert.matches('"error":"already_open"', answer, 1, true)
  end)

  it("says what is wrong with a document, and where", function()
    local answer, message, code, path = faregate.replay([[{"book": "tencent-facefusion", "commands": [
      {"at": "2024-11-05T10:00:00", "do": "use", "product": "image", "quantity": 3.0}]}]])
    assert.is_nil(answer)
    assert.equal("invalid", code)
    assert.equal("commands[0].quantity", path)
    assert.matches("^commands%[0%]%.quantity: ", message)
    assert.equal("unknown_book", (support.refusal(faregate.replay([[{"book": "../x", "commands": []}]]))))
    assert.equal("unknown_book", (support.refusal(faregate.replay([[{"book": "no-such", "commands": []}]]))))
  end)

  it("takes text alone", function()
    for _, value in ipairs{{}, 1, true, print} do
      assert.has_error(function() faregate.replay(value) end)
    end
    assert.has_error(function() faregate.replay() end)
  end)

  it("is corrected, and pays out cash", function()
    local at = "2024-11-05T10:00"
    local account = support.account{wallet = {cash = "100", gift = "50"}}
    assert(account:use("image", 1200, at))
    local more = assert(account:adjust{product = "image", quantity = 5, reason = "found later", id = "a1", at = at})
    assert.same({0, 5}, {more.free, more.postpaid})
    local less = assert(account:adjust{product = "image", quantity = -210, reason = "counted twice", at = at})
    assert.same({205, 5, 0}, {less.postpaid, less.free, less.lost})
    assert.equal(995, account:statement().products.image.month.total)
    for _, quantity in ipairs{0, 1.5, true, language.least, "0", "9223372036854775808"} do
      local command = {product = "image", quantity = quantity, reason = "x", at = at}
      assert.error_matches(function() account:adjust(command) end, "quantity")
    end
    assert.error_matches(function() account:adjust{product = "image", quantity = 1, at = at} end, "reason")
    assert.equal("120.00", tostring(assert(account:withdraw{amount = "30", id = "w1", at = at}).balance))
    assert.is_true(assert(account:withdraw{amount = 30, id = "w1", at = at}).repeated)
    assert.equal("insufficient_funds", (support.refusal(account:withdraw{amount = "70.01", at = at})))
    assert.error_matches(function() account:withdraw{amount = 0, at = at} end, "amount")
    assert.is_nil(assert(support.account():withdraw{amount = 5, at = at}).balance)
  end)

  it("draws on a pool that several products share", function()
    local flat = {model = "flat", price = "1"}
    local book = faregate.book{
      format = "faregate-book/2", id = "toy", title = "Toy", currency = "EUR", minor_digits = 2, time_zone = "+00:00",
      rounding = "none",
      products = {{id = "a", meter = "units", price = flat}, {id = "b", meter = "units", price = flat}},
      pools = {{id = "p", unit = "point", covers = {{product = "a", weight = "1"}, {product = "b", weight = "0.4"}},
                packs = {{id = "ten", units = 10, price = "3", validity = "permanent"}}}}}
    local account = faregate.account(book)
    for _, product in ipairs{"a", "b"} do
      assert(account:open{product = product, at = "2025-01-10"})
    end
    assert.equal(10, assert(account:buy_pack{product = "p", pack = "ten", id = "t", at = "2025-01-10"}).units)
    local of_a = assert(account:use{product = "a", quantity = 4, at = "2025-01-11"})
    assert.same({{id = "t", units = 4}}, support.plain(of_a.packs))
    local of_b = assert(account:use{product = "b", quantity = 14, at = "2025-01-11"})
    assert.same({{id = "t", units = 14}}, support.plain(of_b.packs))
    local pool = account:statement().pools.p
    assert.same({"point", "10", "0.4"}, {pool.unit, pool.packs[1].units, pool.packs[1].left})
    local refused = support.refusal(account:use{product = "p", quantity = 1, at = "2025-01-11"})
    assert.equal("unknown_product", refused)
  end)
end)
