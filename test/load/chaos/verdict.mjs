// The ledger of the provider against the database, promise by promise.
import fs from 'node:fs';

const AUDIT = fs.readFileSync('test/support/run-audit.sql', 'utf8');
const WINDOW_MS = 60_000;
/** An opt-out this old counts for every call that begins. */
const OPT_OUT_ACTS_MS = 2_000;

const MESSAGES = `
  SELECT m.id, r.campaign_id AS campaign, m.address, coalesce(m.disposition, m.state) AS ending, m.calling_at
    FROM campaign_messages m JOIN campaign_runs r ON r.id = m.run_id`;
const OPT_OUTS = `
  SELECT e.match_key AS number, min(e.created_at) AS at
    FROM dnc_entries e JOIN dnc_lists l ON l.id = e.dnc_list_id AND l.opt_outs IS NOT NULL GROUP BY 1`;

/** Rows of a table: promise, what was checked, how often, and each violation in words. */
export async function judge(world, campaigns, notes) {
  const [ledger, messages, optOuts, audit] = [
    await world.ledger(),
    await world.query(MESSAGES),
    await world.query(OPT_OUTS),
    await world.query(AUDIT),
  ];
  const byId = new Map(messages.map((message) => [message.id, message]));
  const messageOf = (row) => byId.get(row.callbackData?.split(':').at(-1));
  return {
    endings: countBy(messages, ({ ending }) => ending),
    rows: [
      neverTwice(ledger),
      neverOnTheList(ledger, campaigns),
      neverAfterOptOut(ledger, optOuts, messageOf),
      ...campaigns.map((campaign) => neverTooFast(ledger, campaign)),
      {
        promise: 'nothing lost',
        what: 'audit of all runs',
        checked: messages.length,
        violations: audit.map(({ violation, detail }) => `${violation}: ${detail}`),
      },
      ...campaigns.map((campaign) => everybodyEnded(messages, campaign)),
      {
        promise: 'nothing stuck',
        what: 'all at its end within four minutes',
        checked: campaigns.length,
        violations: notes.unrest,
      },
      ...ledgerAgainstDatabase(ledger, messages, messageOf),
      {
        promise: 'graceful stop',
        what: 'workers stopped within 10 s',
        checked: notes.stops.length,
        violations: Array.from({ length: notes.slowStops }, () => 'a slow stop'),
      },
    ],
  };
}

function neverTwice(ledger) {
  const times = countBy(ledger, ({ to }) => to);
  const violations = Object.entries(times).flatMap(([to, count]) =>
    count > 1 ? [`${to}: ${count} messages`] : [],
  );
  return {
    promise: 'never twice',
    what: 'people in the ledger',
    checked: Object.keys(times).length,
    violations,
  };
}

function neverOnTheList(ledger, campaigns) {
  const blocked = new Set(campaigns.flatMap((campaign) => [...campaign.blocked]));
  const violations = ledger.filter(({ to }) => blocked.has(to)).map(({ to }) => `${to} is on the list`);
  return {
    promise: 'never on a DNC list',
    what: 'entries from the start',
    checked: blocked.size,
    violations,
  };
}

function neverAfterOptOut(ledger, optOuts, messageOf) {
  const since = new Map(optOuts.map(({ number, at }) => [number, at.getTime()]));
  const violations = ledger.flatMap((row) => {
    const at = since.get(row.to);
    return at && messageOf(row)?.calling_at?.getTime() > at + OPT_OUT_ACTS_MS
      ? [`${row.to} had opted out`]
      : [];
  });
  return { promise: 'never on a DNC list', what: 'opt-outs on the way', checked: optOuts.length, violations };
}

function neverTooFast(ledger, { name, first, messagesPerMinute }) {
  const moments = ledger.filter(({ to }) => isOf(to, first)).map(({ acceptedAt }) => acceptedAt);
  moments.sort((a, b) => a - b);
  const most = mostWithin(moments, WINDOW_MS);
  return {
    promise: 'never too fast',
    what: `"${name}": at most ${most} of ${messagesPerMinute} in any minute, ${mostWithin(moments, 1_000)} in a second`,
    checked: moments.length,
    violations: most > messagesPerMinute ? [`${most} in 60 s`] : [],
  };
}

function everybodyEnded(messages, { id, name, contacts }) {
  const own = messages.filter(({ campaign }) => campaign === id);
  const open = own.filter(({ ending }) => !ending.includes('-'));
  const violations = open.map((message) => `${message.id} is ${message.ending}`);
  if (own.length !== contacts) violations.push(`${own.length} messages for ${contacts} contacts`);
  return { promise: 'nothing lost', what: `"${name}": one disposition each`, checked: contacts, violations };
}

function ledgerAgainstDatabase(ledger, messages, messageOf) {
  const accepted = new Set();
  const unsettled = [];
  for (const row of ledger) {
    const message = messageOf(row);
    if (message) accepted.add(message.id);
    if (message?.ending !== 'OUTBOUND-MESSAGE-SENT')
      unsettled.push(`${row.to} was accepted and is ${message?.ending}`);
  }
  const sent = messages.filter(({ ending }) => ending === 'OUTBOUND-MESSAGE-SENT');
  return [
    {
      promise: 'settled by receipts',
      what: 'accepted ones are SENT',
      checked: ledger.length,
      violations: unsettled,
    },
    {
      promise: 'true to the ledger',
      what: 'SENT ones were accepted',
      checked: sent.length,
      violations: sent.filter(({ id }) => !accepted.has(id)).map(({ id }) => `${id} was never accepted`),
    },
  ];
}

const isOf = (to, first) => Number(to) >= first && Number(to) < first + 100_000_000;

function mostWithin(moments, ms) {
  let most = 0;
  for (let end = 0, start = 0; end < moments.length; end += 1) {
    while (moments[end] - moments[start] >= ms) start += 1;
    most = Math.max(most, end - start + 1);
  }
  return most;
}

function countBy(rows, keyOf) {
  const counts = {};
  for (const row of rows) counts[keyOf(row)] = (counts[keyOf(row)] ?? 0) + 1;
  return counts;
}

/** Prints the table; true when every promise was kept. */
export function print({ rows, endings }) {
  const cells = [
    ['promise', 'what', 'checked', 'violations'],
    ...rows.map(({ promise, what, checked, violations }) => [
      promise,
      what,
      String(checked),
      String(violations.length),
    ]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...cells.map((row) => row[column].length)));
  for (const row of cells) out(row.map((cell, column) => cell.padEnd(widths[column])).join('  '));
  for (const { promise, violations } of rows)
    for (const violation of violations.slice(0, 10)) out(`! ${promise}: ${violation}`);
  out(`how the messages ended: ${JSON.stringify(endings)}`);
  const isKept = rows.every(({ violations }) => violations.length === 0);
  out(isKept ? 'Every promise was kept.' : 'A PROMISE WAS BROKEN.');
  return isKept;
}

export function out(line) {
  process.stdout.write(`${line}\n`);
}
