/** What a person said about messages to come, and the words that said it. */
export interface OptOutWish {
  direction: 'stop' | 'resume';
  source: 'keyword' | 'button';
  matched: string;
}

/**
 * Words that say stop, by how easily they are meant otherwise (WhatsApp Cloud API, opt-out keywords): `clear` ones
 * also begin a short message, `usual` ones a label of a button, `ambiguous` ones must be all that is said.
 */
const STOP_WORDS: Readonly<Record<string, 'clear' | 'usual' | 'ambiguous'>> = {
  ...kind(
    'clear',
    'stopall unsubscribe optout descadastrar desabonner desinscrire abmelden abmeldung abbestellen',
  ),
  ...kind('usual', 'stop stopp parar arret arreter baja'),
  ...kind('ambiguous', 'cancel end quit remove enough sair cancelar alto basta'),
};

/** Begin of a message that says stop in so many words. */
const STOP_PHRASES = phrases(`
  opt out|opt me out|unsubscribe me|remove me|take me off|stop messaging|stop messages|stop sending|stop texting
  stop contacting|do not message|do not contact|do not send|don t message|don t contact|don t send|no more messages
  no more promotions|leave me alone
  keine nachrichten mehr|keine werbung|nicht mehr schreiben|schreiben sie mir nicht|newsletter abbestellen
  no mas mensajes|no quiero mas mensajes|darme de baja|dar de baja|quiero darme de baja|no me escriban
  nao quero receber|nao quero mais|parar mensagens|me remova|sair da lista
  plus de messages|me desabonner|se desabonner|ne plus recevoir|arretez de m`);

const RESUME_WORDS = new Set('start unstop subscribe optin'.split(' '));
const RESUME_PHRASES = new Set(['opt in', 'opt me in']);

/** Politeness around a word; without it the word is all that is said. */
const FILLERS = new Set(
  'please pls plz now thanks thank you it this all me bitte danke jetzt por favor gracias ya obrigado obrigada merci svp'.split(
    ' ',
  ),
);
const MOST_TOKENS = 3;
const MOST_TOKENS_OF_A_PHRASE = 8;

/**
 * Reads whether a message asks to stop or to resume messages. Rather one opt-out too many: it is undone by one word,
 * while a missed one is a message to somebody who asked for none. Undefined when it says neither.
 *
 * @param extra further words of this installation that say stop, as they are written.
 */
export function readOptOut(
  said: { text?: string; payload?: string },
  extra: readonly string[] = [],
): OptOutWish | undefined {
  const isButton = said.payload !== undefined;
  for (const raw of [said.payload, said.text]) {
    const words = toWords(raw ?? '');
    const found = (isButton && raw === said.payload && findToken(words)) || findWish(words, isButton, extra);
    if (found) return { ...found, source: isButton ? 'button' : 'keyword' };
  }
  return undefined;
}

/** What a program wrote behind a button tells by its first word what the button is for: optout:<campaign>. */
function findToken(words: string[]): Pick<OptOutWish, 'direction' | 'matched'> | undefined {
  const [first, second] = words;
  const matched = first === 'opt' && second === 'out' ? 'opt out' : first;
  return matched === 'optout' || matched === 'opt out' ? { direction: 'stop', matched } : undefined;
}

function findWish(
  words: string[],
  isButton: boolean,
  extra: readonly string[],
): Pick<OptOutWish, 'direction' | 'matched'> | undefined {
  const [first] = words;
  if (first === undefined) return undefined;
  const all = words.join(' ');
  const bare = once(words.filter((word) => !FILLERS.has(word))).join(' ') || all;
  const isOwn = extra.some((own) => toWords(own).join(' ') === bare);
  if (STOP_WORDS[bare] || isOwn) return { direction: 'stop', matched: bare };
  const phrase = findPhrase(words);
  if (phrase) return { direction: 'stop', matched: phrase };
  const weight = STOP_WORDS[first];
  const mayLead = weight === 'clear' || (weight === 'usual' && isButton);
  if (mayLead && words.length <= MOST_TOKENS) return { direction: 'stop', matched: first };
  if (RESUME_WORDS.has(bare) || RESUME_PHRASES.has(bare)) return { direction: 'resume', matched: bare };
  return undefined;
}

function findPhrase(words: string[]): string | undefined {
  const asked = words.filter((word) => word !== 'please' && word !== 'bitte');
  if (asked.length > MOST_TOKENS_OF_A_PHRASE) return undefined;
  const said = `${asked.join(' ')} `;
  return STOP_PHRASES.find((phrase) => said.startsWith(`${phrase} `));
}

/**
 * Words without case, accents, punctuation and pictures, said in a row but once; letters that stand alone are one word
 * (S.T.O.P).
 */
function toWords(text: string): string[] {
  const plain = text
    .slice(0, 200)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/ß/gu, 'ss')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
  if (plain === '') return [];
  const words = plain.split(' ');
  if (words.length > 2 && words.every((word) => word.length === 1)) return [words.join('')];
  return once(words);
}

const once = (words: string[]): string[] => words.filter((word, at) => word !== words[at - 1]);

function kind<K extends string>(weight: K, words: string): Record<string, K> {
  return Object.fromEntries(words.split(' ').map((word) => [word, weight]));
}

function phrases(lines: string): string[] {
  return lines
    .split(/[|\n]/u)
    .map((phrase) => phrase.trim())
    .filter((phrase) => phrase !== '');
}
