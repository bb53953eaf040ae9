import type { PhoneNumber } from '../accounts/world.js';
import type { Loose } from '../graph/graph-request.js';
import type { Simulation } from '../simulation.js';
import { ControlError } from './control-error.js';

const text = (value: unknown, fallback: string): string => (typeof value === 'string' ? value : fallback);

type Content = { type: string; [part: string]: unknown };

const CONTENTS: Record<string, (body: Loose, number: PhoneNumber) => Content> = {
  text: (body) => ({ type: 'text', name: body.name, text: { body: text(body.text, 'STOP') } }),
  button: (body, number) => ({
    type: 'button',
    name: body.name,
    context: { from: number.digits, id: text(body.contextWamid, 'wamid.unknown') },
    button: { text: text(body.text, 'STOP'), payload: text(body.payload, text(body.text, 'STOP')) },
  }),
  system: (body) => ({
    type: 'system',
    system: {
      type: 'user_changed_number',
      body: 'The user changed their number',
      wa_id: text(body.newWaId, ''),
    },
  }),
};
const KINDS = [...Object.keys(CONTENTS), 'preference'];

/**
 * A user does something: `{ from, type: text | button | system | preference, phoneNumberId?, text?, payload?,
 * contextWamid?, name?, newWaId?, value?: stop | resume }`.
 * @throws ControlError 400 with every reason.
 */
export function sendInbound(simulation: Simulation, body: Loose): object {
  const type = text(body.type, 'text');
  const from = text(body.from, '').replace(/\D/g, '');
  const numbers = simulation.world.numbers;
  const number =
    body.phoneNumberId === undefined ? [...numbers.values()][0] : numbers.get(text(body.phoneNumberId, ''));
  const reasons: string[] = [];
  if (from === '') reasons.push('from: must be a phone number');
  if (!KINDS.includes(type)) reasons.push(`type: must be one of ${KINDS.join(', ')}`);
  if (type === 'preference' && body.value !== 'stop' && body.value !== 'resume') {
    reasons.push('value: must be stop or resume');
  }
  if (type === 'system' && typeof body.newWaId !== 'string') reasons.push('newWaId: is required for system');
  if (!number) reasons.push('phoneNumberId: there is no such number');
  if (reasons.length > 0 || !number) throw new ControlError(400, reasons);
  const build = CONTENTS[type];
  if (build) simulation.engine.inbound(number, from, build(body, number));
  else simulation.engine.prefer(number, from, body.value as 'stop' | 'resume');
  return { success: true };
}
