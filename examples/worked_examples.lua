--- The price guide's worked examples, lived through by calls of the library.
local faregate = require("faregate")
local json = require("dkjson")

local EXAMPLES = "tests/vectors/worked-examples.json"
local ROW = "%-4s  %13s  %13s  %s"

--- What an order or a refund came to, in a line.
local function note(book, command, outcome)
  if command["do"] == "buy_pack" then
    return ("bought %d × %s: %s"):format(command.quantity or 1, command.pack, outcome.amount)
  elseif command["do"] == "buy_capacity" then
    local query = {}
    for _, name in ipairs({"product", "meter", "quantity", "days", "months"}) do
      query[name] = command[name]
    end
    local price = assert(book:price(query))
    return price.rule .. ": " .. price.explanation
  elseif command["do"] == "refund" then
    return ("refunded %s: %s"):format(command.id, outcome.amount)
  end
end

local function refused(command, message, rule)
  return ("%s of %s: refused by %s, %s"):format(command["do"], command.id, rule, message)
end

local function contains(lines, wanted)
  for _, line in ipairs(lines) do
    if line == wanted then return true end
  end
  return false
end

--- An account after all commands of a timeline, and the lines that explain what it spent.
local function live(timeline)
  local book = assert(faregate.book(timeline.book))
  local account = faregate.account(book)
  local lines = {}
  for _, command in ipairs(timeline.commands) do
    local fields = {}
    for name, value in pairs(command) do
      if name ~= "do" then fields[name] = value end
    end
    local outcome, message, _, rule = account[command["do"]](account, fields)
    if outcome then
      lines[#lines + 1] = note(book, command, outcome)
    else
      lines[#lines + 1] = refused(command, message, rule)
    end
  end
  for _, invoice in ipairs(account:invoices()) do
    for _, line in ipairs(invoice.lines) do
      local explained = line.rule .. ": " .. line.explanation
      if not contains(lines, explained) then lines[#lines + 1] = explained end
    end
  end
  return account, lines
end

local file = assert(io.open(EXAMPLES))
local cases = assert(json.decode(file:read("*a"))).cases
file:close()

print("Worked examples, from Lua " .. faregate._VERSION)
print(ROW:format("case", "guide's total", "computed", "how it came about"))
local right = true
for _, case in ipairs(cases) do
  local account, lines = live(case.timeline)
  local name, about = case.name:match("^(.-): (.*)$")
  local guide = case.expect["/statement/spent/total"]
  local computed = tostring(account:statement().spent.total)
  right = right and computed == guide
  print(ROW:format(("-"):rep(4), ("-"):rep(13), ("-"):rep(13), ("-"):rep(60)))
  print(ROW:format(name, guide, computed == guide and computed or computed .. "!", about))
  for _, line in ipairs(lines) do
    print(ROW:format("", "", "", line))
  end
end
os.exit(right)
