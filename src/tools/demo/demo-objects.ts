import type { DemoClient } from './demo-client.js';

export const CAMPAIGN_NAME = 'Demo: autumn offer';

export interface Named {
  id: string;
  name: string;
}

interface Listing<T> {
  entities: T[];
}

/** The demo campaign, if it was created before. */
export function findCampaign(client: DemoClient): Promise<Named | undefined> {
  return findByName(client, '/api/v2/outbound/messagingcampaigns', CAMPAIGN_NAME);
}

/** An object by its exact name; the name only narrows the list where the API supports that. */
export async function findByName<T extends Named>(
  client: DemoClient,
  path: string,
  name: string,
  filter = 'name',
): Promise<T | undefined> {
  const query = new URLSearchParams({ pageSize: '100', [filter]: name });
  const { entities } = await client.get<Listing<T>>(`${path}?${query.toString()}`);
  return entities.find((entity) => entity.name === name);
}

/** What an earlier, unfinished demo left behind, else a new one. */
export async function findOrCreate<T extends Named>(
  client: DemoClient,
  path: string,
  body: { name: string } & Record<string, unknown>,
): Promise<T> {
  return (await findByName<T>(client, path, body.name)) ?? (await client.post<T>(path, body));
}
