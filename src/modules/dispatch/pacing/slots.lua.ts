/**
 * Finds the next slots of a campaign, on the clock of Redis, in microseconds.
 *
 * KEYS: where the next slot of the campaign begins and when its next message may leave; the slots given out of the
 * integration (sorted set); the moment from which that set is complete.
 * ARGV: spacing of the campaign, earliest begin that PostgreSQL knows, lead, horizon, slack, spacing of the
 * integration, greatest number of slots, lateness that a campaign may have, 1 to reserve them, least distance of two
 * messages of the campaign.
 * Answers: now, where the next slot of the campaign begins, when it may be used, then two numbers for each slot: when it
 * may be used, and the moment from which its lateness counts.
 *
 * A campaign has an even row of wishes. Each is granted at the first moment of the integration's grid that no other
 * campaign has; so the campaigns of an integration together are as evenly spaced as one alone, at every moment, while
 * they come and go. A grant may be later than its wish, but the message still counts from its wish, so that neither
 * the spacing of the campaign nor its minute suffers; this also makes good for a worker that asks a little late. Grants
 * keep their distance, whichever workers ask for them, so that late ones are no burst. Wishes that can't be granted in
 * time move on and are not caught up.
 *
 * A reservation reaches at most one horizon, one gap and the slack ahead; one further away comes from a clock that
 * jumped back, and becomes the furthest there can be, once: what PostgreSQL knows of the other clock no longer counts. Where nobody knows what was given out, because Redis lost it or after a day, nothing begins before that
 * may be over.
 */
export const SLOTS = `
  local t = redis.call('TIME')
  local now = t[1] * 1000000 + t[2]
  local spacing, floor, lead, horizon, slack, grid, limit, lateness, gap =
    tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6]),
    tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[10])
  local earliest, last = now + lead, now + horizon
  local known, leaves = string.match(redis.call('GET', KEYS[1]) or '', '^(%d+),(%d+)$')
  local wish, due = tonumber(known or '0'), tonumber(leaves or '0')
  local furthest = last + spacing + slack
  if floor <= furthest then wish = math.max(wish, floor) elseif wish == 0 then wish = floor end
  if due > furthest then due = 0 end
  if wish > furthest then
    wish = furthest
    redis.call('SET', KEYS[1], string.format('%.0f,0', wish), 'PX', math.ceil((wish - now) / 1000) + 60000)
  end
  if wish == 0 then wish = earliest end
  if wish < earliest - lateness then wish = earliest - lateness end
  local since = tonumber(redis.call('GET', KEYS[3]) or '0')
  if since == 0 or since > furthest then
    since = now + horizon
    redis.call('SET', KEYS[3], string.format('%.0f', since), 'PX', 86400000)
  end
  if wish < since then wish = since end

  local taken = redis.call('ZRANGEBYSCORE', KEYS[2], math.max(wish, earliest) - grid, furthest + slack)
  local at, free, answer, grants = 1, 0, {}, {}
  while #grants < limit do
    due = math.max(wish, due, earliest)
    local grant = math.max(math.ceil(due / grid) * grid, free)
    while taken[at] do
      local other = tonumber(taken[at])
      if other >= grant + grid then break end
      if other > grant - grid then grant = math.ceil((other + grid) / grid) * grid end
      at = at + 1
    end
    if grant > last then break end
    if grant - wish > lateness then wish = grant - lateness end
    grants[#grants + 1] = grant
    answer[#grants * 2 - 1], answer[#grants * 2] = grant, wish
    wish = wish + spacing
    due = math.max(due, grant - grid) + gap
    free = grant + grid
  end

  if ARGV[9] == '1' and #grants > 0 then
    redis.call('SET', KEYS[1], string.format('%.0f,%.0f', wish, due), 'PX', math.ceil((wish - now) / 1000) + 60000)
    redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now - grid - slack)
    for first = 1, #grants, 1000 do
      local added = {}
      for index = first, math.min(first + 999, #grants) do
        local grant = grants[index]
        added[#added + 1], added[#added + 2] = grant, grant
      end
      redis.call('ZADD', KEYS[2], unpack(added))
    end
    redis.call('PEXPIRE', KEYS[2], 86400000)
  end
  return { now, wish, math.max(wish, due), unpack(answer) }`;
