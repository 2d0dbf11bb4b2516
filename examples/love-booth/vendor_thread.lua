-- A stand-in for the vendor, in a thread of its own. A real booth sends its HTTPS requests here: the scene never waits.
local requests, answers, seconds = ...
local timer = require("love.timer")
local billed, failed = {}, {}

--- The result code of a photo: as examples/fusion_stub.py has them.
local function fuse(id)
  local number = tonumber(id:match("%d+$"))
  if number % 10 == 0 and not failed[id] then
    failed[id] = true
    return "InternalError"
  end
  billed[id] = true
  if number % 10 == 7 then
    return nil -- it will be too late
  end
  if number % 10 == 4 then
    return "FailedOperation.NoFaceDetected"
  end
  return number % 31 == 0 and "FailedOperation.ModerationFailed" or "Success"
end

while true do
  local request = requests:demand()
  if request == "end" then
    break
  end
  timer.sleep(seconds)
  local verb, id = request:match("(%a+) (.*)")
  if verb == "count" then
    local count = 0
    for _ in pairs(billed) do
      count = count + 1
    end
    answers:push({count = count})
  elseif verb == "ask" then
    answers:push({id = id, billed = billed[id] == true})
  else
    local code = fuse(id)
    answers:push({id = id, code = code, late = code == nil})
  end
end
