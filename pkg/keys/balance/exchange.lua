-- One node's exchange for one provider. Debts are whole numbers below 2^53.
--
-- KEYS  what all nodes share: owed:<key>, used:<key>, cool:<key>, open:<key>,
--       saw:<key>, probe:<key>, traffic, at
--       what is known of this node: seq, taken, traffic, at
-- ARGV  the offer's number; cost of its calls; what the pool may always hold of a
--       key; what the node can take of a key;
--       then for each key: id, debt, use, rest in ms, reason; what its breaker has
--       done (1 opened, 2 closed), ms until it may be probed, 1 to ask for a probe
-- Gives for each key: debt taken out, use by all nodes, rest in ms, reason; 1 if its
--       breaker is open, ms until it may be probed, 1 if the node may send a probe
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
for i = 5, #ARGV, 8 do
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

local taken, part = {}, 0
if fresh then
  local of_all, own = traffic(pool, cost), traffic(node, cost)
  -- A filter that keeps a key from its share must not build up a debt without end.
  local limit = math.max(2 * of_all * 65536, least)
  local keep = worst > limit and limit / worst or 1
  part = of_all > 0 and math.min(own / of_all, 1) or 0
  local takes = math.min(part, room / math.max(worst * keep, 1))
  for n, id in ipairs(ids) do
    owed[n] = whole(owed[n] * keep)
    taken[n] = whole(owed[n] * takes)
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

-- A breaker is open for all nodes when two have opened it within ten seconds, or one
-- that has three tenths of the traffic: a broken network of its own must not take a
-- key from the others. Only one of them at a time sends a probe.
local function breaker(id, says, rest, asks)
  local open, saw, probe = 'open:' .. id, 'saw:' .. id, 'probe:' .. id
  local ends = tonumber(redis.call('HGET', pool, open) or nil)
  if fresh and says == 1 then
    local at, who = string.match(redis.call('HGET', pool, saw) or '', '^(%d+) (.*)$')
    local others = at and who ~= node and now - at < 10000
    redis.call('HSET', pool, saw, text(now) .. ' ' .. node)
    if ends or others or part > 0.3 then
      ends = now + rest
      redis.call('HSET', pool, open, text(ends))
      redis.call('HDEL', pool, probe)
    end
  elseif fresh and says == 2 then
    redis.call('HDEL', pool, open, saw, probe)
    ends = nil
  end
  if not ends then return 0, 0, asks end
  if asks == 1 and now >= ends and now >= tonumber(redis.call('HGET', pool, probe) or 0) then
    redis.call('HSET', pool, probe, text(now + 10000))
    return 1, 0, 1
  end
  return 1, math.max(ends - now, 0), 0
end

local reply = {}
for n, id in ipairs(ids) do
  local field, ends, why = 'cool:' .. id, 0, ''
  local cool = redis.call('HGET', pool, field)
  if cool then
    ends, why = string.match(cool, '^(%d+) (.*)$')
    ends = tonumber(ends)
  end
  local rest = tonumber(ARGV[n * 8])
  if rest > 0 and now + rest > ends then
    ends, why = now + rest, ARGV[n * 8 + 1]
    redis.call('HSET', pool, field, text(ends) .. ' ' .. why)
  elseif cool and ends <= now then
    redis.call('HDEL', pool, field)
  end
  reply[#reply + 1] = taken[n] or 0
  reply[#reply + 1] = tonumber(redis.call('HGET', pool, 'used:' .. id) or 0)
  reply[#reply + 1] = math.max(ends - now, 0)
  reply[#reply + 1] = why
  local open, dark, probe = breaker(id, tonumber(ARGV[n * 8 + 2]), tonumber(ARGV[n * 8 + 3]), tonumber(ARGV[n * 8 + 4]))
  reply[#reply + 1] = open
  reply[#reply + 1] = dark
  reply[#reply + 1] = probe
end
return reply
