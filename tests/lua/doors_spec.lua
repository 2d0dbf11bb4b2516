--- What is answered of a product with each mechanism of format 2: the table of docs/price-book.md, asked in Lua.
local faregate = require("faregate")
local language = require("language")
local support = require("support")

local AT = "2025-01-10T09:00:00"

local function opened(book, product)
  local account = faregate.account(book)
  for _, each in ipairs(product == "e" and {"p", "q"} or {"p"}) do
    assert(account:open{product = each, at = AT})
  end
  account:set_postpaid{product = "p", on = true, at = AT} -- refused where it is not left to the customer
  return account
end

--- Answers what the last question of each door answers.
local DOORS = {
  ["`use`, `preview`"] = function(book, asked)
    local account = opened(book, asked.product)
    assert(account:use{product = asked.product, quantity = 3, attributes = asked.attributes, at = AT})
    return account:preview{product = asked.product, at = AT}
  end,
  ["`call`"] = function(book, asked)
    local call, message, code =
      opened(book, asked.product):call{product = asked.product, quantity = 3, attributes = asked.attributes, at = AT}
    if not call then return nil, message, code end
    return call:commit{at = AT}
  end,
  ["`marginal`"] = function(book, asked)
    return opened(book, asked.product):marginal(asked.product, 3, asked.attributes)
  end,
  ["`price`"] = function(book, asked)
    local meter = asked.product == "e" and "e" or "u"
    return book:price{product = asked.product, meter = meter, quantity = 3, attributes = asked.attributes, at = AT}
  end,
  ["`price_many`"] = function(book, asked)
    local meter = asked.product == "e" and "e" or "u"
    return book:price_many{product = asked.product, meter = meter, quantities = {3}, attributes = asked.attributes,
                           at = AT}
  end,
  ["`curve`, `cliffs`"] = function(book, asked)
    local way = {product = asked.product, attributes = asked.attributes, at = AT}
    local curve, message, code = book:curve(way)
    if not curve then return nil, message, code end
    return book:cliffs(way)
  end,
  ["`quote`"] = function(book, asked)
    local units = {quantity = 3}
    if asked.product ~= "e" then units = {u = {quantity = 3, attributes = asked.attributes}} end
    return book:quote({[asked.product] = units}, {at = AT})
  end,
}

--- As the table has it: what is refused names the key.
local function cell(door, asked)
  local ok, answer, message, code = pcall(door, assert(faregate.book(asked.text)), asked)
  if ok and answer ~= nil then return "yes" end
  if code == "not_sold" then return "`not_sold`" end
  local refused = tostring(ok and message or answer)
  local path = refused:match("([%w%[%]%._]+): the question cannot be answered of ")
  return path and "no: " .. path:gsub("^products%[0%]%.", "") or refused
end

--- The rows of the table, each by the names of its columns.
local function rows()
  local page = support.read("docs/price-book.md")
  local names, told
  told = {}
  for line in page:match("<!%-%- begin doors: [^\n]*\n(.-)<!%-%- end doors"):gmatch("[^\n]+") do
    local cells = {}
    for each in line:gmatch("| ([^|]*) ") do cells[#cells + 1] = each end
    if not names then
      names = cells
    elseif cells[1] ~= "---" then
      local row = {}
      for place, name in ipairs(names) do row[name] = cells[place] end
      told[cells[1]] = row
    end
  end
  return told
end

describe("what is answered of a product with", function()
  local told = rows()
  for line in support.read("tests/data/doors.json"):gmatch("{[^\n]+}") do
    local asked = language.decode(line)
    asked.text = line:match('"book": ({.*}), "product": ')
    if next(asked.attributes) == nil then asked.attributes = nil end
    it(asked.name, function()
      for name, door in pairs(DOORS) do
        assert.equal(told[asked.name][name], cell(door, asked), name)
      end
    end)
  end
end)
