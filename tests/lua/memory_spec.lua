--- Every function of the module with Lua's memory running out at each of its allocations in turn.
local failing = require("failing")
local faregate = require("faregate")
local language = require("language")
local support = require("support")

local AT = "2024-11-05T10:00:00"
local FORECAST = {product = "image", start = "2024-11", calls = {100, 20000}}
local TIMELINE = [[{"book": "tencent-facefusion",
                    "commands": [{"do": "open", "product": "image", "at": "2024-11-05T10:00:00"}]}]]

--- What `ask` answers, asked again with one more allocation that succeeds, until none fails.
local function ask_until_it_is_answered(ask)
  local raised = 0
  for count = 0, 10000 do
    collectgarbage()
    local failed, ok, answer = failing.call(count, ask)
    if not failed then
      return assert(ok and answer, answer), raised
    end
    if not ok then
      assert.equal("not enough memory", answer)
      raised = raised + 1
    end
  end
  error("it never had enough")
end

describe("with memory running out", function()
  local account, book, ledger, path
  support.each_in_a_folder(before_each, after_each, function(_, there) path = there end)

  before_each(function()
    language.compile_nothing()
    book, account = support.book(), support.account()
    ledger = support.kept(assert(faregate.open(path, {book = book})))
    assert(ledger:open{product = "image", at = AT})
  end)

  after_each(language.compile_again)

  local questions = {
    ["faregate.account"] = function()
      return tostring(faregate.account(book, {wallet = {cash = "1", gift = 2}, policy = {tier_basis = "total"},
                                              max_jump = 5}))
    end,
    ["faregate.bill_shares"] = function() return tostring(faregate.bill_shares(1, 2, 3, {{postpaid = 2}})[1]) end,
    ["faregate.book"] = function() return faregate.book("aws-s3").id end,
    ["faregate.book of a table"] = function() return select(3, faregate.book{products = {{1, {a = "b"}}}}) end,
    ["faregate.book_json"] = function() return faregate.book_json(book:to_json()).id end,
    ["faregate.book_errors"] = function() return #faregate.book_errors("{}") .. #faregate.book_errors("") end,
    ["faregate.break_even"] = function()
      local ways = {{book = book, product = "image"}, {book = book, product = "image", free = 1}}
      return faregate.break_even(ways[1], ways[2], 10)[1].cheaper
    end,
    ["faregate.cheapest"] = function() return tostring(faregate.cheapest(book, FORECAST, "postpaid").total) end,
    ["faregate.compare_ledgers"] = function() return faregate.compare_ledgers(path, path).relation end,
    ["faregate.export"] = function() return #faregate.export(path) end,
    ["faregate.export to a function"] = function() return faregate.export(path, nil, function() end) end,
    ["faregate.money"] = function()
      return tostring(-(faregate.money("1.5") + faregate.money(2)) - 1) .. faregate.money(3) * 2
    end,
    ["faregate.replay"] = function() return #faregate.replay(TIMELINE) end,
    ["faregate.verify"] = function() return faregate.verify(path).commands end,
    ["book:cliffs"] = function() return #book:cliffs{product = "image"} end,
    ["book:curve"] = function() return #book:curve{product = "image"}.pieces end,
    ["book:describe"] = function() return book:describe().currency end,
    ["book:price"] = function()
      return tostring(book:price{product = "image", meter = "calls", quantity = 20000}.amount)
    end,
    ["book:price_many"] = function() return tostring(book:price_many("image", "calls", {1, 2})[2]) end,
    ["account:calls"] = function() return #account:calls() end,
    ["account:fork"] = function() return tostring(account:fork()) end,
    ["account:invoices"] = function() return #account:invoices() end,
    ["account:ledger"] = function() return ledger:ledger().commands end,
    ["account:notices"] = function() return #account:notices{pack_days = 3} end,
    ["account:statement"] = function() return account:statement().currency end,
    ["account:upcoming"] = function() return #account:upcoming("2024-12-05").events end,
    ["account:use that is refused"] = function() return select(3, account:use("audio", 1, AT)) end,
  }
  for name, ask in pairs(questions) do
    it("answers " .. name .. " whole or not at all", function()
      local whole = assert(ask())
      local before = account:statement()
      local answer, raised = ask_until_it_is_answered(ask)
      assert.same(whole, answer)
      assert.is_true(raised > 0)
      assert.same(before, account:statement())
      assert.is_true(faregate.verify(path).ok)
    end)
  end

  it("lets a call in or not, and counts it if it did", function()
    local made = {}
    for _, of in ipairs{account, ledger} do
      local call = ask_until_it_is_answered(function()
        local id = "c" .. #made
        made[#made + 1] = id
        return of:call("image", 1, AT, id)
      end)
      assert.equal("held", call.state)
      call:cancel(AT)
      assert.same({}, of:uncertain())
    end
  end)

  it("uses once what is used under an id", function()
    for _, of in ipairs{account, ledger} do
      local used = ask_until_it_is_answered(function()
        return of:use{product = "image", quantity = 5, id = "u", at = AT}
      end)
      assert.equal(5, used.free)
      assert.equal(5, of:statement().products.image.month.total)
    end
  end)
end)
