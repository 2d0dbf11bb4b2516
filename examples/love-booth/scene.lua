--- The picture of the booth: what the camera sees, the photos taken, and what is left.
local scene = {}

local COLOURS = {
  sent = {0.55, 0.65, 0.75},
  asked = {0.85, 0.65, 0.25},
  done = {0.35, 0.75, 0.45},
  billed = {0.80, 0.45, 0.30},
  canceled = {0.45, 0.45, 0.50},
  late = {0.85, 0.65, 0.25},
}
local WORDS = {
  sent = "with the vendor",
  asked = "asking the vendor",
  done = "done",
  billed = "billed, no picture",
  canceled = "not billed",
  late = "no answer in time",
}

--- A face, with what fusion adds to it once it is done.
local function face(x, y, size, seed, fused)
  local g = love.graphics
  g.setColor(0.95, 0.80, 0.65)
  g.ellipse("fill", x, y, size * 0.75, size)
  g.setColor(0.25, 0.18, 0.12)
  g.arc("fill", x, y - size * 0.25, size * 0.78, math.pi, 2 * math.pi)
  g.setColor(0.1, 0.1, 0.15)
  g.circle("fill", x - size * 0.28, y, size * 0.09)
  g.circle("fill", x + size * 0.28, y, size * 0.09)
  g.setLineWidth(size * 0.06)
  g.arc("line", "open", x, y + size * 0.3, size * (0.22 + 0.04 * math.sin(seed)), 0.15 * math.pi, 0.85 * math.pi)
  if fused then
    g.setColor(0.95, 0.75, 0.15)
    g.polygon("fill", x - size * 0.6, y - size * 0.7, x - size * 0.4, y - size * 1.25, x, y - size * 0.85,
      x + size * 0.4, y - size * 1.25, x + size * 0.6, y - size * 0.7)
  end
end

local function panel(x, y, width, height)
  love.graphics.setColor(0.16, 0.18, 0.22)
  love.graphics.rectangle("fill", x, y, width, height, 10)
end

local function viewfinder(time, message)
  panel(24, 24, 560, 440)
  face(304 + 30 * math.sin(time), 260, 120, time, false)
  love.graphics.setColor(0.9, 0.92, 0.95)
  love.graphics.printf(message, 44, 420, 520, "center")
end

local function film(photos)
  local last = #photos
  for i = 0, 3 do
    local photo = photos[last - i]
    local y = 24 + i * 138
    panel(608, y, 328, 124)
    if photo then
      face(668, y + 68, 40, last - i, photo.state == "done")
      love.graphics.setColor(COLOURS[photo.state])
      love.graphics.print(photo.id, 740, y + 30)
      love.graphics.print(WORDS[photo.state], 740, y + 54)
      love.graphics.print((photo.code or ""):match("[^.]*$"), 740, y + 78, 0, 0.8)
    end
  end
end

function scene.draw(booth, totals, time, message)
  love.graphics.clear(0.10, 0.11, 0.14)
  viewfinder(time, message)
  film(booth.photos)
  panel(24, 484, 560, 92)
  love.graphics.setColor(0.9, 0.92, 0.95)
  love.graphics.print(("%d photos left of the free ones, %d in packs"):format(totals.free, totals.packs), 48, 504)
  love.graphics.print(("this month: %d photos, ¥%s"):format(totals.used, totals.amount), 48, 536)
end

return scene
