--- The module and the Lua that loads it.
local faregate = require("faregate")
local language = require("language")
local lfs = require("lfs")
local support = require("support")

local it_here = language.is_elsewhere and pending or it -- of modules that were built for this machine

describe("the module", function()
  it("says which Lua it is for", function() assert.equal(_VERSION, faregate.built_for) end)

  it_here("for another Lua is refused in a sentence", function()
    local script = os.tmpname()
    support.write(script, [[print(select(2, pcall(package.loadlib(arg[1], "luaopen_faregate"))))]])
    local others = 0
    for _, folder in ipairs{"lua", "lua5.1", "lua5.2", "lua5.3"} do
      local path = "build/" .. folder .. "/faregate.so"
      local version = folder == "lua" and "5.4" or folder:sub(4)
      if _VERSION ~= "Lua " .. version and lfs.attributes(path) then
        local pipe = io.popen(language.command(script .. " " .. path .. " 2>&1"))
        local told = pipe:read("*a")
        pipe:close()
        assert.matches("was built for Lua " .. version, told, 1, true)
        assert.matches("and " .. _VERSION, told, 1, true)
        others = others + 1
      end
    end
    os.remove(script)
    assert.is_true(others > 0)
  end)
end)

describe("a finalizer of what was made before the module", function()
  -- Windows unloads the module for 5.1 first, and its shell takes no settings before a command.
  local it_there = language.is_windows and pending or it

  it_there("may call the module when Lua ends", function()
    local script = os.tmpname()
    support.write(script, [[
      local faregate
      local function finalize()
        print(faregate.book("tencent-facefusion"):price("image", "calls", 89000).amount)
      end
      if newproxy then
        kept = newproxy(true)
        getmetatable(kept).__gc = finalize
      else
        kept = setmetatable({}, {__gc = finalize})
      end
      faregate = require("faregate")
    ]])
    local pipe = io.popen(language.command(script .. " 2>&1"))
    local told = pipe:read("*a")
    pipe:close()
    os.remove(script)
    assert.matches("16020.00", told, 1, true)
  end)
end)

describe("books inside", function()
  local script = os.tmpname()
  local cpath = package.cpath

  before_each(function()
    package.cpath = "build/inside/?.so" -- which is for one Lua, and has no directory of books beside it
  end)

  after_each(function()
    package.cpath = cpath
    os.remove(script)
  end)

  local built_for_this = lfs.attributes("build/inside/faregate.so") and _VERSION == "Lua 5.4" and it_here or pending

  built_for_this("are found where no directory has them", function()
    support.write(script, [[
      local faregate = require("faregate")
      package.path, package.cpath = "", ""
      local book = assert(faregate.book("tencent-facefusion"))
      local _, message, code = faregate.book("aws-s3")
      print(book:price("image", "calls", 89000).amount, code,
            (faregate.replay('{"book": "tencent-facefusion", "commands": []}')))
      print(message)
    ]])
    local pipe = io.popen(language.command(script .. " 2>&1"))
    local told = pipe:read("*a")
    pipe:close()
    assert.matches("16020.00\tunknown_book\t{", told, 1, true)
    assert.matches("neither the module nor a directory", told, 1, true)
  end)
end)

describe("integers", function()
  local account = support.account()

  it("of 2^53 and more are exact, as text where numbers are doubles", function()
    local huge = language.integer("9007199254740993")
    assert(account:use{product = "image", quantity = "9007199254740993", at = "2024-11-05T10:00:00"})
    assert.equal(huge, account:statement().products.image.month.total)
    assert.equal(huge, support.book():price("image", "calls", "9007199254740993").units)
    local _, _, postpaid = support.account():use("image", huge, "2024-11-05T10:00:00")
    assert.equal(language.integer("9007199254739993"), postpaid)
  end)

  it("that a double cannot hold are refused as numbers, and asked for as text", function()
    for _, value in ipairs{2 ^ 53, 2 ^ 53 + 2, 2 ^ 62, -2 ^ 53, 2 ^ 63} do
      local sentence = language.has_integers and "got float" or "got a number from 2^53 on"
      local ok, message = pcall(account.use, account, "image", value)
      assert.is_false(ok)
      assert.is_truthy(message:find(sentence, 1, true), message)
      -- A table that stands for a JSON document says the same, and names the place in it.
      local _, refusal = faregate.cheapest(support.book(), {product = "image", start = "2025-01", calls = {value}})
      sentence = language.has_integers and "calls[0]: a float" or "calls[0]: a number from 2^53 on"
      assert.is_truthy(refusal:find(sentence, 1, true), refusal)
    end
  end)
end)
