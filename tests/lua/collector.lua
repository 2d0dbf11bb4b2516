--- Run before the specs: the collector never rests. It begins a cycle as soon as one ends, goes on at every other
--- allocation, and each step does as much as a step may.
collectgarbage("incremental", 1, 1000, 1)
