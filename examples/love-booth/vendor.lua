--- The vendor as the scene sees it: requests go into a channel, answers are looked for in each frame.
local Vendor = {}
Vendor.__index = Vendor

function Vendor.new(seconds)
  local self = setmetatable({requests = love.thread.newChannel(), answers = love.thread.newChannel()}, Vendor)
  self.thread = love.thread.newThread("vendor_thread.lua")
  self.thread:start(self.requests, self.answers, seconds)
  return self
end

function Vendor:send(id) self.requests:push("send " .. id) end
function Vendor:ask(id) self.requests:push("ask " .. id) end
function Vendor:poll() return self.answers:pop() end

--- How many photos it has billed. Waits; for the end of a test.
function Vendor:count()
  self.requests:push("count all")
  return self.answers:demand().count
end

function Vendor:close()
  self.requests:push("end")
  self.thread:wait()
end

return Vendor
