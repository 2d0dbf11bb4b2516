--- A photo booth that pays per fused photo and may lose its power at any instant.
---
---     lua examples/booth.lua            the whole story, with the plug pulled twice; by any Lua from 5.1 on
---     lua examples/booth.lua run …      the booth itself
---
--- The booth asks its ledger before each call to the vendor, so that it knows at once whether the call may go out. The
--- plug is pulled once while a call is under way at the vendor and once just before one is sent (the process kills
--- itself with SIGKILL); each time the booth is started again. Some answers of the vendor come too late, and some say
--- that a picture has no face or that the vendor failed: what of that is billed stands in the price book. In the end
--- the books and the vendor's own count agree.
local faregate = require("faregate")
local http = require("socket.http")
local socket = require("socket")

local PHOTOS = 45
local PATIENCE = 0.25 -- seconds to wait for the vendor
http.TIMEOUT = PATIENCE

local function pull_the_plug()
  os.execute("kill -KILL $PPID") -- the parent of that shell is this process
end

--- Whether the vendor has billed a photo. Where it does not say so it is asked again, because a unit that goes back
--- although it was billed is missing in the books.
local function was_billed(vendor, photo)
  while true do
    local _, status = http.request(vendor .. "/seen/" .. photo)
    if status == 200 or status == 404 then
      return status == 200
    end
    socket.sleep(PATIENCE)
  end
end

--- Calls that the power or a time-out cut off, or whose answer may be billed or not: the vendor knows what it counted.
local function settle_uncertain(acct, vendor)
  for _, uncertain in ipairs(assert(acct:uncertain())) do
    local pass = assert(acct:resume(uncertain.id))
    if was_billed(vendor, pass.id) then
      print(("  %s was counted by the vendor: committed"):format(pass.id))
      assert(pass:commit())
    else
      print(("  %s was not: its unit goes back, its id is free"):format(pass.id))
      assert(pass:cancel())
    end
  end
end

--- What becomes of a call that was let in: whether the photo is paid for.
local function fuse(pass, vendor, pull)
  local photo = pass.id
  if pull == "before " .. photo then pull_the_plug() end
  local code, status = http.request(vendor .. "/fuse/" .. photo, "")
  if pull == "after " .. photo then pull_the_plug() end
  if status ~= 200 then
    print(("  %s: %s"):format(photo, status))
    pass:close() -- no answer in time: the call stays used, and uncertain, until the vendor was asked
    return false
  end
  assert(pass:commit{outcome = code}) -- whether that is billed, the price book knows (R36)
  if code ~= "Success" then print(("  %s: %s, %s"):format(photo, code, pass.state)) end
  return pass.state == "committed"
end

--- One try: true once the photo is paid for. An id is one attempt: it is let in again only after it was canceled.
local function is_done(acct, vendor, photo, pull)
  local paid, message, code, wait = acct:with_call({product = "image", id = photo}, fuse, vendor, pull)
  if paid ~= nil then
    return paid
  elseif code == "already_finished" then -- it was committed before the power went, or when the vendor was asked
    return true
  end
  assert(code == "rate_limited", message) -- 20 a second (R16)
  socket.sleep(wait or 1)
  return false
end

local function run(ledger, vendor, pull)
  io.stdout:setvbuf("no") -- what was told before the power goes is seen
  local acct = assert(faregate.open(ledger, {book = "tencent-facefusion"}))
  assert(acct:ensure_open("image"))
  settle_uncertain(acct, vendor)
  for number = 1, PHOTOS do
    while not is_done(acct, vendor, "photo-" .. number, pull) do
      settle_uncertain(acct, vendor)
    end
  end
  assert(acct:release())
end

local function quote(word) return "'" .. word:gsub("'", "'\\''") .. "'" end

--- The interpreter, its options and this script, as the shell has them.
local function this_program()
  local words, at = {}, 0
  while arg[at] do
    table.insert(words, 1, quote(arg[at]))
    at = at - 1
  end
  return table.concat(words, " ")
end

--- A pipe to the stub, which serves until the pipe is closed, and its address.
local function start_vendor(folder)
  local address_file = folder .. "/address"
  local stub = arg[0]:gsub("booth%.lua$", "fusion_stub.py")
  local pipe = assert(io.popen(("exec python3 %s >%s"):format(quote(stub), quote(address_file)), "w"))
  while true do
    local file = io.open(address_file)
    local address = file and file:read("*l")
    if file then file:close() end
    if address then return pipe, address end
    socket.sleep(0.05)
  end
end

local function compare(ledger, vendor)
  local acct = assert(faregate.open(ledger))
  local used = acct:statement().products.image.month.total
  local left_over = #acct:calls()
  local counted = tonumber((http.request(vendor .. "/count")))
  assert(acct:release())
  local report = assert(faregate.verify(ledger))
  print(("books: %d calls used, %d in flight; vendor: %d calls counted; ledger good: %s"):format(used, left_over,
    counted, tostring(report.ok)))
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
    local ended = os.execute(table.concat({this_program(), "run", quote(ledger), quote(vendor), quote(pull)}, " "))
    local switched_off = ended == true or ended == 0 -- 5.1 answers the status
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
