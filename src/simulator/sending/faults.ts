/** What goes wrong. Those named `accept_then_*` happen after the message was accepted and counted. */
export const FAULT_ACTIONS = [
  'error',
  'html',
  'delay',
  'drop',
  'accept_then_drop',
  'accept_then_delay',
  'accept_then_html',
  'accept_then_error',
] as const;
export type FaultAction = (typeof FAULT_ACTIONS)[number];

export interface FaultRule {
  action: FaultAction;
  /** Fires for this many matching calls; with neither `times` nor `every` it fires always. */
  times?: number;
  /** Fires for every n-th matching call. */
  every?: number;
  phoneNumberId?: string;
  /** Digits of the recipient. */
  to?: string;
  status?: number;
  code?: number;
  subcode?: number;
  details?: string;
  delayMs?: number;
  retryAfterSeconds?: number;
}

interface ActiveRule {
  id: number;
  rule: FaultRule;
  matched: number;
  fired: number;
}

const FIELDS: Record<Exclude<keyof FaultRule, 'action'>, 'number' | 'string'> = {
  times: 'number',
  every: 'number',
  phoneNumberId: 'string',
  to: 'string',
  status: 'number',
  code: 'number',
  subcode: 'number',
  details: 'string',
  delayMs: 'number',
  retryAfterSeconds: 'number',
};

/** Says everything that is wrong with a fault rule. */
export function explainFault(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return ['a fault must be an object'];
  const { action, ...fields } = value as Record<string, unknown>;
  const reasons = Object.entries(fields).flatMap(([name, given]) => {
    const wanted = (FIELDS as Record<string, string | undefined>)[name];
    if (!wanted) return [`${name}: there is no such field`];
    return typeof given === wanted ? [] : [`${name}: must be a ${wanted}`];
  });
  if (!FAULT_ACTIONS.includes(action as FaultAction)) {
    reasons.push(`action: must be one of ${FAULT_ACTIONS.join(', ')}`);
  }
  if (fields.every !== undefined && !(Number(fields.every) >= 1)) reasons.push('every: must be at least 1');
  const isError = action === 'error' || action === 'accept_then_error';
  if (isError && fields.code === undefined) reasons.push(`code: is required for ${action}`);
  const isDelay = action === 'delay' || action === 'accept_then_delay';
  if (isDelay && fields.delayMs === undefined) reasons.push(`delayMs: is required for ${action}`);
  return reasons;
}

/** The injected faults. The first matching rule that is due fires. */
export class Faults {
  private rules: ActiveRule[] = [];
  private lastId = 0;

  add(rule: FaultRule): number {
    const to = rule.to?.replace(/\D/g, '');
    this.rules.push({ id: (this.lastId += 1), rule: { ...rule, to }, matched: 0, fired: 0 });
    return this.lastId;
  }

  remove(id: number): boolean {
    const before = this.rules.length;
    this.rules = this.rules.filter((active) => active.id !== id);
    return this.rules.length < before;
  }

  clear(): void {
    this.rules = [];
  }

  list(): object[] {
    return this.rules.map(({ id, rule, matched, fired }) => ({ id, ...rule, matched, fired }));
  }

  /** The fault for this call at this stage, if one is due. */
  take(stage: 'before' | 'after', phoneNumberId: string, to: string | undefined): FaultRule | undefined {
    for (const active of this.rules) {
      const { rule } = active;
      if (rule.action.startsWith('accept_then_') !== (stage === 'after')) continue;
      if (rule.phoneNumberId !== undefined && rule.phoneNumberId !== phoneNumberId) continue;
      if (rule.to !== undefined && rule.to !== to) continue;
      active.matched += 1;
      if (rule.every !== undefined && active.matched % rule.every !== 0) continue;
      if (rule.times !== undefined && active.fired >= rule.times) continue;
      active.fired += 1;
      return rule;
    }
    return undefined;
  }
}
