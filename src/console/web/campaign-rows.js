/*
 * What the page knows, and how events change it: pure functions from a board and something new to another board, and
 * from a board to the rows that are shown. Nothing here touches the page or the network.
 */

/** Statuses of a campaign that sends, is about to stop, or waits to go on. */
export const UNDER_WAY = ['on', 'stopping', 'invalid', 'forced_stopping'];

const STATUS_TEXTS = {
  on: 'running',
  stopping: 'stopping',
  off: 'off',
  complete: 'complete',
  invalid: 'can not go on',
  forced_off: 'switched off',
  forced_stopping: 'being switched off',
};

const STATUS_TONES = { on: 'good', complete: 'good', invalid: 'alarm', forced_off: 'alarm' };

const CAMPAIGN = /^v2\.outbound\.whatsappcampaigns\.([0-9a-f-]{36})(\.progress)?$/u;
const IMPORT = /^v2\.outbound\.(contactlists|dnclists)\.([0-9a-f-]{36})\.importstatus$/u;

/** Nothing known yet. */
export function emptyBoard() {
  return { campaigns: {}, progress: {}, lists: {}, imports: {}, watched: {} };
}

/** Replaces what is known of all campaigns; those that left the lists of the server are gone. */
export function withCampaigns(board, campaigns) {
  const known = Object.fromEntries(campaigns.map((campaign) => [campaign.id, outlineOf(campaign)]));
  const progress = Object.fromEntries(Object.entries(board.progress).filter(([id]) => known[id]));
  return watching({ ...board, campaigns: known, progress });
}

/** Takes in how far campaigns are, as the API or an event tells it. */
export function withProgress(board, entries) {
  const known = entries.filter(({ campaign }) => board.campaigns[campaign.id]);
  const fresh = Object.fromEntries(known.map((entry) => [entry.campaign.id, entry]));
  return { ...board, progress: { ...board.progress, ...fresh } };
}

/** Takes in lists of one kind (`contactlists` or `dnclists`) with their newest import. */
export function withLists(board, kind, lists) {
  const names = Object.fromEntries(lists.map(({ id, name }) => [id, { kind, name }]));
  const imports = { ...board.imports };
  for (const { id, importStatus } of lists) {
    const isUnderWay = importStatus?.state === 'IN_PROGRESS';
    // What ended before anybody looked is not shown.
    if (isUnderWay || imports[id])
      imports[id] = importOf({ ...importStatus, importState: importStatus?.state });
  }
  return { ...board, lists: { ...board.lists, ...names }, imports };
}

/** What the board is after an event of a notification channel. */
export function afterEvent(board, { topicName, eventBody }) {
  const [, campaignId, isProgress] = CAMPAIGN.exec(topicName) ?? [];
  if (isProgress) return withProgress(board, [eventBody]);
  if (campaignId) {
    const campaigns = { ...board.campaigns, [campaignId]: outlineOf({ ...eventBody, id: campaignId }) };
    return watching({ ...board, campaigns });
  }
  const [, , listId] = IMPORT.exec(topicName) ?? [];
  if (!listId) return board;
  return { ...board, imports: { ...board.imports, [listId]: importOf(eventBody.importStatus) } };
}

/** What to subscribe to: every campaign and list that is known, and the progress of what is or was under way. */
export function topicsOf(board) {
  const campaigns = Object.keys(board.campaigns).flatMap((id) => {
    const topic = `v2.outbound.whatsappcampaigns.${id}`;
    return board.watched[id] ? [topic, `${topic}.progress`] : [topic];
  });
  const lists = Object.entries(board.lists).map(([id, { kind }]) => `v2.outbound.${kind}.${id}.importstatus`);
  return [...campaigns, ...lists];
}

