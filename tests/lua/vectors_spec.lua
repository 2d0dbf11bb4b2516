--- The shared vectors (tests/vectors/README.md), by replay and, timelines, once more by the methods of an account.
local faregate = require("faregate")
local json = require("dkjson")
local lfs = require("lfs")
local language = require("language")
local support = require("support")

local VECTORS = "tests/vectors/"
local INPUTS = "build/vectors/"
local ANSWERS = os.getenv("FAREGATE_ANSWERS") or "build/answers/lua/"

local function json_type(value)
  local metatable = getmetatable(value)
  return metatable and metatable.__jsontype
end

--- A value where a JSON pointer (RFC 6901) leads, nil if nowhere.
local function at(document, pointer)
  for step in pointer:gmatch("/([^/]*)") do
    if type(document) ~= "table" or document == json.null then
      return nil
    end
    local key = step:gsub("~1", "/"):gsub("~0", "~")
    local index = key:match("^%d+$") and tonumber(key)
    if index and json_type(document) == "array" then
      document = document[index + 1]
    else
      document = document[key]
    end
  end
  return document
end

local function equal(a, b)
  if type(a) ~= "table" or type(b) ~= "table" or a == json.null or b == json.null then
    return a == b and language.number_type(a) == language.number_type(b)
  end
  for key, value in pairs(a) do
    if not equal(value, b[key]) then return false end
  end
  for key in pairs(b) do
    if a[key] == nil then return false end
  end
  return json_type(a) == nil or json_type(b) == nil or json_type(a) == json_type(b)
end

--- As Lua results are: where a document says null there is no field.
local function without_nulls(value)
  if type(value) ~= "table" then
    return value
  end
  local copy = {}
  for key, item in pairs(value) do
    if item ~= json.null then
      copy[key] = without_nulls(item)
    end
  end
  return copy
end

local function show(value)
  return json.encode(value, {exception = function(_, item) return '"' .. tostring(item) .. '"' end})
end

local function assert_expected(expect, answer)
  assert.is_truthy(next(expect), "expects nothing")
  for pointer, expected in pairs(expect) do
    local found = at(answer, pointer)
    if type(expected) == "table" and expected.absent == true then
      assert.is_nil(found, pointer)
    else
      assert.is_true(equal(expected, found), ("%s: expected %s, found %s"):format(pointer, show(expected), show(found)))
    end
  end
end

local function assert_same(expected, found, what)
  local same = equal(without_nulls(expected), found)
  assert.is_true(same, ("%s: expected %s, found %s"):format(what, show(expected), show(found)))
end

--- Seconds as a document has them.
local function decimal(seconds)
  return seconds and (("%.6f"):format(seconds):gsub("0+$", ""):gsub("%.$", ""))
end

--- What a method answered, as the outcome of a timeline.
local function outcome_of(command, result, message, code, last, rule)
  if result == nil and command["do"] == "call" then
    return {["do"] = "call", ok = false, error = code, message = message, rule = rule, retry_after = decimal(last)}
  elseif result == nil then
    return {["do"] = command["do"], ok = false, error = code, message = message, rule = last}
  end
  local plain = support.plain(result)
  local wrapped = command["do"] == "preview" and "invoice" or command["do"] == "statement" and "statement"
  return wrapped and {["do"] = command["do"], ok = true, [wrapped] = plain} or plain
end

local function book_of(document)
  return assert(type(document) == "table" and faregate.book_json(json.encode(document)) or faregate.book(document))
end

--- The same commands by calls: the same outcomes and the same statement as the replay answered.
local function live(timeline, answer)
  local options = {wallet = timeline.wallet, policy = timeline.policy, attributes = timeline.attributes,
                   keep_ids_days = timeline.keep_ids_days}
  local account = faregate.account(book_of(timeline.book), options)
  for i, command in ipairs(timeline.commands) do
    for name, value in pairs(command) do
      command[name] = name == "book" and book_of(value) or value == json.null and faregate.null or value
    end
    local method = command["do"] == "call" and "apply" or command["do"] -- `call` answers with an object
    local outcome = outcome_of(command, account[method](account, command))
    assert_same(answer.outcomes[i], outcome, "command " .. i .. " by a call")
  end
  assert_same(answer.statement, support.plain(account:statement()), "the statement by a call")
  assert_same(answer.statement.invoices, support.plain(account:invoices()), "the invoices by a call")
end

local kinds = {}

function kinds.timeline(case, file)
  local text = assert(faregate.replay(support.read(INPUTS .. file)))
  support.write(ANSWERS .. file, text)
  local answer = language.decode(text)
  assert_expected(case.expect, answer)
  live(case.timeline, answer)
end

function kinds.timeline_error(case, file)
  local answer, message, code, path = faregate.replay(support.read(INPUTS .. file))
  assert.is_nil(answer)
  assert.is_string(message)
  assert.equal(case.error.code, code)
  assert.equal(case.error.path, path or "")
  support.write(ANSWERS .. file, ("%s %s\n"):format(code, path or ""))
end

function kinds.price(case)
  local query = {}
  for key, value in pairs(case.price) do
    query[key] = value
  end
  query.book = nil
  local book = assert(faregate.book(case.price.book))
  local accepted, price, _, code = pcall(book.price, book, query) -- a wrong argument raises
  local answer = accepted and price and support.plain(price) or {error = accepted and code or "invalid"}
  if answer.lines then
    setmetatable(answer.lines, {__jsontype = "array"})
  end
  assert_expected(case.expect, answer)
end

--- One case of so many lives under the collector that never rests (collector.lua), which takes ten times as long.
local RESTLESS = 10

--- The kind of a case that has the keys of its kind and no other.
local function kind_of(case)
  local keys = {}
  for key in pairs(case) do
    keys[#keys + 1] = key
  end
  table.sort(keys)
  local form = table.concat(keys, " ")
  return ({
    ["expect name rules timeline"] = "timeline",
    ["error name rules timeline_error"] = "timeline_error",
    ["expect name price rules"] = "price",
  })[form]
end

describe("the shared vectors", function()
  for upto in ANSWERS:gmatch("()/") do
    lfs.mkdir(ANSWERS:sub(1, upto - 1)) -- or it is there
  end
  local manifest = language.decode(support.read(VECTORS .. "manifest.json"))

  it("are all in the manifest", function()
    for name in lfs.dir(VECTORS) do
      assert.is_true(name == "manifest.json" or not name:find("%.json$") or manifest[name] ~= nil, name)
    end
  end)

  for name, count in pairs(manifest) do
    local cases = language.decode(support.read(VECTORS .. name)).cases
    it(name .. " has as many cases as the manifest says", function()
      assert.equal(count, #cases)
    end)
    for i, case in ipairs(cases) do
      it(name .. ": " .. case.name, function()
        local kind = kind_of(case)
        assert.is_truthy(kind, "a case of no kind that is known")
        if i % RESTLESS ~= 1 then
          local mode = language.collect_in_generations()
          finally(function() collectgarbage(mode) end)
        end
        kinds[kind](case, ("%s-%03d.json"):format(name:gsub("%.json$", ""), i - 1))
      end)
    end
  end
end)
