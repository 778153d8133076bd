import { parse } from 'sdf-parser';
import { readItems } from './sdf-items.js';
import type { Tag } from './tags.js';

/**
 * What sdf-parser reads exactly, and fast: plain headers, each with a value of one line that does not begin with `>`,
 * one blank line between items. (It takes several times as long over values of many lines.)
 */
const ORDINARY = /^(?:> {0,2}<[^<>\n]+>(?: {1,2}\(\d+\) ?)?\n(?!>|\$\$\$\$)[^\n]+\n\n)+$/;

/** Names that sdf-parser confuses with what every JavaScript object has, or moves to the front. */
const UNSAFE =
  /<(?:__\w+__|constructor|hasOwnProperty|isPrototypeOf|propertyIsEnumerable|to\w*String|valueOf|molfile|\d+)>/;

/** Of longer texts sdf-parser would make several copies. */
const LARGE = 1_000_000;

/** What sdf-parser wants to see before the items. */
const MOLBLOCK = `${'-'.repeat(40)}\n`;
const OPTIONS = { dynamicTyping: false, mixedEOL: false, eol: '\n' };

/** Data items of an entry, from the text after its molblock, in the order found. */
export function readSdfItems(text: string): Tag[] {
  const lines = text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
  return (lines.length > LARGE ? null : readOrdinaryItems(lines)) ?? readItems(lines);
}

/** What sdf-parser reads of `text`; null where it would not read it exactly. */
export function readOrdinaryItems(text: string): Tag[] | null {
  if (!ORDINARY.test(text) || UNSAFE.test(text)) return null;
  // To it, the last line end belongs to the delimiter.
  const { molecules, statistics } = parse(MOLBLOCK + text.slice(0, -1), OPTIONS);
  // It joins the values of a name that comes twice.
  if (molecules[0] === undefined || statistics.some(({ counter }) => counter !== 1)) return null;
  const { molfile: _, ...tags } = molecules[0];
  return Object.entries(tags as Record<string, string>);
}
