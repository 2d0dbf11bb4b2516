--- What the booth does, without a picture of it: lets a photo through the gate, sends it to the vendor, and enters how
--- it ended. Nothing here waits: `update` is called in each frame.
local Booth = {}
Booth.__index = Booth

local PRODUCT = "image"

--- `vendor` sends photos and answers later: `send(id)`, `ask(id)` whether one was billed, and `poll()`, which answers
--- {id =, code =} of a photo, {id =, billed =} of a question, {id =, late = true} of either that had no answer in time,
--- or nil while there is nothing. `began` is the second of the start, by which photos are named.
function Booth.new(account, vendor, began)
  local self = {account = account, vendor = vendor, began = began, photos = {}, passes = {}, open = 0}
  setmetatable(self, Booth)
  assert(account:ensure_open(PRODUCT))
  for _, uncertain in ipairs(assert(account:uncertain())) do -- what the power cut off before
    self:ask_about(self:add(uncertain.id))
  end
  return self
end

function Booth:add(id)
  local photo = {id = id, state = "sent"}
  self.photos[#self.photos + 1] = photo
  self.photos[id] = photo
  return photo
end

--- The next photo's id, which no photo of an earlier run has: an id stands for one photo for good, so under one that
--- was used the gate lets no other in.
function Booth:next_id() return ("%d-photo-%d"):format(self.began, #self.photos + 1) end

function Booth:ask_about(photo)
  photo.state = "asked"
  self.open = self.open + 1
  self.vendor:ask(photo.id)
end

--- The shutter. True if the photo went out; else false, why not, and in how many seconds it may.
function Booth:shoot(id)
  local pass, message, code, wait = self.account:call{product = PRODUCT, id = id}
  if pass == nil then
    return false, message, wait, code
  end
  self.passes[id] = pass
  self.open = self.open + 1
  self:add(id)
  self.vendor:send(id)
  return true
end

local function ended(self, photo, state)
  photo.state = state
  self.passes[photo.id] = nil
  self.open = self.open - 1
end

--- Whether a code is billed stands in the price book (R36); one of which nobody knows is asked about.
function Booth:enter_code(photo, code)
  local pass = self.passes[photo.id]
  assert(pass:commit{outcome = code})
  local state = pass.state
  ended(self, photo, state == "committed" and (code == "Success" and "done" or "billed") or state)
  photo.code = code
  if state == "unknown" then
    self:ask_about(photo)
  end
end

--- An answer that came too late counts as used, until the vendor says whether it was. A question that had no answer is
--- asked again.
function Booth:leave(photo)
  if self.passes[photo.id] then
    self.passes[photo.id]:close()
  end
  ended(self, photo, "late")
  self:ask_about(photo)
end

function Booth:settle(photo, billed)
  local pass = assert(self.account:resume(photo.id))
  assert(billed and pass:commit() or not billed and pass:cancel())
  ended(self, photo, billed and "billed" or "canceled")
end

--- Enters whatever the vendor has answered since.
function Booth:update()
  local answer = self.vendor:poll()
  while answer ~= nil do
    local photo = assert(self.photos[answer.id])
    if answer.late then
      self:leave(photo)
    elseif answer.code then
      self:enter_code(photo, answer.code)
    else
      self:settle(photo, answer.billed)
    end
    answer = self.vendor:poll()
  end
end

--- What is left and what the month costs so far: {free =, packs =, used =, amount =}.
function Booth:totals()
  local left = {free = 0, packs = 0}
  local product = self.account:statement().products[PRODUCT]
  for _, grant in ipairs(product.grants) do
    if grant.state == "active" then
      left.free = left.free + grant.left
    end
  end
  for _, pack in ipairs(product.packs) do
    if pack.state == "active" then
      left.packs = left.packs + pack.left
    end
  end
  left.used = product.month.total
  left.amount = tostring(self.account:preview{product = PRODUCT}.total)
  return left
end

return Booth
