-- Renews the leases of calls under way, also of those that the server has lost.
-- KEYS: the count. ARGV: clock, lease in µs, call…
local now, lease = now_of(ARGV[1]), tonumber(ARGV[2])
for i = 3, #ARGV do calls_add(KEYS[1], now, ARGV[i], lease) end
return #ARGV - 2
