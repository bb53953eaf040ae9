import { parseRecords } from '../../../../src/platform/csv/parse-records.js';

describe('parsing records', () => {
  it('gives the cells of each', async () => {
    expect(await parseRecords(['"a,""b",1', '"c\nd",'], ',')).toEqual([
      ['a,"b', '1'],
      ['c\nd', ''],
    ]);
  });

  it.each(['"a" "b"', '"a', '1\n2'])(
    'leaves out what is not one record, %j, and reads the others',
    async (text) => {
      expect(await parseRecords(['"x",1', text, '"y",2'], ',')).toEqual([['x', '1'], undefined, ['y', '2']]);
    },
  );
});
