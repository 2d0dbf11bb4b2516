--- acct:with_call and pass:close, which every Lua has.
local faregate = require("faregate")
local support = require("support")

local AT = "2024-11-05T10:00:00"
local CALL = {product = "image", at = AT}

describe("with_call", function()
  local account

  before_each(function() account = support.account() end)

  local function units() return account:statement().products.image.month.total end

  it("commits on return and gives on all that was returned", function()
    local last
    local answer = {account:with_call(CALL, function(pass, ...)
      last = pass
      assert.equal("held", pass.state)
      return select("#", ...), nil, ...
    end, 5, "b", nil)}
    assert.same({3, nil, 5, "b"}, answer)
    assert.same({"committed", 1, {}}, {last.state, units(), account:uncertain()})
    assert.equal(0, select("#", account:with_call(CALL, function() end)))
  end)

  it("takes a product, by the clock", function()
    local other = faregate.account(support.book())
    assert(other:open{product = "image"})
    assert.equal("held", other:with_call("image", function(pass) return pass.state end))
    assert.equal(1, other:statement().products.image.month.total)
  end)

  it("leaves what the function ended", function()
    local ended = {
      canceled = function(pass) assert(pass:cancel()) return pass end,
      committed = function(pass) assert(pass:commit{quantity = 1, ref = "r"}) return pass end,
      uncertain = function(pass) pass:close() return pass end,
      unknown = function(pass) assert(pass:commit{outcome = "Other"}) return pass end,
    }
    for state, body in pairs(ended) do
      assert.equal(state, account:with_call(CALL, body).state)
    end
    assert.same({3, 2}, {units(), #account:uncertain()})
  end)

  it("takes an end by the call's id for its end", function()
    local answer = account:with_call({product = "image", id = "c", at = AT}, function()
      assert(account:cancel{id = "c", at = AT})
      return "not sent"
    end)
    assert.same({"not sent", 0}, {answer, units()})
  end)

  it("lets an error go on, and leaves the call used and uncertain", function()
    local thrown = {"no text"}
    local ok, caught = pcall(account.with_call, account, CALL, function() error(thrown) end)
    assert.is_false(ok)
    assert.equal(thrown, caught)
    ok, caught = pcall(account.with_call, account, CALL, function() error("time-out", 0) end)
    assert.same({false, "time-out"}, {ok, caught})
    assert.same({2, 2}, {units(), #account:uncertain()})
  end)

  it("ends a call as the code in an error says (R36)", function()
    pcall(account.with_call, account, CALL, function() error{code = "FailedOperation.NoFaceDetected"} end)
    assert.same({1, 0}, {units(), #account:uncertain()}) -- the picture is billed
    pcall(account.with_call, account, CALL, function() error{code = "InternalError"} end)
    assert.same({1, 0}, {units(), #account:uncertain()})
  end)

  it("answers a refusal and does not call the function", function()
    assert(account:suspend{at = AT})
    local called = false
    local paid, message, code, retry_after, rule = account:with_call(CALL, function() called = true end)
    assert.same({false, "violation", nil, "R35"}, {called, code, retry_after, rule})
    assert.is_nil(paid)
    assert.is_string(message)
  end)

  it("raises for wrong arguments, and lets nothing in", function()
    assert.error_matches(function() account:with_call("image", "fn") end, "#2 to 'with_call'")
    assert.has_error(function() account:with_call("image") end)
    assert.has_error(function() account:with_call({product = "image", colour = 1}, function() end) end)
    assert.has_error(function() account.with_call(nil, "image", function() end) end)
    assert.equal(0, units())
  end)

  it("lets a coroutine yield where the version can", function()
    local step = coroutine.wrap(function()
      return account:with_call(CALL, function(pass) return coroutine.yield(pass.state), pass end)
    end)
    local can, state = pcall(step)
    if not can then -- plain 5.1
      assert.matches("yield", state)
      assert.same({1, 1}, {units(), #account:uncertain()})
      return
    end
    assert.equal("held", state)
    local answer, pass = step("on")
    assert.same({"on", "committed"}, {answer, pass.state})
  end)
end)

describe("a pass that is closed by hand", function()
  it("is uncertain, once", function()
    local account = support.account()
    local pass = assert(account:call(CALL))
    pass:close()
    pass:close({code = "InternalError"}) -- a second end says how the service answered
    assert.same({"canceled", 0}, {pass.state, account:statement().products.image.month.total})
    pass = assert(account:call(CALL))
    assert(pass:commit())
    pass:close("an error")
    assert.equal("committed", pass.state)
  end)
end)
