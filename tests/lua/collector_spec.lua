--- Under the most aggressive collector nothing is lost, nothing leaks, and finalizers cannot disturb a call.
local faregate = require("faregate")
local language = require("language")
local support = require("support")

--- Many short-lived objects with results that are looked at after the collector has run.
local function busy_month()
  local account = support.account{wallet = {cash = "100000"}}
  for day = 6, 25 do
    local at = ("2024-11-%02d"):format(day)
    local pack = assert(account:buy_pack{product = "image", pack = "calls-1k", at = at, id = "pack " .. day})
    local used = assert(account:use{product = "image", quantity = 2000, at = at, id = "use " .. day})
    local copy = account:fork()
    assert(copy:advance{at = "2024-12-01"})
    assert.equal("pack " .. day, pack.id)
    assert.equal("200.00", tostring(pack.amount))
    assert.equal(2000, used.free + used.packs[1].units + used.postpaid)
    assert.equal(1, #copy:invoices())
  end
  assert(account:advance{at = "2024-12-01"})
  local invoice = account:invoices()[1] -- 40,000 − 1,000 free − 20,000 packs, at 0.18
  assert.equal("3420.00", tostring(invoice.total))
  return support.plain(account:statement())
end

describe("the collector", function()
  it("at every allocation changes no result", function()
    local expected = busy_month()
    local mode = language.collect_in_generations()
    finally(function() collectgarbage(mode) end)
    assert.same(expected, busy_month())
  end)

  it("between any two instructions changes no result", function()
    collectgarbage()
    local expected = busy_month()
    local count = 0
    debug.sethook(function()
      count = count + 1
      if count % 50 == 0 then collectgarbage() end
    end, "", 100)
    finally(function() debug.sethook() end)
    local actual = busy_month()
    debug.sethook()
    assert.same(expected, actual)
  end)

  it("returns what books and accounts held", function()
    local function churn(times)
      for _ = 1, times do
        local account = support.account()
        account:fork():use("image", 1, "2024-11-06", "u1")
        faregate.book_json(account:book():to_json())
        account:statement()
        faregate.book{id = {1, {2, {3}}}}
      end
      collectgarbage()
      collectgarbage()
      return collectgarbage("count")
    end
    local before = churn(20)
    assert.is_true(churn(100) - before < 64) -- KiB
  end)

  it("may find finalizers that use the account being described", function()
    local account = support.account()
    assert(account:use("image", 5000, "2024-11-06", "u1"))
    local expected = support.plain(account:statement())
    local disturbed, refused = 0, 0
    local function litter()
      language.when_collected(function()
        disturbed = disturbed + 1
        local ok, message = pcall(account.use, account, "image", 0, "2024-11-06")
        if not ok then
          assert(message:find("in use", 1, true), message)
          refused = refused + 1
        end
        assert(ok or not pcall(account.release, account))
      end)
    end
    local rounds = 0
    repeat
      litter()
      assert.same(expected, support.plain(account:statement()))
      litter()
      account:preview()
      rounds = rounds + 1
    until rounds >= 200 and refused > 0 or rounds == 20000
    assert.is_true(disturbed > 0)
    assert.is_true(refused > 0, "no finalizer ran during a call: the test tests nothing")
  end)

  it("may find finalizers that release the book being described", function()
    local expected = support.plain(support.book():describe())
    for _ = 1, 50 do
      local book = support.book()
      language.when_collected(function() book:release() end)
      local ok, description = pcall(book.describe, book)
      assert.is_true(ok or description:find("released", 1, true) ~= nil)
      if ok then
        assert.same(expected, support.plain(description))
      end
    end
  end)

  --- Of the older ones alone a C function that is pushed is new memory.
  local before_5_2 = newproxy and it or pending -- luacheck: ignore 113

  before_5_2("may find finalizers that release an account before it is described", function()
    local account, is_over = support.account(), false
    local book, released = account:book(), 0
    local function litter()
      language.when_collected(function()
        released = released + (pcall(account.release, account) and 1 or 0)
        if not is_over then litter() end
      end)
    end
    for _ = 1, 100 do litter() end
    for _ = 1, 100000 do
      account = faregate.account(book)
      pcall(account.invoices, account)
    end
    is_over = true
    assert.is_true(released > 0, "no finalizer ran: the test tests nothing")
  end)

  it("may find finalizers that add to the table being written", function()
    local parts, added, is_over = {}, 0, false
    local function litter()
      language.when_collected(function()
        for _, part in pairs(parts) do
          for _ = 1, 8 do
            added = added + 1
            part["added " .. added] = added
          end
        end
        if not is_over then litter() end
      end)
    end
    for _ = 1, 20 do litter() end
    local refused, rounds = 0, 0
    repeat
      parts = {}
      for number = 1, 50 do
        parts["part " .. number] = {id = "x"}
      end
      local _, message = faregate.book(parts)
      refused = refused + (message:find("changed while it was read", 1, true) and 1 or 0)
      rounds = rounds + 1
    until refused == 3 or rounds == 2000
    is_over = true
    assert.is_true(refused > 0, "no finalizer ran during a call: the test tests nothing")
  end)

  it("cannot be kept from the calls of an account", function()
    local account = support.account()
    assert.is_false(getmetatable(account:call("image", 1, "2024-11-06")))
  end)

  local when_generational = language.has_close and it or pending -- no other mode is as quick to collect

  --- Reads policies that a finalizer changes meanwhile: none is used, and some are seen to have changed.
  local function read_changing_policies(switches, change)
    local mode = language.collect_in_generations()
    finally(function() collectgarbage(mode) end)
    local book = support.book()
    local refused = 0
    for _ = 1, 20 do
      local policy = {}
      for switch, value in pairs(switches) do
        policy[switch] = value
      end
      local options = {policy = policy}
      collectgarbage("stop") -- until the options are read
      language.when_collected(function() change(policy) end)
      collectgarbage("restart")
      local ok, message = pcall(faregate.account, book, options)
      if not ok and message:find("changed while it was read", 1, true) then
        refused = refused + 1
      end
    end
    assert.is_true(refused > 0, "no finalizer ran during a call: the test tests nothing")
  end

  when_generational("may find finalizers that add to the policy being read", function()
    read_changing_policies({tier_basis = "total"}, function(policy)
      for number = 1, 100 do
        policy["switch " .. number] = "x"
      end
    end)
  end)

  when_generational("may find finalizers that empty the policy being read", function()
    read_changing_policies({tier_basis = "total", pack_order = "purchase", refund_clock = "hours"}, function(policy)
      for name in pairs(policy) do
        policy[name] = nil
      end
    end)
  end)

  it("is not needed for what is closed", function()
    for _ = 1, 100 do
      local book = support.book()
      local account = faregate.account(book)
      local copy = account:fork()
      assert(copy:advance{at = "2024-11-05"})
      language.close(copy)
      language.close(account)
      language.close(book)
    end
  end)
end)
