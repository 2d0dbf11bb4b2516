function love.conf(t)
  t.identity = "faregate-booth" -- the ledger is in the save directory of that name
  t.version = "11.4"
  t.window.title = "Photo booth"
  t.window.width, t.window.height = 960, 600
  t.modules.audio, t.modules.physics, t.modules.sound, t.modules.video = false, false, false, false
end
