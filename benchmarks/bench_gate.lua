--- A call and its commit through the gate, against two empty C methods called with the same arguments, and against a
--- sliding log in pure Lua, which only limits the rate: no price, no packs, no record, nothing to take back.
local empty = require("empty")
local faregate = require("faregate")

local CALLS <const> = 200000
local ROUNDS <const> = 7
local BEGIN <const> = 1704038400000000 -- 2024-01-01T00:00:00+08:00, in microseconds
local STEP <const> = 100000 -- half the rate that is allowed
local SECOND <const> = 1000000
local LIMIT <const> = 20 -- R16

local function fresh_account()
  local account = faregate.account(assert(faregate.book("tencent-facefusion")))
  assert(account:open{product = "image", at = BEGIN})
  return account
end

--- The last admissions in a ring: a call passes if the oldest of them has left the window.
local function sliding_log()
  local admitted, oldest = {}, 1
  for i = 1, LIMIT do
    admitted[i] = math.mininteger
  end
  return function(at)
    if at - SECOND < admitted[oldest] then
      return nil, admitted[oldest] + SECOND - at
    end
    admitted[oldest] = at
    oldest = oldest % LIMIT + 1
    return true
  end
end

local function by_methods(account)
  local at = BEGIN
  local began = os.clock()
  for _ = 1, CALLS do
    at = at + STEP
    local pass = account:call("image", 1, at)
    pass:commit(at)
  end
  return os.clock() - began
end

local function by_closing(account)
  local at = BEGIN
  local began = os.clock()
  for _ = 1, CALLS do
    at = at + STEP
    local pass <close> = account:call("image", 1, at)
    pass:commit()
  end
  return os.clock() - began
end

local function by_log(may_pass)
  local at = BEGIN
  local began = os.clock()
  for _ = 1, CALLS do
    at = at + STEP
    assert(may_pass(at))
  end
  return os.clock() - began
end

local SUBJECTS <const> = {
  {"two empty methods", by_methods, empty.account},
  {"call and commit through the gate, Lua", by_methods, fresh_account},
  {"  in a variable to be closed", by_closing, fresh_account},
  {"  beside it: making an empty object each", by_methods, empty.maker},
  {"  beside it: a sliding log in Lua", by_log, sliding_log},
}

--- Nanoseconds a call. Turn by turn: when the machine is slow, it is slow for all of them.
local least = {}
for _ = 1, ROUNDS do
  for i, subject in ipairs(SUBJECTS) do
    local _, measure, make = table.unpack(subject)
    local object = make()
    collectgarbage()
    least[i] = math.min(least[i] or math.huge, measure(object) / CALLS * 1e9)
  end
end

for i = 2, #SUBJECTS do
  print(("%-41s %8.1f ns, %5.2f x two empty methods (%.1f ns)"):format(SUBJECTS[i][1], least[i], least[i] / least[1],
                                                                        least[1]))
end
