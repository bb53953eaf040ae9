import fc from 'fast-check';
import { readOptOut } from '../../../src/modules/dnc-lists/opt-outs/opt-out-words.js';

const directionOf = (text: string): string | undefined => readOptOut({ text })?.direction;
const ofButton = (text: string, payload = text): string | undefined =>
  readOptOut({ text, payload })?.direction;

describe('words that ask to stop', () => {
  it.each([
    'STOP',
    'stop',
    ' Stop. ',
    '*STOP*',
    'Stop!!! 🛑',
    'ＳＴＯＰ',
    'S.T.O.P',
    'STOPALL',
    'Unsubscribe',
    'unsubscribe me',
    'Unsubscribe now please',
    'Opt-out',
    'opt out',
    'OPT_OUT',
    'CANCEL',
    'end',
    'Quit',
    'remove',
    'Remove me please',
    'please stop',
    'Stop messaging me!',
    "don't contact me again",
    'Please do not send me any more of this',
    'Stopp',
    'bitte Stopp',
    'Abmelden',
    'Abmeldung',
    'STOP STOP',
    'STOP!STOP!STOP!',
    'stop stop please stop',
    'Baja, baja',
    'S T O P P',
    'Keine Werbung mehr!',
    'PARAR',
    'Sair',
    'CANCELAR',
    'descadastrar por favor',
    'Não quero receber mais',
    'BAJA',
    'Alto',
    'darme de baja por favor',
    'ARRÊT',
    'Arrêter',
    'DÉSABONNER',
    'me désabonner svp',
    'genug',
    'Es ist vorbei',
  ])('%j', (text) => expect(readOptOut({ text }, ['Genug', 'es ist vorbei'])?.direction).toBe('stop'));

  it.each([
    'Where is the bus stop?',
    'When does the sale end',
    'cancel order 17 and send the other one',
    'Please remove item 3 from my order',
    'I never stop loving this shop',
    'Stopped by yesterday',
    'please stop by tomorrow',
    'Please, please stop by the shop',
    'Which stop stop is it?',
    'Opting out of the tour is fine?',
    'Does it come with a remove tool?',
    'genug',
    'the end is near',
    'Hallo',
    '',
    '🛑',
    '...',
  ])('are not in %j', (text) => expect(directionOf(text)).toBeUndefined());

  it.each(['START', 'start', 'Unstop', 'subscribe', 'Opt in', 'please start'])('resume by %j', (text) =>
    expect(directionOf(text)).toBe('resume'),
  );

  it.each(['yes', 'start the engine', 'When do we start?'])('do not resume by %j', (text) =>
    expect(directionOf(text)).toBeUndefined(),
  );
});

describe('buttons', () => {
  it.each([
    ['Stop promotions', 'Stop promotions'],
    ['Stopp', 'Stopp'],
    ['Nein danke', 'OPT_OUT'],
    ['Nein danke', 'optout:3f2a1b2c-aaaa-4bbb-8ccc-1234567890ab'],
    ['Not interested', 'optout:t42:c7:r19944'],
    ['No, thanks', 'OPT-OUT|campaign 17|row 4|and so on and so forth'],
    ['Unsubscribe', 'b-17'],
    ['Keine Werbung mehr', 'k'],
    ['Parar mensagens', 'p'],
  ])('%j with %j opts out', (text, payload) => expect(ofButton(text, payload)).toBe('stop'));

  it.each([
    ['Cancel order', 'cancel-order'],
    ['Yes', 'yes'],
    ['Remove item', 'r'],
    ['Next stop', 'stop:17:4:2:1'],
    ['Yes', 'nooptout:17'],
    ['More', 'more:t42:c7:r19944:optout'],
  ])('%j with %j does not', (text, payload) => expect(ofButton(text, payload)).toBeUndefined());

  it('say so, for the record', () => {
    expect(readOptOut({ text: 'Stop promotions', payload: 'x' })).toEqual({
      direction: 'stop',
      source: 'button',
      matched: 'stop',
    });
    expect(readOptOut({ text: 'STOP' })).toEqual({ direction: 'stop', source: 'keyword', matched: 'stop' });
  });
});

it('decorations never hide a stop', () => {
  const decoration = fc.stringMatching(/^[\s.,!?*_~"'-]{0,4}$/u);
  const word = fc.constantFrom('stop', 'unsubscribe', 'baja', 'parar', 'stopp', 'arrêt', 'cancel');
  const casing = fc.array(fc.boolean(), { minLength: 11, maxLength: 11 });
  fc.assert(
    fc.property(decoration, word, decoration, casing, (before, bare, after, upper) => {
      const typed = [...bare].map((letter, at) => (upper[at] ? letter.toUpperCase() : letter)).join('');
      expect(directionOf(before + typed + after)).toBe('stop');
    }),
  );
});

it('any text is read without an error', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) =>
      expect(['stop', 'resume', undefined]).toContain(directionOf(text)),
    ),
  );
});
