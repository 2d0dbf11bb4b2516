--- Support for several specs.
local faregate = require("faregate")
local language = require("language")
local lfs = require("lfs")

local support = {}

function support.read(path)
  local file = assert(io.open(path, "rb"))
  local text = file:read("*a")
  file:close()
  return text
end

--- The text of all public headers of the core, joined.
function support.headers()
  local texts = {}
  for name in lfs.dir("core/include") do
    if name:find("%.h$") then
      texts[#texts + 1] = support.read("core/include/" .. name)
    end
  end
  return table.concat(texts)
end

--- The names of the constants in a generated enumeration of the headers, as all languages have them.
function support.constants(part, prefix)
  local names = {}
  local lines = support.headers():match("begin generated " .. part .. "(.-)end generated")
  for constant in lines:gmatch("\n  " .. prefix .. "([A-Z_]+) = %d+, *///<") do
    names[#names + 1] = constant:lower()
  end
  return names
end

function support.write(path, text)
  local file = assert(io.open(path, "wb"))
  file:write(text)
  file:close()
end

local made = 0

--- A path at which there is no file. On Windows os.tmpname() is in the root of a disk, so a folder in build/ is used.
function support.free_path()
  if language.is_windows then
    made = made + 1
    return ("build/ledgers/lua-%d-%d-%d"):format(os.time(), math.floor(os.clock() * 1e6), made)
  end
  local path = os.tmpname()
  os.remove(path)
  return path
end

--- Makes a folder, which the caller removes.
function support.make_folder()
  local folder = support.free_path()
  assert(lfs.mkdir(folder))
  return folder
end

function support.remove_folder(folder)
  if language.is_windows then -- which removes no file that is open, be it garbage
    collectgarbage()
    collectgarbage()
  end
  for name in lfs.dir(folder) do
    local path = folder .. "/" .. name
    if name ~= "." and name ~= ".." and not os.remove(path) then
      support.remove_folder(path)
    end
  end
  assert(lfs.rmdir(folder))
end

function support.copy(from, to) support.write(to, support.read(from)) end

local kept = {}

--- An account of a test in a folder of its own, released after it, the latest first.
function support.kept(account)
  kept[#kept + 1] = account
  return account
end

--- Gives every test of a `describe` a folder of its own, with the path of a ledger to be in it, and removes it after.
--- The first two arguments are before_each and after_each as the caller has them.
function support.each_in_a_folder(before, after, take)
  local folder
  before(function()
    folder = support.make_folder()
    take(folder, folder .. "/booth.db")
  end)
  after(function()
    while #kept > 0 do
      table.remove(kept):release()
    end
    support.remove_folder(folder)
  end)
end

--- A book of format 1, which has attributes nowhere, with a product `p`.
function support.book_of_format_1()
  return assert(faregate.book_json([[{"format": "faregate-book/1", "id": "older", "title": "Older", "currency": "EUR",
    "minor_digits": 2, "utc_offset": "+08:00", "rounding": "none", "products": [{"id": "p", "title": "P",
    "meter": "calls", "unit": "call", "price": {"model": "flat", "price": "1"}}]}]]))
end

function support.book()
  return assert(faregate.book("tencent-facefusion"))
end

--- An account with product `image` open since 2024-11-05 10:00.
function support.account(options)
  local account = faregate.account(support.book(), options)
  assert(account:open{product = "image", at = "2024-11-05T10:00:00"})
  return account
end

--- A result as a document has it: money as text.
function support.plain(value)
  if type(value) == "userdata" then
    return tostring(value)
  elseif type(value) ~= "table" then
    return value
  end
  local copy = {}
  for key, item in pairs(value) do
    copy[key] = support.plain(item)
  end
  return copy
end

--- The answer of a call that was refused: `support.refusal(account:use(…))`.
function support.refusal(...)
  local result, message, code, rule = ...
  assert(result == nil, "was not refused")
  assert(type(message) == "string" and #message > 0, "no message")
  return code, rule
end

return support
