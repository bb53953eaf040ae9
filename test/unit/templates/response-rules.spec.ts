import type { WhatsAppDefinition } from '../../../src/modules/templates/responses/response.entity.js';
import { bodyOf, explainResponse } from '../../../src/modules/templates/responses/response-rules.js';

const whatsApp = (changes: Partial<WhatsAppDefinition> = {}): WhatsAppDefinition => ({
  name: 'payment_reminder',
  language: 'de',
  ...changes,
});

const codesOf = (
  definition: WhatsAppDefinition,
  body = 'Hallo',
  substitutions: { id: string }[] = [],
): string[] =>
  explainResponse({
    responseType: 'MessagingTemplate',
    texts: [{ content: body }],
    substitutions,
    messagingTemplate: { whatsApp: definition },
  }).map(({ code }) => code);

describe('explainResponse', () => {
  it('is content with a full template', () => {
    const definition = whatsApp({
      language: 'pt_BR',
      header: { type: 'Text', content: 'Für {{name}}' },
      messageFooter: { type: 'Text', content: 'STOP' },
      buttons: [
        { type: 'QuickReply', content: 'STOP' },
        { type: 'Url', content: 'https://example.com/{{code}}', contentText: 'Zum Angebot' },
      ],
    });
    expect(codesOf(definition, 'Hallo {{name}}', [{ id: 'name' }, { id: 'code' }])).toEqual([]);
  });

  it.each([
    ['template.name.invalid', whatsApp({ name: 'Payment Reminder' })],
    ['template.language.invalid', whatsApp({ language: 'german' })],
    ['template.language.invalid', whatsApp({ language: 'en-US' })],
    ['template.header.too.long', whatsApp({ header: { type: 'Text', content: 'x'.repeat(61) } })],
    ['template.footer.too.long', whatsApp({ messageFooter: { content: 'x'.repeat(61) } })],
    ['footer.placeholder', whatsApp({ messageFooter: { content: '{{a}}' } })],
    ['button.content.missing', whatsApp({ buttons: [{ type: 'Url' }] })],
    [
      'template.buttonlabel.too.long',
      whatsApp({ buttons: [{ type: 'QuickReply', content: 'x'.repeat(26) }] }),
    ],
    ['carousel.not.supported', whatsApp({ carousel: { cards: [] } })],
    ['button.limit.exceeded', whatsApp({ buttons: Array(11).fill({ type: 'QuickReply', content: 'a' }) })],
  ])('%s', (code, definition) => expect(codesOf(definition)).toEqual([code]));

  it('wants the placeholder of an address at its end', () => {
    const at = (content: string): string[] =>
      codesOf(whatsApp({ buttons: [{ type: 'Url', content }] }), 'x', [{ id: 'a' }, { id: 'b' }]);
    expect(at('https://example.com/{{a}}/x')).toEqual(['button.placeholder']);
    expect(at('https://example.com/{{a}}{{b}}')).toEqual(['button.placeholder']);
  });

  it('names all placeholders without substitution, and substitutions given twice', () => {
    const definition = whatsApp({ header: { type: 'Text', content: '{{a}}' } });
    const draft = {
      responseType: 'MessagingTemplate' as const,
      texts: [{ content: '{{b}} {{c}} {{b}}' }],
      substitutions: [{ id: 'c' }, { id: 'c' }],
      messagingTemplate: { whatsApp: definition },
    };
    expect(explainResponse(draft).map(({ code, params }) => [code, params?.id])).toEqual([
      ['substitution.duplicate', 'c'],
      ['substitution.missing', 'a'],
      ['substitution.missing', 'b'],
    ]);
  });

  it('collects everything at once', () => {
    expect(codesOf(whatsApp({ name: 'A', language: '?' }), 'x'.repeat(1_025))).toEqual([
      'template.name.invalid',
      'template.language.invalid',
      'template.body.too.long',
    ]);
  });

  it('wants a text, and the template and its type together', () => {
    expect(explainResponse({ responseType: 'MessagingTemplate' }).map(({ code }) => code)).toEqual([
      'response.text.missing',
      'messaging.template.missing',
    ]);
    const mismatch = explainResponse({
      texts: [{ content: 'x' }],
      messagingTemplate: { whatsApp: whatsApp() },
    });
    expect(mismatch.map(({ code }) => code)).toEqual(['response.type.mismatch']);
    expect(explainResponse({ texts: [{ content: 'Hello {{anything}}' }] })).toEqual([]);
  });
});

describe('bodyOf', () => {
  it('prefers the plain text of type body', () => {
    const subject = { content: 's', type: 'subject' };
    expect(bodyOf([subject, { content: 'h', contentType: 'text/html' }, { content: 'p' }])).toBe('p');
    expect(bodyOf([subject, { content: 'h', contentType: 'text/html', type: 'body' }])).toBe('h');
    expect(bodyOf([subject])).toBeUndefined();
  });
});
