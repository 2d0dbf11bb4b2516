--- Nothing of the core is missing in Lua, and nothing of Lua is missing in its definitions and its rock.
local faregate = require("faregate")
local lfs = require("lfs")
local language = require("language")
local support = require("support")

local HEADERS = support.headers()
local DEFINITIONS = support.read("bindings/lua/library/faregate.d.lua")

--- The names in a folder that end in `ending`, sorted.
local function files(folder, ending)
  local names = {}
  for name in lfs.dir(folder) do
    if name:sub(-#ending) == ending then
      names[#names + 1] = folder .. "/" .. name
    end
  end
  table.sort(names)
  return names
end

local function values(list)
  local sorted = {}
  for _, value in pairs(list) do
    sorted[#sorted + 1] = value
  end
  table.sort(sorted)
  return sorted
end

--- The methods of an object; those of objects with properties are an upvalue of their __index.
local function methods_of(object)
  local index = debug.getmetatable(object).__index
  if type(index) == "table" then
    return index
  end
  local _, methods = debug.getupvalue(index, 1)
  return methods or setmetatable({}, {__index = function(_, name) return object[name] end}) -- 5.1 shows none of C's
end

describe("the binding", function()
  --- Columns laid out in the caller's memory, as Apache Arrow's are: Lua has lists, and book:price_many for them.
  local function is_for_columns(name)
    return name:find("^fg_biller_") ~= nil or name == "fg_texts_at" or name == "fg_bill_periods"
      or name == "fg_price_scale" or name == "fg_book_scale" or name == "fg_event_products"
  end

  --- Engines that carry accounts from process to process are Python's.
  local function is_carried(name)
    return name == "fg_account_save" or name == "fg_account_load" or name == "fg_account_begun"
  end

  --- An error has the text of its status already.
  local function is_told_by_errors(name)
    return name == "fg_status_text" or name == "fg_status_is_refusal"
  end

  --- An account is reached through its handle, which looks after it and has no thread to let run meanwhile.
  local function is_behind_the_handle(name)
    local question = name:match("^fg_account_([a-z]+)$")
    local told = {apply = true, calls = true, describe = true, fork = true, invoices = true, marginal = true,
                  notices = true, now = true, upcoming = true}
    return told[question] or
      name == "fg_handle_refresh" or name == "fg_handle_waits"
  end

  --- Times are text in Lua, which the core makes and reads in the book's zone.
  local function is_of_zones(name)
    return name:find("^fg_zone_") ~= nil
  end

  --- A command is a table, whose fields have no order.
  local function is_for_positions(name)
    return name == "fg_command_field"
  end

  it("reaches every function of the headers", function()
    local sources = {}
    for _, name in ipairs(files("bindings/lua", ".c")) do
      sources[#sources + 1] = support.read(name)
    end
    local source = table.concat(sources)
    local count = 0
    for declaration in HEADERS:gmatch("\nFG_API ([^;]*);") do
      local name = declaration:match("(fg_[a-z0-9_]+)%(")
      local bound = source:find("%f[%w_]" .. name .. "%f[^%w_]") ~= nil
      assert.equal(not (is_for_columns(name) or is_behind_the_handle(name) or is_told_by_errors(name) or
        is_of_zones(name) or is_carried(name) or is_for_positions(name)), bound, name)
      count = count + 1
    end
    assert.is_true(count >= 40)
  end)

  it("has a method for every command", function()
    local methods = methods_of(support.account())
    local count = 0
    for _, name in ipairs(support.constants("commands", "FG_DO_")) do
      assert.equal("function", type(methods[name]), name)
      count = count + 1
    end
    assert.is_true(count >= 18)
  end)

  it("has a version", function()
    assert.equal(HEADERS:match('#define FG_VERSION "([^"]+)"'), faregate._VERSION)
  end)
end)

describe("the definitions", function()
  local function assert_defined(prefix, functions)
    for name, value in pairs(functions) do
      if type(value) == "function" then
        assert.is_truthy(DEFINITIONS:find("\nfunction " .. prefix .. name .. "(", 1, true), prefix .. name)
      end
    end
    for name in DEFINITIONS:gmatch("\nfunction " .. prefix .. "([a-z_]+)%(") do
      assert.equal("function", type(functions[name]), prefix .. name)
    end
  end

  it("have every function and method, and no other", function()
    assert_defined("faregate.", faregate)
    assert_defined("Account:", methods_of(support.account()))
    assert_defined("Book:", methods_of(support.book()))
    assert_defined("Call:", methods_of(assert(support.account():call("image", 1, "2024-11-05T10:00:00"))))
  end)

  it("have every property of a book and of a call", function()
    local function assert_properties(class, object, expected_count)
      local count = 0
      local fields = DEFINITIONS:match("%-%-%-@class " .. class .. "\n(.-)\nlocal")
      for name, kind in fields:gmatch("@field ([a-z_]+) (%a+)") do
        assert.equal(kind, language.number_type(object[name]) or type(object[name]), name)
        count = count + 1
      end
      assert.equal(expected_count, count)
    end
    assert_properties("faregate.Book", support.book(), 6)
    assert_properties("faregate.Call", assert(support.account():call("image", 1, "2024-11-05T10:00:00")), 8)
  end)

  it("have every code", function()
    for _, code in ipairs(support.constants("statuses", "FG_")) do
      local is_internal = code == "ok" or code == "no_memory" or code == "stopped"
      assert.equal(not is_internal, DEFINITIONS:find('---| "' .. code .. '"', 1, true) ~= nil, code)
    end
  end)

  it("load as Lua", function()
    assert.is_function(language.load(DEFINITIONS, "definitions", {}))
  end)
end)

describe("the rock", function()
  local rockspec = {}
  assert(language.load(support.read("rockspec/faregate-scm-1.rockspec"), "rockspec", rockspec))()

  it("is built from every source", function()
    local sources = files("bindings/lua", ".c")
    for _, name in ipairs(files("core", ".c")) do
      sources[#sources + 1] = name
    end
    table.sort(sources)
    assert.same(sources, values(rockspec.build.modules.faregate.sources))
  end)

  it("carries every price book", function()
    local books = {}
    for _, name in ipairs(files("books", ".json")) do
      if not name:find("schema", 1, true) then
        books[#books + 1] = name
      end
    end
    assert.same(books, values(rockspec.build.install.lua))
    for module, path in pairs(rockspec.build.install.lua) do
      assert.equal("books/" .. module:match("^faregate%.books%.(.*)$") .. ".json", path)
    end
  end)

  it("has every shipped book where it is found by name", function()
    for _, path in pairs(rockspec.build.install.lua) do
      local name = path:match("([^/]+)%.json$")
      assert.equal(name, assert(faregate.book(name)).id)
    end
  end)
end)
