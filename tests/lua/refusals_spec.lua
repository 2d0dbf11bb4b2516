--- Every refusal code, from the method that gives it.
local faregate = require("faregate")
local support = require("support")

local DAY = "2024-11-05T10:00:00"

--- code → {rule, function that is refused}
local cases = {}

local function case(code, rule, run)
  cases[code] = {rule = rule, run = run}
end

local function with_pack(order)
  local account = support.account()
  order.product, order.id, order.at = "image", "p1", DAY
  assert(account:buy_pack(order))
  return account
end

case("unknown_product", nil, function() return support.account():use("video", 1, DAY) end)
case("unknown_pack", nil, function()
  return support.account():buy_pack{product = "image", pack = "calls-2k", at = DAY}
end)
case("unknown_grant", nil, function()
  return support.account():claim{product = "image", grant = "gold", at = DAY}
end)
case("unknown_id", nil, function() return support.account():refund{id = "p1", at = DAY} end)
case("unknown_meter", nil, function()
  return support.account():buy_capacity{product = "image", meter = "concurrency", quantity = 1, days = 1, at = DAY}
end)
case("unknown_mode", "R17", function()
  return support.account():set_mode{product = "image", mode = "free", at = DAY}
end)
case("not_sold", "R18", function()
  return support.account():buy_capacity{product = "image-pro", meter = "concurrency", quantity = 1, days = 1, at = DAY}
end)
case("start_in_past", "R19", function()
  return support.account():buy_capacity{product = "image", meter = "qps", quantity = 1, days = 1, start = "2024-11-04",
                                        at = DAY}
end)
case("not_open", "R33", function() return support.account():use("image-pro", 1, DAY) end)
case("already_open", "R33", function() return support.account():open{product = "image", at = DAY} end)
case("already_claimed", "R3", function()
  local account = support.account()
  assert(account:open{product = "image-pro", at = DAY})
  assert(account:claim{product = "image-pro", grant = "free-calls", at = DAY})
  return account:claim{product = "image-pro", grant = "free-calls", at = DAY}
end)
case("time_reversal", nil, function() return support.account():use("image", 1, "2024-11-05T09:59:59.999999") end)
case("id_conflict", nil, function()
  local account = support.account()
  assert(account:use("image", 1, DAY, "u1"))
  return account:use("image", 2, DAY, "u1")
end)
case("insufficient_funds", "R34", function()
  return support.account{wallet = {cash = "199.99"}}:buy_pack{product = "image", pack = "calls-1k", at = DAY}
end)
case("payment_mismatch", "R34", function()
  return support.account():buy_pack{product = "image", pack = "calls-1k", at = DAY, pay = {cash = "199.99"}}
end)
case("mode_locked", "R24", function()
  local account = support.account()
  assert(account:open{product = "image-pro", at = DAY})
  return account:set_mode{product = "image-pro", mode = "concurrency", at = DAY}
end)
case("no_capacity", "R23", function()
  local account = support.account()
  assert(account:set_mode{product = "image", mode = "qps", at = DAY})
  return account:use("image", 1, DAY)
end)
case("capacity_limit", "R21", function()
  return support.account():buy_capacity{product = "image", meter = "qps", quantity = 301, days = 1, at = DAY}
end)
case("rate_limited", "R22", function()
  local account = support.account()
  assert(account:call("image", 20, DAY))
  local pass, message, code, retry_after, rule = account:call("image", 1, DAY)
  assert.equal(1, retry_after)
  return pass, message, code, rule
end)
case("concurrency_limited", "R22", function()
  local account = support.account()
  assert(account:open{product = "image-pro", at = DAY})
  for _ = 1, 10 do
    assert(account:call("image-pro", 1, DAY))
  end
  local pass, message, code, retry_after, rule = account:call("image-pro", 1, DAY)
  assert.is_nil(retry_after)
  return pass, message, code, rule
end)
case("already_finished", nil, function()
  local account = support.account()
  local pass = assert(account:call("image", 1, DAY, "c1"))
  assert(pass:commit())
  return account:cancel{id = "c1", at = DAY}
end)
case("in_flight", nil, function()
  local account = support.account()
  local pass = assert(account:call("image", 1, DAY, "c1"))
  assert.equal("held", pass.state)
  return account:resume(pass.id)
end)
case("adjust_underflow", nil, function()
  local account = support.account()
  assert(account:use("image", 4, DAY))
  local pass = assert(account:call("image", 3, DAY)) -- it takes nothing off calls in flight
  assert.equal("held", pass.state)
  assert(account:adjust{product = "image", quantity = -4, reason = "counted twice", at = DAY})
  return account:adjust{product = "image", quantity = "-1", reason = "counted twice", at = DAY}
end)
case("id_reserved", nil, function() return support.account():use("image", 1, DAY, "#call-0-1") end)
case("clock_suspect", nil, function()
  local account = support.account()
  local folder = support.make_folder()
  local path = folder .. "/booth.db"
  account:release()
  account = assert(require("faregate").open(path, {book = "tencent-facefusion", max_jump = 1}))
  assert(account:open{product = "image", at = DAY})
  local nothing, message, code, rule = account:use("image", 1)
  account:release()
  support.remove_folder(folder)
  return nothing, message, code, rule
end)
case("budget_exceeded", nil, function()
  local account = support.account()
  assert(account:set_budget{month = "0.23", at = DAY})
  return account:use("image", 1001, DAY)
end)
case("suspended", "R28", function()
  local account = support.account{wallet = {cash = 0}}
  assert(account:use("image", 1001, DAY))
  assert(account:advance{at = "2024-12-01"})
  assert(account:use("image", 1, "2024-12-01T23:59:59.999999"))
  return account:use("image", 1, "2024-12-02")
end)
case("violation", "R35", function()
  local account = support.account()
  assert(account:suspend{at = DAY})
  return account:use("image", 1, DAY)
end)
case("material_limit", "R25", function()
  return support.account():add_materials{product = "image", quantity = 11, at = DAY}
end)
case("material_underflow", "R25", function()
  return support.account():remove_materials{product = "image", quantity = 1, at = DAY}
end)
case("pack_used", "R30", function()
  local account = with_pack{pack = "calls-1k"}
  assert(account:use("image", 1001, DAY))
  return account:refund{id = "p1", at = DAY}
end)
case("refund_window", "R29", function()
  local account = with_pack{pack = "calls-1k"}
  return account:refund{id = "p1", at = "2024-11-13"}
end)
case("not_paid", "R30", function()
  local account = support.account()
  assert(account:give_pack{product = "image", pack = "calls-1k", id = "p1", at = DAY})
  return account:refund{id = "p1", at = DAY}
end)
case("campaign_final", "R30", function()
  return with_pack{pack = "calls-1k", campaign = {refundable = false}}:refund{id = "p1", at = DAY}
end)
case("already_refunded", "R31", function()
  local account = with_pack{pack = "calls-1k"}
  assert(account:refund{id = "p1", at = DAY})
  return account:refund{id = "p1", at = DAY}
end)
case("capacity_begun", "R32", function()
  local account = support.account()
  assert(account:buy_capacity{product = "image", meter = "qps", quantity = 1, days = 1, id = "c1", at = DAY})
  return account:refund{id = "c1", at = DAY}
end)
case("material_in_use", "R32", function()
  local account = with_pack{pack = "materials-10"}
  assert(account:add_materials{product = "image", quantity = 11, at = DAY})
  return account:refund{id = "p1", at = DAY}
end)
case("notice_too_short", "R5", function()
  return support.account():announce{product = "image", grant = "free-calls", quantity = 500, effective = "2024-12-04",
                                    at = DAY}
end)
case("overflow", nil, function()
  local account = support.account{wallet = {cash = "99999999999999999999999999"}}
  return account:top_up{amount = 1, at = DAY}
end)

