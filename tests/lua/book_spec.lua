local faregate = require("faregate")
local language = require("language")
local lfs = require("lfs")
local support = require("support")

--- The smallest book: one product, one price.
local function small_book()
  return {
    format = "faregate-book/1",
    id = "small",
    title = "Small",
    currency = "EUR",
    minor_digits = 2,
    utc_offset = "+01:00",
    rounding = "none",
    products = {
      {
        id = "scan",
        title = "Scan",
        meter = "pages",
        unit = "page",
        price = {model = "volume", edges = "lower", tiers = {{from = 0, price = "0.50"}, {from = 10, price = "0.25"}}},
      },
    },
  }
end

describe("a price book", function()
  it("is found by its name with no path given", function()
    local book = assert(faregate.book("tencent-facefusion"))
    assert.equal("tencent-facefusion", book.id)
    assert.equal("CNY", book.currency)
    assert.equal(2, book.minor_digits)
    assert.equal(480, book.offset_minutes)
    assert.is_string(book.title)
    assert.is_nil(book.no_such_property)
    assert.is_nil(book[1])
    assert.equal("faregate.book (tencent-facefusion)", tostring(book))
  end)

  it("may begin with a byte order mark, in a file as in a text", function()
    local text = "\239\187\191" .. support.read("books/tencent-facefusion.json")
    local path = os.tmpname() .. ".json"
    support.write(path, text)
    local book = assert(faregate.book(path))
    os.remove(path)
    assert.equal(tostring(assert(faregate.book("tencent-facefusion"))), tostring(book))
    assert.same({}, assert(faregate.book_errors(text)))
  end)

  it("is found beside any module of package.path and package.cpath", function()
    local path, cpath = package.path, package.cpath
    finally(function() package.path, package.cpath = path, cpath end)
    package.path, package.cpath = "/nowhere/?.lua;no-mark;;build/lua/?/init.lua", ""
    assert.is_truthy(faregate.book("tencent-facefusion"))
    package.path, package.cpath = "", "/nowhere/?.so"
    assert.equal("unknown_book", (support.refusal(faregate.book("tencent-facefusion"))))
    package.path, package.cpath = nil, nil
    assert.equal("unknown_book", (support.refusal(faregate.book("tencent-facefusion"))))
  end)

  it("is loaded from a path", function()
    local book = assert(faregate.book("books/tencent-facefusion.json"))
    assert.equal(support.book():to_json(), book:to_json())
  end)

  it("says which file cannot be read", function()
    for _, source in ipairs{"no-such-book", "", "..", "a\0b", "no/such/book", "missing.json", "./", "é",
                            ("x"):rep(9999)} do
      local book, message, code, path = faregate.book(source)
      assert.is_nil(book)
      assert.equal("unknown_book", code)
      assert.is_nil(path)
      assert.is_string(message)
    end
    assert.matches("no/such/book", select(2, faregate.book("no/such/book")))
  end)

  it("written and loaded again is the same", function()
    local json = support.book():to_json()
    local again = assert(faregate.book_json(json))
    assert.equal(json, again:to_json())
    assert.is_false(again == support.book())
  end)

  it("says which answers of the service are billed", function()
    local table = small_book()
    table.format, table.utc_offset, table.time_zone = "faregate-book/2", nil, "+01:00"
    table.products[1].outcomes = {
      {code = "Fault*", billable = "no", source = "page"},
      {code = "Fault.Blurred", billable = "yes"},
    }
    local book = assert(faregate.book(table))
    assert.equal(60, book.offset_minutes)
    assert.same({product = "scan", outcome = "Fault.Disk", billable = "no", code = "Fault*", source = "page"},
                book:outcome("scan", "Fault.Disk"))
    assert.equal("Fault.Blurred", book:outcome("scan", "Fault.Blurred").code)
    assert.same({product = "scan", outcome = "Success", billable = "yes"}, book:outcome("scan", "Success"))
    assert.same({product = "scan", outcome = "Timeout", billable = "unknown"}, book:outcome("scan", "Timeout"))
    assert.equal("no", book:describe().products[1].outcomes[1].billable)
    assert.equal("unknown_product", (support.refusal(book:outcome("scam", "Success"))))
    assert.has_error(function() book:outcome("scan", ("x"):rep(129)) end)
    assert.has_error(function() book:outcome("scan") end)
    table.products[1].outcomes[2].code = "Fault*"
    local refused, _, code, path = faregate.book(table)
    assert.is_nil(refused)
    assert.equal("invalid", code)
    assert.equal("products[0].outcomes[1].code", path)
  end)

  it("is made of a table", function()
    local book = assert(faregate.book(small_book()))
    assert.equal("0.25", tostring(book:price("scan", "pages", 10).lines[1].unit_price))
    local priced = small_book()
    priced.products[1].price.tiers[2].price = faregate.money("0.25")
    priced.policy = {}
    priced.products[1].packs = {}
    assert.equal(book:to_json(), assert(faregate.book(priced)):to_json())
  end)

  it("keeps every character of a text", function()
    local source = small_book()
    source.title = "a \"b\" \\ / \n\t\1\127 é 人 😀"
    assert.equal(source.title, assert(faregate.book(source)).title)
  end)

  it("has no price where the table says null", function()
    local source = small_book()
    source.products[1].price.tiers[2].price = faregate.null
    local book = assert(faregate.book(source))
    assert.equal("4.50", tostring(book:price("scan", "pages", 9).amount))
    assert.equal("not_sold", (support.refusal(book:price("scan", "pages", 10))))
  end)

  it("says null where a price is not sold, and nothing where a key is absent", function()
    local source = small_book()
    source.products[1].price.tiers[2].price = faregate.null
    source.products[2] = {id = "copy", meter = "pages", price = {model = "flat", price = faregate.null}}
    source.format, source.utc_offset, source.time_zone = "faregate-book/2", nil, "+01:00"
    local lift = {["do"] = "set_budget", day = faregate.null, at = "2024-11-05"} -- a command whose null says something
    source.examples = {{label = "lifted", commands = {lift}, total = "0"}}
    local book = assert(faregate.book(source))
    local described = book:describe()
    assert.same(lift, described.examples[1].commands[1])
    assert.equal(faregate.null, described.products[1].price.tiers[2].price)
    assert.equal(faregate.null, described.products[2].price.price)
    assert.is_nil(described.changed)
    assert.is_nil(described.products[1].least)
    source.products[2].price.price = "0.10"
    local found = book:diff(assert(faregate.book(source)))
    assert.same({1, "products[copy].price.price", faregate.null, "0.10"},
                {#found, found[1].path, found[1].ours, tostring(found[1].theirs)})
  end)

  it("is made again of what it describes, as is every book that is shipped", function()
    local count = 0
    for name in lfs.dir("books") do
      if name:find("%.json$") and name ~= "book.schema.json" then
        local book = assert(faregate.book("books/" .. name))
        local again = assert(faregate.book(book:describe()))
        assert.same({}, book:diff(again))
        assert.same(support.plain(book:describe()), support.plain(again:describe()))
        count = count + 1
      end
    end
    assert.is_true(count > 10)
  end)

  it("of a wrong table is refused with the path", function()
    local function refused(change)
      local source = small_book()
      change(source)
      local book, message, code, path = faregate.book(source)
      assert.is_nil(book)
      assert.equal("invalid", code)
      assert.equal(path and path .. ": " or "", message:sub(1, path and #path + 2 or 0))
      return path
    end
    local tiers = "products[0].price.tiers"
    assert.equal("minor_digits", refused(function(book) book.minor_digits = 2.5 end))
    assert.equal(tiers .. "[1].price", refused(function(book) book.products[1].price.tiers[2].price = 0.25 end))
    assert.equal(tiers .. "[1].from", refused(function(book) book.products[1].price.tiers[2].from = 0 end))
    assert.equal(tiers .. "[0].from", refused(function(book) book.products[1].price.tiers[1].from = 1 end))
    assert.equal(tiers .. "[0].price", refused(function(book) book.products[1].price.tiers[1].price = "-1" end))
    assert.equal("currency", refused(function(book) book.currency = nil end))
    assert.equal("products", refused(function(book) book.products = {} end))
    assert.equal("products", refused(function(book) book.products.image = {} end))
    assert.equal("products", refused(function(book) book.products[3] = {} end))
    assert.equal("title", refused(function(book) book.title = print end))
    assert.equal("title", refused(function(book) book.title = "\255" end))
    assert.equal("\255", refused(function(book) book["\255"] = 1 end))
    assert.is_nil(refused(function(book) book[{}] = 1 end))
    assert.equal("currencies", refused(function(book) book.currencies = "EUR" end))
    assert.equal("title", refused(function(book) book.title = io.stdout end))
    refused(function(book) book.about = book end)
    local deep = {}
    for _ = 1, 100000 do deep = {deep} end
    refused(function(book) book.about = deep end)
  end)

  it("of wrong JSON is refused with the path", function()
    for _, text in ipairs{"", "{", "[]", "null", "{}", "\255", "{\"id\":1,\"id\":2}", ("["):rep(100000), "\0"} do
      local book, message, code, path = faregate.book_json(text)
      assert.is_nil(book)
      assert.equal("invalid", code)
      assert.is_string(message)
      assert.is_string(path or "")
    end
  end)

  it("tells all its errors, in the order of the text", function()
    local text = support.book():to_json()
    assert.same({}, faregate.book_errors(text))
    text = text:gsub('"currency":"CNY"', '\n"currency":"cny"'):gsub('"price":"200.00"', '\n "price":-200', 1)
    local errors = faregate.book_errors(text)
    assert.equal(2, #errors)
    assert.same({path = "currency", message = 'expected three capitals such as "CNY"', line = 2, column = 12},
                errors[1])
    assert.equal("products[0].packs[0].price", errors[2].path)
    assert.same({3, 10}, {errors[2].line, errors[2].column})
    assert.same({{path = "a", message = "expected a value", line = 2, column = 6}}, faregate.book_errors('{\n"a": }'))
  end)

  it("proves its examples", function()
    local text = support.read("books/google-vision.json")
    assert.same({}, faregate.book_errors(text))
    local errors = faregate.book_errors((text:gsub('"total": "7.50"', '"total": "7.5001"')))
    assert.equal(1, #errors)
    assert.equal("examples[0].total", errors[1].path)
    assert.equal("expected 7.5001, computed 7.50", errors[1].message)
    assert.equal("7.50", tostring(faregate.book("google-vision"):describe().examples[1].total))
  end)

  it("comes of nothing else", function()
    for _, source in ipairs{1, true, print, io.stdout} do
      assert.has_error(function() faregate.book(source) end)
      assert.has_error(function() faregate.book_json(source) end)
      assert.has_error(function() faregate.book_errors(source) end)
    end
    assert.has_error(function() faregate.book() end)
    assert.has_error(function() faregate.book_json({}) end)
  end)

  it("describes itself", function()
    local description = support.book():describe()
    assert.equal("tencent-facefusion", description.id)
    local image = description.products[1]
    assert.equal("image", image.id)
    assert.equal("200.00", tostring(image.packs[1].price))
    assert.equal(1000, image.grants[1].quantity)
  end)

  it("can be released while accounts go on", function()
    local book = support.book()
    local account = faregate.account(book)
    book:release()
    book:release()
    assert.equal("faregate.book (released)", tostring(book))
    for _, use in ipairs{function() return book.id end, function() return book:to_json() end,
                         function() return book:describe() end, function() return book:price("image", "calls", 1) end,
                         function() return faregate.account(book) end} do
      assert.error_matches(use, "released")
    end
    assert.equal("tencent-facefusion", account:book().id)
    book = support.book()
    language.close(book)
    assert.equal("faregate.book (released)", tostring(book))
  end)
end)

describe("a price", function()
  local book = support.book()

  it("is the price guide's", function()
    local price = assert(book:price("image", "calls", 89000)) -- W4: (90,000 − 1,000) × 0.18
    assert.equal("16020.00", tostring(price.amount))
    assert.equal("image", price.product)
    assert.equal("calls", price.meter)
    assert.equal(89000, price.units)
    assert.equal("R11", price.rule)
    assert.equal("89,000 × 0.18 = 16,020.00", price.explanation)
    assert.same({{units = 89000, unit_price = "0.18", tier = 10000, amount = "16020.00"}}, support.plain(price.lines))
  end)

  it("is asked for by position or by name", function()
    local named = book:price{product = "image", meter = "calls", quantity = "89000"}
    assert.same(support.plain(book:price("image", "calls", 89000)), support.plain(named))
  end)

  it("has a tier of its own quantity (R12)", function()
    local price = book:price{product = "image", meter = "calls", quantity = 100, tier_quantity = 10000}
    assert.equal("18.00", tostring(price.amount))
  end)

  it("is for days or months of capacity", function()
    local days = book:price{product = "image", meter = "qps", quantity = 30, days = 5} -- W7
    assert.equal("16500.00", tostring(days.amount))
    local months = book:price{product = "image", meter = "qps", quantity = 60, months = 12} -- W6 without materials
    assert.equal("1440000.00", tostring(months.amount))
  end)

  it("takes an instant for meters priced by the hours of a month", function()
    local price = book:price{product = "image", meter = "calls", quantity = 1, at = "2024-02-01"}
    assert.equal("0.24", tostring(price.amount))
  end)

  it("is refused for what is not sold", function()
    assert.equal("unknown_product", (support.refusal(book:price("video", "calls", 1))))
    assert.equal("unknown_meter", (support.refusal(book:price("image", "frames", 1))))
    local code, rule = support.refusal(book:price{product = "image-pro", meter = "concurrency", quantity = 1, days = 1})
    assert.equal("not_sold", code)
    assert.equal("R18", rule)
    assert.equal("overflow", (support.refusal(book:price{product = "image", meter = "qps", quantity = language.greatest,
                                                         months = language.greatest})))
  end)

  it("raises for wrong arguments, naming the field", function()
    local function raises(pattern, ...)
      local arguments = language.pack(...)
      assert.error_matches(function() book:price(language.unpack(arguments, 1, arguments.n)) end, pattern)
    end
    for _, quantity in ipairs{-1, language.whole_float, 0.5, 0 / 0, 1 / 0, true, "", "1e3", "3.0", "-1", "+1", " 1",
                              "01", "0x10", "9223372036854775808", {}} do
      raises("quantity", "image", "calls", quantity)
      raises("quantity", {product = "image", meter = "calls", quantity = quantity})
    end
    raises("quantity", "image", "calls")
    raises("quantity: is missing", {product = "image", meter = "calls"})
    raises("product: is missing", {meter = "calls", quantity = 1})
    raises("meter", "image", 1, 1)
    raises("meter", "image")
    raises("table expected", 1)
    raises("table expected")
    raises("UTF%-8", "\255", "calls", 1)
    raises("colour", {product = "image", meter = "calls", quantity = 1, colour = 1})
    raises("named", {"image", "calls", 1, product = "image", meter = "calls", quantity = 1})
    raises("tier_quantity", {product = "image", meter = "calls", quantity = 10, tier_quantity = 9})
    raises("days", {product = "image", meter = "calls", quantity = 10, days = 1})
    raises("days", {product = "image", meter = "qps", quantity = 10})
    raises("months", {product = "image", meter = "qps", quantity = 10, days = 1, months = 1})
    raises("at", {product = "image", meter = "calls", quantity = 10, at = "2024-02-30"})
  end)
end)

describe("many prices", function()
  local book = support.book()

  it("are those of each quantity by itself", function()
    local quantities = {0, 1, 9999, 10000, "89000", 99999, 100000, 999999, 1000000, 9999999, 10000000, 19999000}
    local amounts = assert(book:price_many("image", "calls", quantities))
    assert.equal(#quantities, #amounts)
    for i, quantity in ipairs(quantities) do
      local expected = book:price("image", "calls", quantity).amount
      assert.is_true(expected == amounts[i])
      assert.equal(tostring(expected), tostring(amounts[i]))
    end
    assert.equal("399980.00", tostring(amounts[12])) -- W5
    assert.same({}, book:price_many("image", "calls", {}))
  end)

  it("are asked for by name too", function()
    local amounts = assert(book:price_many{product = "image", meter = "qps", quantities = {30, 60}, days = 5})
    assert.same({"16500.00", "25500.00"}, support.plain(amounts)) -- 110 × 30 × 5 (W7), 85 × 60 × 5
  end)

  it("are refused with the first bad quantity", function()
    local amounts, message, code = book:price_many{product = "image", meter = "qps", months = language.greatest,
                                                   quantities = {0, 0, language.greatest}}
    assert.is_nil(amounts)
    assert.equal("overflow", code)
    assert.matches("^quantities%[2%]: ", message)
    assert.equal("unknown_meter", (support.refusal(book:price_many("image", "frames", {1}))))
    local with_a_hole = {1}
    with_a_hole[3] = 3 -- # is 1, so that the third quantity was left out without a word
    for _, quantities in ipairs{with_a_hole, {1, more = 2}, {[0] = 1, 2}} do
      assert.error_matches(function() book:price_many("image", "calls", quantities) end,
                           "quantities: a list has the keys 1 to n and no other", 1, true)
    end
    for _, quantity in ipairs{-1, language.whole_float, true, "x", {}} do
      assert.error_matches(function() book:price_many("image", "calls", {1, quantity}) end, "quantities[1]", 1, true)
    end
    for _, quantities in ipairs{1, "1", true} do
      assert.error_matches(function() book:price_many("image", "calls", quantities) end, "quantities")
      assert.error_matches(function()
        book:price_many{product = "image", meter = "calls", quantities = quantities}
      end, "quantities")
    end
    assert.error_matches(function() book:price_many("image", "calls") end, "quantities")
    assert.error_matches(function() book:price_many{product = "image", meter = "calls"} end, "quantities")
    assert.error_matches(function()
      book:price_many{product = "image", meter = "calls", quantities = {}, quantity = 1}
    end, "quantity")
    assert.error_matches(function()
      book:price{product = "image", meter = "calls", quantities = {}, quantity = 1}
    end, "quantities")
  end)
end)
