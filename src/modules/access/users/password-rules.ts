import type { ZxcvbnFactory } from '@zxcvbn-ts/core';
import type { Reason } from '../../../kernel/reason.js';

const MIN_LENGTH = 12;
const MAX_LENGTH = 128;
/** 3 of 4: safe from guessing offline for a while. */
const MIN_SCORE = 3;
/** The estimate grows with the square of the length; a long password whose beginning is strong is strong. */
const LOOKED_AT = 64;

/** Whom a password is for; it must not be made of their names. */
export interface PasswordOwner {
  name: string;
  email: string;
}

/** Everything that speaks against the password, each with what to do; empty when it is fit. */
export async function explainPassword(
  password: string,
  owner: PasswordOwner,
  field: string,
): Promise<Reason[]> {
  const reason = (code: string, message: string): Reason => ({ code, field, message });
  const length = [...password].length;
  if (length > MAX_LENGTH)
    return [reason('password.too.long', `The password may have at most ${MAX_LENGTH} characters.`)];
  const reasons: Reason[] = [];
  if (length < MIN_LENGTH)
    reasons.push(reason('password.too.short', `The password needs at least ${MIN_LENGTH} characters.`));
  if (namesOf(owner).some((name) => password.toLowerCase().includes(name)))
    reasons.push(
      reason('password.has.name', 'The password must not have your name or e-mail address in it.'),
    );
  const { score, feedback } = (await estimator()).check(password.slice(0, LOOKED_AT), namesOf(owner));
  if (score < MIN_SCORE) {
    const advice = [feedback.warning, ...feedback.suggestions].filter(Boolean).join(' ');
    reasons.push(reason('password.too.weak', `The password is too easy to guess. ${advice}`.trim()));
  }
  return reasons;
}

/** Name, its words, e-mail address and what is before its @; the very short ones say nothing. */
function namesOf({ name, email }: PasswordOwner): string[] {
  const parts = [name, ...name.split(/\s+/u), email, email.split('@')[0] ?? ''];
  return [...new Set(parts.map((part) => part.toLowerCase()))].filter((part) => part.length >= 4);
}

let cached: Promise<ZxcvbnFactory> | undefined;

// Its word lists are unpacked when they are imported, which takes time and memory; a process that checks no password
// does without.
function estimator(): Promise<ZxcvbnFactory> {
  cached ??= loadEstimator();
  return cached;
}

async function loadEstimator(): Promise<ZxcvbnFactory> {
  const [core, common, english] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
    import('@zxcvbn-ts/language-en'),
  ]);
  return new core.ZxcvbnFactory({
    dictionary: { ...common.dictionary, ...english.dictionary },
    graphs: common.adjacencyGraphs,
    translations: english.translations,
  });
}
