-- One node's exchange for one provider. Debts are whole numbers below 2^53.
--
-- KEYS  what all nodes share: owed:<key>, used:<key>, cool:<key>, traffic, at
--       what is known of this node: seq, taken, traffic, at
-- ARGV  the offer's number; cost of its calls; what the pool may always hold of a
--       key; what the node can take of a key;
--       then for each key: id, debt, use, rest in ms, reason
-- Gives for each key: debt taken out, use by all nodes, rest in ms, reason
local pool, node = KEYS[1], KEYS[2]
local seq, cost, least, room = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function whole(x) return x < 0 and math.ceil(x) or math.floor(x) end
local function text(x) return string.format('%.0f', x) end

-- Traffic is a sum that fades within a second, so it is about the cost per second.
-- The nodes' own add up to that of all, whoever is gone.
local function traffic(hash, more)
  local was = redis.call('HMGET', hash, 'traffic', 'at')
  local passed = math.max(now - tonumber(was[2] or now), 0)
  local sum = tonumber(was[1] or 0) * math.exp(-passed / 1000) + more
  redis.call('HSET', hash, 'traffic', string.format('%.6f', sum), 'at', text(now))
  return sum
end

local last = tonumber(redis.call('HGET', node, 'seq') or 0)
local fresh = seq > last
local ids, owed, worst = {}, {}, 0
for i = 5, #ARGV, 5 do
  local id = ARGV[i]
  local n = #ids + 1
  ids[n] = id
  owed[n] = tonumber(redis.call('HGET', pool, 'owed:' .. id) or 0)
  if fresh then
    owed[n] = owed[n] + tonumber(ARGV[i + 1])
    redis.call('HINCRBY', pool, 'used:' .. id, ARGV[i + 2])
  end
  worst = math.max(worst, math.abs(owed[n]))
end

local taken = {}
if fresh then
  local of_all, own = traffic(pool, cost), traffic(node, cost)
  -- A filter that keeps a key from its share must not build up a debt without end.
  local limit = math.max(2 * of_all * 65536, least)
  local keep = worst > limit and limit / worst or 1
  local part = of_all > 0 and math.min(own / of_all, 1) or 0
  part = math.min(part, room / math.max(worst * keep, 1))
  for n, id in ipairs(ids) do
    owed[n] = whole(owed[n] * keep)
    taken[n] = whole(owed[n] * part)
    redis.call('HSET', pool, 'owed:' .. id, text(owed[n] - taken[n]))
  end
  local list = {}
  for n in ipairs(ids) do list[n] = text(taken[n]) end
  redis.call('HSET', node, 'seq', ARGV[1], 'taken', table.concat(list, ' '))
  redis.call('EXPIRE', node, 3600)
  redis.call('EXPIRE', pool, 604800)
elseif seq == last then
  for debt in string.gmatch(redis.call('HGET', node, 'taken'), '%S+') do
    taken[#taken + 1] = tonumber(debt)
  end
end

local reply = {}
for n, id in ipairs(ids) do
  local field, ends, why = 'cool:' .. id, 0, ''
  local cool = redis.call('HGET', pool, field)
  if cool then
    ends, why = string.match(cool, '^(%d+) (.*)$')
    ends = tonumber(ends)
  end
  local rest = tonumber(ARGV[n * 5 + 3])
  if rest > 0 and now + rest > ends then
    ends, why = now + rest, ARGV[n * 5 + 4]
    redis.call('HSET', pool, field, text(ends) .. ' ' .. why)
  elseif cool and ends <= now then
    redis.call('HDEL', pool, field)
  end
  reply[#reply + 1] = taken[n] or 0
  reply[#reply + 1] = tonumber(redis.call('HGET', pool, 'used:' .. id) or 0)
  reply[#reply + 1] = math.max(ends - now, 0)
  reply[#reply + 1] = why
end
return reply
