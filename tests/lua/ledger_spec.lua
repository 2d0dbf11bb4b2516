--- Accounts on the disk, from Lua: faregate.open.
local faregate = require("faregate")
local language = require("language")
local lfs = require("lfs")
local support = require("support")

local posix_it = language.is_windows and pending or it -- of what Windows has not
local BOOK = {book = "tencent-facefusion"}

describe("a ledger", function()
  local folder, path

  support.each_in_a_folder(before_each, after_each, function(...) folder, path = ... end)

  local function begin(options)
    local acct = assert(faregate.open(path, options or BOOK))
    assert(acct:open({product = "image", at = "2024-11-05T10:00"}))
    return acct
  end

  it("says in which argument a book is that was released", function()
    local book = support.book()
    book:release()
    assert.error_matches(function() faregate.open(path, {book = book}) end, "#2 to 'open' %(the book was released%)")
    assert.error_matches(function() faregate.open(path, {book = 5}) end, "#1")
  end)

  posix_it("is one file by several names", function()
    begin():release()
    local link = folder .. "/link.db"
    assert(lfs.link("booth.db", link, true))
    local one = support.kept(assert(faregate.open(path)))
    local other = support.kept(assert(faregate.open(link)))
    assert(one:use({product = "image", quantity = 1, id = "u1", at = "2024-11-05T11:00"}))
    assert.is_true(assert(other:use({product = "image", quantity = 1, id = "u1", at = "2024-11-05T11:00"})).repeated)
    one:release()
    other:release()
    assert(lfs.link(path, folder .. "/hard.db"))
    local _, message, code = faregate.open(path)
    assert.equal("ledger_linked", code)
    assert.matches("2 names", message)
  end)

  posix_it("notices that its file is gone", function()
    local acct = begin()
    assert(os.rename(path, path .. ".old"))
    local _, message, code = acct:use({product = "image", quantity = 1, id = "u1", at = "2024-11-05T11:00"})
    assert.equal("ledger_replaced", code)
    assert.matches("removed", message)
    assert(os.rename(path .. ".old", path))
    assert(acct:use({product = "image", quantity = 1, id = "u1", at = "2024-11-05T11:00"}))
    acct:release()
    assert.equal(2, assert(faregate.verify(path)).commands)
  end)

  it("says what is not there", function()
    local _, _, code = faregate.open(folder .. "/nowhere/booth.db", BOOK)
    assert.equal("ledger_no_directory", code)
    _, _, code = faregate.verify(folder .. "/none.db")
    assert.equal("ledger_missing", code)
    assert.has_error(function() faregate.open("a\0b", BOOK) end)
  end)

  it("comes back as it was", function()
    local acct = begin({book = assert(faregate.book("tencent-facefusion")), wallet = {cash = "5000"}})
    assert(acct:buy_pack({product = "image", pack = "calls-10k", id = "p1", at = "2024-11-05T10:05"}))
    assert(acct:use("image", 15000, "2024-11-20T12:00", "u1"))
    local statement = acct:statement()
    assert.is_true(acct:release())
    local again = support.kept(assert(faregate.open(path)))
    assert.same(tostring(statement.wallet.balance), tostring(again:statement().wallet.balance))
    assert.same(statement.products.image.month, again:statement().products.image.month)
    local used = assert(again:use({product = "image", quantity = 15000, id = "u1", at = "2024-12-01"}))
    assert.is_true(used.repeated)
    assert.equal(4000, used.postpaid)
  end)

  it("says how durable it is", function()
    local acct = support.kept(begin({book = "tencent-facefusion", group_ms = 20}))
    assert.equal("group", acct:ledger().durability)
    assert.equal(20, acct:ledger().group_ms)
    assert.equal(1, acct:ledger().commands)
    assert.is_true(acct:flush())
    local memory = faregate.account(assert(faregate.book("tencent-facefusion")))
    assert.is_nil(memory:ledger())
    assert.same({}, memory:uncertain())
    assert.is_true(memory:flush())
    assert.is_true(memory:release())
  end)

  it("checks all pages first, or those that are used", function()
    begin({book = "tencent-facefusion"}):release()
    for _, check in ipairs({"all", "used"}) do
      local acct = support.kept(assert(faregate.open(path, {check = check})))
      assert.equal(1, acct:ledger().commands)
      assert(acct:release())
    end
    assert.error_matches(function() faregate.open(path, {check = "some"}) end, 'check: expected "all" or "used"')
  end)

  it("tells what is no ledger", function()
    local function code(...)
      local acct, message, given = faregate.open(...)
      assert.is_nil(acct)
      assert.is_string(message)
      return given
    end
    assert.equal("ledger_missing", code(path))
    assert.equal("ledger_not_a_file", code(folder))
    assert.equal("unknown_book", code(path, {book = "no such book"}))
    assert.is_nil(lfs.attributes(path))
    support.write(path, "notes")
    assert.equal("ledger_foreign", code(path))
    os.remove(path)
    begin():release()
    assert.equal("ledger_book", code(path, {book = "tencent-tts"}))
    assert.equal("ledger_book", code(path, {policy = {tier_basis = "total"}, book = "tencent-facefusion"}))
    local bytes = support.read(path)
    support.write(path, bytes:sub(1, -2))
    assert.equal("ledger_corrupt", code(path))
    assert.is_false(assert(faregate.verify(path)).ok)
  end)

  it("forgets ids after the days it was begun with, as an account in memory does", function()
    local options = {book = "tencent-facefusion", keep_ids_days = 2}
    local kept = assert(faregate.open(path, options))
    local memory = faregate.account(kept:book(), {keep_ids_days = 2})
    for _, account in ipairs({kept, memory}) do
      assert(account:open{product = "image", at = "2024-11-05T08:00:00"})
      local use = {product = "image", quantity = 1, id = "u", at = "2024-11-05T08:00:00"}
      assert(account:use(use))
      use.at = "2024-11-09T07:59:59"
      assert.is_true(account:use(use).repeated)
      use.at = "2024-11-09T08:00:00"
      assert.is_nil(account:use(use).repeated)
    end
    kept:release()
    local _, _, refused = faregate.open(path, {book = "tencent-facefusion", keep_ids_days = 3})
    assert.equal("ledger_book", refused)
    assert(faregate.open(path, options)):release()
  end)

  it("tells that nobody knows any more how a call ended", function()
    local options = {book = "tencent-facefusion", keep_ids_days = 2}
    local kept = assert(faregate.open(path, options))
    for _, account in ipairs({kept, faregate.account(kept:book(), {keep_ids_days = 2})}) do
      assert(account:open{product = "image", at = "2024-11-05T08:00:00"})
      local pass = assert(account:call{product = "image", id = "c", at = "2024-11-05T08:00:00"})
      assert(account:cancel{id = "c", at = "2024-11-05T08:00:00"})
      assert(account:advance{at = "2024-11-09T08:00:00"})
      local _, message, code = pass:commit("2024-11-09T08:00:00")
      assert.equal("already_finished", code)
      assert.matches("not known any more", message)
      assert.equal("forgotten", pass.state)
    end
    kept:release()
  end)

  it("raises for wrong arguments", function()
    local most, least = language.greatest, language.least
    for _, options in ipairs({{bok = 1}, {group_ms = -1}, {group_ms = 1.5}, {wait_ms = true}, {wallet = 5},
                              {wait_ms = least}, {wait_ms = most}, {wait_ms = 86400001}, {group_ms = least},
                              {group_ms = most}, {max_jump = 0}, {max_jump = -1}, {max_jump = least},
                              {max_jump = most}, {max_jump = 1.5}, {max_jump = true}, {keep_ids_days = -1},
                              {keep_ids_days = 36526}, {keep_ids_days = 1.5}, {keep_ids_days = true}}) do
      options.book = options.bok == nil and "tencent-facefusion" or nil
      assert.is_false((pcall(faregate.open, path, options)))
    end
    assert.is_false((pcall(faregate.open, 5)))
    assert.is_nil(lfs.attributes(path))
  end)

  posix_it("keeps calls that were in flight", function()
    local script = ([[
      local acct = assert(require("faregate").open(%q))
      assert(acct:call({product = "image", id = "c1", owner = "left", at = "2024-11-05T11:00"}))
      os.execute("kill -KILL $PPID")
    ]]):format(path)
    begin():release()
    local file = assert(io.open(folder .. "/crash.lua", "w"))
    file:write(script)
    file:close()
    assert.is_false(language.execute(language.command(folder .. "/crash.lua 2>/dev/null")))
    local acct = support.kept(assert(faregate.open(path)))
    local uncertain = assert(acct:uncertain())
    assert.equal("c1", uncertain[1].id)
    assert.equal("left", uncertain[1].owner)
    assert(acct:cancel({id = "c1", at = "2024-11-05T12:00"}))
    assert.same({}, acct:uncertain())
  end)

  it("passes calls of the gate through", function()
    local acct = support.kept(begin())
    language.within(assert(acct:call("image", 1, 1730775600000000)), function(pass)
      assert(pass:commit(1730775600000000))
    end)
    language.within(assert(acct:call("image", 1, 1730775600000000)), function() end)
    assert.equal(2, acct:statement().products.image.month.total)
    assert.equal(1, #acct:uncertain())
    assert.equal(4, acct:ledger().commands)
  end)

  it("tells the same of a call past its time as one who only looks", function()
    --- The code, the oldest call's id and the units of each notice, besides the clock's.
    local function told_by(handle)
      local told = {}
      for _, notice in ipairs(handle:notices()) do
        if notice.code ~= "clock_suspect" then
          told[#told + 1] = {notice.code, notice.id, notice.units}
        end
      end
      return told
    end
    local acct = support.kept(begin())
    assert(acct:call{product = "image", id = "x", timeout_ms = 1000, at = "2024-11-05T11:00"}):close()
    local look = support.kept(assert(faregate.open(path, {read_only = true})))
    assert.same({{"calls_uncertain", "x", 1}}, told_by(acct))
    assert.same({}, told_by(look)) -- whom another one that lives has lost, only that one knows
    assert(acct:advance{at = "2024-11-05T11:01"})
    assert.same({{"calls_abandoned", "x", 1}}, told_by(acct))
    assert.same({{"calls_abandoned", "x", 1}}, told_by(look))
  end)

  it("is verified and exported", function()
    local acct = begin()
    assert(acct:use("image", 1500, 1730775600000000, "u1"))
    acct:release()
    local report = assert(faregate.verify(path))
    assert.is_true(report.ok)
    assert.equal(2, report.commands)
    local answer = assert(faregate.replay((assert(faregate.export(path)))))
    assert.is_truthy(answer:find('"free":1000,"packs":0,"postpaid":500', 1, true))
    assert.is_falsy(assert(faregate.export(path, 1)):find("u1", 1, true))
  end)
end)

describe("the booth", function()
  local with_socket = pcall(require, "socket") and posix_it or pending

  with_socket("agrees with the vendor after two cuts of power", function()
    local pipe = assert(io.popen(language.command("examples/booth.lua 2>&1; echo $?")))
    local told = pipe:read("*a")
    pipe:close()
    assert.matches("\n0\n$", told)
    for _, line in ipairs{
      "photo-4: FailedOperation.NoFaceDetected, committed", -- R36: the picture is billed
      "photo-10: InternalError, canceled",
      "photo-31: FailedOperation.ModerationFailed, unknown",
      "books: 45 calls used, 0 in flight; vendor: 45 calls counted; ledger good: true",
    } do
      assert.is_truthy(told:find(line, 1, true), line)
    end
  end)
end)
