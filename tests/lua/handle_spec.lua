--- Handles from Lua, in a world of the test's own: clocks that lie, a disk that breaks, two handles on one ledger.
local faregate = require("faregate")
local language = require("language")
local support = require("support")

--- The end of an account's scope, which raises what a ledger could not write; where there is none, by hand.
local CLOSE = language.has_close and [[load("local acct = ... local scoped <close> = acct")]]
  or [[function(acct)
        local done, message, code = acct:release()
        if not done then error(message .. " (" .. code .. ")", 0) end
      end]]

local NOV = "2024-11-05T10:00"

if language.is_elsewhere then -- its world cannot be made to lie
  return
end

local function shell(command) return assert(language.execute(command)) end

describe("a handle in a world that lies", function()
  local folder, shim

  before_each(function()
    folder = support.make_folder()
    shell("mkdir -p " .. folder .. "/world")
    shim = folder .. "/world.so"
    shell(("cc -shared -fPIC -o %s tests/shim/world.c -ldl"):format(shim))
  end)

  after_each(function() shell("rm -r " .. folder) end)

  --- Runs a script in which `world` makes and unmakes files; answers what it printed.
  local function live(script)
    local prelude = ([[
      local faregate = require("faregate")
      local folder, path = %q, %q
      local function put(name, text)
        local file = assert(io.open(folder .. "/" .. name, "w"))
        file:write(text)
        file:close()
      end
      local world = {
        ahead = function(days) put("ahead", ("%%d"):format(math.floor(days * 86400))) end,
        synchronised = function() put("synchronised", "") end,
        broken = function() put("broken", "") end,
        mended = function() os.remove(folder .. "/broken") end,
      }
      local close = %s
      local function begin(options)
        options = options or {}
        options.book = "tencent-facefusion"
        return assert(faregate.open(path, options))
      end
      local function refused(code, done, _, given) assert(not done and given == code, given or "it was done") end
    ]]):format(folder .. "/world", folder .. "/booth.db", CLOSE)
    local file = assert(io.open(folder .. "/script.lua", "w"))
    file:write(prelude, script, "\nprint('it lived')\n")
    file:close()
    local world = ("LD_PRELOAD=%s FAREGATE_WORLD=%s "):format(shim, folder .. "/world")
    local pipe = assert(io.popen(world .. language.command(folder .. "/script.lua 2>&1")))
    local told = pipe:read("*a")
    pipe:close()
    assert.matches("it lived", told)
    return told
  end

  it("does nothing while the clock is suspect", function()
    live([[
      local acct = begin()
      assert(acct:ensure_open("image"))
      assert(acct:buy_pack{product = "image", pack = "calls-1k"})
      local rows = acct:ledger().commands
      world.ahead(730)
      refused("clock_suspect", acct:use("image", 1))
      refused("clock_suspect", acct:call("image"))
      refused("clock_suspect", acct:advance())
      assert(acct:preview() and acct:marginal("image", 1) and acct:ledger().commands == rows)
      assert(acct:statement().products.image.packs[1].state == "active")
      assert(acct:notices()[1].code == "clock_suspect")
      world.ahead(91)
      assert(acct:use("image", 1))
      world.ahead(191)
      refused("clock_suspect", acct:use("image", 1))
      world.synchronised()
      assert(acct:use("image", 1))
    ]])
  end)

  it("takes the keeper's word for the clock, once", function()
    live([[
      local acct = begin{max_jump = 1}
      local keeper = begin{max_jump = 1}
      assert(acct:ensure_open("image"))
      world.ahead(100)
      refused("clock_suspect", acct:advance())
      assert(keeper:trust_clock())
      assert(acct:advance())
      world.ahead(200)
      refused("clock_suspect", acct:advance())
      local memory = faregate.account(acct:book(), {max_jump = 1})
      assert(memory:open{product = "image"})
      world.ahead(300)
      refused("clock_suspect", memory:advance())
      assert(memory:trust_clock() and memory:advance())
    ]])
  end)

  it("writes no row at a first start in 1970", function()
    live([[
      world.ahead(3 - os.time() / 86400)
      local acct = begin()
      refused("clock_suspect", acct:ensure_open("image"))
      assert(acct:preview() and acct:now() == nil and acct:ledger().commands == 0)
      world.ahead(0)
      assert(acct:ensure_open("image"))
    ]])
  end)

  it("tells an ending that could not be written, and does it again", function()
    live([[
      local acct = begin()
      assert(acct:ensure_open("image"))
      local pass = assert(acct:call("image", 1, nil, "c1"))
      world.broken()
      refused("ledger_io", pass:commit())
      assert(pass.state == "unwritten")
      refused("ledger_io", acct:use("image", 1))
      world.mended()
      assert(acct:use("image", 1))
      assert(pass.state == "committed" and #acct:calls() == 0)
      assert(acct:statement().products.image.month.total == 2)
    ]])
    assert.is_true(assert(faregate.verify(folder .. "/booth.db")).ok)
  end)

  it("raises what the end of with_call could not write, with what the function returned", function()
    live([[
      local acct = begin()
      assert(acct:ensure_open("image"))
      local done, told = pcall(acct.with_call, acct, "image", function(pass, picture)
        world.broken()
        return picture, nil, pass.free, nil
      end, "a.jpg")
      assert(not done and tostring(told):find("^" .. told.message:sub(1, 9)), tostring(told))
      assert(told.status == "ledger_io" and told.code == nil and told.rule == nil)
      assert(told.results.n == 4 and told.results[1] == "a.jpg" and told.results[3] == 1 and told.results[2] == nil)
      assert(told.pass.state == "unwritten")
      world.mended()
      assert(acct:ensure_open("image"))
      assert(told.pass.state == "committed" and acct:statement().products.image.month.total == 1)
    ]])
    assert.is_true(assert(faregate.verify(folder .. "/booth.db")).ok)
  end)

  it("raises at the end of a scope what a ledger could not write, and warns where it is collected", function()
    local told = live([[
      local function leave(acct)
        assert(acct:ensure_open("image"))
        local pass = assert(acct:call("image"))
        world.broken()
        refused("ledger_io", pass:commit())
        close(acct)
      end
      local ok, message = pcall(leave, begin())
      assert(not ok and message:find("ledger_io", 1, true), message)
      world.mended()
      do
        local acct = begin()
        local pass = assert(acct:call("image"))
        world.broken()
        refused("ledger_io", pass:commit())
      end
      collectgarbage()
      collectgarbage()
      world.mended()
    ]])
    assert.matches("Lua warning: faregate.account: ", told)
  end)

  it("warns of a call whose account was released before its end", function()
    local told = live([[
      local acct = begin()
      assert(acct:ensure_open("image"))
      do
        local ended = assert(acct:call("image", 1, nil, "c1"))
        assert(ended:commit())
        local left = assert(acct:call("image", 1, nil, "c2"))
        assert(acct:release())
        left:close()
        ended:close()
      end
      local again = begin()
      again:with_call({product = "image", id = "c3"}, function() assert(again:release()) end)
    ]])
    for _, id in ipairs{"c2", "c3"} do
      assert.matches("Lua warning: faregate.call: the account was released before the end of " .. id, told, 1, true)
    end
    assert.is_nil(told:find("c1", 1, true))
  end)

  it("finds again a call whose answer was lost", function()
    live([[
      local acct = begin()
      assert(acct:ensure_open("image"))
      world.broken()
      refused("ledger_io", acct:call("image", 1, nil, "c1"))
      world.mended()
      for _, left in ipairs(acct:uncertain()) do -- the error left open whether it was let in
        local pass = assert(acct:resume(left.id))
        refused("in_flight", acct:resume(left.id))
        assert(pass:not_sent())
      end
      assert(#acct:calls() == 0 and acct:statement().products.image.month.total == 0)
    ]])
  end)
end)

describe("two handles on one ledger", function()
  local folder, first, second

  before_each(function()
    folder = support.make_folder()
    first = assert(faregate.open(folder .. "/booth.db", {book = "tencent-facefusion"}))
    assert(first:open{product = "image", at = NOV})
    second = assert(faregate.open(folder .. "/booth.db"))
  end)

  after_each(function()
    first:release()
    second:release()
    shell("rm -r " .. folder)
  end)

  local questions = {
    statement = function(acct) return acct:statement() end,
    preview = function(acct) return assert(acct:preview()) end,
    marginal = function(acct) return assert(acct:marginal("image", 5)) end,
    now = function(acct) return acct:now() end,
    invoices = function(acct) return acct:invoices() end,
    calls = function(acct) return acct:calls() end,
    upcoming = function(acct) return assert(acct:upcoming()) end,
    notices = function(acct) return assert(acct:notices())[2] end, -- the first is the clock's
    fork = function(acct) return acct:fork():statement() end,
  }

  for name, question in pairs(questions) do
    it("see what the other did: " .. name, function()
      question(second)
      local pass = assert(first:call("image", 3, "2024-12-02T10:00"))
      assert(first:use("image", 1200, "2024-12-02T10:00:05"))
      second:now()
      assert.same(support.plain(question(first)), support.plain(question(second)))
      assert(pass:commit("2024-12-02T10:00:05"))
    end)
  end

  it("end their calls though the other moved on", function()
    local pass = assert(first:call("image", 1, "2024-11-05T11:00"))
    assert(second:use("image", 1, "2024-11-05T12:00"))
    assert.is_true(pass:commit())
    assert.equal(first:now(), second:now())
    language.within(assert(first:call("image", 1, "2024-11-05T12:00", "c2")), function()
      assert(second:use("image", 1, "2024-11-05T13:00"))
    end)
    assert.same({1, 0}, {#first:uncertain(), #second:uncertain()})
    assert.equal("in_flight", (support.refusal(second:resume("c2"))))
    assert.is_true(first:release())
    assert.equal("c2", second:uncertain()[1].id)
    assert.same({1, 0}, {assert(second:resume("c2")):cancel("2024-11-05T13:00")})
  end)
end)
