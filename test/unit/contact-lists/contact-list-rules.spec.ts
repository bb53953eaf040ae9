import {
  type ContactListDefinition,
  explainDefinition,
  explainFixedColumns,
} from '../../../src/modules/contact-lists/lists/contact-list-definition.js';
import { explainUnusableList } from '../../../src/modules/contact-lists/lists/contact-list-usability.js';
import type { ImportProgress } from '../../../src/modules/imports/index.js';

function definition(changes: Partial<ContactListDefinition> = {}): ContactListDefinition {
  return {
    name: 'Autumn',
    columnNames: ['id', 'wa', 'zone'],
    phoneColumns: [],
    emailColumns: [],
    whatsAppColumns: [{ columnName: 'wa', type: 'cell', timeColumn: 'zone' }],
    columnDataTypeSpecifications: [],
    trimWhitespace: true,
    ...changes,
  };
}

const codes = (reasons: { code: string }[]): string[] => reasons.map(({ code }) => code);
const columns = (count: number): string[] => Array.from({ length: count }, (_, at) => `c${at}`);

describe('the definition of a contact list', () => {
  it('is accepted when it is right', () => {
    expect(explainDefinition(definition())).toEqual([]);
    expect(explainDefinition(definition({ columnNames: columns(50), whatsAppColumns: [] }))).toEqual([]);
    expect(explainDefinition(definition({ name: 'ü'.repeat(64) }))).toEqual([]);
  });

  it.each<[string, Partial<ContactListDefinition>, string]>([
    ['a blank name', { name: '  ' }, 'name.cannot.be.blank'],
    ['a long name', { name: 'x'.repeat(65) }, 'name.length.exceeded'],
    ['no columns', { columnNames: [], whatsAppColumns: [] }, 'no.contact.columns.defined'],
    ['a repeated column', { columnNames: ['id', 'wa', 'zone', 'id'] }, 'not.unique.contact.columns'],
    ['51 columns', { columnNames: columns(51), whatsAppColumns: [] }, 'contact.columns.limit.exceeded'],
    ['a column without name', { columnNames: ['', 'wa', 'zone'] }, 'invalid.contact.columns'],
    [
      'a column named like one of the system',
      { columnNames: ['id', 'wa', 'zone', 'WhatsAppLastResult-wa'] },
      'invalid.contact.columns',
    ],
    ['a backslash', { columnNames: ['a\\b', 'wa', 'zone'] }, 'invalid.contact.columns'],
    [
      'a long column name',
      { columnNames: ['x'.repeat(129), 'wa', 'zone'] },
      'contact.column.length.limit.exceeded',
    ],
    [
      'an unknown number column',
      { whatsAppColumns: [{ columnName: 'nope', type: 'cell' }] },
      'invalid.contact.whatsapp.column',
    ],
    [
      'an unknown time column',
      { phoneColumns: [{ columnName: 'id', type: 'cell', timeColumn: 'nope' }] },
      'invalid.contact.phone.column',
    ],
    [
      'a repeated number column',
      {
        whatsAppColumns: [
          { columnName: 'wa', type: 'cell' },
          { columnName: 'wa', type: 'work' },
        ],
      },
      'not.unique.whatsapp.columns',
    ],
    [
      'a type for an unknown column',
      { columnDataTypeSpecifications: [{ columnName: 'nope', columnDataType: 'TEXT' }] },
      'invalid.column.data.type.specification',
    ],
  ])('is refused with %s', (_what, changes, code) => {
    expect(codes(explainDefinition(definition(changes)))).toEqual([code]);
  });

  it('is refused with all reasons at once', () => {
    const reasons = explainDefinition(definition({ name: '', columnNames: ['id', 'id'] }));
    expect(codes(reasons)).toEqual([
      'name.cannot.be.blank',
      'not.unique.contact.columns',
      'invalid.contact.whatsapp.column',
      'invalid.contact.whatsapp.column',
    ]);
  });
});

describe('columns that are fixed', () => {
  it('may come in another order', () => {
    const wanted = definition({ name: 'New', columnNames: ['zone', 'wa', 'id'] });
    expect(explainFixedColumns(definition(), wanted)).toEqual([]);
  });

  it('may not change', () => {
    const wanted = definition({ columnNames: ['id', 'wa', 'zone', 'more'], whatsAppColumns: [] });
    expect(codes(explainFixedColumns(definition(), wanted))).toEqual([
      'cannot.update.contact.column.names',
      'cannot.update.whatsapp.columns',
    ]);
  });
});

describe('why a campaign can not use a contact list', () => {
  const usable = { id: 'l', name: 'Autumn', size: 3, whatsAppColumns: [{}] };
  const newest = (state: ImportProgress['state']): ImportProgress =>
    ({ state, failureMessage: null }) as ImportProgress;

  it('has no reason when all is well', () => {
    expect(explainUnusableList(usable, undefined)).toEqual([]);
    expect(explainUnusableList(usable, newest('complete'))).toEqual([]);
  });

  it.each<[string, Partial<typeof usable>, ImportProgress | undefined, string[]]>([
    ['no number columns', { whatsAppColumns: [] }, undefined, ['contact.list.no.whatsapp.columns']],
    ['no contacts', { size: 0 }, undefined, ['contact.list.empty']],
    ['an import that failed', {}, newest('failed'), ['contact.list.import.failed']],
    ['an import that waits', { size: 0 }, newest('queued'), ['contact.list.import.in.progress']],
    ['an import that runs', {}, newest('running'), ['contact.list.import.in.progress']],
    [
      'everything',
      { size: 0, whatsAppColumns: [] },
      newest('failed'),
      ['contact.list.no.whatsapp.columns', 'contact.list.empty', 'contact.list.import.failed'],
    ],
  ])('names %s', (_what, changes, progress, expected) => {
    const reasons = explainUnusableList({ ...usable, ...changes }, progress);
    expect(codes(reasons)).toEqual(expected);
    expect(reasons.every((r) => r.entityId === 'l' && r.entityName === 'Autumn')).toBe(true);
  });
});
