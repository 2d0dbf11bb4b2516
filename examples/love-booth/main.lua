--- A photo booth in LÖVE 11 that asks its ledger before each photo goes to the vendor.
---
---     LUA_CPATH='build/inside/?.so;;' love examples/love-booth             space or a click takes a photo
---     … love examples/love-booth --drive 45 FOLDER                         takes 45 by itself, in tests
---
--- `make inside INSIDE_FOR=5.1` builds the module, with the price book in it. The ledger is grouped: a photo is on the
--- disk within a quarter of a second, by a thread of the ledger.
local faregate = require("faregate")
local Booth = require("booth")
local Vendor = require("vendor")
local scene = require("scene")

local VENDOR_SECONDS = 0.02
local READY = "Press space"

local account, vendor, booth, totals, drive
local message, time, worst, taken = READY, 0, 0, 0

local function shoot()
  local before = love.timer.getTime()
  local went, why = booth:shoot(booth:next_id())
  worst = math.max(worst, love.timer.getTime() - before)
  message = went and READY or why
  taken = went and taken + 1 or taken
  return went
end

function love.load(words)
  local folder = love.filesystem.getSaveDirectory()
  if words[1] == "--drive" then
    drive = {photos = tonumber(words[2]), folder = words[3], wait = 0}
    folder = drive.folder
  else
    love.filesystem.createDirectory(".")
  end
  love.graphics.setNewFont(18)
  account = assert(faregate.open(folder .. "/booth.db", {book = "tencent-facefusion", group_ms = 250}))
  vendor = Vendor.new(VENDOR_SECONDS)
  booth = Booth.new(account, vendor, os.time())
  totals = booth:totals()
end

--- The books and the vendor's own count, once all photos have ended.
local function compare()
  local billed = vendor:count()
  print(("%d photos sent, %d billed by the vendor, %d used by the ledger, ¥%s"):format(taken, billed, totals.used,
    totals.amount))
  print(("slowest call in a frame: %.3f ms"):format(worst * 1000))
  love.event.quit(billed == totals.used and 0 or 1)
end

local function go_on(dt)
  drive.wait = drive.wait - dt
  if drive.over then
    return
  elseif taken < drive.photos then
    drive.wait = drive.wait <= 0 and (shoot() and 0.06 or 0.01) or drive.wait
  elseif booth.open == 0 then
    drive.over = true
    love.graphics.captureScreenshot(function(image)
      local file = assert(io.open(drive.folder .. "/booth.png", "wb"))
      file:write(image:encode("png"):getString())
      file:close()
      compare()
    end)
  end
end

function love.update(dt)
  time = time + dt
  local open = booth.open
  booth:update()
  if drive then
    go_on(dt)
  end
  if booth.open ~= open or totals == nil then
    totals = booth:totals()
  end
end

function love.draw() scene.draw(booth, totals, time, message) end

function love.keypressed(key)
  if key == "space" then
    shoot()
  elseif key == "escape" then
    love.event.quit()
  end
end

function love.mousepressed() shoot() end

function love.quit()
  vendor:close()
  assert(account:release())
end
