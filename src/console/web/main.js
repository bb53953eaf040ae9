import {
  afterEvent,
  campaignRows,
  emptyBoard,
  importRows,
  newsBetween,
  topicsOf,
  UNDER_WAY,
  withCampaigns,
  withLists,
  withProgress,
} from './campaign-rows.js';
import { LiveChannel } from './live.js';
import { watchServer } from './server-status.js';
import { ApiProblem, Session } from './session.js';
import {
  showCampaigns,
  showImports,
  showMissing,
  showProblem,
  showSession,
  showState,
  tell,
} from './view.js';

/** What has no topic yet, because it is new, is found by looking again. */
const LOOK_AGAIN_MS = 15_000;
const FIRST_LOOK_AGAIN_MS = 3_000;
const PAGE_SIZE = 100;
const CAMPAIGNS = '/outbound/messagingcampaigns';

const session = new Session(
  {
    location: window.location,
    history: window.history,
    storage: window.sessionStorage,
    crypto: window.crypto,
    fetch: (path, request) => window.fetch(path, request),
  },
  () => live.stop(),
);
const live = new LiveChannel({
  api: (path, request) => session.api(path, request),
  openSocket,
  onState: (state) => {
    showState(session.isSignedIn ? state : 'signed-out');
    if (!session.isSignedIn) showSession(false);
    if (state === 'reconnecting') tell(['The connection is lost and being made again']);
  },
  onEvent: (frame) => change(afterEvent(board, frame)),
  onRejected: (topics) => {
    rejected = topics.map(({ rejectionReason }) => `Not followed live: ${rejectionReason}.`);
    showAll();
  },
  onReturn: () => void look(),
});

let board = emptyBoard();
let total = 0;
let refused = [];
let rejected = [];
let looking;

// The address that the API hands out is made of PUBLIC_URL; this page may have been opened under another name of it.
function openSocket(connectUri) {
  const uri = new URL(connectUri);
  uri.protocol = window.location.protocol === 'https:' ? 'wss:' : 'ws:';
  uri.host = window.location.host;
  return new WebSocket(uri);
}

function change(next) {
  tell(newsBetween(board, next));
  const isToFollow = topicsOf(next).join() !== topicsOf(board).join();
  board = next;
  showAll();
  if (isToFollow) void live.follow(topicsOf(board));
}

function showAll() {
  const rows = campaignRows(board);
  showCampaigns(rows, noteOn(rows));
  showImports(importRows(board));
  showMissing([...refused, ...rejected]);
}

function noteOn(rows) {
  if (rows.length < total)
    return `${rows.length} of ${total} campaigns are shown; all that run are among them.`;
  return rows.length === 0 && refused.length === 0 ? 'There are no campaigns yet.' : '';
}

/** Looks at everything; one look at a time. Answers when it is done. */
function look() {
  looking ??= lookAtAll()
    .catch((problem) => {
      // While the server does not answer, the state says so.
      if (problem.status !== 401 && problem.status !== 0) showProblem(problem.message);
    })
    .finally(() => (looking = undefined));
  return looking;
}

async function lookAtAll() {
  const reasons = [];
  const unless403 = async (what, work) => {
    try {
      return await work();
    } catch (problem) {
      if (!(problem instanceof ApiProblem) || problem.status !== 403) throw problem;
      reasons.push(`${what} are not shown. ${problem.message}`);
      return undefined;
    }
  };
  const campaigns = await unless403('Campaigns', findCampaigns);
  const progress = await unless403('Counts', () => findProgress(campaigns ?? []));
  const contactLists = await unless403('Imports into contact lists', () => findLists('contactlists'));
  const dncLists = await unless403('Imports into DNC lists', () => findLists('dnclists'));
  refused = reasons;
  let next = withProgress(withCampaigns(board, campaigns ?? []), progress ?? []);
  next = withLists(next, 'contactlists', contactLists ?? []);
  change(withLists(next, 'dnclists', dncLists ?? []));
  await live.follow(topicsOf(board));
  showProblem('');
}

/** The first hundred by name, and whatever is under way. */
async function findCampaigns() {
  const [all, ...running] = await Promise.all([
    session.api(`${CAMPAIGNS}?pageSize=${PAGE_SIZE}`),
    ...UNDER_WAY.map((status) => session.api(`${CAMPAIGNS}?pageSize=${PAGE_SIZE}&campaignStatus=${status}`)),
  ]);
  total = all.total;
  const found = [all, ...running].flatMap(({ entities }) => entities);
  return [...new Map(found.map((campaign) => [campaign.id, campaign])).values()];
}

async function findProgress(campaigns) {
  const ids = campaigns.map(({ id }) => id);
  const answers = [];
  for (let begin = 0; begin < ids.length; begin += PAGE_SIZE) {
    const body = ids.slice(begin, begin + PAGE_SIZE);
    answers.push(...(await session.api(`${CAMPAIGNS}/progress`, { method: 'POST', body })));
  }
  return answers;
}

async function findLists(kind) {
  const { entities } = await session.api(`/outbound/${kind}?pageSize=${PAGE_SIZE}&includeImportStatus=true`);
  return entities;
}

async function begin() {
  watchServer(document.querySelector('#server'), () => live.retryNow());
  document.querySelector('#sign-in').addEventListener('click', () => {
    session.signIn().catch((problem) => showProblem(problem.message));
  });
  document.querySelector('#sign-out').addEventListener('click', () => {
    live.stop();
    session.signOut();
  });
  try {
    await session.resume();
  } catch (problem) {
    showProblem(problem.message);
  }
  showState(session.isSignedIn ? 'connecting' : 'signed-out');
  showSession(session.isSignedIn);
  if (session.isSignedIn) await follow();
}

async function follow() {
  window.addEventListener('online', () => live.retryNow());
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') live.retryNow();
  });
  const again = async () => {
    if (session.isSignedIn && live.state !== 'reconnecting') await look();
    const waitMs = live.state === 'stopped' ? FIRST_LOOK_AGAIN_MS : LOOK_AGAIN_MS;
    if (session.isSignedIn) setTimeout(() => void again(), waitMs);
  };
  await again();
  const me = await session.api('/users/me').catch(() => undefined);
  if (me && session.isSignedIn) showSession(true, me.name);
}

await begin();
