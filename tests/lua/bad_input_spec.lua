--- Wrong arguments raise, name the field, and change nothing. Wrong documents are in the shared vectors.
local faregate = require("faregate")
local language = require("language")
local support = require("support")

local DAY = "2024-11-05T10:00:00"

describe("bad input", function()
  local account, before

  before_each(function()
    account = support.account{wallet = {cash = "5000"}}
    before = support.plain(account:statement())
  end)

  after_each(function()
    assert.same(before, support.plain(account:statement()))
  end)

  --- The command raises, and what it says has `field` in it.
  local function raises(field, command, fields)
    fields.at = fields.at == nil and DAY or fields.at
    assert.error_matches(function() account[command](account, fields) end, field, 1, true)
  end

  local not_quantities = {-1, language.least, language.whole_float, 0.5, 2 ^ 63, 0 / 0, 1 / 0, -1 / 0, true, false, "",
                          "-1", "+1",
                          "01", " 1", "1 ", "1.0", "1e3", "0x10", "NaN", "9223372036854775808", "1\0",
                          ("9"):rep(10000), print, {}, io.stdout, faregate.money(1), coroutine.create(function() end),
                          faregate.null}

  it("as quantity", function()
    for _, quantity in ipairs(not_quantities) do
      raises("quantity", "use", {product = "image", quantity = quantity})
      raises("quantity", "buy_pack", {product = "image", pack = "calls-1k", quantity = quantity})
      raises("days", "buy_capacity", {product = "image", meter = "qps", quantity = 1, days = quantity})
      assert.error_matches(function() account:use("image", quantity, DAY) end, "quantity")
    end
    assert.error_matches(function() account:use("image", nil, DAY) end, "quantity")
    for _, quantity in ipairs{0, "0"} do
      raises("quantity", "buy_pack", {product = "image", pack = "calls-1k", quantity = quantity})
      raises("quantity", "give_pack", {product = "image", pack = "calls-1k", quantity = quantity})
      raises("quantity", "buy_capacity", {product = "image", meter = "qps", quantity = quantity, days = 1})
      raises("quantity", "add_materials", {product = "image", quantity = quantity})
      raises("quantity", "remove_materials", {product = "image", quantity = quantity})
    end
  end)

  it("as attributes", function()
    for value, got in pairs{[1.5] = "float", [true] = "boolean", [{}] = "table", [print] = "function"} do
      local said = "attributes.model: expected a string or an integer, got " .. got
      raises(said, "use", {product = "image", quantity = 1, attributes = {model = value}})
      raises(said, "call", {product = "image", attributes = {model = value}})
      assert.error_matches(function() account:use("image", 1, DAY, nil, {model = value}) end, "#5 to 'use'")
    end
    for _, attributes in ipairs{"mini", 5, true, {"mini"}, {[""] = 1}, {model = "mini\0"}} do
      raises("", "use", {product = "image", quantity = 1, attributes = attributes})
      assert.error(function() account:use("image", 1, DAY, nil, attributes) end)
      assert.error(function() account:call("image", 1, DAY, nil, attributes) end)
    end
  end)

  it("as attributes of a book of format 1, which has none", function()
    account = faregate.account(support.book_of_format_1())
    account:open{product = "p", at = DAY}
    before = support.plain(account:statement())
    raises("attributes", "use", {product = "p", quantity = 1, attributes = {model = "mini"}})
    assert.error_matches(function() account:use("p", 1, DAY, nil, {model = "mini"}) end, "attributes")
  end)

  it("names the same argument, whoever finds it wrong", function()
    local book = support.book()
    for _, quantity in ipairs{-1, -2 ^ 0, "x", language.least} do
      assert.error_matches(function() account:call("image", quantity, DAY) end, "#2 to 'call' (quantity: ", 1, true)
      assert.error_matches(function() account:use("image", quantity, DAY) end, "#2 to 'use' (quantity: ", 1, true)
      assert.error_matches(function() book:price("image", "calls", quantity) end, "#3 to 'price' (quantity: ", 1, true)
      local fields = {product = "image", quantity = quantity}
      assert.error_matches(function() account:call(fields) end, "#1 to 'call' (quantity: ", 1, true)
    end
    assert.error_matches(function() account:call("image", 0, DAY) end, "#2 to 'call' (quantity: ", 1, true)
    for _, at in ipairs{5, 1.5, "tomorrow"} do
      assert.error_matches(function() account:use("image", 1, at) end, "#3 to 'use' (at: ", 1, true)
    end
    for _, id in ipairs{"", 5, "a\0b"} do
      assert.error_matches(function() account:call("image", 1, DAY, id) end, "#4 to 'call' (id: ", 1, true)
    end
    assert.error_matches(function() book:price("image", "qps", 1) end, "#1 to 'price' (days: ", 1, true)
  end)

  it("with a dot in place of the colon, or a float, which is no quantity", function()
    for _, command in ipairs{"call", "use"} do
      assert.error_matches(function() account[command]("image") end, "#1.*faregate.account")
      assert.error_matches(function() account[command]("image", 1) end, "#1.*faregate.account")
      raises("quantity: expected an integer or a string, got float", command,
             {product = "image", quantity = language.whole_float})
    end
  end)

  it("as amount", function()
    for _, amount in ipairs{"", "1e3", "+1", "--1", "-1", "0", 0, -1, 1.5, language.whole_float, 0 / 0, true, {}, print,
                            ".5", "5.",
                            "1,000", "1.0000000000001", "100000000000000000000000000", " 1", "1\0", io.stdout,
                            faregate.money("-1")} do
      raises("amount", "top_up", {amount = amount})
      if amount ~= "0" and amount ~= 0 then
        raises("pay.cash", "buy_pack", {product = "image", pack = "calls-1k", pay = {cash = amount}})
        raises("campaign.price", "buy_pack", {product = "image", pack = "calls-1k", campaign = {price = amount}})
        local options = {wallet = {cash = amount}}
        assert.error_matches(function() faregate.account(support.book(), options) end, "wallet.cash")
      end
    end
  end)

  it("as instant", function()
    for _, at in ipairs{"", "2024-02-30", "2023-02-29", "2024-13-01", "2024-00-01", "2024-11-00", "1969-12-31",
                        "10000-01-01", "2024-11-05T24:00:00", "2024-11-05T10:60", "2024-11-05T10:00:60",
                        "2024-11-05T10",
                        "2024-11-05T10:00:00+24:00", "2024-11-05T10:00:00+0800", "2024-11-05T10:00:00 +08:00",
                        "2024-11-05T10:00:00.", "2024-11-05T10:00:00.1234567", "2024-11-05T10:00:00z", "05.11.2024",
                        " 2024-11-05", "2024-11-05 ", "2024-11-05T10:00:00Z\0", "tomorrow", language.whole_float,
                        true, {}, language.greatest, language.least, 253402387200000000, faregate.money(1)} do
      raises("at: ", "use", {product = "image", quantity = 1, at = at})
      raises("at: ", "advance", {at = at})
      assert.error_matches(function() account:use("image", 1, at) end, "at: ", 1, true)
    end
    assert.error_matches(function() account:use("image", 1, false) end, "at: ", 1, true)
  end)

  it("as a number of seconds, wherever an instant is taken", function()
    local said = ": 1730772000 microseconds is the year 1970; whole numbers count microseconds"
    local book, at, commands = support.book(), 1730772000, 0
    for _, command in ipairs(support.constants("commands", "FG_DO_")) do
      raises("at" .. said, command, {at = at})
      commands = commands + 1
    end
    assert.is_true(commands >= 18)
    local pass = support.account():call("image", 1, DAY)
    for _, ask in ipairs{
      function() account:use("image", 1, at) end, function() account:call("image", 1, at) end,
      function() account:call{product = "image", at = at} end,
      function() account:ensure_open{product = "image", at = at} end,
      function() account:statement{at = at} end, function() account:preview{at = at} end,
      function() pass:commit{at = at} end, function() pass:cancel(at) end, function() pass:not_sent{at = at} end,
      function() book:price{product = "image", meter = "calls", quantity = 1, at = at} end,
      function() book:price_many{product = "image", meter = "calls", quantities = {1}, at = at} end,
      function() book:curve{product = "image", meter = "calls", most = 9, at = at} end,
      function() book:cliffs{product = "image", meter = "calls", most = 9, at = at} end,
    } do
      assert.error_matches(ask, "at" .. said, 1, true)
    end
    assert.error_matches(function() account:upcoming(at) end, "until" .. said, 1, true)
    assert.equal("held", pass.state)
  end)

  it("as date", function()
    for _, date in ipairs{"", "2024-02-30", "2024-11-05T10:00:00", "1969-12-31", "10000-01-01", 20241105, true, {}} do
      raises("start", "buy_capacity", {product = "image", meter = "qps", quantity = 1, days = 1, start = date})
      raises("effective", "announce", {product = "image", grant = "free-calls", quantity = 1, effective = date})
    end
  end)

  it("as id", function()
    for _, id in ipairs{"", "\255", "a\0b", "\192\175", "\237\160\128", "\244\144\128\128", "\226\130", "\128", 1, true,
                        {}, faregate.money(1)} do
      raises("id", "use", {product = "image", quantity = 1, id = id})
      assert.error_matches(function() account:use("image", 1, DAY, id) end, "id")
    end
    raises("id", "refund", {})
  end)

  it("as fund", function()
    for _, fund in ipairs{"", "Cash", "cash\0", "bank", 1, true, {}} do
      raises("fund", "top_up", {amount = 1, fund = fund})
    end
    for _, fund in ipairs{"", "Cash", "bank"} do
      raises(fund, "buy_pack", {product = "image", pack = "calls-1k", pay = {[fund] = 1}})
      assert.error_matches(function() faregate.account(support.book(), {wallet = {[fund] = 1}}) end, "no such fund")
    end
    for _, wallet in ipairs{{1}, {[true] = 1}, {["cash\0"] = 1}, 5, "cash", true} do
      assert.has_error(function() faregate.account(support.book(), {wallet = wallet}) end)
    end
  end)

  it("as switch", function()
    for _, policy in ipairs{{tier_basis = "sum"}, {tier_basis = 1}, {settlement_day = 4},
                            {settlement_day = language.whole_float},
                            {settlement_day = "01"}, {no_such_switch = "x"}, {"total"}, {tier_basis = true},
                            {tier_basis = {}}, {["tier_basis\0"] = "total"}, {tier_basis = "\255"}, 5, "total"} do
      assert.error_matches(function() faregate.account(support.book(), {policy = policy}) end, "argument #2")
    end
  end)

  it("as field or option", function()
    raises("colour", "use", {product = "image", quantity = 1, colour = "red"})
    raises("pack", "use", {product = "image", quantity = 1, pack = "calls-1k"})
    raises("pay.colour", "buy_pack", {product = "image", pack = "calls-1k", pay = {colour = 1}})
    raises("campaign.colour", "buy_pack", {product = "image", pack = "calls-1k", campaign = {colour = 1}})
    raises("campaign.refundable", "buy_pack", {product = "image", pack = "calls-1k", campaign = {refundable = 1}})
    raises("billable", "use", {product = "image", quantity = 1, billable = 1})
    raises("billable", "use", {product = "image", quantity = 1, billable = "true"})
    raises("named fields", "use", {"image", 1})
    raises("named fields", "buy_pack", {product = "image", pack = "calls-1k", pay = {1}})
    raises("zero byte", "use", {product = "image", quantity = 1, ["id\0"] = "u1"})
    raises("pay", "buy_pack", {product = "image", pack = "calls-1k", pay = "cash"})
    raises("pay", "buy_pack", {product = "image", pack = "calls-1k", pay = 1})
    raises("product", "use", {product = {}, quantity = 1})
    raises("product", "use", {product = 1, quantity = 1})
    raises("product", "use", {quantity = 1})
    raises("product", "open", {})
    raises("months", "buy_capacity", {product = "image", meter = "qps", quantity = 1, days = 1, months = 1})
    raises("days", "buy_capacity", {product = "image", meter = "qps", quantity = 1})
    raises(("x"):rep(40), "use", {product = "image", quantity = 1, [("x"):rep(10000)] = 1})
    assert.error_matches(function() faregate.account(support.book(), {walet = {}}) end, "walet")
    assert.has_error(function() faregate.account(support.book(), {{}}) end)
    assert.has_error(function() faregate.account(support.book(), 5) end)
    for _, fields in ipairs{5, "image", true, print} do
      assert.has_error(function() account:open(fields) end)
      assert.has_error(function() account:advance(fields) end)
    end
    assert.has_error(function() account:use(5, 1) end)
    assert.has_error(function() account:use() end)
    assert.has_error(function() account.use() end)
    assert.has_error(function() account.use("image", 1) end)
  end)
end)

