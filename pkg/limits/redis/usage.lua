-- Tells how much of a limit is used.
-- KEYS: its count, and for money its holds. ARGV: clock, shape, period in µs or calendar.
-- Returns {used, held, unsettled, µs until all of it is gone (0: not known)}.
local now = now_of(ARGV[1])
local key, shape, length = KEYS[1], ARGV[2], ARGV[3]
local count, oldest, newest, reset
if shape == 'w' then
  length = tonumber(length)
  count = window_load(key, now, length)
  oldest, newest = count.h, count.t
  reset = count.l and count.l + length - now or 0
elseif shape == 'f' then
  count = fixed_load(key, now, length)
  oldest, newest = count.start, count.start
  reset = count.next and count.next * DAY - now or 0
else
  count, reset = calls_load(key, now), 0
end

local held, lost = 0, 0
if KEYS[2] and oldest then held, lost = held_sums(KEYS[2], now, oldest, newest) end
return {count.n, held, lost, reset}
