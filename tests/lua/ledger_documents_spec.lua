--- Ledgers as files: written out and made of what was written, sealed, compared, looked at.
local faregate = require("faregate")
local lfs = require("lfs")
local support = require("support")

local DAY = "2024-11-05T10:00"

describe("a ledger's file", function()
  local folder, path

  support.each_in_a_folder(before_each, after_each, function(...) folder, path = ... end)

  local function live(where)
    local acct = assert(faregate.open(where, {book = "tencent-facefusion", wallet = {cash = "5000"}}))
    assert(acct:open({product = "image", at = DAY}))
    assert(acct:buy_pack({product = "image", pack = "calls-1k", at = DAY}))
    for number = 1, 3 do
      assert(acct:use("image", 600, "2024-11-06T10:00", "u" .. number))
    end
    acct:release()
  end

  local function total(where)
    local acct = assert(faregate.open(where, {read_only = true}))
    local units = acct:statement().products.image.month.total
    acct:release()
    return units
  end

  it("goes out and comes back", function()
    live(path)
    local text = assert(faregate.export(path))
    assert.is_true(faregate.export(path, nil, folder .. "/booth.json"))
    assert.equal(text, support.read(folder .. "/booth.json"))
    local pieces = {}
    assert.is_true(faregate.export(path, nil, function(piece) pieces[#pieces + 1] = piece end))
    assert.equal(text, table.concat(pieces))
    local file = assert(io.open(folder .. "/again.json", "wb"))
    assert.is_true(faregate.export(path, nil, file))
    file:close()
    assert.equal(text, support.read(folder .. "/again.json"))
    local copy = folder .. "/copy.db"
    assert.is_true(faregate.import_ledger(text, copy))
    assert.equal(text, assert(faregate.export(copy)))
    assert.equal(1800, total(copy))
    local _, message, code = faregate.import_ledger(text, copy)
    assert.equal("ledger_exists", code)
    assert.is_truthy(message:find("there already", 1, true))
  end)

  it("replaces no file by an export that is refused, and no ledger", function()
    live(path)
    local older = folder .. "/older.json"
    support.write(older, "kept")
    assert.equal("ledger_missing", select(3, faregate.export(folder .. "/none.db", nil, older)))
    assert.equal("ledger_foreign", select(3, faregate.export(older, nil, older)))
    assert.equal("kept", support.read(older))
    local before = support.read(path)
    local other = folder .. "/other.db"
    support.write(other, before)
    for _, to in ipairs{path, other} do
      local answer, message, code = faregate.export(path, nil, to)
      assert.is_nil(answer)
      assert.equal("ledger_exists", code)
      assert.is_truthy(message:find(to, 1, true))
      assert.is_true(before == support.read(to))
    end
    assert.is_true(faregate.export(path, nil, older))
    assert.equal(assert(faregate.export(path)), support.read(older))
  end)

  it("raises what a writer raises", function()
    live(path)
    assert.has_error(function() faregate.export(path, nil, function() error("no more", 0) end) end, "no more")
    local closed = assert(io.open(folder .. "/x", "wb"))
    closed:close()
    assert.has_error(function() faregate.export(path, nil, closed) end)
    assert.has_error(function() faregate.export(path, nil, folder .. "/no/such/place") end)
    assert.has_error(function() faregate.export(path, nil, 5) end)
    assert.is_true(assert(faregate.verify(path)).ok)
  end)

  it("goes out up to a command or an instant", function()
    live(path)
    assert.is_falsy(assert(faregate.export(path, 3)):find("u2", 1, true))
    assert.is_falsy(assert(faregate.export(path, DAY)):find("u1", 1, true))
    assert.has_error(function() faregate.export(path, "soon") end)
  end)

  it("tells the command that it cannot take", function()
    local open = '{"at":"2024-11-05T10:00:00","do":"open","product":"image"}'
    local text = '{"book":"tencent-facefusion","commands":[' .. open .. "," .. open .. "]}"
    local _, message, code, place = faregate.import_ledger(text, path)
    assert.equal("invalid", code)
    assert.equal("commands[1]", place)
    assert.is_truthy(message:find("already_open", 1, true))
    assert.is_nil(lfs.attributes(path))
  end)

  it("can be looked at while it is written", function()
    live(path)
    local booth = support.kept(assert(faregate.open(path)))
    local dashboard = support.kept(assert(faregate.open(path, {read_only = true})))
    assert(booth:use("image", 9, "2024-11-08T10:00"))
    assert.equal(1809, dashboard:statement().products.image.month.total)
    local _, _, code = dashboard:use("image", 1, "2024-11-09T10:00")
    assert.equal("ledger_read_only", code)
    assert.error_matches(function() faregate.open(path, {read_only = 1}) end,
                         "read_only: expected true or false, got number")
  end)

  it("is told to be damaged by the page", function()
    live(path)
    local whole = support.read(path)
    local size = 4096
    for page = 2, #whole / size do
      local at = (page - 1) * size + 100
      local flipped = whole:byte(at + 1)
      flipped = flipped % 2 == 0 and flipped + 1 or flipped - 1
      support.write(path, whole:sub(1, at) .. string.char(flipped) .. whole:sub(at + 2))
      local report = assert(faregate.verify(path))
      assert.is_false(report.ok)
      assert.equal(("%s: page %d is torn or altered"):format(path, page), report.problem:match("^[^(]*altered"))
    end
  end)

  it("is sealed and goes on in another", function()
    local new = folder .. "/2025.db"
    live(path)
    assert.is_true(faregate.seal_ledger(path, new, 30))
    local _, message, code = faregate.open(path)
    assert.equal("ledger_sealed", code)
    assert.is_truthy(message:find("2025.db", 1, true))
    assert.is_true(assert(faregate.verify(new, path)).ok)
    assert.equal(1800, total(path))
    assert.equal(1800, total(new))
    local acct = assert(faregate.open(new))
    assert.is_true(assert(acct:use({product = "image", quantity = 600, at = "2024-11-20T10:00", id = "u1"})).repeated)
    assert(acct:use("image", 1, "2024-11-20T10:00"))
    acct:release()
    local report = assert(faregate.compare_ledgers(path, new))
    assert.same({"continuation", "b", 1}, {report.relation, report.longer, report.by})
    assert.has_error(function() faregate.seal_ledger(new, folder .. "/x", -1) end)
  end)

  it("is told from a copy that went on beside it", function()
    local copy = folder .. "/copy.db"
    live(path)
    support.copy(path, copy)
    assert.equal("same", assert(faregate.compare_ledgers(path, copy)).relation)
    for _, where in ipairs({path, copy}) do
      local acct = assert(faregate.open(where))
      assert(acct:use("image", 1, "2024-11-20T10:00", where == path and "ours" or "theirs"))
      acct:release()
    end
    local report = assert(faregate.compare_ledgers(path, copy))
    assert.same({"fork", 6, 5}, {report.relation, report.fork.command, report.common})
    assert.is_truthy(report.fork.a:find("ours", 1, true))
    local _, _, code = faregate.compare_ledgers(path, folder .. "/none.db")
    assert.equal("ledger_missing", code)
  end)
end)
