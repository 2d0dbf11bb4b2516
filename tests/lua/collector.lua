--- Run before the specs: from 5.4 on the collector never rests. It begins a cycle as soon as one ends, goes on at every
--- other allocation, and each step does as much as a step may. Older ones take minutes to do so, and do half of it.
if not pcall(collectgarbage, "incremental", 1, 1000, 1) then -- the parameters are names from 5.5 on, numbers before
  collectgarbage("setpause", 110)
  collectgarbage("setstepmul", 400)
end
