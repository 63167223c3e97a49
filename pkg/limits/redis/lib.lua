-- What the scripts share. Times are in microseconds by this server's clock, so
-- that no node's clock matters; ends are exclusive: what is used at t has left a
-- window of length p at t + p.

-- now returns the time; only tests give one.
local function now_of(given)
  if given ~= '' then return tonumber(given) end
  local t = redis.call('TIME')
  return t[1] * 1000000 + t[2]
end

-- A sliding window is a hash. It is cut into parts, at most SPANS in a period;
-- what is counted within a part leaves together, when the last of it is a period
-- old. Parts are numbered; a closed one is a field, number -> 'count:last'.
--   n  all that is counted       t  number of the newest part, which is open
--   h  number of the oldest part c  what is counted in it
--   x  the oldest part's last,   b  when it began
--      if that is closed         l  its last
-- With no more than about 110 fields Redis keeps the hash in its compact form.
local SPANS = 100

local function window_load(key, now, period)
  local f = redis.call('HMGET', key, 'n', 'h', 't', 'c', 'b', 'l', 'x')
  if not f[1] then return {n = 0, missing = true} end
  local w = {n = tonumber(f[1]), h = tonumber(f[2]), t = tonumber(f[3]), c = tonumber(f[4]),
    b = tonumber(f[5]), l = tonumber(f[6]), x = tonumber(f[7])}
  if w.l + period <= now then
    redis.call('DEL', key)
    return {n = 0}
  end
  local gone = {}
  while w.h < w.t and w.x + period <= now do
    local names = {}
    for i = w.h, math.min(w.t - 1, w.h + 15) do names[#names + 1] = i end
    for i, part in ipairs(redis.call('HMGET', key, unpack(names))) do
      local count, last = part:match('^(%-?%d+):(%d+)$')
      w.x = tonumber(last)
      if w.x + period > now then break end
      w.n = w.n - tonumber(count)
      w.h = w.h + 1
      gone[#gone + 1] = names[i]
    end
  end
  if #gone > 0 then
    redis.call('HDEL', key, unpack(gone))
    redis.call('HSET', key, 'n', w.n, 'h', w.h, 'x', w.x)
  end
  return w
end

-- window_add counts an amount that is used until spread from now and returns the
-- number of the part. Numbers begin with the time in milliseconds: parts come
-- more slowly than that, so no number is used twice, also if the key was gone.
local function window_add(key, w, now, period, amount, spread)
  local last = now + spread
  w.n = w.n + amount
  if w.t and w.b + period / SPANS > now then
    w.c = w.c + amount
    w.l = math.max(w.l, last)
    redis.call('HSET', key, 'n', w.n, 'c', w.c, 'l', w.l)
    return w.t
  end
  if w.t then
    redis.call('HSET', key, w.t, string.format('%.0f:%.0f', w.c, w.l))
    if w.h == w.t then w.x = w.l end
    w.t = w.t + 1
    last = math.max(last, w.l) -- parts leave in their order
  else
    w.t = math.floor(now / 1000)
    w.h = w.t
    w.x = 0
  end
  w.c, w.b, w.l = amount, now, last
  redis.call('HSET', key, 'n', w.n, 'h', w.h, 't', w.t, 'c', w.c, 'b', w.b, 'l', w.l, 'x', w.x)
  redis.call('PEXPIRE', key, math.ceil(period * (SPANS + 1) / SPANS / 1000) + 2000)
  return w.t
end

-- window_wait returns in how long excess will have left.
local function window_wait(key, w, now, period, excess)
  local h = w.h
  while h < w.t do
    local names = {}
    for i = h, math.min(w.t - 1, h + 15) do names[#names + 1] = i end
    for _, part in ipairs(redis.call('HMGET', key, unpack(names))) do
      local count, last = part:match('^(%-?%d+):(%d+)$')
      excess = excess - tonumber(count)
      if excess <= 0 then return tonumber(last) + period - now end
    end
    h = h + #names
  end
  return w.l + period - now
end

-- window_amend adds to what was counted in a part, if it is still there.
local function window_amend(key, where, by)
  local f = redis.call('HMGET', key, 'h', 't')
  if not f[1] or where < tonumber(f[1]) or where > tonumber(f[2]) then return end
  redis.call('HINCRBY', key, 'n', by)
  if where == tonumber(f[2]) then
    redis.call('HINCRBY', key, 'c', by)
    return
  end
  local count, last = redis.call('HGET', key, where):match('^(%-?%d+):(%d+)$')
  redis.call('HSET', key, where, string.format('%.0f:%s', count + by, last))
end

-- A calendar's count is a hash: p, the day on which the period began, and n.
local DAY = 86400000000

-- A month's number is 12 * year + month - 1. The arithmetic counts years from
-- March, so that the leap day comes last (Howard Hinnant, chrono-compatible
-- low-level date algorithms).
local function month_of(day)
  local z = day + 719468
  local era = math.floor(z / 146097)
  local doe = z - era * 146097
  local yoe = math.floor((doe - math.floor(doe / 1460) + math.floor(doe / 36524) - math.floor(doe / 146096)) / 365)
  local doy = doe - (365 * yoe + math.floor(yoe / 4) - math.floor(yoe / 100))
  return (yoe + era * 400) * 12 + math.floor((5 * doy + 2) / 153) + 2
end

local function first_of(month)
  month = month - 2
  local year = math.floor(month / 12)
  local era = math.floor(year / 400)
  local yoe = year - era * 400
  return era * 146097 + yoe * 365 + math.floor(yoe / 4) - math.floor(yoe / 100)
    + math.floor((153 * (month % 12) + 2) / 5) - 719468
end

-- period_of returns the first day of the period that now is in, and of the next;
-- calendars are d, w, m, y, and n for a period that never ends.
local function period_of(calendar, now)
  local day = math.floor(now / DAY)
  if calendar == 'd' then return day, day + 1 end
  if calendar == 'w' then
    local monday = day - (day + 3) % 7
    return monday, monday + 7
  end
  if calendar == 'm' then
    local month = month_of(day)
    return first_of(month), first_of(month + 1)
  end
  if calendar == 'y' then
    local january = month_of(day)
    january = january - january % 12
    return first_of(january), first_of(january + 12)
  end
  return 0, nil
end

-- How far the clock may be set back without a period that had begun being taken for
-- one to come: it goes on, so that nothing is used twice.
local STEPPED_BACK = 3600000000

local function fixed_load(key, now, calendar)
  local f = redis.call('HMGET', key, 'p', 'n')
  local known = tonumber(f[1])
  local start, next = period_of(calendar, now)
  if known and known > start and known * DAY - now <= STEPPED_BACK then
    start, next = period_of(calendar, known * DAY)
  end
  local w = {n = 0, start = start, next = next, known = known, missing = not f[1]}
  if w.known == start then w.n = tonumber(f[2]) end
  return w
end

-- fixed_add counts an amount. A count is kept for a week after its period, one
-- without end for ninety days after its last use.
local function fixed_add(key, w, amount)
  w.n = w.n + amount
  redis.call('HSET', key, 'p', w.start, 'n', w.n)
  if not w.next then
    redis.call('PEXPIRE', key, 90 * 86400000)
  elseif w.known ~= w.start then
    redis.call('PEXPIREAT', key, (w.next + 7) * 86400000)
  end
  return w.start
end

local function fixed_amend(key, where, by)
  if tonumber(redis.call('HGET', key, 'p')) == where then
    redis.call('HINCRBY', key, 'n', by)
  end
end

-- Calls at once are a sorted set, call -> when its lease expires.
local function calls_load(key, now)
  redis.call('ZREMRANGEBYSCORE', key, '-inf', now)
  return {n = redis.call('ZCARD', key)}
end

local function calls_add(key, now, id, lease)
  redis.call('ZADD', key, now + lease, id)
  redis.call('PEXPIRE', key, math.ceil(lease / 1000) + 1000)
  return 0
end

-- Who holds money is a sorted set, 'amount where since call' -> when it is taken for
-- lost. It serves only to tell what is held and what was never settled.
local function held_name(id, amount, where, since)
  return string.format('%.0f %.0f %.0f ', amount, where, since) .. id
end

-- held_sums returns what is held, and what was never settled, of what was counted
-- in the given parts of a window, or the given period.
local function held_sums(key, now, oldest, newest)
  local held, lost = 0, 0
  local names = redis.call('ZRANGE', key, 0, -1, 'WITHSCORES')
  for i = 1, #names, 2 do
    local amount, where = names[i]:match('^(%d+) (%d+) ')
    where = tonumber(where)
    if where >= oldest and where <= newest then
      if tonumber(names[i + 1]) <= now then lost = lost + amount else held = held + amount end
    end
  end
  return held, lost
end

-- A call's record is 'since amount:where amount:where …', for each limit; when it has
-- ended a mark, which says whether there was such a record.
local SETTLED, UNKNOWN = '-', '?'

local function is_settled(record) return record == SETTLED or record == UNKNOWN end

local function record_of(since, parts)
  return string.format('%.0f ', since) .. table.concat(parts, ' ')
end

local function record_parts(record)
  local parts = {}
  for amount, where in record:gmatch('(%d+):(%d+)') do
    parts[#parts + 1] = {amount = tonumber(amount), where = tonumber(where)}
  end
  return parts, tonumber(record:match('^%d+'))
end
