import { randomUUID } from 'node:crypto';
import { explainName } from '../../../kernel/object-name.js';
import type { Reason } from '../../../kernel/reason.js';
import { type DigitalRule, RULE_CATEGORIES } from './digital-rule.js';
import { readAction } from './read-actions.js';
import { readCondition } from './read-conditions.js';
import { RuleReader } from './rule-reader.js';

/** Rules of one set, and conditions or actions of one rule: enough for people, and an end for programs. */
const MOST_RULES = 100;
const MOST_PARTS = 50;

/**
 * The rules of a set as clients write them (Genesys Cloud API, DigitalRule), with everything that is wrong with them.
 * Written by hand instead of by decorators, because the shape of a condition depends on which it is.
 */
export function readDigitalRules(given: readonly unknown[]): { rules: DigitalRule[]; reasons: Reason[] } {
  const reasons: Reason[] = [];
  const reader = new RuleReader('rules', reasons);
  if (given.length === 0) reader.refuse('must have at least one rule');
  if (given.length > MOST_RULES) reader.refuse(`must have at most ${MOST_RULES} rules`);
  const rules = given.slice(0, MOST_RULES).map((raw, at) => readRule(raw, reader.at(at)));
  const names = rules.map(({ name }) => name.toLowerCase());
  names.forEach((name, at) => {
    if (name !== '' && names.indexOf(name) < at)
      reader.at(at).refuse('is a name twice', 'duplicate.name', 'name');
  });
  return { rules, reasons };
}

function readRule(given: unknown, reader: RuleReader): DigitalRule {
  const raw = reader.object(given);
  const name = reader.text(raw, 'name');
  for (const { code, message } of name === '' ? [] : explainName(name)) reader.refuse(message, code, 'name');
  const category = reader.oneOf(raw, 'category', RULE_CATEGORIES);
  const conditions = reader.list(raw, 'conditions');
  const actions = reader.list(raw, 'actions');
  if (actions.length === 0) reader.refuse('must have at least one action', 'invalid.value', 'actions');
  if (Math.max(conditions.length, actions.length) > MOST_PARTS) {
    reader.refuse(`must have at most ${MOST_PARTS} conditions and actions each`);
  }
  return {
    id: typeof raw.id === 'string' && UUID.test(raw.id) ? raw.id : randomUUID(),
    name,
    order: reader.integer(raw, 'order', 0),
    category,
    conditions: conditions
      .slice(0, MOST_PARTS)
      .map((condition, at) => readCondition(condition, reader.at('conditions', at))),
    actions: actions
      .slice(0, MOST_PARTS)
      .map((action, at) => readAction(action, category, reader.at('actions', at))),
  };
}

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/iu;
