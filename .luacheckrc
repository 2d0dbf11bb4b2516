std = "lua54"
max_line_length = 120
exclude_files = { "build", ".venv", "lua_modules" }

files["rockspec"] = { std = "+rockspec" }
files["tests/lua"] = { std = "+busted" }
-- Definitions for the language server: arguments go nowhere, and an overload is one line.
files["bindings/lua/library"] = { ignore = { "212", "241" }, max_line_length = false }
files["examples/love-booth"] = {read_globals = {"love"}, globals = {"love.conf", "love.load", "love.update", "love.draw", "love.keypressed", "love.mousepressed", "love.quit"}}
