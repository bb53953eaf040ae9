import { NUMBER_FIELDS } from '../accounts/world.js';
import { isObject, type Loose } from '../graph/graph-request.js';
import type { Simulation } from '../simulation.js';
import { explainSettings } from '../settings.js';
import { ControlError } from './control-error.js';

const NUMBER_TYPES: Record<(typeof NUMBER_FIELDS)[number], 'string' | 'boolean'> = {
  throughputLevel: 'string',
  isOnBizApp: 'boolean',
  isRegistered: 'boolean',
  status: 'string',
  qualityRating: 'string',
};
const WABA_FIELDS = ['marketingMessagesOnboarded', 'marketingDisabledOnCloudApi'];

/**
 * Changes settings, the callback of the app, and the state of numbers, accounts and tokens:
 * `{ <setting>..., callbackUrl?, numbers: { <id>: { status?, throughputLevel?, ... } }, wabas: { <id>: {...} },
 * tokens: { <token>: { expiresAt?, scopes? } } }`. A `status` of null returns to what follows from the registration.
 * @throws ControlError 400 with every reason; nothing is changed then.
 */
export function applyConfig(simulation: Simulation, body: Loose): object {
  const { callbackUrl, numbers = {}, wabas = {}, tokens = {}, ...settings } = body;
  const reasons = [
    ...explainSettings(settings),
    ...explainGroup('numbers', simulation.world.numbers, numbers, explainNumber),
    ...explainGroup('wabas', simulation.world.wabas, wabas, (patch) => explainKnown(patch, WABA_FIELDS)),
    ...explainGroup('tokens', simulation.world.tokens, tokens, (patch) =>
      explainKnown(patch, ['expiresAt', 'scopes']),
    ),
  ];
  if (callbackUrl !== undefined && !(typeof callbackUrl === 'string' && URL.canParse(callbackUrl))) {
    reasons.push('callbackUrl: must be a URL');
  }
  if (reasons.length > 0) throw new ControlError(400, reasons);
  Object.assign(simulation.settings, settings);
  if (typeof callbackUrl === 'string') simulation.world.app.callbackUrl = callbackUrl;
  patchGroup(simulation.world.numbers, numbers as Record<string, Loose>);
  patchGroup(simulation.world.wabas, wabas as Record<string, Loose>);
  patchGroup(simulation.world.tokens, tokens as Record<string, Loose>);
  simulation.world.save();
  simulation.emitter.resume();
  return simulation.settings;
}

function explainGroup(
  group: string,
  known: ReadonlyMap<string, object>,
  patches: unknown,
  explain: (patch: Loose) => string[],
): string[] {
  if (!isObject(patches)) return [`${group}: must be an object by id`];
  return Object.entries(patches).flatMap(([id, patch]) => {
    if (!known.has(id)) return [`${group}: one id is unknown`];
    if (!isObject(patch)) return [`${group}: each change must be an object`];
    return explain(patch).map((reason) => `${group}: ${reason}`);
  });
}

function explainNumber(patch: Loose): string[] {
  const wrong = Object.entries(patch).flatMap(([name, value]) => {
    const wanted = (NUMBER_TYPES as Record<string, string | undefined>)[name];
    if (!wanted) return [];
    if (name === 'throughputLevel' && value !== 'STANDARD' && value !== 'HIGH') {
      return ['throughputLevel must be STANDARD or HIGH'];
    }
    return typeof value === wanted || (name === 'status' && value === null)
      ? []
      : [`${name} must be a ${wanted}`];
  });
  return [...explainKnown(patch, NUMBER_FIELDS), ...wrong];
}

const explainKnown = (patch: Loose, names: readonly string[]): string[] =>
  Object.keys(patch).flatMap((name) =>
    names.includes(name) ? [] : [`${name} is no field that can be changed`],
  );

function patchGroup(known: ReadonlyMap<string, object>, patches: Record<string, Loose>): void {
  for (const [id, patch] of Object.entries(patches)) {
    const { status, ...rest } = patch;
    Object.assign(known.get(id)!, rest, 'status' in patch ? { status: status ?? undefined } : {});
  }
}
