--- A year of a million usages by Lua's calls, against an empty C method called as often with the same arguments.
local empty = require("empty")
local faregate = require("faregate")

local COMMANDS <const> = 1000000
local ROUNDS <const> = 5
local BEGIN <const> = 1704038400000000 -- 2024-01-01T00:00:00+08:00, in microseconds
local STEP <const> = 31600000

local function fresh_account()
  local account = faregate.account(assert(faregate.book("tencent-facefusion")))
  account:open{product = "image", at = BEGIN}
  return account
end

local function seconds(account)
  local at = BEGIN
  local began = os.clock()
  for _ = 1, COMMANDS do
    at = at + STEP
    account:use("image", 1, at)
  end
  return os.clock() - began
end

local function seconds_by_table(account)
  local at = BEGIN
  local began = os.clock()
  for _ = 1, COMMANDS do
    at = at + STEP
    account:use{product = "image", quantity = 1, at = at}
  end
  return os.clock() - began
end

local function report(what, measure)
  local spent, floor = math.huge, math.huge
  for _ = 1, ROUNDS do -- by turns: when the machine is slow, it is slow for both
    floor = math.min(floor, measure(empty.account()))
    spent = math.min(spent, measure(fresh_account()))
  end
  print(("%-41s %8.1f ns each, %5.1f M/s, %5.1f x an empty method (%.1f ns)"):format(
    what, spent / COMMANDS * 1e9, COMMANDS / spent / 1e6, spent / floor, floor / COMMANDS * 1e9))
end

report("a year of 1,000,000 usages, Lua", seconds)
report("  with a table each", seconds_by_table)
