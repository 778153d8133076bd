import { expect } from 'chai';
import { readTags, writeTags } from '../../../lib/formats/tags.js';

describe('tags as JSON', () => {
  it('keeps the order, integer-like names too', () => {
    const json = writeTags([
      ['b', 'x'],
      ['10', 'y'],
      ['2', 'z'],
    ]);
    expect(json).to.equal('{"b":"x","10":"y","2":"z"}');
    expect(readTags(json)).to.deep.equal([
      ['b', 'x'],
      ['10', 'y'],
      ['2', 'z'],
    ]);
  });

  it('makes an array of a name that is repeated, at its first place', () => {
    const json = writeTags([
      ['a', '1'],
      ['b', '2'],
      ['a', '3'],
      ['a', '4'],
    ]);
    expect(json).to.equal('{"a":["1","3","4"],"b":"2"}');
    expect(readTags(json)).to.deep.equal([
      ['a', ['1', '3', '4']],
      ['b', '2'],
    ]);
  });

  it('takes any name for an ordinary one', () => {
    const tags: [string, string][] = [
      ['__proto__', 'x'],
      ['constructor', 'y'],
      ['', 'z'],
      ['"\\\n', '\u20ac"\\\n\u0001'],
    ];
    expect(readTags(writeTags(tags))).to.deep.equal(tags);
    expect(({} as Record<string, unknown>).x).to.equal(undefined);
    expect(JSON.parse(writeTags(tags))).to.have.property('', 'z');
  });

  it('reads other spacing, and nothing else', () => {
    expect(readTags(' { "a" : [ "1" , "2" ] , "b" : "c" }')).to.deep.equal([
      ['a', ['1', '2']],
      ['b', 'c'],
    ]);
    expect(readTags('{}')).to.deep.equal([]);
    for (const json of ['', '[]', '{"a"}', '{"a":1}', '{"a":"b"', '{"a":["b"']) {
      expect(() => readTags(json), json).to.throw(SyntaxError);
    }
  });
});
