-- What the Lua module says of itself in a host that has another core.
local faregate = require("faregate")
local book = assert(faregate.book("tencent-facefusion"))
assert(faregate._VERSION ~= "9.9.9", "the module speaks of the host's core")
assert(tostring(book:price("image", "calls", 90000).amount) == "16200.00")
local account = faregate.account(book)
assert(account:open{product = "image"})
assert(assert(account:call("image")):commit())
print("module " .. faregate._VERSION)
