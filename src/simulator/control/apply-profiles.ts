import { isObject, type Loose } from '../graph/graph-request.js';
import { PROFILES, SUFFIX_TABLE, type Profile } from '../outcomes/outcome-profiles.js';
import { ControlError } from './control-error.js';

/**
 * Sets the behaviour of exact numbers: `{ rules: [{ to, profile }], clear? }`; answers all rules and the suffix table.
 * @throws ControlError 400 with every bad rule.
 */
export function applyProfiles(rules: Map<string, Profile>, body: Loose): object {
  const wanted: unknown[] = Array.isArray(body.rules) ? body.rules : [];
  const reasons: string[] = [];
  const read = wanted.map((rule, index) => {
    const { to, profile } = isObject(rule) ? rule : {};
    const digits = typeof to === 'string' ? to.replace(/\D/g, '') : '';
    if (digits === '') reasons.push(`rules[${index}].to: must be a phone number`);
    if (!PROFILES.includes(profile as Profile)) {
      reasons.push(`rules[${index}].profile: must be one of ${PROFILES.join(', ')}`);
    }
    return { digits, profile: profile as Profile };
  });
  if (reasons.length > 0) throw new ControlError(400, reasons);
  if (body.clear === true) rules.clear();
  for (const { digits, profile } of read) rules.set(digits, profile);
  return { rules: Object.fromEntries(rules), suffixTable: SUFFIX_TABLE };
}
