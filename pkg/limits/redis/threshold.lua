-- threshold_reached says whether what settled calls came to has reached a threshold of
-- which nobody was told in this period: what, when the period began, µs until all of it
-- is gone, and until when nobody is to be told again. The mark that somebody was told
-- is 'threshold until', until 0 for ever. A window's period begins with it.
local function threshold_reached(key, holds, mark, now, shape, warn, length)
  if (tonumber(redis.call('HGET', key, 'n')) or 0) < warn then return end
  local told, till = (redis.call('GET', mark) or ''):match('^(%d+) (%d+)$')
  if tonumber(told) == warn and (till == '0' or now < tonumber(till)) then return end
  local count, oldest, newest, began, left
  if shape == 'w' then
    length = tonumber(length)
    count = window_load(key, now, length)
    oldest, newest, began, till = count.h, count.t, 0, now + length
    left = count.l and count.l + length - now or 0
  else
    count = fixed_load(key, now, length)
    oldest, newest, began, till = count.start, count.start, count.start * DAY, (count.next or 0) * DAY
    left = count.next and till - now or 0
  end
  if count.n < warn then return end
  local held = 0
  if holds then held = held_sums(holds, now, oldest, newest) end
  if count.n - held < warn then return end
  return count.n - held, began, left, till
end

