import { expect } from 'chai';
import { Inspection, MAX_DISTINCT } from '../../../lib/formats/inspect.js';
import { collectGarbage } from '../../../lib/monitor/garbage.js';
import type { RawRecord } from '../../../lib/types.js';
import { inputOf, molblock } from '../../support/records.js';

function recordOf(items: string): RawRecord {
  const input = inputOf();
  return {
    kind: 'record',
    input,
    ordinal: 0,
    byteOffset: 0,
    endOffset: 0,
    raw: Buffer.from(molblock('m') + items),
    contentHash: '',
    externalId: null,
    recordKey: '',
    layout: input.layout,
    fields: null,
    warnings: [],
  };
}

describe('Inspection', () => {
  it('counts tags, tells their type, fill rate, distinct values and an example', () => {
    const inspection = new Inspection();
    inspection.add(recordOf('> <ID>\n1\n\n> <X>\n1.5\n\n> <N>\na\n\n> <N>\nb\n\n> <E>\n\n\n'));
    inspection.add(recordOf('> <ID>\n2\n\n> <X>\n-2e3\n\n> <M>\n5\n\n'));
    inspection.add(recordOf('> <ID>\n2\n\n> <X>\n7\n\n> <M>\n>5\n\n'));
    inspection.add(recordOf('> <ID>\n3\n\n'));
    const { records, tags } = inspection.report();
    expect(records).to.equal(4);
    expect(tags).to.deep.equal([
      { name: 'ID', type: 'integer', filled: 4, fillRate: 1, distinct: 3, distinctBounded: false, example: '1' },
      { name: 'X', type: 'number', filled: 3, fillRate: 0.75, distinct: 3, distinctBounded: false, example: '1.5' },
      { name: 'N', type: 'text', filled: 1, fillRate: 0.25, distinct: 2, distinctBounded: false, example: 'a' },
      { name: 'E', type: 'text', filled: 0, fillRate: 0, distinct: 0, distinctBounded: false, example: null },
      { name: 'M', type: 'text', filled: 2, fillRate: 0.5, distinct: 2, distinctBounded: false, example: '5' },
    ]);
  });

  it('counts rejections and warnings by code', () => {
    const inspection = new Inspection();
    const { fields: _, ...record } = recordOf('');
    inspection.add({ ...recordOf(''), warnings: [{ code: 'DELIMITER_MISSING' }] });
    inspection.add({ ...record, kind: 'rejection', stage: 'read', code: 'TRUNCATED', message: '' });
    const { records, rejections, warnings } = inspection.report();
    expect([records, rejections, warnings]).to.deep.equal([2, { TRUNCATED: 1 }, { DELIMITER_MISSING: 1 }]);
  });

  it('stops telling values apart at a bound', () => {
    const inspection = new Inspection();
    for (let id = 0; id < MAX_DISTINCT + 5; id += 1) inspection.add(recordOf(`> <ID>\n${id}\n\n`));
    expect(inspection.report().tags[0]).to.include({ distinct: MAX_DISTINCT, distinctBounded: true });
  });

  it('reports nothing of nothing', () => {
    expect(new Inspection().report()).to.deep.equal({ records: 0, rejections: {}, warnings: {}, tags: [] });
  });

  it('holds short values, not the records that they stood in', () => {
    const inspection = new Inspection();
    const long = 'x'.repeat(2_000_000);
    const before = process.memoryUsage().external;
    for (let id = 0; id < 60; id += 1) {
      inspection.add(recordOf(`> <ID>\nthe name of number ${id}\n\n> <LONG>\n${long}\n\n`));
    }
    collectGarbage();
    expect(process.memoryUsage().external - before).to.be.lessThan(60_000_000);
    expect(inspection.report().tags[0]).to.include({ name: 'ID', distinct: 60 });
  });
});
