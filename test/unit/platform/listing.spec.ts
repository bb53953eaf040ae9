import 'reflect-metadata';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { PageQuery, toListing } from '../../../src/platform/http/listing.js';
import { QueryFlag, QueryList } from '../../../src/platform/http/query-list.js';

class ListQuery extends PageQuery {
  @QueryList()
  id?: string[];

  @QueryFlag()
  full?: boolean;
}

const query = (plain: object): ListQuery => plainToInstance(ListQuery, plain);

describe('list parameters', () => {
  it.each([
    [{ id: 'a,b' }, ['a', 'b']],
    [{ id: ['a', 'b'] }, ['a', 'b']],
    [{ id: ['a,b', 'c'] }, ['a', 'b', 'c']],
    [{ id: 'a,,b,' }, ['a', 'b']],
    [{}, undefined],
  ])('reads %j', (plain, ids) => expect(query(plain).id).toEqual(ids));

  it('takes the word false for false', () => {
    expect(query({ full: 'false' }).full).toBe(false);
    expect(query({ full: 'true' }).full).toBe(true);
  });

  it('cuts the page size at 100 and begins at page 1 of 25', () => {
    expect(query({ pageSize: '500' }).toPage()).toEqual({ pageNumber: 1, pageSize: 100 });
    expect(query({}).toPage()).toEqual({ pageNumber: 1, pageSize: 25 });
  });

  it.each([{ pageNumber: '0' }, { pageSize: 'x' }, { pageSize: '-3' }])('refuses %j', (plain) => {
    expect(validateSync(query(plain))).not.toHaveLength(0);
  });
});

describe('the listing envelope', () => {
  it('counts pages and links them', () => {
    const listing = toListing({ entities: [1], pageNumber: 2, pageSize: 10, total: 31 }, '/x');
    expect(listing).toMatchObject({
      pageCount: 4,
      selfUri: '/x?pageSize=10&pageNumber=2',
      nextUri: '/x?pageSize=10&pageNumber=3',
      previousUri: '/x?pageSize=10&pageNumber=1',
      lastUri: '/x?pageSize=10&pageNumber=4',
    });
  });

  it('answers an empty page past the end', () => {
    const listing = toListing({ entities: [], pageNumber: 9, pageSize: 10, total: 3 }, '/x');
    expect(listing).toMatchObject({ entities: [], total: 3, pageCount: 1 });
    expect(listing.nextUri).toBeUndefined();
  });
});
