import type { DemoClient } from './demo-client.js';
import { findByName, type Named } from './demo-objects.js';

const PATH = '/api/v2/responsemanagement';

/** An approved marketing template of the simulated business account. */
export const TEMPLATE = { name: 'autumn_offer', language: 'de' };

/** Puts the template into a library of responses. */
export async function createTemplate(client: DemoClient, integrationId: string): Promise<Named> {
  const library = await findLibrary(client);
  const existing = await client.get<{ entities: Named[] }>(`${PATH}/responses?libraryId=${library.id}`);
  return existing.entities[0] ?? client.post<Named>(`${PATH}/responses`, response(library.id, integrationId));
}

async function findLibrary(client: DemoClient): Promise<Named> {
  const name = 'Demo: offers';
  const existing = await findByName<Named>(client, `${PATH}/libraries`, name, 'libraryPrefix');
  return existing ?? client.post<Named>(`${PATH}/libraries`, { name });
}

function response(libraryId: string, integrationId: string): object {
  return {
    name: 'Demo: autumn offer',
    libraries: [{ id: libraryId }],
    responseType: 'MessagingTemplate',
    texts: [
      {
        content: 'Hallo {{first_name}}, Ihr Gutschein {{voucher}} gilt bis Sonntag.',
        contentType: 'text/plain',
        type: 'body',
      },
    ],
    substitutions: [
      { id: 'first_name', description: 'First name', defaultValue: 'liebe Kundin, lieber Kunde' },
      { id: 'voucher', description: 'Code of the voucher' },
    ],
    messagingTemplate: {
      whatsApp: {
        ...TEMPLATE,
        integrationId,
        header: { type: 'Text', content: 'Herbstangebot für Sie' },
        messageFooter: {
          type: 'Text',
          content: 'Antworten Sie mit STOP, um keine Angebote mehr zu erhalten.',
        },
        buttons: [
          { type: 'QuickReply', content: 'STOP' },
          { type: 'Url', contentText: 'Zum Angebot', content: 'https://shop.example.com/v/{{voucher}}' },
        ],
      },
    },
  };
}
