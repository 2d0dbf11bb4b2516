local faregate = require("faregate")
local language = require("language")
local support = require("support")

local DAY = "2024-11-05T10:00:00"

describe("the gate", function()
  it("lets in by position or by name, and says where the units came from", function()
    local account = support.account()
    assert(account:give_pack{product = "image", pack = "calls-1k", at = DAY})
    assert(account:use("image", 1995, DAY))
    local pass = assert(account:call("image", 7, DAY, "c1"))
    assert.same({"c1", 0, 5, 2, 0, false},
                {pass.id, pass.free, pass.packs, pass.postpaid, pass.unbilled, pass.repeated})
    assert.equal("faregate.call (c1, held)", tostring(pass))
    assert.is_nil(pass.colour)
    assert.is_nil(pass[1])
    assert.equal("in_flight", (support.refusal(account:call{product = "image", quantity = "7", id = "c1", at = DAY})))
    assert.equal(2002, account:statement().products.image.month.total)
    local single = assert(account:call("image", nil, DAY))
    assert.equal(1, single.postpaid)
  end)

  it("makes up ids that count the calls", function()
    local account = support.account()
    for number = 1, 3 do
      assert.equal("#call-0-" .. number, assert(account:call("image", 1, DAY)).id)
    end
  end)

  it("ends a call by the id it made up, in a fork too", function()
    local account = support.account()
    local first, second = assert(account:call("image", 1, DAY)), assert(account:call("image", 2, DAY))
    local fork = account:fork()
    assert.same({first.id, second.id}, {fork:calls()[1].id, fork:calls()[2].id})
    assert(fork:cancel{id = second.id, at = DAY})
    assert(fork:commit{id = first.id, at = DAY})
    assert.is_true(assert(fork:commit{id = first.id, at = DAY}).repeated)
    assert.equal("already_finished", (support.refusal(fork:cancel{id = first.id, at = DAY})))
    assert.equal(2, #account:calls())
    assert(second:commit(DAY))
    assert.equal("already_finished", (support.refusal(account:cancel{id = second.id, at = DAY})))
    local id = first.id
    account:release()
    assert.equal(id, first.id)
    assert.equal("faregate.call (" .. id .. ", uncertain)", tostring(first))
  end)

  it("keeps what was committed", function()
    local account = support.account()
    local pass = assert(account:call("image", 3, DAY))
    assert.equal(1, #account:calls())
    assert.is_true(pass:commit(DAY))
    assert.equal(0, #account:calls())
    local code = support.refusal(pass:cancel())
    assert.equal("already_finished", code)
    assert.is_true(pass:commit())
    assert.equal(3, account:statement().products.image.month.total)
  end)

  it("gives back what was canceled, but not its place in the window", function()
    local account = support.account()
    local pass = assert(account:call("image", 20, DAY))
    assert.same({20, 0}, {pass:cancel()})
    assert.equal(0, account:statement().products.image.month.total)
    local _, _, code, retry_after, rule = account:call("image", 1, "2024-11-05T10:00:00.25")
    assert.same({"rate_limited", 0.75, "R22"}, {code, retry_after, rule})
    assert(account:call("image", 1, "2024-11-05T10:00:01"))
  end)

  it("says when waiting does not help", function()
    local _, _, code, retry_after = support.account():call("image", 21, DAY)
    assert.equal("rate_limited", code)
    assert.is_nil(retry_after)
    local account = support.account()
    assert(account:suspend{at = DAY})
    local _, _, stopped, seconds, rule = account:call("image", 1, DAY)
    assert.same({"violation", nil, "R35"}, {stopped, seconds, rule})
  end)

  it("leaves used, and uncertain, what a scope ends without a word", function()
    local account = support.account()
    language.within(assert(account:call("image", 3, DAY)), function(pass) assert(pass:commit()) end)
    language.within(assert(account:call("image", 2, DAY)), function(pass)
      assert.same({2, 0}, {pass:not_sent()})
    end)
    assert.same({}, account:uncertain())
    local pass
    local ok, message = pcall(language.within, assert(account:call("image", 4, DAY)), function(timed_out)
      pass = timed_out
      assert.same({}, account:uncertain())
      error("time-out")
    end)
    assert.is_false(ok)
    assert.matches("time%-out", message)
    assert.equal(7, account:statement().products.image.month.total)
    assert.same({pass.id, "uncertain"}, {account:uncertain()[1].id, pass.state})
    assert.equal("2024-11-05T10:00:00+08:00", account:now()) -- closing did not move the account on
    assert.same({4, 0}, {pass:cancel()})
    assert.same({"canceled", {}, 3}, {pass.state, account:uncertain(), account:statement().products.image.month.total})
    language.within(assert(account:call("image", 1, DAY, "c1")), function(forgotten)
      assert.equal("held", forgotten.state)
    end)
    assert.equal("c1", account:uncertain()[1].id)
  end)

  it("ends its own attempt alone", function()
    local account = support.account()
    local old = assert(account:call("image", 1, DAY, "c1"))
    assert(old:cancel())
    local new = assert(account:call("image", 2, DAY, "c1"))
    assert.equal("already_finished", (support.refusal(old:commit())))
    assert.equal("already_finished", (support.refusal(old:cancel())))
    assert.same({"canceled", "held", 2}, {old.state, new.state, account:statement().products.image.month.total})
    assert(new:commit())
    assert.equal("already_finished", (support.refusal(account:call("image", 2, DAY, "c1"))))
  end)

  it("commits what it came to, with the vendor's receipt", function()
    local account = support.account()
    local less = assert(account:call("image", 5, DAY)):commit{quantity = 2, ref = "r1"}
    assert.same({3, 0}, {less.returned, less.lost})
    local more = assert(account:call("image", 5, DAY)):commit{quantity = "7", at = DAY}
    assert.same({0, 0, 2}, {more.returned, more.lost, more.extra.free})
    assert.equal(9, account:statement().products.image.month.total)
  end)

  it("says what became of a call, and which attempt it is", function()
    local account = support.account()
    local first, second = assert(account:call("image", 1, DAY)), assert(account:call("image", 1, DAY))
    assert.same({1, 2, "held"}, {first.attempt, second.attempt, first.state})
    assert(first:commit())
    assert(second:cancel())
    assert.same({"committed", "canceled"}, {first.state, second.state})
  end)

  it("finds again a call that was lost", function()
    local account = support.account()
    local id = assert(account:call("image", 1, DAY)).id
    local thread = coroutine.wrap(function()
      local pass = assert(account:call("image", 1, DAY, "in a coroutine"))
      coroutine.yield(pass.id)
    end)
    thread()
    thread = nil -- luacheck: ignore
    collectgarbage()
    collectgarbage()
    assert.equal(2, #account:uncertain())
    local pass = assert(account:resume(id))
    assert.same({id, "held", 1}, {pass.id, pass.state, #account:uncertain()})
    assert.is_nil(pass.free)
    assert.equal("in_flight", (support.refusal(account:resume(id))))
    assert(pass:commit())
    assert.equal("already_finished", (support.refusal(account:resume(id))))
    assert.equal("unknown_id", (support.refusal(account:resume("none"))))
    assert(assert(account:resume("in a coroutine")):cancel())
    assert.same({{}, 1}, {account:calls(), account:statement().products.image.month.total})
  end)

  it("opens a product unless it is open", function()
    local account = faregate.account(support.book())
    assert.equal("image/free-calls/2024-11", assert(account:ensure_open{product = "image", at = DAY}).grants[1].id)
    assert.same({}, assert(account:ensure_open("image")).grants)
    assert.equal("2024-11-05T10:00:00+08:00", account:now())
    assert.equal("unknown_product", (support.refusal(account:ensure_open{product = "video", at = DAY})))
    assert.has_error(function() account:ensure_open() end)
    assert.has_error(function() account:ensure_open(5) end)
  end)

  it("closes in peace what was ended elsewhere", function()
    local account = support.account()
    language.within(assert(account:call("image", 1, DAY, "c1")), function(pass)
      assert(account:commit{id = pass.id, at = DAY})
    end)
    language.within(assert(account:call("image", 1, DAY, "c2")), function(pass)
      local canceled = assert(account:cancel{id = pass.id, at = DAY})
      assert.same({1, 0}, {canceled.returned, canceled.lost})
    end)
    language.within(assert(account:call("image", 1, DAY, "c3")), function(pass)
      assert.is_string(pass.id)
      account:release()
    end)
  end)

  it("keeps its account alive", function()
    local pass = assert(support.account():call("image", 1, DAY))
    collectgarbage()
    collectgarbage()
    assert.is_true(pass:commit())
  end)

  it("leaves used what is forgotten", function()
    local account = support.account()
    account:call("image", 5, DAY)
    collectgarbage()
    collectgarbage()
    assert.equal(5, account:statement().products.image.month.total)
    assert.equal(1, #account:calls())
  end)

  it("tells who holds a call, since when and until when", function()
    local account = support.account()
    assert(account:call{product = "image", quantity = 2, id = "c1", owner = "booth 7", timeout_ms = 1500, at = DAY})
    assert.same({{id = "c1", product = "image", quantity = 2, owner = "booth 7", since = "2024-11-05T10:00:00+08:00",
                  deadline = "2024-11-05T10:00:01.5+08:00", state = "held"}}, account:calls())
    assert(account:advance{at = "2024-11-05T10:00:01.5"})
    assert.equal("abandoned", account:calls()[1].state)
    assert(account:cancel{id = "c1", at = "2024-11-05T10:00:02"})
    assert.same({}, account:calls())
  end)

  it("goes by the clock where no instant is named", function()
    local account = faregate.account(support.book())
    assert(account:open{product = "image"})
    for _ = 1, 5 do
      assert(assert(account:call("image")):commit())
    end
    local before = account:now()
    assert.equal(1, assert(account:call("image")).free)
    assert.is_true(account:now() >= before)
    assert.equal(6, account:statement().products.image.month.total)
  end)

  it("is never behind the account when it goes by the clock", function()
    local account = faregate.account(support.book())
    assert(account:open{product = "image", at = "9000-01-01"})
    assert(account:use("image", 1))
    assert.matches("^9000%-01%-01T", account:now())
  end)

  it("holds the budget", function()
    local account = support.account()
    assert(account:use("image", 1000, DAY))
    assert(account:set_budget{month = faregate.money("0.48"), day = 1, at = DAY})
    assert(account:call("image", 2, DAY))
    assert.equal("budget_exceeded", (support.refusal(account:call("image", 1, DAY))))
    assert(account:set_budget{month = faregate.null, at = DAY})
    assert(account:call("image", 2, DAY))
    assert.equal("budget_exceeded", (support.refusal(account:call("image", 1, DAY)))) -- the day's stays
    assert.has_error(function() account:use{product = "image", quantity = 1, id = faregate.null, at = DAY} end)
    assert.has_error(function() account:set_budget{month = 0.48, at = DAY} end)
    assert.has_error(function() account:set_budget{month = true, at = DAY} end)
  end)

  it("knows what more usage would cost", function()
    local account = support.account()
    assert.equal("0.00", tostring(account:marginal("image", 1000)))
    assert.equal("0.24", tostring(account:marginal("image", "1001")))
    assert(account:use("image", 10999, DAY)) -- 9,999 × 0.24 = 2,399.76; one more: 10,000 × 0.18 = 1,800 (R13)
    assert.equal("-599.76", tostring(account:marginal("image", 1)))
    assert.equal("0.00", tostring(account:marginal("image", 0)))
    assert.equal("unknown_product", (support.refusal(account:marginal("video", 1))))
    assert.equal("not_open", (support.refusal(account:marginal("image-pro", 1))))
    assert.equal("overflow", (support.refusal(account:marginal("image", language.greatest))))
    for _, quantity in ipairs{-1, language.whole_float, true, "x", {}} do
      assert.error_matches(function() account:marginal("image", quantity) end, "quantity")
    end
    assert.has_error(function() account:marginal() end)
  end)

  it("refuses wrong arguments and changes nothing", function()
    local account = support.account()
    local before = support.plain(account:statement())
    for _, quantity in ipairs{0, -1, language.whole_float, 0.5, true, "x", "", {}} do
      assert.error_matches(function() account:call("image", quantity, DAY) end, "quantity")
      assert.error_matches(function() account:call{product = "image", quantity = quantity, at = DAY} end, "quantity")
    end
    for _, id in ipairs{"", "\255", 1, true} do
      assert.error_matches(function() account:call("image", 1, DAY, id) end, "id")
      assert.error_matches(function() account:call{product = "image", id = id, at = DAY} end, "id")
    end
    for _, timeout_ms in ipairs{0, -1, 1.5, true} do
      local command = {product = "image", timeout_ms = timeout_ms, at = DAY}
      assert.error_matches(function() account:call(command) end, "timeout_ms")
    end
    assert.error_matches(function() account:call("image", 1, "2024-02-30") end, "at: ")
    for _, instant in ipairs{language.least, language.integer("-9223372036854775807"), language.greatest} do
      assert.error_matches(function() account:call("image", 1, instant) end, "at: ")
      assert.error_matches(function() account:use("image", 1, instant) end, "at: ")
      assert.error_matches(function() account:call{product = "image", at = instant} end, "at: ")
      assert.error_matches(function() account:advance{at = instant} end, "at: ")
      assert.error_matches(function() account:preview{at = instant} end, "at: ")
    end
    for _, timeout_ms in ipairs{language.least, -1} do
      local command = {product = "image", timeout_ms = timeout_ms, at = DAY}
      assert.error_matches(function() account:call(command) end, "timeout_ms")
    end
    assert.error_matches(function() account:call{product = "image", colour = 1, at = DAY} end, "colour")
    assert.error_matches(function() account:call{quantity = 1, at = DAY} end, "product")
    for _, product in ipairs{1, true, print} do
      assert.has_error(function() account:call(product) end)
    end
    assert.has_error(function() account:call() end)
    assert.has_error(function() account.call("image") end)
    assert.equal("unknown_product", (support.refusal(account:call("video", 1, DAY))))
    assert.same(before, support.plain(account:statement()))
    local pass = assert(account:call("image", 1, DAY))
    assert.error_matches(function() pass:commit("2024-02-30") end, "at: ")
    assert.error_matches(function() pass:cancel(1.5) end, "at: ")
    assert.error_matches(function() pass:commit(language.least) end, "at: ")
    assert.error_matches(function() pass:commit{at = language.least} end, "at: ")
    assert.error_matches(function() pass:commit(3) end, "#1.*at: 3 micro.*a quantity has its name, as in commit{quan")
    assert.error_matches(function() pass:cancel(3) end, "#1.*at: 3 microseconds is the year 1970")
    for _, ending in ipairs{"commit", "cancel", "not_sent"} do
      for _, second in ipairs{3, "r1", false, {quantity = 3}} do
        assert.error_matches(function() pass[ending](pass, nil, second) end, "commit{quantity = 3}, and nothing after")
        assert.error_matches(function() pass[ending](pass, DAY, second) end, "commit{quantity = 3}, and nothing after")
      end
    end
    assert.error_matches(function() pass:commit(nil, 3) end, "#2.*nothing after it")
    assert.equal("held", pass.state)
    assert.error_matches(function() pass:commit{quantity = -1} end, "quantity")
    assert.error_matches(function() pass:commit{quantity = 1.5} end, "quantity")
    assert.error_matches(function() pass:commit{ref = ("x"):rep(65)} end, "ref")
    assert.error_matches(function() pass:commit{id = "c9"} end, "id")
    assert.error_matches(function() pass:cancel{quantity = 1} end, "quantity")
    assert.equal("time_reversal", (support.refusal(pass:commit("2024-11-04"))))
    assert.has_error(function() pass.commit(account) end)
    account:release()
    assert.error_matches(function() pass:commit() end, "released")
    assert.error_matches(function() account:call("image") end, "released")
  end)

  describe("told the result code of the service", function()
    local AT = "2025-01-02T10:00:00Z"
    local function scan_account()
      local account = faregate.account(assert(faregate.book{
        format = "faregate-book/2", id = "scan", title = "Scan", currency = "EUR", minor_digits = 2,
        time_zone = "+00:00", rounding = "none",
        products = {{
          id = "scan", meter = "calls", price = {model = "flat", price = "0.01"},
          outcomes = {{code = "Fault*", billable = "no"}, {code = "Fault.Blurred", billable = "yes"}},
        }},
      }))
      assert(account:open{product = "scan", at = AT})
      return account
    end

    it("ends as the book says", function()
      local account = scan_account()
      local pass = account:call{product = "scan", at = AT}
      assert.same({["do"] = "commit", ok = true, billed = 0, returned = 1, lost = 0}, pass:commit{outcome = "Fault"})
      assert.is_true(pass:commit{outcome = "Fault"}.repeated)
      assert.equal("canceled", pass.state)
      assert.equal(1, account:call{product = "scan", at = AT}:commit{outcome = "Success"}.billed)
      pass = account:call{product = "scan", id = "a", at = AT}
      assert.equal(0, pass:commit{outcome = "Timeout"}.billed)
      assert.equal("unknown", pass.state)
      local uncertain = account:uncertain()
      assert.equal("a", uncertain[1].id)
      assert.equal("unknown", uncertain[1].state)
      assert.equal("Timeout", uncertain[1].outcome)
      assert.equal(1, account:commit{id = "a", outcome = "Fault", at = AT}.returned)
      assert.equal("already_finished", (support.refusal(pass:commit())))
    end)

    it("by an error on its way out", function()
      local account = scan_account()
      local last
      local function leave(value)
        local ok, err = pcall(language.within, account:call{product = "scan", at = AT}, function(pass)
          last = pass
          error(value)
        end)
        assert.is_false(ok)
        assert.equal(value, err)
        return last.state
      end
      assert.equal("canceled", leave{code = "Fault.Disk"})
      assert.equal("committed", leave{code = "Fault.Blurred"})
      assert.equal("unknown", leave{code = "Other"})
      assert.equal("uncertain", leave{code = 5})
      assert.equal("uncertain", leave{})
      assert.equal("uncertain", leave(setmetatable({}, {__index = function() return "Fault" end})))
      assert.equal("uncertain", leave{code = ("x"):rep(129)})
      assert.equal(6, account:statement().products.scan.month.total)
      language.within(account:call{product = "scan", at = AT}, function(pass) last = pass end)
      assert.equal("uncertain", last.state)
    end)
  end)
end)