describe("good input at the edges", function()
  it("as id: any text", function()
    local account = support.account()
    for _, id in ipairs{"x", "人脸融合", "😀", "a b", "\"\\\n\t\1", ("é"):rep(5000), ("x"):rep(10000), "\244\143\191\191",
                        "\223\191\224\160\128\239\191\191\237\159\191\238\128\128", "images/free-calls", "order-1"} do
      assert(account:give_pack{product = "image", pack = "calls-1k", id = id, at = DAY})
      assert.is_true(account:give_pack{product = "image", pack = "calls-1k", id = id, at = DAY}.repeated)
      local packs = account:statement().products.image.packs
      assert.equal(id, packs[#packs].id)
    end
  end)

  it("as quantity: from 0 to 2^63-1, also as text", function()
    for _, quantity in ipairs{0, 1, language.greatest, "0", "7", "9223372036854775807"} do
      local account = support.account()
      assert(account:use("image", quantity, DAY))
      assert.equal(language.integer(tostring(quantity)),
                   account:statement().products.image.month.total)
    end
  end)

  it("as instant: the first and the last", function()
    local book = support.book()
    for _, at in ipairs{"1970-01-01", "9999-12-31T23:59:59.999999"} do
      local account = faregate.account(book)
      account:advance{at = at} -- answered or refused, but not raised
    end
    local account = faregate.account(book)
    assert(account:advance{at = "2024-02-29T23:59:59.999999"})
    assert.equal("2024-02-29T23:59:59.999999+08:00", account:now())
  end)
end)
