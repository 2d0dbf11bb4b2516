--- A photo booth that pays per fused photo and may lose its power at any instant.
---
---     lua5.4 examples/booth.lua            the whole story, with the plug pulled twice
---     lua5.4 examples/booth.lua run …      the booth itself
---
--- The booth asks its ledger before each call to the vendor, so that it knows at once whether the call may go out. The
--- plug is pulled once while a call is under way at the vendor and once just before one is sent (the process kills
--- itself with SIGKILL); each time the booth is started again. In the end the books and the vendor's own count agree.
local faregate = require("faregate")
local http = require("socket.http")
local socket = require("socket")

local PHOTOS = 45

------------------------------------------------------------------------------------------------------------- the booth

local function pull_the_plug()
  os.execute("kill -KILL $PPID") -- the parent of that shell is this process
end

local function asks(address)
  local _, status = http.request(address)
  return status == 200
end

--- Calls that were in flight when the power went: the vendor knows whether they arrived.
local function settle_uncertain(acct, vendor)
  for _, call in ipairs(assert(acct:uncertain())) do
    if asks(vendor .. "/seen/" .. call.id) then
      print(("  %s had reached the vendor: committed"):format(call.id))
      assert(acct:commit({id = call.id}))
    else
      print(("  %s had not: its unit goes back"):format(call.id))
      assert(acct:cancel({id = call.id}))
    end
  end
end

--- Waits until the call is let in: 20 a second (R16).
local function let_in(acct, call_id)
  while true do
    local pass, message, code, wait = acct:call("image", 1, nil, call_id)
    if pass or code ~= "rate_limited" then
      return assert(pass, message)
    end
    socket.sleep(wait or 1)
  end
end

--- One try: true once the photo is fused. A call that is not committed is canceled on the way out.
local function try(acct, vendor, call_id, pull)
  local pass <close> = let_in(acct, call_id)
  if pass.repeated then -- it was ended before the power went
    return asks(vendor .. "/seen/" .. call_id)
  end
  if pull == "before " .. call_id then pull_the_plug() end
  local _, status = http.request(vendor .. "/fuse/" .. call_id, "")
  if pull == "after " .. call_id then pull_the_plug() end
  if status == 200 then
    return pass:commit()
  end
  print(("  %s: %s, once more"):format(call_id, status))
  return false
end

--- Each try is a call of its own, known by its id also after a restart.
local function fuse_photo(acct, vendor, photo, pull)
  for attempt = 1, 8 do
    if try(acct, vendor, attempt == 1 and photo or photo .. "." .. attempt, pull) then return end
  end
end

local function run(ledger, vendor, pull)
  local acct <close> = assert(faregate.open(ledger, {book = "tencent-facefusion"}))
  if not acct:statement().products.image.open then
    assert(acct:open({product = "image"}))
  end
  settle_uncertain(acct, vendor)
  for number = 1, PHOTOS do
    fuse_photo(acct, vendor, "photo-" .. number, pull)
  end
end

------------------------------------------------------------------------------------------------------------- the story

local function quote(word) return "'" .. word:gsub("'", "'\\''") .. "'" end

--- A pipe to the stub, which serves until the pipe is closed, and its address.
local function start_vendor(folder)
  local address_file = folder .. "/address"
  local stub = arg[0]:gsub("booth%.lua$", "fusion_stub.py")
  local pipe = assert(io.popen(("exec python3 %s >%s"):format(quote(stub), quote(address_file)), "w"))
  while true do
    local file = io.open(address_file)
    local address = file and file:read("l")
    if file then file:close() end
    if address then return pipe, address end
    socket.sleep(0.05)
  end
end

local function compare(ledger, vendor)
  local acct <close> = assert(faregate.open(ledger))
  local used = acct:statement().products.image.month.total
  local left_over = #acct:calls()
  local counted = math.tointeger(http.request(vendor .. "/count"))
  local report = assert(faregate.verify(ledger))
  print(("books: %d calls used, %d in flight; vendor: %d calls counted; ledger good: %s"):format(used, left_over,
    counted, report.ok))
  assert(used == counted and used == PHOTOS and left_over == 0 and report.ok, "the books do not agree")
end

local function main()
  local folder = os.tmpname()
  os.remove(folder)
  assert(os.execute("mkdir " .. quote(folder)))
  local ledger = folder .. "/booth.db"
  local stub, vendor = start_vendor(folder)
  for _, pull in ipairs({"after photo-12", "before photo-30", ""}) do
    print("the booth is switched on")
    io.stdout:flush()
    local words = {arg[-1], arg[0], "run", ledger, vendor, pull}
    for i, word in ipairs(words) do words[i] = quote(word) end
    local switched_off = os.execute(table.concat(words, " "))
    print(switched_off and "the booth is switched off" or "the power is gone")
  end
  compare(ledger, vendor)
  stub:close()
  os.execute("rm -r " .. quote(folder))
end

if arg[1] == "run" then
  run(arg[2], arg[3], arg[4])
else
  main()
end
