-- What the booth of examples/love-booth does, without LÖVE: a vendor whose answers the spec decides.
local faregate = require("faregate")
local Booth = dofile("examples/love-booth/booth.lua")

local function vendor()
  local made = {sent = {}, asked = {}, answers = {}}
  function made.send(_, id) table.insert(made.sent, id) end
  function made.ask(_, id) table.insert(made.asked, id) end
  function made.poll() return table.remove(made.answers, 1) end
  return made
end

local function booth_of(account, vendors)
  return Booth.new(account or faregate.account(faregate.book("tencent-facefusion")), vendors or vendor(), 1)
end

describe("the booth of examples/love-booth", function()
  it("commits what the vendor bills, and gives back what it does not", function()
    local booth = booth_of()
    for number = 1, 3 do
      assert.is_true(booth:shoot("photo-" .. number))
    end
    assert.same({"photo-1", "photo-2", "photo-3"}, booth.vendor.sent)
    assert.equal(3, booth.open)
    booth.vendor.answers = {
      {id = "photo-1", code = "Success"},
      {id = "photo-2", code = "FailedOperation.NoFaceDetected"},
      {id = "photo-3", code = "InternalError"},
    }
    booth:update()
    assert.equal(0, booth.open)
    assert.equal("done", booth.photos["photo-1"].state)
    assert.equal("billed", booth.photos["photo-2"].state)
    assert.equal("canceled", booth.photos["photo-3"].state)
    assert.equal(2, booth:totals().used)
    assert.equal(998, booth:totals().free)
    assert.equal("0.00", booth:totals().amount)
  end)

  it("asks the vendor about what came too late, or what nobody knows", function()
    local booth = booth_of()
    for number = 1, 3 do
      booth:shoot("photo-" .. number)
    end
    booth.vendor.answers = {
      {id = "photo-1", late = true},
      {id = "photo-2", late = true},
      {id = "photo-3", code = "FailedOperation.ModerationFailed"},
    }
    booth:update()
    assert.same({"photo-1", "photo-2", "photo-3"}, booth.vendor.asked)
    booth.vendor.answers = {{id = "photo-1", late = true}} -- the question
    booth:update()
    assert.same({"photo-1", "photo-2", "photo-3", "photo-1"}, booth.vendor.asked)
    assert.equal(3, booth:totals().used) -- never too few
    assert.equal(3, booth.open)
    booth.vendor.answers = {
      {id = "photo-1", billed = true},
      {id = "photo-2", billed = false},
      {id = "photo-3", billed = true},
    }
    booth:update()
    assert.equal(0, booth.open)
    assert.equal(2, booth:totals().used)
    assert.equal(0, #booth.account:uncertain())
  end)

  it("tells why a photo may not go out", function()
    local booth = booth_of()
    for number = 1, 20 do
      assert.is_true(booth:shoot("photo-" .. number)) -- 20 a second (R16)
    end
    local went, why, wait, code = booth:shoot("photo-21")
    assert.is_false(went)
    assert.is_string(why)
    assert.equal("rate_limited", code)
    assert.is_true(wait > 0 and wait <= 1)
    assert.equal(20, #booth.vendor.sent)
  end)

  it("goes on with the next photo after a restart, whatever became of those before", function()
    local account = faregate.account(faregate.book("tencent-facefusion"))
    local first = Booth.new(account, vendor(), 1730772000)
    for _, code in ipairs({"Success", "InternalError", "Success"}) do -- two of three are billed
      local id = first:next_id()
      assert.is_true(first:shoot(id))
      first.vendor.answers = {{id = id, code = code}}
      first:update()
    end
    local second = Booth.new(account, vendor(), 1730772060)
    for _ = 1, 3 do
      assert.is_true(second:shoot(second:next_id()))
    end
    assert.equal(5, second:totals().used)
    assert.equal("1730772060-photo-3", second.vendor.sent[3])
  end)

  it("asks about what the power cut off", function()
    local path = os.tmpname()
    os.remove(path)
    local first = booth_of(assert(faregate.open(path, {book = "tencent-facefusion"})))
    first:shoot("photo-1")
    assert(first.account:release()) -- the call stays: nobody says how it ended
    local second = booth_of(assert(faregate.open(path)))
    assert.same({"photo-1"}, second.vendor.asked)
    second.vendor.answers = {{id = "photo-1", billed = false}}
    second:update()
    assert.equal(0, second:totals().used)
    assert.is_true(second:shoot("photo-1")) -- it was canceled, so its id is free
    assert(second.account:release())
    for _, ending in ipairs({"", "-wal", "-shm", "-mark"}) do
      os.remove(path .. ending)
    end
  end)
end)
