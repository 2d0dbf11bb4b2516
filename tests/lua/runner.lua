--- Runs specs where busted itself cannot: `LUA tests/lua/runner.lua SPEC…`, from the root of the project. It knows what
--- our specs use of busted, and needs luassert alone, which is pure Lua; what no file system library is there for goes
--- by the shell.
local luassert = require("luassert")

if not pcall(require, "lfs") then
  local function lines_of(command)
    local pipe = io.popen(command .. " 2>/dev/null")
    local lines = {}
    for line in pipe:lines() do
      lines[#lines + 1] = line
    end
    pipe:close()
    return lines
  end

  local function does(command) return #lines_of(command .. " && echo done") > 0 end

  package.loaded.lfs = {
    dir = function(folder)
      local at, names = 0, lines_of("ls -a '" .. folder .. "'")
      return function()
        at = at + 1
        return names[at]
      end
    end,
    mkdir = function(folder) return does("mkdir '" .. folder .. "'") end,
    rmdir = function(folder) return does("rmdir '" .. folder .. "'") end,
    attributes = function(path) return does("test -e '" .. path .. "'") and {} or nil end,
    link = function(old, new, symbolic)
      return does(("ln %s '%s' '%s'"):format(symbolic and "-s" or "", old, new))
    end,
  }
end

-- luacheck: globals describe it pending before_each after_each finally assert

local passed, failed, pended = 0, 0, 0
local blocks = {} -- those open, outermost first: their names, and what runs before and after each of their tests
local finals

local function run_all(functions)
  for _, each in ipairs(functions) do
    each()
  end
end

local function test(body)
  for _, block in ipairs(blocks) do
    run_all(block.before)
  end
  body()
end

local function clean_up()
  run_all(finals)
  for at = #blocks, 1, -1 do
    run_all(blocks[at].after)
  end
end

function describe(name, body)
  blocks[#blocks + 1] = {name = name, before = {}, after = {}}
  body()
  table.remove(blocks)
end

function it(name, body)
  finals = {}
  local ok, message = xpcall(function() test(body) end, debug.traceback)
  local clean, trouble = pcall(clean_up)
  if ok and clean then
    passed = passed + 1
    return
  end
  failed = failed + 1
  local words = {}
  for _, block in ipairs(blocks) do
    words[#words + 1] = block.name
  end
  print(("failed: %s %s\n%s"):format(table.concat(words, " "), name, tostring(ok and trouble or message)))
end

function pending() pended = pended + 1 end
function before_each(each) table.insert(blocks[#blocks].before, each) end
function after_each(each) table.insert(blocks[#blocks].after, each) end
function finally(each) table.insert(finals, each) end
assert = luassert

for _, spec in ipairs(arg) do
  local chunk, message = loadfile(spec)
  if not chunk then error(message, 0) end
  chunk()
end
print(("%d passed, %d failed, %d pending"):format(passed, failed, pended))
os.exit(failed == 0 and passed > 0 and 0 or 1)
