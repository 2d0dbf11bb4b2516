-- Reconciliations: the same document as in C and Python, and what is refused.
local faregate = require "faregate"
local support = require "support"

local OURS = [[{"book": "tencent-facefusion", "commands": [
  {"at": "2024-11-01T00:00:00", "do": "open", "product": "image"},
  {"at": "2024-11-20T12:00:00", "do": "use", "product": "image", "quantity": 5000},
  {"at": "2024-11-21T12:00:00", "do": "call", "product": "image", "quantity": 7, "id": "c1"}]}]]

local function reconcile(theirs, more)
  return faregate.reconcile('{"ours":' .. OURS .. ',"theirs":' .. theirs .. (more or "") .. "}")
end

describe("faregate.reconcile", function()
  it("says what is equal", function() -- 4,007 at 0.24
    local answer = assert(reconcile('[{"month": "2024-11", "product": "image", "amount": "961.68"}]'))
    assert.truthy(answer:find('"equal":true', 1, true))
  end)

  it("names what explains a difference", function()
    local answer = assert(reconcile('[{"month": "2024-11", "product": "image", "amount": "CNY 960.00"}]'))
    assert.truthy(answer:find('"cause":"uncertain"', 1, true))
    assert.truthy(answer:find('"complete":true', 1, true))
  end)

  it("reads an invoice by its form", function()
    local form = ',"form":{"rows":["Set"],"columns":{"month":"M","amount":"A"},"constants":{"product":"image"}}'
    local answer = assert(reconcile('{"Set": [{"M": "202411", "A": "961.68"}]}', form))
    assert.truthy(answer:find('"equal":true', 1, true))
  end)

  it("tells a month that cannot be read, and skips a total", function()
    local rows = '[{"month": "2024-11", "product": "image", "amount": "961.68"}, {"month": "%s", "amount": "961.68"}]'
    local unread = assert(reconcile(rows:format "Okt"))
    assert.truthy(unread:find('"equal":false', 1, true))
    local total = assert(reconcile(rows:format "Total"))
    assert.truthy(total:find('"equal":true', 1, true))
    assert.truthy(total:find('"skipped":1', 1, true))
  end)

  it("takes a limit of time", function()
    local commands = {}
    for number = 1, 400 do
      local day, minute = 1 + math.floor(number / 20), number % 20
      commands[number] = ('{"at":"2024-11-%02dT10:%02d:00","do":"use","product":"image","quantity":%d}'):format(
        day, minute, 1 + number % 9)
    end
    local document = '{"ours":{"book":"tencent-facefusion","commands":[' .. table.concat(commands, ",")
      .. ']},"theirs":[{"month":"2024-11","product":"image","amount":"0.01"}]}'
    local answer = assert(faregate.reconcile(document, { time_limit = 0.000001 }))
    assert.truthy(answer:find('"complete":false', 1, true))
    assert.truthy(answer:find('"is":"unexplained"', 1, true))
    assert.truthy(assert(faregate.reconcile('{"ours":' .. OURS .. ',"theirs":[]}', {})))
    assert.has_error(function() faregate.reconcile(document, { time_limit = 0 }) end)
    assert.has_error(function() faregate.reconcile(document, { limit = 1 }) end)
  end)

  it("refuses a document with the place of the fault", function()
    local answer, message, code, path = reconcile("5")
    assert.is_nil(answer)
    assert.is_string(message)
    assert.equal("invalid", code)
    assert.equal("theirs", path)
    local _, _, unknown = faregate.reconcile '{"ours": {"book": "no-such", "commands": []}, "theirs": []}'
    assert.equal("unknown_book", unknown)
  end)

  it("goes on from a ledger", function()
    local path = support.free_path()
    assert(faregate.import_ledger(OURS, path))
    local ours = assert(faregate.export(path))
    local theirs = '[{"month": "2024-11", "product": "image", "amount": "960"}]'
    local answer = assert(faregate.reconcile('{"ours":' .. ours .. ',"theirs":' .. theirs .. "}"))
    assert.truthy(answer:find('"cause":"uncertain"', 1, true))
    for _, ending in ipairs { "", "-wal", "-mark" } do
      os.remove(path .. ending)
    end
  end)
end)
