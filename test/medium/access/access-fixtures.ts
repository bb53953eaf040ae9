import { randomUUID } from 'node:crypto';
import type { Client, TestApp } from '../../support/app.js';

export const AUTH = '/api/v2/authorization';

/** Quick ways to users, clients, roles and objects that belong to divisions. */
export class AccessFixtures {
  constructor(private readonly app: TestApp) {}

  aUser(name = `User ${randomUUID()}`, state = 'active'): Promise<string> {
    return this.insert(
      `INSERT INTO users (name, email, division_id, state) VALUES ($1, $2, $3, $4) RETURNING id`,
      [name, `${randomUUID()}@example.com`, this.app.homeDivisionId, state],
    );
  }

  aClient(): Promise<string> {
    return this.insert(
      `INSERT INTO oauth_clients (id, name, secret_hash) VALUES ($1, 'A client', 'none') RETURNING id`,
      [`client-${randomUUID()}`],
    );
  }

  aContactList(divisionId: string, name = `List ${randomUUID()}`): Promise<string> {
    return this.insert(
      `INSERT INTO contact_lists (name, division_id, column_names) VALUES ($1, $2, '{wa}') RETURNING id`,
      [name, divisionId],
    );
  }

  aDncList(divisionId: string): Promise<string> {
    return this.insert(
      `INSERT INTO dnc_lists (name, division_id, contact_method) VALUES ($1, $2, 'Phone') RETURNING id`,
      [`DNC ${randomUUID()}`, divisionId],
    );
  }

  aLibrary(divisionId: string): Promise<string> {
    return this.insert(`INSERT INTO response_libraries (name, division_id) VALUES ($1, $2) RETURNING id`, [
      `Library ${randomUUID()}`,
      divisionId,
    ]);
  }

  async aRole(policies: [domain: string, entityName: string, ...actionSet: string[]][]): Promise<string> {
    const permissionPolicies = policies.map(([domain, entityName, ...actionSet]) => ({
      domain,
      entityName,
      actionSet,
    }));
    const { body } = await this.app.admin
      .post(`${AUTH}/roles`)
      .send({ name: `Role ${randomUUID()}`, permissionPolicies })
      .expect(200);
    return (body as { id: string }).id;
  }

  /** Id of the role that comes with the product. */
  async defaultRole(id: string): Promise<string> {
    const { body } = await this.app.admin.get(`${AUTH}/roles?defaultRoleId=${id}`).expect(200);
    return (body as { entities: { id: string }[] }).entities[0]!.id;
  }

  async grant(
    subjectId: string,
    divisionId: string,
    roleId: string,
    by: Client = this.app.admin,
  ): Promise<number> {
    const { status } = await by.post(`${AUTH}/subjects/${subjectId}/divisions/${divisionId}/roles/${roleId}`);
    return status;
  }

  /** The grants of a subject as `role@division`. */
  async grantsOf(subjectId: string): Promise<string[]> {
    const { body } = await this.app.admin.get(`${AUTH}/subjects/${subjectId}`).expect(200);
    const { grants } = body as { grants: { role: { id: string }; division: { id: string } }[] };
    return grants.map(({ role, division }) => `${role.id}@${division.id}`).sort();
  }

  async version(): Promise<number> {
    const [row] = await this.app.db.query<{ version: string }[]>(`SELECT version FROM access_version`);
    return Number(row!.version);
  }

  private async insert(sql: string, params: unknown[]): Promise<string> {
    const [row] = await this.app.db.query<{ id: string }[]>(sql, params);
    return row!.id;
  }
}