describe("a refusal", function()
  for code, expected in pairs(cases) do
    it("is told as nil, message, code and rule: " .. code, function()
      local actual, rule = support.refusal(expected.run())
      assert.equal(code, actual)
      assert.equal(expected.rule, rule)
    end)
  end

  it("has a case for every code", function()
    local of_documents = {ok = true, no_memory = true, invalid = true, stopped = true, unknown_book = true}
    for code in support.headers():gmatch('X%([A-Z_]+, "([a-z_]+)", "[R0-9]*", "') do
      assert.is_truthy(cases[code] or of_documents[code] or code:find("^ledger_"), "no case for " .. code)
    end
  end)

  it("changes nothing", function()
    local account = support.account{wallet = {cash = 100}}
    local before = support.plain(account:statement())
    support.refusal(account:buy_pack{product = "image", pack = "calls-1k", at = DAY})
    support.refusal(account:use("video", 1, DAY))
    support.refusal(account:refund{id = "p1", at = DAY})
    assert.same(before, support.plain(account:statement()))
  end)

  it("of a document comes with the place", function()
    local _, message, code, path = faregate.replay('{"book": "tencent-facefusion", "commands": [{"do": "fly"}]}')
    assert.equal("invalid", code)
    assert.is_string(path)
    assert.is_string(message)
  end)
end)
