import {
  type TemplateSend,
  toTemplateMessage,
} from '../../../src/modules/whatsapp/cloud-api/template-message.js';

type Changes = Partial<Omit<TemplateSend, 'metaTemplate'>> & {
  metaTemplate?: Partial<TemplateSend['metaTemplate']>;
};

function send(changes: Changes = {}): TemplateSend {
  return {
    to: '4915112345678',
    templateName: 'offer',
    languageCode: 'de',
    parameters: { header: [], body: [], buttons: [] },
    callbackData: 'v1:abc',
    ...changes,
    metaTemplate: {
      name: 'offer',
      language: 'de',
      category: 'MARKETING',
      status: 'APPROVED',
      quality: 'GREEN',
      parameterFormat: 'POSITIONAL',
      components: [],
      ...changes.metaTemplate,
    },
  };
}

const componentsOf = (message: TemplateSend): unknown =>
  (toTemplateMessage(message) as { template: { components?: unknown } }).template.components;

describe('toTemplateMessage', () => {
  it('writes number, template and callback data, and no components without values', () => {
    expect(toTemplateMessage(send())).toEqual({
      messaging_product: 'whatsapp',
      recipient_type: 'individual',
      to: '+4915112345678',
      type: 'template',
      template: { name: 'offer', language: { code: 'de' } },
      biz_opaque_callback_data: 'v1:abc',
    });
  });

  it('puts numbered values in the order of their numbers', () => {
    const body = ['10', '2', '1'].map((id) => ({ id, value: `v${id}` }));
    expect(componentsOf(send({ parameters: { header: [], body, buttons: [] } }))).toEqual([
      { type: 'body', parameters: ['v1', 'v2', 'v10'].map((text) => ({ type: 'text', text })) },
    ]);
  });

  it('keeps the given order of named values in a positional template', () => {
    const body = ['zeta', 'alpha', '1'].map((id) => ({ id, value: id }));
    expect(componentsOf(send({ parameters: { header: [], body, buttons: [] } }))).toEqual([
      { type: 'body', parameters: ['zeta', 'alpha', '1'].map((text) => ({ type: 'text', text })) },
    ]);
  });

  it('names the values of a named template', () => {
    const parameters = {
      header: [{ id: 'city', value: 'Ulm' }],
      body: [{ id: 'name', value: 'Ada' }],
      buttons: [],
    };
    expect(componentsOf(send({ parameters, metaTemplate: { parameterFormat: 'NAMED' } }))).toEqual([
      { type: 'header', parameters: [{ type: 'text', parameter_name: 'city', text: 'Ulm' }] },
      { type: 'body', parameters: [{ type: 'text', parameter_name: 'name', text: 'Ada' }] },
    ]);
  });

  it('fills buttons by their type', () => {
    const components = [
      { type: 'BUTTONS', buttons: [{ type: 'QUICK_REPLY' }, { type: 'URL' }, { type: 'COPY_CODE' }] },
    ];
    const buttons = [0, 1, 2].map((index) => ({ index, parameters: [{ id: 'a', value: `v${index}` }] }));
    const message = send({ parameters: { header: [], body: [], buttons }, metaTemplate: { components } });
    expect(componentsOf(message)).toEqual([
      {
        type: 'button',
        sub_type: 'quick_reply',
        index: '0',
        parameters: [{ type: 'payload', payload: 'v0' }],
      },
      { type: 'button', sub_type: 'url', index: '1', parameters: [{ type: 'text', text: 'v1' }] },
      {
        type: 'button',
        sub_type: 'copy_code',
        index: '2',
        parameters: [{ type: 'coupon_code', coupon_code: 'v2' }],
      },
    ]);
  });

  it('links a picture in the header', () => {
    const components = [{ type: 'HEADER', format: 'IMAGE' }];
    const header = [{ id: 'image', value: 'https://example.com/a.png' }];
    const message = send({ parameters: { header, body: [], buttons: [] }, metaTemplate: { components } });
    expect(componentsOf(message)).toEqual([
      { type: 'header', parameters: [{ type: 'image', image: { link: 'https://example.com/a.png' } }] },
    ]);
  });

  it('cleans values of what the platform refuses', () => {
    const body = [{ id: '1', value: ' a\r\nb\tc     d   e ' }];
    expect(componentsOf(send({ parameters: { header: [], body, buttons: [] } }))).toEqual([
      { type: 'body', parameters: [{ type: 'text', text: 'a b c d   e' }] },
    ]);
  });
});