/** What somebody who does not see the page has to hear of the step from one board to the next. */
export function newsBetween(before, after) {
  const campaigns = Object.values(after.campaigns)
    .filter(({ id, status }) => before.campaigns[id] && before.campaigns[id].status !== status)
    .map(({ name, status }) => `${name} is ${statusText(status)}`);
  const imports = Object.entries(after.imports)
    .filter(([id, { state }]) => state !== 'IN_PROGRESS' && before.imports[id]?.state === 'IN_PROGRESS')
    .map(([id, { state }]) => `Import into ${listName(after, id)} ${importText(state)}`);
  return [...campaigns, ...imports];
}

/** Rows of the campaigns: those under way first, then by name. */
export function campaignRows(board) {
  return Object.values(board.campaigns)
    .sort((a, b) => Number(isUnderWay(b)) - Number(isUnderWay(a)) || a.name.localeCompare(b.name))
    .map((campaign) => toRow(campaign, board.progress[campaign.id]));
}

/** Rows of the imports that are or were under way since the page was opened. */
export function importRows(board) {
  return Object.entries(board.imports).map(([id, { state, done, total, rejected, percent, why }]) => ({
    id,
    name: listName(board, id),
    status: importText(state),
    tone: state === 'FAILED' ? 'alarm' : 'good',
    why,
    records: total ? `${done} of ${total}` : String(done),
    rejected: String(rejected),
    percent,
  }));
}

/** Seconds as people say them. */
export function durationText(seconds) {
  if (seconds < 60) return 'less than a minute';
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 60) return minutes === 1 ? '1 minute' : `${minutes} minutes`;
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  if (hours >= 48) return `${Math.round(hours / 24)} days`;
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
}

// Once under way, progress is followed until the page is closed: receipts still come after the last message.
function watching(board) {
  const watched = Object.fromEntries(
    Object.values(board.campaigns)
      .filter((campaign) => isUnderWay(campaign) || board.watched[campaign.id])
      .map(({ id }) => [id, true]),
  );
  return { ...board, watched };
}

function outlineOf({ id, name, campaignStatus: status, alwaysRunning, errors }) {
  const why = (errors ?? []).map(({ error, details }) => details || error).join(' ');
  return { id, name, status, alwaysRunning: alwaysRunning === true, why };
}

function isUnderWay({ status }) {
  return UNDER_WAY.includes(status);
}

function toRow({ id, name, status, alwaysRunning, why }, progress) {
  const skipped = Object.values(progress?.numberOfContactsSkipped ?? {}).reduce((sum, one) => sum + one, 0);
  return {
    id,
    name,
    status: statusText(status),
    tone: STATUS_TONES[status] ?? 'quiet',
    why: status === 'invalid' ? why : '',
    isKnown: progress !== undefined,
    sent: progress?.numberOfContactsMessaged ?? 0,
    failed: progress?.numberOfContactsFailed ?? 0,
    skipped,
    total: progress?.totalNumberOfContacts ?? 0,
    percent: progress?.percentage ?? 0,
    finish: finishText({ status, alwaysRunning }, progress),
  };
}

function finishText({ status, alwaysRunning }, progress) {
  const seconds = progress?.estimatedSecondsToFinish;
  if (status !== 'on' || seconds === undefined) return '';
  if (seconds === 0) return alwaysRunning ? 'waits for contacts' : 'any moment';
  return `in ${durationText(seconds)}`;
}

function statusText(status) {
  return STATUS_TEXTS[status] ?? String(status);
}

// `percentageComplete` is the name of events, `percentComplete` that of the API.
function importOf(status = {}) {
  return {
    state: status.importState ?? 'COMPLETED',
    done: status.completedRecords ?? 0,
    total: status.totalRecords ?? 0,
    rejected: status.rejectedRecords ?? 0,
    percent: status.percentageComplete ?? status.percentComplete ?? 0,
    why: status.failureMessage ?? status.failureReason ?? '',
  };
}

function importText(state) {
  if (state === 'IN_PROGRESS') return 'running';
  return state === 'FAILED' ? 'failed' : 'complete';
}

function listName(board, id) {
  return board.lists[id]?.name ?? id;
}
