--- What the Luas differ in, so that one text of the specs runs on each: 5.1 to 5.5 and LuaJIT.
local json = require("dkjson") -- keeps 64-bit integers, which lua-cjson makes floats of

local language = {}

local has_close = _VERSION == "Lua 5.4" or _VERSION == "Lua 5.5"

--- Without integers numbers are doubles, and what one does not hold exactly is text.
language.has_integers = math.type ~= nil
language.has_close = has_close
language.unpack = table.unpack or unpack -- luacheck: ignore 113 143

--- Calls a function when what was made here is collected: at once garbage. Before 5.2 a table has no finalizer.
function language.when_collected(finalizer)
  if newproxy then -- luacheck: ignore 113
    getmetatable(newproxy(true)).__gc = finalizer -- luacheck: ignore 113
  else
    setmetatable({}, {__gc = finalizer})
  end
end

--- The collector's other mode where it has one; answers the mode to go back to.
function language.collect_in_generations()
  if has_close then
    return collectgarbage("generational")
  end
  return "restart"
end

--- Where an allocation fails in what LuaJIT 2.1 has compiled, it may crash (its issues 52 and 1247); between these two
--- nothing is compiled.
local compiler = rawget(_G, "jit")

function language.compile_nothing()
  if compiler then
    compiler.off()
    compiler.flush()
  end
end

function language.compile_again()
  if compiler then compiler.on() end
end

--- Whether a metamethod compares an object with a value of another type.
language.compares_mixed = pcall(function() return setmetatable({}, {__lt = function() return true end}) < 1 end)

function language.pack(...) return {n = select("#", ...), ...} end

--- As math.type says it, "integer" for a number of a Lua that has no other.
function language.number_type(value)
  if language.has_integers then
    return math.type(value)
  end
  return type(value) == "number" and "integer" or nil
end

--- An integer as the binding gives and takes it.
function language.integer(digits)
  if language.has_integers then
    return math.tointeger(tonumber(digits))
  end
  local value = tonumber(digits)
  return value > -2 ^ 53 and value < 2 ^ 53 and value or digits
end

language.whole_float = language.has_integers and 3.0 or 3.5 -- a float of no fraction, where there is such a thing
language.greatest = language.integer("9223372036854775807")
language.least = language.integer("-9223372036854775808")

--- Code in an environment of its own.
function language.load(code, name, environment)
  if setfenv then -- luacheck: ignore 113
    local chunk, message = loadstring(code, name) -- luacheck: ignore 113
    return chunk and setfenv(chunk, environment), message -- luacheck: ignore 113
  end
  return load(code, name, "t", environment)
end

--- JSON with every integer as the binding gives it. Escapes are out of the way while text is told from the rest.
function language.decode(text)
  if not language.has_integers then
    local function give(digits) return language.integer(digits) == digits and '"' .. digits .. '"' or nil end
    text = text:gsub('\\(["\\])', {['"'] = "\1", ["\\"] = "\2"})
    text = text:gsub('([^"]*)("?[^"]*"?)', function(between, word) return between:gsub("%-?%d+", give) .. word end)
    text = text:gsub("[\1\2]", {["\1"] = '\\"', ["\2"] = "\\\\"})
  end
  local value, _, message = json.decode(text, 1, json.null)
  assert(value ~= nil, message)
  return value
end

--- A command that runs a script by this Lua, which finds faregate and shows warnings.
function language.command(script)
  return ("LUA_CPATH=%q %s %s %s"):format(package.cpath .. ";;", os.getenv("FAREGATE_LUA") or "lua5.4",
                                          has_close and "-W" or "", script)
end

--- Windows has no links for everybody, no signals, and another shell.
language.is_windows = package.config:sub(1, 1) == "\\"
--- Whether the Lua is of another machine, which loads nothing that was built for this one.
language.is_elsewhere = language.is_windows or os.getenv("FAREGATE_ELSEWHERE") ~= nil

--- Whether a command ended well.
function language.execute(command)
  local done = os.execute(command)
  return done == true or done == 0 -- 5.1 answers the status
end

--- The end of the scope of an account or a book.
language.close = has_close and load("local object = ... local scoped <close> = object")
  or function(object) object:release() end

--- `body(pass)` in a scope that the pass is closed with, by `<close>` where the language has it.
if has_close then
  language.within = load("local pass, body = ... local scoped <close> = pass return body(scoped)")
else
  function language.within(pass, body)
    local function leave(ok, ...)
      pass:close(not ok and (...) or nil)
      if not ok then
        error((...), 0)
      end
      return ...
    end
    return leave(pcall(body, pass))
  end
end

return language
